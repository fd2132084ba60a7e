import { typedSize } from '../../../shared/model/typed-size.ts';
import { BLOCK_BYTES } from '../../../shared/units.ts';
import type { MeasuredVolume } from '../../stores/volumes-measure.ts';

/** A range as it is typed: where it begins, and how long it is. */
export interface TypedRange {
  /** What it is known by while it is changed. */
  readonly key: number;
  readonly from: string;
  readonly size: string;
}

export type RangeProblem = 'from' | 'size' | 'blocks' | 'outside';

/** As many as a form has room for. */
const RANGES_MOST = 200;

/** A size in the largest unit in which it is a whole number. */
export const exactSize = (bytes: number): string => {
  const units = ['TiB', 'GiB', 'MiB', 'KiB'];
  const at = units.findIndex((_, index) => bytes > 0 && bytes % 1024 ** (4 - index) === 0);
  return at < 0 ? String(bytes) : `${bytes / 1024 ** (4 - at)}${units[at]}`;
};

/** The ranges that there are; null when they are too many to be changed one by one. */
export const typedRanges = ({ size, segmentBytes, unprotected }: MeasuredVolume): readonly TypedRange[] | null =>
  unprotected.more || unprotected.runs.length > RANGES_MOST
    ? null
    : unprotected.runs.map(([start, count], key) => ({
        key,
        from: exactSize(start * segmentBytes),
        size: exactSize(Math.min(size, (start + count) * segmentBytes) - start * segmentBytes),
      }));

/** What is wrong with a range of a volume of so many bytes; null: nothing. */
export const rangeProblem = (range: TypedRange, size: number): RangeProblem | null => {
  const from = typedSize(range.from);
  const length = typedSize(range.size);
  if (from === null) return 'from';
  if (!length) return 'size';
  if (from % BLOCK_BYTES !== 0 || (length % BLOCK_BYTES !== 0 && from + length !== size)) return 'blocks';
  return from + length > size ? 'outside' : null;
};

/** Runs of blocks, as the console takes them. */
export const rangeRuns = (ranges: readonly TypedRange[]): [number, number][] =>
  ranges.map(({ from, size }) => [
    (typedSize(from) ?? 0) / BLOCK_BYTES,
    Math.ceil((typedSize(size) ?? 0) / BLOCK_BYTES),
  ]);
