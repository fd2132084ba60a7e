import type { HistoryEntry } from '../../shared/contract/history.ts';

/** How backups of one object went, oldest first: a value of each for every one of them. */
export interface Trend {
  /** Seconds since 1970, rising. */
  readonly at: readonly number[];
  readonly logicalBytes: readonly (number | null)[];
  readonly bytesRead: readonly (number | null)[];
  readonly bytesStored: readonly (number | null)[];
  readonly durationMs: readonly (number | null)[];
}

/** The backups among entries of the history that left a whole set. */
export const trendOf = (entries: readonly HistoryEntry[]): Trend => {
  const whole = entries
    .filter(({ kind, outcome }) => kind === 'backup' && (outcome === 'done' || outcome === 'done-with-warnings'))
    .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
  return {
    at: whole.map(({ createdAt }) => Date.parse(createdAt) / 1000),
    logicalBytes: whole.map(({ logicalBytes }) => logicalBytes),
    bytesRead: whole.map(({ bytesRead }) => bytesRead),
    bytesStored: whole.map(({ bytesStored }) => bytesStored),
    durationMs: whole.map(({ durationMs }) => durationMs),
  };
};

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** What of time a chart shows, seconds: a single moment, or moments that are close, with some room. */
export const timeRange = (at: readonly number[]): [number, number] => {
  const [first = 0] = at;
  const last = at.at(-1) ?? first;
  const room = last === first ? 6 * HOUR : Math.max((last - first) * 0.02, 5 * MINUTE);
  return [first - room, last + room];
};

/** Steps that a scale of sizes may have: round numbers of each unit. */
export const SIZE_STEPS: readonly number[] = [0, 1, 2, 3, 4].flatMap((unit) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * 1024 ** unit),
);

/** Steps that a scale of things may have. */
export const COUNT_STEPS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** Steps that a scale of time spans may have, milliseconds. */
export const SPAN_STEPS: readonly number[] = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800].map(
    (seconds) => seconds * 1000,
  ),
];
