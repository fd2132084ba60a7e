import { expect, test } from 'vitest';
import { entryLines, entryTable } from './browse.ts';

test('what is gone is marked, and what is there is not', () => {
  const entry = { type: 'file' as const, bytes: 1, modifiedAt: null, set: 'ab'.repeat(16) };
  const lines = entryLines([
    { ...entry, path: '/a', gone: true },
    { ...entry, path: '/b', gone: false },
    { ...entry, path: '/c', gone: true, last: 'cd'.repeat(16) },
  ]).split('\n');
  expect(lines.map((line) => line.slice(line.indexOf('/')))).toEqual([
    '/a  (gone since)',
    '/b',
    '/c  (gone since; last in cdcdcdcd)',
  ]);
});

test('entries stand under headings, on the first page alone', () => {
  const entries = [{ type: 'file' as const, bytes: 1, modifiedAt: null, set: 'ab'.repeat(16), path: '/a' }];
  const [heading = '', line = ''] = entryTable(entries, true).split('\n');
  expect(heading).toMatch(/^T +SIZE {2}MODIFIED \(UTC\) {2,}SET {2,}PATH$/);
  expect([heading.indexOf('SET'), heading.indexOf('PATH')]).toEqual([line.indexOf('abababab'), line.indexOf('/a')]);
  expect(entryTable(entries, false)).toBe(entryLines(entries));
});
