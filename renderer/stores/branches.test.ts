import { expect, test } from 'vitest';
import { type Listing, withoutFailed } from './branches.ts';

const listed: Listing = { branches: [], lacks: null };

test('what could not be asked for is asked for again, and what was answered stays', () => {
  const listings = new Map<string, Listing>([
    ['/home', listed],
    ['/home/root', { branches: [], lacks: 'permission denied' }],
    ['/media', { branches: [], lacks: 'The connection to the console ended.', failed: true }],
  ]);
  expect([...withoutFailed(listings).keys()]).toEqual(['/home', '/home/root']);
});

test('listings of which none failed are the same ones', () => {
  const listings = new Map([['/home', listed]]);
  expect(withoutFailed(listings)).toBe(listings);
});
