import type { CheckStanding } from '../../../shared/contract/checks.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { ageOf, takenAt } from '../retention/dates.ts';
import type { Overdue } from '../schedules/overdue.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { VaultInfo } from '../use-cases.ts';
import { objectState } from './object-state.ts';

/** What the overview of an object is made of. */
export interface ObjectSources {
  readonly object: StoredObject;
  readonly vault: VaultInfo;
  /** Its newest sets, newest first, and how many there are. */
  readonly recent: { readonly sets: readonly BlockSetSummary[]; readonly total: number };
  readonly good: BlockSetSummary | null;
  /** The newest damaged set that it builds on. */
  readonly belowGood: Pick<BlockSetSummary, 'id' | 'createdAt'> | null;
  readonly running: JobRecord | null;
  readonly ended: JobRecord | null;
  readonly overdueAfterMs: number;
  readonly overdue: Overdue | null;
  /** When a schedule backs it up next; null when none does. */
  readonly nextRun: number | null;
  readonly schedulesPaused: boolean;
  readonly restoreTest: CheckStanding;
  readonly verify: CheckStanding;
  /** Whether its newest complete set is known to be damaged, or builds on one that is. */
  readonly damaged: boolean;
  readonly away: boolean;
  /** Why the catalog of its vault cannot tell what there is of it, as the code of an error; null when it can. */
  readonly unreadable: string | null;
  readonly now: number;
}

export const objectOverview = (sources: ObjectSources): Omit<ObjectOverview, 'sharedDisk'> => {
  const { object, vault, recent, good, belowGood, running, nextRun, restoreTest, verify, now } = sources;
  const trend = recent.sets.filter(({ state }) => state === 'complete').toReversed();
  return {
    id: object.id,
    name: object.name,
    vault: { id: vault.id, name: vault.name, dir: vault.dir },
    ...objectState({
      ...sources,
      wrong: wrongOf(restoreTest) ?? (verify.lostNowhere ? null : wrongOf(verify)),
      copied: verify.lostNowhere ? wrongOf(verify) : null,
    }),
    overdueSince: sources.overdue && iso(sources.overdue.since),
    lastGood: good && {
      id: good.id,
      level: good.level,
      createdAt: iso(takenAt(good)),
      // Of one that is dated after now nobody can tell: it is too old until there is another.
      ageMs: ageOf(good, now) ?? sources.overdueAfterMs + 1,
      elements: good.elements,
      logicalBytes: good.logicalBytes,
      warnings: good.warnings.length,
      damagedBelow: belowGood && { set: belowGood.id, createdAt: iso(belowGood.createdAt) },
    },
    sets: recent.total,
    running: running && { job: running.id, state: running.state, progress: running.progress },
    trend: trend.map(({ id, level, createdAt, logicalBytes, bytesRead, bytesStored }) => ({
      set: id,
      level,
      createdAt: iso(createdAt),
      logicalBytes,
      bytesRead,
      bytesStored,
    })),
    changedBytes: good?.bytesRead ?? null,
    nextRun: nextRun === null ? null : iso(nextRun),
    schedulesPaused: sources.schedulesPaused,
    restoreTest,
    verify,
  };
};

/** The job that found something wrong. */
const wrongOf = ({ last }: CheckStanding): string | null => (last?.outcome === 'wrong' ? last.job : null);

const iso = (at: number): string => new Date(at).toISOString();
