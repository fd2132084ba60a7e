import { expect, test } from 'vitest';
import { placeListing } from './place-listing.ts';

const folder = (name: string, denied: string | null = null) => ({
  name,
  path: `/srv/${name}`,
  type: 'dir' as const,
  bytes: 0,
  modifiedAt: null,
  hasChildren: denied === null ? true : null,
  denied,
});
const found = (...entries: ReturnType<typeof folder>[]) => ({
  entries,
  total: entries.length,
  whole: true,
  error: null,
});

test('what may not be looked into is shown, and why; hidden folders come last', () => {
  const { branches, lacks } = placeListing(
    found(folder('.cache'), folder('closed', 'EACCES'), folder('stale', 'ESTALE'), folder('www')),
  );
  expect(branches.map(({ name, leaf, denied }) => [name, leaf, denied])).toEqual([
    ['closed', true, 'may not be opened by the user whom the console runs as'],
    ['stale', true, 'cannot be opened (ESTALE)'],
    ['www', false, null],
    ['.cache', false, null],
  ]);
  expect(lacks).toBeNull();
});

test('what is not listed is told, and that a path can be typed', () => {
  expect(placeListing({ ...found(folder('a')), total: 1201 }).lacks).toBe(
    '1,200 more folders are in here. Type the path of the one that is wanted, above.',
  );
  expect(placeListing({ ...found(folder('a')), total: 20_000, whole: false }).lacks).toMatch(/^More is in here/);
});

test('a folder that cannot be listed says so in its place', () => {
  const error = { code: 'IO_FAILED', kind: 'io', message: '/srv cannot be read.', guidance: '', context: {} } as const;
  expect(placeListing({ ...found(), error: error as never })).toEqual({ branches: [], lacks: '/srv cannot be read.' });
});
