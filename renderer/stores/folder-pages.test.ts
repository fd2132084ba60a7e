import { expect, test } from 'vitest';
import { PAGE_ENTRIES, pagesOf } from './folder-pages.ts';

test('a range of entries touches every page it reaches into, and no other', () => {
  expect(pagesOf(0, 0)).toEqual([0]);
  expect(pagesOf(PAGE_ENTRIES - 1, PAGE_ENTRIES)).toEqual([0, 1]);
  expect(pagesOf(999_990, 999_999)).toEqual([4999]);
});
