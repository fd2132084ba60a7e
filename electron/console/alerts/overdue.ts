/** A run may take its time before the object counts as overdue, milliseconds. */
const GRACE_MS = 3_600_000;

export interface OverdueFacts {
  /** When the last good set was made; null when there is none. */
  readonly goodAt: number | null;
  /** When the object was made known. */
  readonly knownSince: number;
  /** The newest moments at which active schedules were due, by schedule; null when the object has none of these. */
  readonly dueAt: readonly number[] | null;
  /** How old the last good set may be where no schedule says. */
  readonly overdueAfterMs: number;
  readonly now: number;
}

/**
 * Since when a backup is missing; null when none is. With schedules one is missing when a run was due and there is no good set since then, an hour
 * later; without any when the last good one is too old.
 */
export const overdueSince = ({ goodAt, knownSince, dueAt, overdueAfterMs, now }: OverdueFacts): number | null => {
  if (dueAt !== null) {
    const missed = dueAt.filter((moment) => moment > (goodAt ?? Number.NEGATIVE_INFINITY) && moment <= now - GRACE_MS);
    return missed.length === 0 ? null : Math.min(...missed);
  }
  const since = (goodAt ?? knownSince) + overdueAfterMs;
  return since < now ? since : null;
};
