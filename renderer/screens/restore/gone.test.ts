import { expect, test } from 'vitest';
import { itemOfGone } from './gone.tsx';

const entry = { path: '/d/a', bytes: 5, modifiedAt: null, set: 's0', last: 's3', lastAt: 't3', until: 't4' };

test('a lost file is the item that its version is; a lost folder is taken as it was at last, with what came into it', () => {
  expect(itemOfGone('o', { ...entry, type: 'file' })).toMatchObject({ set: 's0', path: '/d/a', bytes: 5, at: 't3' });
  expect(itemOfGone('o', { ...entry, type: 'dir' })).toMatchObject({ set: 's3', at: 't3' });
});
