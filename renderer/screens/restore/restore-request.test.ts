import { describe, expect, test } from 'vitest';
import type { BasketItem } from '../../stores/basket.ts';
import { FIRST_CHOICE, isComplete, requestsFor } from './restore-request.ts';

const item = (set: string, path: string): BasketItem => ({ set, object: 'o', path, type: 'file', bytes: 1 });

describe('a restore', () => {
  test('never goes anywhere before a place was named, and stops at what is there unless told otherwise', () => {
    expect(isComplete(FIRST_CHOICE)).toBe(false);
    expect(isComplete({ ...FIRST_CHOICE, folder: 'relative' })).toBe(false);
    expect(isComplete({ ...FIRST_CHOICE, folder: ' /there ' })).toBe(true);
    expect(FIRST_CHOICE.onConflict).toBe('fail');
  });

  test('is one request a moment, into the folder without the folders that all items share', () => {
    const items = [item('a', '/home/ada/x'), item('b', '/home/ada/d/y'), item('a', '/home/ada/z')];
    expect(requestsFor(items, { ...FIRST_CHOICE, folder: '/there' })).toEqual([
      {
        set: 'a',
        paths: [{ path: '/home/ada/x' }, { path: '/home/ada/z' }],
        onConflict: 'fail',
        to: { path: '/there' },
        relativeTo: { path: '/home/ada' },
      },
      {
        set: 'b',
        paths: [{ path: '/home/ada/d/y' }],
        onConflict: 'fail',
        to: { path: '/there' },
        relativeTo: { path: '/home/ada' },
      },
    ]);
  });

  test('to where things came from names no folder', () => {
    const [request] = requestsFor([item('a', '/x')], { ...FIRST_CHOICE, where: 'original', onConflict: 'skip' });
    expect(request).toEqual({ set: 'a', paths: [{ path: '/x' }], onConflict: 'skip', original: true });
  });
});
