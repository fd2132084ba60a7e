import type { Interval } from './space-state.ts';

/** Ends the interval that goes on at a checkpoint, and begins the next one. */
export const nextInterval = (intervals: readonly Interval[], generation: number, checkpoint: string): Interval[] => [
  ...intervals.map((one, at) => (at === intervals.length - 1 ? { ...one, endsWith: checkpoint } : one)),
  { generation, all: false, endsWith: null },
];

/** Intervals whose end is no checkpoint any more go into the one after them, unless nothing before them is asked for or that one goes on. */
export const mergesOf = (
  intervals: readonly Interval[],
  kept: ReadonlySet<string>,
): { from: number; into: number }[] => {
  const merges: { from: number; into: number }[] = [];
  for (const [at, one] of asked(intervals, kept).entries()) {
    const next = asked(intervals, kept)[at + 1];
    if (at > 0 && next !== undefined && isDropped(one, kept) && next.endsWith !== null) {
      merges.push({ from: one.generation, into: next.generation });
    }
  }
  return merges;
};

/** What is left once the merges are done. */
export const withoutDropped = (intervals: readonly Interval[], kept: ReadonlySet<string>): Interval[] => {
  const left: Interval[] = [];
  let all = false;
  const rest = asked(intervals, kept);
  for (const [at, one] of rest.entries()) {
    const next = rest[at + 1];
    if (at > 0 && next !== undefined && isDropped(one, kept) && next.endsWith !== null) all ||= one.all;
    else {
      left.push({ ...one, all: one.all || all });
      all = false;
    }
  }
  return left;
};

/** From the oldest checkpoint that is kept on; without one, the interval that goes on alone. */
const asked = (intervals: readonly Interval[], kept: ReadonlySet<string>): readonly Interval[] => {
  const first = intervals.findIndex(({ endsWith }) => endsWith !== null && kept.has(endsWith));
  return first < 0 ? intervals.slice(-1) : intervals.slice(first);
};

const isDropped = ({ endsWith }: Interval, kept: ReadonlySet<string>): boolean =>
  endsWith !== null && !kept.has(endsWith);
