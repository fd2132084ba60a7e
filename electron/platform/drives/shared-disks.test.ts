import { expect, test } from 'vitest';
import { numbersOf, sharedBy } from './shared-disks.ts';

test('numbers of devices are taken apart as the system puts them together', () => {
  expect([0xfe00, 0x811, 0x1000_0000 + 0x805, 0x2b].map(numbersOf)).toEqual(['254:0', '8:17', '8:65541', '0:43']);
});

test('what breaks one place breaks another when they share a file system, or else a disk', () => {
  const root = { device: '8:1', disks: ['sda'] };
  expect(sharedBy(root, { device: '8:1', disks: ['sda'] })).toBe('fileSystem');
  expect(sharedBy(root, { device: '253:0', disks: ['sdb', 'sda'] })).toBe('disk');
  expect(sharedBy(root, { device: '8:17', disks: ['sdb'] })).toBeNull();
  expect(sharedBy({ device: '0:40', disks: [] }, { device: '0:41', disks: [] })).toBeNull();
});
