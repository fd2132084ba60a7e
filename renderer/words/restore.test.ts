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
