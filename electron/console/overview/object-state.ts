import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { ObjectOverview, ObjectState } from '../../../shared/contract/overview.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { ageOf } from '../retention/dates.ts';
import { isBeingMade, type Overdue } from '../schedules/overdue.ts';

/** What the state of an object follows from. */
export interface ObjectFacts {
  /** Newest complete set that is not known to be damaged; where all are, the newest. */
  readonly good: BlockSetSummary | null;
  /** Its backup that waits, runs or is paused. */
  readonly running: JobRecord | null;
  /** Its newest backup job that has ended. */
  readonly ended: JobRecord | null;
  readonly overdueAfterMs: number;
  /** Since when a backup is missing; null when none is. */
  readonly overdue: Overdue | null;
  /** The verification or restore test that found something wrong in it; null when none did. */
  readonly wrong: string | null;
  /** Whether its newest complete set is known to be damaged, or builds on one that is, whoever found that. */
  readonly damaged: boolean;
  /** The verification that found damage all of which is whole on another tape; null when none did. */
  readonly copied: string | null;
  /** Whether tapes, or the vault, that its last good set needs are not here. */
  readonly away: boolean;
  /** Why the catalog of its vault cannot tell what there is of it, as the code of an error; null when it can. */
  readonly unreadable: string | null;
  readonly now: number;
}

type Reason = ObjectOverview['reason'];

/** State and reason. One that was never backed up is `never` even after a failure, and one of which that cannot be told is not; one that is overdue, in which something was found wrong, or that could not be restored as things lie now, is never `ok`. */
export const objectState = (facts: ObjectFacts): { readonly state: ObjectState; readonly reason: Reason } => {
  const { good, running, ended, overdueAfterMs, overdue, wrong, damaged, copied, away, unreadable, now } = facts;
  const because = (code: Reason['code'], job: JobRecord | null = null): Reason => ({
    code,
    job: job?.id ?? null,
    error: job?.state === 'cancelled' ? null : (job?.error?.code ?? null),
    overdueAfterMs,
  });
  if (running && (overdue === null || isBeingMade(running, now)))
    return { state: 'running', reason: because('JOB_RUNNING', running) };
  if (unreadable !== null) return { state: 'failed', reason: { ...because('CATALOG_UNREADABLE'), error: unreadable } };
  const failure = failureSince(good, ended, now);
  // What somebody cancelled is no failure, and can be taken up again.
  if (!good) return { state: 'never', reason: because('NO_SET', failure ?? cancelledOf(ended)) };
  if (failure) {
    const code = failure.state === 'interrupted' ? 'JOB_INTERRUPTED' : 'JOB_FAILED';
    return { state: 'failed', reason: because(code, failure) };
  }
  if (wrong !== null || damaged) return { state: 'failed', reason: { ...because('CHECK_WRONG'), job: wrong } };
  if (overdue !== null)
    return { state: 'overdue', reason: because(overdue.by === 'schedule' ? 'RUN_MISSED' : 'TOO_OLD') };
  if (away) return { state: 'away', reason: because('TAPES_AWAY') };
  if (copied !== null) return { state: 'warnings', reason: { ...because('CHECK_WRONG'), job: copied } };
  if (good.warnings.length > 0) return { state: 'warnings', reason: because('SET_WARNED') };
  return { state: 'ok', reason: because('GOOD') };
};

const cancelledOf = (ended: JobRecord | null): JobRecord | null => (ended?.state === 'cancelled' ? ended : null);

/** A backup that failed after the last good set; one that somebody cancelled is no failure. */
const failureSince = (good: BlockSetSummary | null, ended: JobRecord | null, now: number): JobRecord | null => {
  if (!ended || (ended.state !== 'failed' && ended.state !== 'interrupted')) return null;
  const age = good && ageOf(good, now);
  return age !== null && now - age > Date.parse(ended.createdAt) ? null : ended;
};
