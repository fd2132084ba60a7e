import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ByteString } from '../../shared/byte-string.ts';
import { ByteReader } from '../engine/blockset/byte-reader.ts';
import { ByteWriter } from '../engine/blockset/byte-writer.ts';
import { type BlockRuns, NO_BLOCKS } from '../engine/snapshot/block-runs.ts';

/** So many runs of a volume are remembered; of more of them the longest. The others are restored as zeroes. */
const REMEMBERED = 65_536;
const REMEMBERED_BYTES = 1024 * 1024;

/**
 * What of volumes is unprotected, as the header of a set of them remembers it: for each its path, a colon, and the runs of blocks, in base64, a
 * space between. The runs are deflated varints: for each the blocks since the one before, and its own.
 */
export const unprotectedRecord = (
  volumes: readonly { readonly path: ByteString; readonly unprotected: BlockRuns }[],
): { readonly unprotected: string } => ({
  unprotected: volumes
    .filter(({ unprotected }) => unprotected.length > 0)
    .map(({ path, unprotected }) => `${Buffer.from(path, 'latin1').toString('base64')}:${packed(longest(unprotected))}`)
    .join(' '),
});

/** What of one volume of a set was unprotected; nothing where the set does not say, as sets of earlier versions do not. */
export const unprotectedOf = ({ unprotected = '' }: Readonly<Record<string, string>>, path: ByteString): BlockRuns => {
  const wanted = Buffer.from(path, 'latin1').toString('base64');
  const entry = unprotected.split(' ').find((each) => each.startsWith(`${wanted}:`));
  return entry === undefined ? NO_BLOCKS : unpacked(entry.slice(wanted.length + 1));
};

const longest = (runs: BlockRuns): BlockRuns => {
  if (runs.length <= 2 * REMEMBERED) return runs;
  const length = (run: number): number => (runs[2 * run + 1] as number) - (runs[2 * run] as number);
  const kept = Array.from({ length: runs.length / 2 }, (_, run) => run)
    .sort((one, other) => length(other) - length(one))
    .slice(0, REMEMBERED)
    .sort((one, other) => one - other);
  return new Float64Array(kept.flatMap((run) => [runs[2 * run] as number, runs[2 * run + 1] as number]));
};

const packed = (runs: BlockRuns): string => {
  const out = new ByteWriter(runs.length * 2 + 16);
  let before = 0;
  for (const bound of runs) {
    out.varint(bound - before);
    before = bound;
  }
  return deflateRawSync(out.view()).toString('base64');
};

const unpacked = (text: string): BlockRuns => {
  const reader = new ByteReader(inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: REMEMBERED_BYTES }));
  const bounds: number[] = [];
  let before = 0;
  while (reader.remaining > 0) {
    before += reader.varint();
    bounds.push(before);
  }
  return bounds.length % 2 === 0 ? new Float64Array(bounds) : NO_BLOCKS;
};
