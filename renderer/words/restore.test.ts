import { expect, test } from 'vitest';
import { restoreWords } from './restore.ts';

test('a conflict names what is there, not the name that the restored one is to get', () => {
  expect(restoreWords.conflict('/out/letter.txt.restored', 'rename')).toEqual({
    path: '/out/letter.txt',
    becomes: 'stays; the restored one becomes letter.txt.restored',
  });
  expect(restoreWords.conflict('/out/a.restored.restored-2', 'rename').path).toBe('/out/a.restored');
  expect(restoreWords.conflict('/out/letter.txt', 'replace')).toEqual({
    path: '/out/letter.txt',
    becomes: 'is replaced',
  });
  const cut = `/out/${'n'.repeat(246)}.restored`;
  expect(restoreWords.conflict(cut, 'rename').path).toBe(cut);
});

test('a comparison names the folder, the object and both moments', () => {
  const moments = ['27 Nov, 02:30', '28 Nov, 02:30'] as const;
  expect(restoreWords.changedBetween('docs', '/home/ada', ...moments)).toBe(
    'What changed in /home/ada of docs from 27 Nov, 02:30 to 28 Nov, 02:30',
  );
  expect(restoreWords.noChanges('docs', '/', ...moments)).toBe(
    'Nothing changed in all of docs from 27 Nov, 02:30 to 28 Nov, 02:30.',
  );
});
