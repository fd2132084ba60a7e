import { expect, test } from 'vitest';
import {
  apart,
  type BasketItem,
  bySet,
  elsewhereOf,
  folderAround,
  isIn,
  isTaken,
  itemIn,
  type TakenApart,
  takenApart,
  tickedOf,
  toggled,
} from './basket.ts';

const item = (set: string, path: string): BasketItem => ({ set, object: 'o', path, type: 'file', bytes: 1 });
const dir = (path: string): BasketItem => ({ ...item('a', path), type: 'dir', bytes: 0 });
const pathsOf = (items: readonly BasketItem[]) => items.map(({ path }) => path);

test('ticking twice takes an item out; the same path of another moment is another item', () => {
  const one = toggled([], item('a', '/x'));
  const two = toggled(one, item('b', '/x'));
  expect(two).toHaveLength(2);
  expect(toggled(two, item('a', '/x')).map(({ set }) => set)).toEqual(['b']);
  expect(isIn(two, item('a', '/y'))).toBe(false);
  expect(bySet(two).map(([set, items]) => [set, items.length])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});

test('what is in the basket as of another moment is told where it is not ticked', () => {
  const at = (set: string, path: string, type: 'file' | 'dir' = 'file'): BasketItem => ({
    ...item(set, path),
    type,
    at: `time of ${set}`,
  });
  const basket = [at('a', '/d', 'dir'), at('b', '/e/x'), at('b', '/e/y')];
  expect(elsewhereOf(basket, at('b', '/d', 'dir'))).toEqual({ how: 'itself', at: 'time of a' });
  expect(elsewhereOf(basket, at('b', '/d/z'))).toEqual({ how: 'around', at: 'time of a' });
  expect(elsewhereOf(basket, at('a', '/e', 'dir'))).toEqual({ how: 'within', at: 'time of b' });
  expect(elsewhereOf(basket, at('a', '/e/x'))).toEqual({ how: 'itself', at: 'time of b' });
  // Ticked here, in nobody's way, and another object's.
  for (const none of [at('a', '/d/z'), at('b', '/e', 'dir'), at('a', '/f'), { ...at('a', '/e/x'), object: 'p' }])
    expect(elsewhereOf(basket, none)).toBeNull();
});

test('a version of a file is one item in whichever moment it is ticked, and restored from the first of them', () => {
  const entry = { path: '/d/x', type: 'file', bytes: 1, set: 'a' } as const;
  const [inB, inC] = ['b', 'c'].map((set) => itemIn({ set, object: 'o' }, entry)) as [BasketItem, BasketItem];
  const basket = toggled([], inB);
  expect(tickedOf(basket, inC)).toBe('yes');
  expect(toggled(basket, inC)).toEqual([]);
  expect(bySet(basket).map(([set]) => set)).toEqual(['b']);
  expect(tickedOf(basket, itemIn({ set: 'c', object: 'o' }, { ...entry, set: 'c' }))).toBe('no');
  // A folder is another one in every moment.
  const folders = ['b', 'c'].map((set) => itemIn({ set, object: 'o' }, { ...entry, type: 'dir' }));
  expect(tickedOf([folders[0] as BasketItem], folders[1] as BasketItem)).toBe('no');
  const taken = { folder: dir('/d'), rest: [itemIn({ set: 'a', object: 'o' }, entry)] };
  expect(apart([inB, dir('/d')], taken)).toEqual([inB]);
});

test('a folder is partly ticked while something in it is; ticked as a whole it takes the place of that, and brings the rest', () => {
  const some = [item('a', '/d/x'), item('a', '/dd'), item('b', '/d/y')];
  expect(['/d', '/dd', '/e', '/'].map((path) => tickedOf(some, dir(path)))).toEqual(['partly', 'yes', 'no', 'partly']);
  // A folder of which a part is ticked is not in the basket.
  expect(['/d', '/dd', '/e'].map((path) => isTaken(some, dir(path)))).toEqual([false, true, false]);
  const whole = toggled(some, dir('/d'));
  expect(pathsOf(whole)).toEqual(['/dd', '/d/y', '/d']);
  expect(tickedOf(whole, item('a', '/d/x'))).toBe('within');
  expect(tickedOf(whole, item('b', '/d/x'))).toBe('no');
  expect(folderAround(whole, item('a', '/d/e/f'))?.path).toBe('/d');
  expect(folderAround(whole, dir('/d'))).toBeNull();
});

test('names that are not text are told apart by their bytes', () => {
  const odd = (last: number, more = ''): Pick<BasketItem, 'path' | 'pathBase64'> => ({
    path: `/\uFFFD${more}`,
    pathBase64: btoa(`/${String.fromCharCode(last)}${more}`),
  });
  const basket = [{ ...dir(''), ...odd(0xff) }];
  expect(tickedOf(basket, { ...item('a', ''), ...odd(0xff, '/x') })).toBe('within');
  expect(tickedOf(basket, { ...item('a', ''), ...odd(0xfe, '/x') })).toBe('no');
  expect(tickedOf([dir('/d')], { ...item('a', '/d/\uFFFD'), pathBase64: btoa('/d/\xff') })).toBe('within');
});

test('what comes with a folder is taken out by the other entries of it, level by level', async () => {
  const tree: Record<string, readonly BasketItem[]> = {
    '/d': [dir('/d/e'), item('a', '/d/x')],
    '/d/e': [item('a', '/d/e/f'), item('a', '/d/e/g')],
  };
  const list = async ({ path }: { path: string }) => tree[path] ?? null;
  const basket = [item('a', '/other'), dir('/d')];
  const taken = (await takenApart(dir('/d'), item('a', '/d/e/f'), list)) as TakenApart;
  expect(pathsOf(apart(basket, taken))).toEqual(['/other', '/d/x', '/d/e/g']);
  // It was taken out while that was being listed.
  expect(apart([item('a', '/other')], taken)).toEqual([item('a', '/other')]);
  expect(await takenApart(dir('/d'), item('a', '/d/e/f'), async () => null)).toBeNull();
});
