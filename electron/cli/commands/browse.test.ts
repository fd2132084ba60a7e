import { expect, test } from 'vitest';
import { comparisonText, entryLines, entryTable } from './browse.ts';

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

test('a comparison that is counted says how much there is of each kind, and when not all is listed', () => {
  const [none, set] = [{ count: 0, bytes: 0 }, 'ab'.repeat(16)];
  const change = {
    path: '/b',
    change: 'removed',
    type: 'file',
    bytes: 2048,
    modifiedAt: null,
    before: null,
    after: null,
  };
  const result = { from: set, to: set, totals: { added: none, removed: { count: 2, bytes: 4096 }, changed: none } };
  expect(comparisonText({ ...result, changes: [change as never], more: true }).split('\n')).toEqual([
    '+ added: 0 elements, 0 bytes',
    '- removed: 2 elements, 4.0 KiB',
    '~ changed: 0 elements, 0 bytes',
    '- /b',
    '… the first 1; without --count, --only and --name all are listed.',
  ]);
});
