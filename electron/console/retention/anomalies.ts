import type { Anomaly, AnomalyKind } from '../../../shared/model/anomaly.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';

type Counted = Pick<BlockSetSummary, 'level' | 'elements' | 'logicalBytes' | 'bytesRead' | 'bytesStored'>;

/** What differs between a set and the one before it. */
export interface Differences {
  readonly removed: number;
  /** Files that are gone while one of the same name with another, or a further, extension came, or any with an extension that those gone did not have. */
  readonly otherExtensions: number;
  /** Files with other content, and such as came in the place of others. */
  readonly replaced: number;
  /** Elements whose content the earlier set alone has, though nothing says that it is gone: they, or folders above them, could not be read. */
  readonly unreadable: number;
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
/** A few files that are written anew are nothing unusual, and so many are, however many there are. */
const FEWEST_REPLACED = 10;
const MANY_REPLACED = 100_000;
/** Where a large share of all bytes was read at once so few say something, and one set before says what is usual. */
const LEAST_SWEEPING_BYTES = 64 << 10;
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
  }
  const left = usuallyLeft(set, before, alike);
  if (left <= COMPRESSES && leftOf(set) >= INCOMPRESSIBLE)
    found.push({ kind: 'incompressible', usual: left, now: leftOf(set) });
  const { elements = 0, logicalBytes = 0 } = before[0] ?? {};
  const { removed, otherExtensions, replaced, unreadable } = differences;
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
  const many = Math.max(FEWEST_REPLACED, Math.min(elements * LARGE_SHARE, MANY_REPLACED));
  if (unreadable > 0) found.push({ kind: 'unreadable', usual: elements, now: unreadable });
  if (isSweeping(set) && replaced >= many) found.push({ kind: 'many-changed', usual: elements, now: replaced });
  return found;
};

/** How much of what is read is usually left, in parts of a thousand; 1000 where nobody knows. */
const usuallyLeft = (set: Counted, before: readonly Counted[], alike: readonly Counted[]): number => {
  const read = alike.filter(({ bytesRead }) => bytesRead > 0);
  if (set.bytesRead >= LEAST_BYTES && read.length >= FEWEST_BEFORE) return median(read.map(leftOf));
  const sweeping = isSweeping(set) ? before.filter(isSweeping).slice(0, MOST_BEFORE) : [];
  return sweeping.length === 0 ? 1000 : median(sweeping.map(leftOf));
};

/** Whether most of an object was read for a set. */
const isSweeping = ({ bytesRead, logicalBytes }: Counted): boolean =>
  bytesRead >= LEAST_SWEEPING_BYTES && isLarge(bytesRead, logicalBytes);

/**
 * Whether it is usual that many files of an object change at once, by what was found about the sets before, newest first: those that are
 * written anew each time, or each week, are to be looked at twice and not for ever.
 */
export const isUsuallyReplaced = (foundBefore: readonly (readonly AnomalyKind[])[]): boolean => {
  const many = foundBefore.slice(0, MOST_BEFORE).map((kinds) => kinds.includes('many-changed'));
  return many[0] === true || many.filter(Boolean).length > 1;
};

const isLarge = (part: number, whole: number): boolean => part > 0 && part >= whole * LARGE_SHARE;

const leftOf = ({ bytesRead, bytesStored }: Counted): number => Math.round((bytesStored * 1000) / bytesRead);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Counts differences one by one. */
export class DifferenceCount {
  readonly #closed: readonly string[];
  #unreadable = 0;
  #removed = 0;
  #changed = 0;
  readonly #gone = new Names();
  readonly #came = new Names();

  /** `closed`: what could not be looked at for the later set: nobody knows what is at these paths and beneath them. */
  constructor(closed: readonly string[] = []) {
    this.#closed = closed;
  }

  add(change: 'added' | 'removed' | 'changed', type: string, path: string, contentUnread = false): void {
    if (contentUnread || (change === 'removed' && this.#isClosed(path))) this.#unreadable += 1;
    if (change === 'removed') this.#removed += 1;
    if (type !== 'file') return;
    if (change === 'changed') this.#changed += 1;
    else (change === 'removed' ? this.#gone : this.#came).add(path, change === 'added');
  }

  get result(): Differences {
    const [gone, came] = [this.#gone, this.#came];
    let sameStem = 0;
    for (const [stem, count] of gone.stems) sameStem += Math.min(count, came.stems.get(stem) ?? 0);
    let withOther = 0;
    for (const [extension, count] of came.extensions)
      withOther += Math.max(0, count - (gone.extensions.get(extension) ?? 0));
    const replaced = Math.min(gone.files, came.files);
    return {
      removed: this.#removed,
      otherExtensions: Math.max(sameStem, Math.min(withOther, replaced)),
      replaced: this.#changed + replaced,
      unreadable: this.#unreadable,
    };
  }

  #isClosed(path: string): boolean {
    return this.#closed.some((above) => path === above || path.startsWith(above === '/' ? above : `${above}/`));
  }
}

/** Files by their paths without extensions, and by those alone. */
class Names {
  files = 0;
  readonly stems = new Map<string, number>();
  readonly extensions = new Map<string, number>();

  /** `came`: `a.doc` may have become `a.xyz`, and `a.doc.xyz`. */
  add(path: string, came: boolean): void {
    this.files += 1;
    const stem = stemOf(path);
    count(this.stems, stem);
    if (came) count(this.stems, stemOf(stem));
    // What is numbered or dated has no extension in this sense.
    const extension = path.slice(stem.length);
    count(this.extensions, /^\.[\d_-]+$/.test(extension) ? '' : extension);
  }
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** A path without its last extension. */
const stemOf = (path: string): string => path.replace(/\.[^./]+$/, '');
