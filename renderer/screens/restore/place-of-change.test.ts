import { expect, test } from 'vitest';
import { parseRoute } from '../../stores/route.ts';
import { placeOfChange } from './place-of-change.ts';

test.each([
  ['added', 'file', { set: 'later', path: '/home/a', file: '/home/a/b.txt' }],
  ['changed', 'file', { set: 'later', path: '/home/a', file: '/home/a/b.txt' }],
  ['removed', 'file', { set: 'earlier', path: '/home/a', file: '/home/a/b.txt' }],
  ['removed', 'dir', { set: 'earlier', path: '/home/a' }],
] as const)('something %s (%s) is looked for where it is', (change, type, query) => {
  const place = placeOfChange('my files', { path: '/home/a/b.txt', type, change }, 'earlier', 'later');
  expect(parseRoute(place)).toEqual({ screen: 'restore', id: 'my files', query });
});
