import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BasketItem } from '../../stores/basket.ts';
import { isThere, meetingsOf } from './restore-meetings.ts';

const item = (set: string, path: string, more: Partial<BasketItem> = {}): BasketItem => ({
  set,
  object: 'o',
  path,
  type: 'file',
  bytes: 1,
  at: `time of ${set}`,
  ...more,
});

const nobody = async (): Promise<boolean> => {
  throw new Error('not to be asked');
};

test('two versions of a file meet; things of one moment, and things beside each other, do not', async () => {
  const items = [item('b', '/d/x'), item('a', '/d/x'), item('a', '/d/y'), item('b', '/d/xy')];
  expect(await meetingsOf(items, nobody)).toEqual([{ path: '/d/x', moments: ['time of a', 'time of b'] }]);
  expect(await meetingsOf([item('a', '/d/x'), item('a', '/d/x/y')], nobody)).toEqual([]);
});

test('a file meets the folder of another moment that it lies in, unless that one does not have it', async () => {
  const items = [item('a', '/d', { type: 'dir' }), item('b', '/d/kept'), item('b', '/d/deleted')];
  const asked: string[] = [];
  const has = async (set: string, { path }: { readonly path: string }) => {
    asked.push(`${set}:${path}`);
    return path === '/d/kept';
  };
  expect(await meetingsOf(items, has)).toEqual([{ path: '/d/kept', moments: ['time of a', 'time of b'] }]);
  expect(asked.sort()).toEqual(['a:/d/deleted', 'a:/d/kept']);
});

test('three versions at one place are one meeting, and names that are no text go by their bytes', async () => {
  const items = [
    item('a', '/d/\ufffd', { pathBase64: btoa('/d/\xff') }),
    item('b', '/d/\ufffd', { pathBase64: btoa('/d/\xfe') }),
    item('a', '/x'),
    item('c', '/x'),
    item('b', '/x'),
  ];
  expect(await meetingsOf(items, nobody)).toEqual([{ path: '/x', moments: ['time of a', 'time of b', 'time of c'] }]);
});

test('only that a moment does not have a path is an answer', async () => {
  expect(await isThere(Promise.resolve())).toBe(true);
  const lacking = new ColdframeError('NO_SUCH_PATH', { message: 'm', guidance: 'g' });
  expect(await isThere(Promise.reject(lacking))).toBe(false);
  await expect(isThere(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
