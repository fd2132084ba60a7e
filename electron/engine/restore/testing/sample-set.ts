import { type TestElement, WrittenSet } from './written-set.ts';

/** Bytes that are the same in every process. */
const bytesOf = (length: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = seed + 1; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
};

export const sampleElements = (): TestElement[] => [
  { path: '/d', type: 'dir', mode: 0o750 },
  { path: '/d/sub', type: 'dir', mode: 0o555 },
  ...Array.from(
    { length: 60 },
    (_, n): TestElement => ({
      path: `/d/${n % 2 ? 'sub/' : ''}f${n}`,
      runs: [{ offset: 0, content: bytesOf(100 + n * 131, n) }],
      mode: n % 3 ? 0o640 : 0o4711,
    }),
  ),
  { path: '/d/large', runs: [{ offset: 0, content: bytesOf(400_000, 7) }] },
  { path: '/d/link1', runs: [{ offset: 0, content: bytesOf(3000, 9) }], links: 2, inode: 99 },
  { path: '/d/link2', runs: [{ offset: 0, content: bytesOf(3000, 9) }], links: 2, inode: 99, stored: '/d/link1' },
  { path: '/d/symbolic', type: 'symlink', linkTarget: 'large' },
  { path: '/d/pipe', type: 'fifo', mode: 0o600 },
];

/** The same set in every process; the tapes are written anew, which changes nothing about them. */
export const sampleSet = (folder: string): WrittenSet =>
  new WrittenSet(sampleElements(), { folder, tapes: 2, unitBytes: 20_000, unitsInChunk: 3, vaultKey: null });
