const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** How long to wait before attempt `n` (from 0): doubles, up to ten seconds, with a quarter of chance. */
export const backoffMs = (attempt: number, chance: number): number =>
  Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 20)) * (0.75 + 0.5 * chance));
