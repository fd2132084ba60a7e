import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';

const DAY_MS = 86_400_000;

/**
 * When a clock said that a set was made, milliseconds since 1970. A set is dated after the one before it even where the clock went back in
 * between; when it was finished tells what the clock said then.
 */
export const takenAt = ({ createdAt, finishedAt }: Pick<BlockSetSummary, 'createdAt' | 'finishedAt'>): number =>
  Math.min(createdAt, finishedAt ?? createdAt);

/** When each set of an object was made, as far as can be told, by its id. */
export const datesOf = (
  sets: readonly Pick<BlockSetSummary, 'id' | 'createdAt' | 'finishedAt'>[],
): ReadonlyMap<SetId, number> => {
  const inOrder = sets.toSorted((one, other) => one.createdAt - other.createdAt);
  const dates = orderedDates(inOrder.map(takenAt));
  return new Map(inOrder.map(({ id }, at) => [id, dates[at] as number]));
};

/** How far ahead of the clock a date may be, milliseconds, that is still believed. */
const AHEAD_MS = 3_600_000;

/** How old a set is, milliseconds; null where it is dated after now, so that nobody can tell. */
export const ageOf = (set: Pick<BlockSetSummary, 'createdAt' | 'finishedAt'>, now: number): number | null => {
  const age = now - takenAt(set);
  return age < -AHEAD_MS ? null : Math.max(0, age);
};

/**
 * The dates by which sets are judged, of what a clock said of each in the order in which they were made. What is in order
 * is believed, as much of it as can be; a set that a wrong clock dated is put between those it was made between, at its distance
 * from others of the same clock. So no wrong clock makes sets of many days look like sets of one, of which a rule keeps one. Pure.
 */
export const orderedDates = (clocks: readonly number[]): number[] => {
  if (clocks.every((clock, at) => at === 0 || clock >= (clocks[at - 1] as number))) return [...clocks];
  const believed = longestInOrder(clocks);
  const dates = [...clocks];
  for (let from = 0; from < clocks.length; ) {
    if (believed.has(from)) {
      from += 1;
      continue;
    }
    let to = from;
    while (to < clocks.length && !believed.has(to)) to += 1;
    const own = orderedDates(clocks.slice(from, to));
    dates.splice(from, to - from, ...placed(own, clocks[from - 1] ?? null, clocks[to] ?? null));
    from = to;
  }
  return dates;
};

/** Moves dates, which are in order, between two others; null where there is none. */
const placed = (own: readonly number[], after: number | null, before: number | null): number[] => {
  const first = own[0] as number;
  const span = (own.at(-1) as number) - first;
  if (after === null) return own.map((date) => date - first - span + (before as number) - DAY_MS);
  if (before === null) return own.map((date) => date - first + after + DAY_MS);
  const room = before - after;
  if (span < room) return own.map((date) => date - first + after + (room - span) / 2);
  return own.map((_, at) => after + (room * (at + 1)) / (own.length + 1));
};

/** The places of the longest part that is in order; of several the one with the newest. */
const longestInOrder = (clocks: readonly number[]): ReadonlySet<number> => {
  const length: number[] = [];
  const next: (number | null)[] = [];
  let best = clocks.length - 1;
  for (let at = clocks.length - 1; at >= 0; at -= 1) {
    length[at] = 1;
    next[at] = null;
    for (let newer = clocks.length - 1; newer > at; newer -= 1) {
      if ((clocks[newer] as number) < (clocks[at] as number)) continue;
      if ((length[newer] as number) < (length[at] as number)) continue;
      length[at] = (length[newer] as number) + 1;
      next[at] = newer;
    }
    if ((length[at] as number) > (length[best] as number)) best = at;
  }
  const found = new Set<number>();
  for (let at: number | null = best; at !== null; at = next[at] ?? null) found.add(at);
  return found;
};
