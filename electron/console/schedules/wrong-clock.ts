/** A clock that was this far ahead was wrong: to wait for it to come round again would end the schedule. */
const WRONG_CLOCK_MS = 24 * 3_600_000;

/** Moments after this one cannot have come, though a clock may have said so for a while. */
export const lastPossible = (now: number): number => now + WRONG_CLOCK_MS;
