import type { StoredRun } from '../store/schedule-table.ts';

/** What becomes of a run that does not begin. */
export const skip = (reason: string) => ({ outcome: 'skipped', reason, notBefore: null }) as const;

/** A run that never began, and will not. */
export const over = (run: StoredRun, why: string): StoredRun => ({
  ...run,
  ...skip([run.reason, why].filter(Boolean).join(' ')),
});
