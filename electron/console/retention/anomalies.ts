import type { Anomaly } from '../../../shared/model/anomaly.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';

type Counted = Pick<BlockSetSummary, 'level' | 'elements' | 'logicalBytes' | 'bytesRead' | 'bytesStored'>;

/** What differs between a set and the one before it. */
export interface Differences {
  readonly removed: number;
  /** Files that are gone while one of the same name with another, or a further, extension came. */
  readonly otherExtensions: number;
}

/** Fewer say nothing of what is usual. */
const FEWEST_BEFORE = 3;
const MOST_BEFORE = 10;
const TIMES = 5;
const LEAST_BYTES = 16 << 20;
const LEAST_REMOVED = 100;
const REMOVED_SHARE = 0.2;
const LEAST_RENAMED = 50;
const RENAMED_SHARE = 0.1;
/** So large a share is unusual however few they are; that one file got another extension is not. */
const LARGE_SHARE = 0.5;
const FEWEST_RENAMED = 2;
/** Of a thousand bytes that were read so many are stored: what compresses, and what does not. */
const COMPRESSES = 700;
const INCOMPRESSIBLE = 950;

/** What is unusual about a set, going by those before it, newest first. Pure. */
export const anomaliesOf = (set: Counted, before: readonly Counted[], differences: Differences): Anomaly[] => {
  const found: Anomaly[] = [];
  const alike = before.filter(({ level }) => (level === 'full') === (set.level === 'full')).slice(0, MOST_BEFORE);
  if (alike.length >= FEWEST_BEFORE && set.bytesRead >= LEAST_BYTES) {
    const usual = median(alike.map(({ bytesRead }) => bytesRead));
    if (set.bytesRead >= usual * TIMES) found.push({ kind: 'much-changed', usual, now: set.bytesRead });
    const read = alike.filter(({ bytesRead }) => bytesRead > 0);
    const left = read.length < FEWEST_BEFORE ? 1000 : median(read.map(leftOf));
    if (left <= COMPRESSES && leftOf(set) >= INCOMPRESSIBLE)
      found.push({ kind: 'incompressible', usual: left, now: leftOf(set) });
  }
  const { elements = 0, logicalBytes = 0 } = before[0] ?? {};
  const { removed, otherExtensions } = differences;
  // What others came in the place of, as with a dump that is named after its day, is not gone as a share.
  const less = logicalBytes - set.logicalBytes;
  const fewer = elements - set.elements;
  if (removed >= Math.max(LEAST_REMOVED, elements * REMOVED_SHARE) || isLarge(fewer, elements))
    found.push({ kind: 'many-removed', usual: elements, now: Math.max(removed, fewer) });
  else if (isLarge(less, logicalBytes)) found.push({ kind: 'much-removed', usual: logicalBytes, now: less });
  const renamedShare = Math.min(
    Math.max(LEAST_RENAMED, elements * RENAMED_SHARE),
    Math.max(FEWEST_RENAMED, elements * LARGE_SHARE),
  );
  if (otherExtensions >= renamedShare) found.push({ kind: 'other-extensions', usual: elements, now: otherExtensions });
  return found;
};

const isLarge = (part: number, whole: number): boolean => part > 0 && part >= whole * LARGE_SHARE;

const leftOf = ({ bytesRead, bytesStored }: Counted): number => Math.round((bytesStored * 1000) / bytesRead);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Counts differences one by one. */
export class DifferenceCount {
  #removed = 0;
  readonly #gone = new Map<string, number>();
  readonly #came = new Map<string, number>();

  add(change: 'added' | 'removed' | 'changed', type: string, path: string): void {
    if (change === 'removed') this.#removed += 1;
    if (type !== 'file' || change === 'changed') return;
    const names = change === 'removed' ? this.#gone : this.#came;
    // `a.doc` that became `a.xyz`, and `a.doc` that became `a.doc.xyz`.
    const stem = stemOf(path);
    names.set(stem, (names.get(stem) ?? 0) + 1);
    if (change === 'added') names.set(stemOf(stem), (names.get(stemOf(stem)) ?? 0) + 1);
  }

  get result(): Differences {
    let otherExtensions = 0;
    for (const [stem, count] of this.#gone) otherExtensions += Math.min(count, this.#came.get(stem) ?? 0);
    return { removed: this.#removed, otherExtensions };
  }
}

/** A path without its last extension. */
const stemOf = (path: string): string => path.replace(/\.[^./]+$/, '');
