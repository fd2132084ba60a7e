import { expect, test } from 'vitest';
import { entryLines } from './browse.ts';

test('what is gone is marked, and what is there is not', () => {
  const entry = { type: 'file' as const, bytes: 1, modifiedAt: null, set: 'ab'.repeat(16) };
  const lines = entryLines([
    { ...entry, path: '/a', gone: true },
    { ...entry, path: '/b', gone: false },
  ]).split('\n');
  expect(lines.map((line) => line.slice(line.indexOf('/')))).toEqual(['/a  (gone since)', '/b']);
});
