import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listTree } from './tree-listing.ts';

const MIB = 1 << 20;

/** How a file of zeros with a byte at these places is listed; the zeros are holes, or written. */
const listed = (places: readonly number[], zeros: 'holes' | 'written' = 'holes', size = MIB): string | undefined => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-listing-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const fd = fs.openSync(path.join(folder, 'file'), 'w');
  if (zeros === 'written') fs.writeSync(fd, Buffer.alloc(size));
  else fs.ftruncateSync(fd, size);
  for (const place of places) fs.writeSync(fd, Buffer.from('x'), 0, 1, place);
  fs.futimesSync(fd, 1, 1);
  fs.closeSync(fd);
  return listTree(folder).get('file');
};

test('zeros are listed alike, whether they are holes or written', () => {
  expect(listed([5, 700_000])).toBe(listed([5, 700_000], 'written'));
  expect(listed([])).toBe(listed([], 'written'));
});

test.each([
  ['a byte less', [5]],
  ['a byte elsewhere in its block', [5, 700_001]],
  ['the same block at another place', [5, 700_000 + 65_536]],
  ['a byte more, the last of all', [5, 700_000, MIB - 1]],
])('%s is seen', (_, places) => {
  expect(listed(places)).not.toBe(listed([5, 700_000]));
});

test('a file that ends within a block is listed to its last byte', () => {
  expect(listed([99_999], 'holes', 100_000)).not.toBe(listed([], 'holes', 100_000));
  expect(listed([], 'holes', 100_001)).not.toBe(listed([], 'holes', 100_000));
});
