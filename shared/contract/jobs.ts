import * as z from 'zod';
import { errorData } from './error-data.ts';
import { JOB_KINDS, JOB_STATES } from './job-states.ts';
import { picture } from './picture.ts';
import { command, query, watch } from './procedure.ts';
import { byteCount, count, durationMs, id, idPrefix, time } from './values.ts';

export { errorData } from './error-data.ts';
export { JOB_KINDS, JOB_STATES, type JobKind, type JobState } from './job-states.ts';

/** Sampled state of a running job: the latest replaces the ones before it. */
export const progressSample = z.object({
  phase: z.string(),
  elementsDone: count,
  elementsTotal: count.nullable(),
  bytesRead: byteCount,
  bytesStored: byteCount,
  bytesTotal: byteCount.nullable(),
  /** Bytes a second, over the last seconds. */
  rate: z.number().nonnegative(),
  /** Null while it cannot be told honestly. */
  etaMs: durationMs.nullable(),
});
export type ProgressSample = z.infer<typeof progressSample>;

export const jobRecord = z.object({
  id,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  /** Name of the logical object, null for a job on a whole vault. */
  object: z.string().nullable(),
  /** Names of its objects where they are several. */
  objects: z.array(z.string()).optional(),
  /** Folder of the vault. */
  vault: z.string(),
  /** Of a restore: the folder, image or device that it goes to; null: back to where all of it came from. Left out of other jobs. */
  to: z.string().nullable().optional(),
  /** The block set it writes or wrote, as soon as that is known. */
  set: id.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  progress: progressSample.nullable(),
  error: errorData.nullable(),
  /** What the procedure answered. */
  result: z.unknown(),
  /** The job that took it up again after it was interrupted. */
  resumedBy: id.nullable(),
});
export type JobRecord = z.infer<typeof jobRecord>;

const oneJob = z.strictObject({ job: idPrefix });
const answer = z.object({ job: jobRecord });

export const jobProcedures = {
  'job.list': query(
    z.strictObject({
      limit: z.number().int().min(1).max(10_000).optional(),
      kinds: z.array(z.enum(JOB_KINDS)).optional(),
      states: z.array(z.enum(JOB_STATES)).optional(),
      object: z.string().optional(),
    }),
    z.object({ jobs: z.array(jobRecord) }),
  ),
  'job.show': query(oneJob, answer),
  'job.pause': command(oneJob, answer),
  /** Lets a paused job go on; an interrupted or failed backup is started again where it stopped. */
  'job.resume': command(oneJob, answer),
  'job.cancel': command(oneJob, answer),
  /** Follows all jobs: an event for each change, until the caller cancels. */
  'job.watch': watch(z.strictObject({}), z.object({})),
  /**
   * Follows one job as a picture. Events: `picture`, a whole one first, then about four a second; the answer comes when the
   * job has ended, and is its whole picture.
   */
  'job.follow': query(oneJob, z.object({ picture })),
  /** The whole picture of a job, running or ended; null when none was kept. */
  'job.picture': query(oneJob, z.object({ picture: picture.nullable() })),
};
