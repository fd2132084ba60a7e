import { expect, test } from 'vitest';
import { itemOfGone } from './gone.tsx';

const entry = { path: '/d/a', bytes: 5, modifiedAt: null, set: 's0', last: 's3', lastAt: 't3', until: 't4' };

test('what was lost is taken as it was at last; a file is the item that its version is', () => {
  expect(itemOfGone('o', { ...entry, type: 'file' })).toMatchObject({
    set: 's3',
    version: 's0',
    path: '/d/a',
    bytes: 5,
    at: 't3',
  });
  expect(itemOfGone('o', { ...entry, type: 'dir' })).toMatchObject({ set: 's3', version: undefined, at: 't3' });
});
