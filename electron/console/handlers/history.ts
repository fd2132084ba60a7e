import type { HistoryEntry } from '../../../shared/contract/history.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { foundDamage } from '../../../shared/model/found-damage.ts';
import type { JobQuery } from '../store/job-table.ts';
import { objectNamed } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

const PAGE = 100;

/** Serves the history: all jobs that the home knows. */
export const historyHandlers = (parts: ConsoleParts): HandlersOf<'history.list'> => ({
  'history.list': async ({ object, kinds, outcomes, foundDamage: damage, from, until, after, limit = PAGE }) => {
    const { jobs, total } = parts.board.page({
      object,
      kinds,
      states: outcomes,
      foundDamage: damage,
      from: from === undefined ? undefined : Date.parse(from),
      until: until === undefined ? undefined : Date.parse(until),
      before: after === undefined ? undefined : placeOf(after),
      limit,
    });
    if (object !== undefined && total === 0) demandKnown(parts, object);
    const last = jobs.at(-1);
    return {
      entries: jobs.map(historyEntry),
      total,
      next: jobs.length < limit || last === undefined ? null : `${Date.parse(last.createdAt)}-${last.id}`,
    };
  },
});

/** A name that is mistyped has no history; an object that was removed since has one. */
const demandKnown = (parts: ConsoleParts, object: string): void => {
  if (parts.board.page({ object, limit: 1 }).total === 0) objectNamed(parts, object);
};

const placeOf = (cursor: string): JobQuery['before'] => {
  const [, createdAt, id] = /^(\d{1,15})-([0-9a-f]{32})$/.exec(cursor) ?? [];
  if (createdAt !== undefined && id !== undefined) return { createdAt: Number(createdAt), id };
  throw new ColdframeError('USAGE', {
    message: `The history has no page ${cursor}.`,
    guidance: 'Ask for it again from its beginning.',
  });
};

/** What answers of jobs have in common, as far as they have it. */
interface Answer {
  readonly set?: {
    readonly elements?: number;
    readonly logicalBytes?: number;
    readonly bytesRead?: number;
    readonly bytesStored?: number;
    readonly warnings?: readonly unknown[];
  };
  readonly warnings?: readonly unknown[];
}

/** A job as the history lists it. */
export const historyEntry = (job: JobRecord): HistoryEntry => {
  const { startedAt, finishedAt, progress, error } = job;
  const answer = job.result as Answer | null;
  // Answers of other kinds name a set by its id.
  const set = typeof answer?.set === 'object' ? answer.set : undefined;
  return {
    job: job.id,
    kind: job.kind,
    outcome: job.state,
    object: job.object,
    ...(job.objects === undefined ? {} : { objects: job.objects }),
    vault: job.vault,
    set: job.set,
    createdAt: job.createdAt,
    startedAt,
    finishedAt,
    // A clock that was put back meanwhile makes no time negative.
    durationMs:
      startedAt === null || finishedAt === null ? null : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)),
    elements: set?.elements ?? progress?.elementsDone ?? null,
    logicalBytes: set?.logicalBytes ?? null,
    bytesRead: set?.bytesRead ?? progress?.bytesRead ?? null,
    bytesStored: set?.bytesStored ?? progress?.bytesStored ?? null,
    warnings: (set?.warnings ?? answer?.warnings ?? []).length,
    foundDamage: foundDamage(job),
    error: error && { code: error.code, message: error.message },
    resumedBy: job.resumedBy,
  };
};
