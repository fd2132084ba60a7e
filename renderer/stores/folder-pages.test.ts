import { expect, test } from 'vitest';
import { PAGE_ENTRIES, pagesOf, pagesToDrop } from './folder-pages.ts';

test('a range of entries touches every page it reaches into, and no other', () => {
  expect(pagesOf(0, 0)).toEqual([0]);
  expect(pagesOf(PAGE_ENTRIES - 1, PAGE_ENTRIES)).toEqual([0, 1]);
  expect(pagesOf(999_990, 999_999)).toEqual([4999]);
});

test('pages that are let go of are the oldest, and never one that is looked at', () => {
  expect(pagesToDrop([5, 6, 7, 8, 9], [5], 3)).toEqual([6, 7]);
  expect(pagesToDrop([5, 6, 7], [9], 3)).toEqual([]);
  expect(pagesToDrop([5, 6], [5, 6], 1)).toEqual([]);
});
