import { expect, test } from 'vitest';
import { nextToSize } from './folder-sizes.ts';

const of = (...paths: string[]) => paths.map((path) => ({ path }));

test('what was opened last is counted first, each folder once, and nothing that is on no disk', () => {
  const groups = new Map([
    ['/', of('/etc', '/proc', '/sys')],
    ['/etc', of('/etc/ssl')],
    ['/empty', of()],
  ]);
  const open = ['/', '/etc', '/empty', '/not-listed-yet'];
  expect(nextToSize(groups, open, new Set())).toEqual({ folder: '/etc', wanted: of('/etc/ssl') });
  expect(nextToSize(groups, open, new Set(['/etc']))).toEqual({ folder: '/', wanted: of('/etc') });
  expect(nextToSize(groups, open, new Set(['/', '/etc']))).toBeNull();
});
