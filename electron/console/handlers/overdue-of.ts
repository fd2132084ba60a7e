import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { ageOf } from '../retention/dates.ts';
import { problemOf } from '../schedules/next-run.ts';
import { type Overdue, overdueOf } from '../schedules/overdue.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { ConsoleParts } from './parts.ts';

const HOUR_MS = 3_600_000;
/** Runs of a schedule that are looked at: the oldest that was missed says since when. */
const LOOKED_AT = 50;

/** Since when a backup of an object is missing: what the overview, the tray, notices, metrics and reports go by. `good`: its newest complete set. */
export const overdueNow = (
  { store }: ConsoleParts,
  object: StoredObject,
  good: BlockSetSummary | null,
  now: number,
): Overdue | null => {
  const age = good && ageOf(good, now);
  const at = age === null ? null : now - age;
  // A set that was put together of others has backed nothing up since.
  const finishedAt = good?.level === 'synthetic' ? null : good?.finishedAt;
  const doneAt = at === null ? null : Math.min(now, Math.max(at, finishedAt ?? at));
  const schedules = store.schedules
    .list()
    .filter((each) => each.object === object.id && each.task === 'backup' && !each.paused && problemOf(each) === null)
    .map((schedule) => ({
      schedule,
      runs: store.schedules.runsAfter(schedule.id, doneAt ?? object.createdAt, LOOKED_AT),
    }));
  return overdueOf({
    good: good && { at, doneAt },
    knownSince: object.createdAt,
    schedules,
    overdueAfterMs: store.settings.of(object.id).overdueAfterHours * HOUR_MS,
    now,
  });
};
