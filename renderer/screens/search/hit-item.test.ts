import { expect, test } from 'vitest';
import { itemOfHit } from './hit-item.ts';

test('a hit is taken from the newest set with it; a folder only where that is known', () => {
  const [first, last] = ['a'.repeat(32), 'b'.repeat(32)];
  const hit = { path: '/d/x', type: 'file' as const, bytes: 3, modifiedAt: null, set: first, object: 'o', gone: true };
  const lastAt = '2026-11-28T02:30:00.000Z';
  expect(itemOfHit({ ...hit, last, lastAt })).toMatchObject({ set: last, version: first, at: lastAt, bytes: 3 });
  expect(itemOfHit(hit)).toMatchObject({ set: first });
  expect(itemOfHit({ ...hit, type: 'dir', last, lastAt })).toMatchObject({ set: last });
  expect(itemOfHit({ ...hit, type: 'dir' })).toBeNull();
});
