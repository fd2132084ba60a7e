import type { Attention } from '../../../shared/contract/attention.ts';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { item } from './attention.ts';

/** A schedule with what the overview asks of it. */
export interface SeenSchedule {
  readonly schedule: StoredSchedule;
  /** Why it can never run; null when it can. */
  readonly problem: string | null;
  /** The newest run. */
  readonly last: StoredRun | null;
}

/**
 * What a person should look at of the schedules of an object: those that can never run, and runs that came to nothing before a job of
 * theirs could say so, until a backup has made up for them. `goodAt`: of its last good backup, milliseconds since 1970.
 */
export const scheduleAttention = (
  object: Pick<ObjectOverview, 'name' | 'vault'>,
  schedules: readonly SeenSchedule[],
  goodAt: number,
): Attention[] => {
  const where = { object: object.name, vault: object.vault.dir };
  const again = { procedure: 'backup', input: { object: object.name } };
  return schedules.flatMap((seen) => {
    const { id, paused, task } = seen.schedule;
    if (task !== 'backup') return checkScheduleAttention(where, seen);
    const { problem, last } = seen;
    if (paused) return [];
    if (problem !== null) return [item('SCHEDULE_BROKEN', 'lost', where, { schedule: id, task, problem })];
    if (last === null) return [];
    // Its backup is there, what was to be put together after it is not.
    const unmerged = last.outcome === 'failed' && last.level === 'synthetic' && last.job !== null;
    if (goodAt > last.at && !unmerged) return [];
    const context = {
      schedule: id,
      task,
      dueAt: new Date(last.dueAt).toISOString(),
      reason: last.reason,
      more: last.more,
    };
    if (goodAt > last.at) {
      const merge = { procedure: 'merge', input: { object: object.name } };
      return [item('RUN_FAILED', 'look', where, { ...context, unmerged: true }, merge)];
    }
    if (last.outcome === 'skipped') return [item('RUN_SKIPPED', 'look', where, context, again)];
    if (last.outcome === 'failed' && last.job === null) return [item('RUN_FAILED', 'lost', where, context, again)];
    return [];
  });
};

/** The same of a schedule that verifies or tests. That a run was missed is told by how old the last finding is. */
export const checkScheduleAttention = (
  where: { readonly object?: string; readonly vault: string },
  { schedule: { id, paused, task }, problem, last }: SeenSchedule,
): Attention[] => {
  if (paused) return [];
  if (problem !== null) return [item('SCHEDULE_BROKEN', 'lost', where, { schedule: id, task, problem })];
  if (last === null || last.outcome !== 'failed' || last.job !== null) return [];
  const context = {
    schedule: id,
    task,
    dueAt: new Date(last.dueAt).toISOString(),
    reason: last.reason,
    more: last.more,
  };
  return [item('RUN_FAILED', 'lost', where, context)];
};
