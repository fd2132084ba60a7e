import * as z from 'zod';
import { REQUESTED_LEVELS } from './choices.ts';
import { command, job, query } from './procedure.ts';
import { count, id, idPrefix, name, place, time } from './values.ts';

/** How a run that was due came out; `skipped` ones were not begun. */
export const RUN_OUTCOMES = ['running', 'done', 'warned', 'failed', 'cancelled', 'interrupted', 'skipped'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** A moment at which a schedule said that a backup is due, and what became of it. Every such moment has one. */
export const scheduleRun = z.object({
  dueAt: time,
  /** When it was begun, or found to be missed. */
  at: time,
  outcome: z.enum(RUN_OUTCOMES),
  /** Why it was not on time, was skipped or failed; null when there is nothing to say. */
  reason: z.string().nullable(),
  job: id.nullable(),
  /** Moments before it that were missed in the same way and are not listed; MOST_COUNTED stands for that many or more. */
  more: count,
});
export type ScheduleRun = z.infer<typeof scheduleRun>;

export const scheduleView = z.object({
  id,
  object: z.string(),
  /** Five fields (minute, hour, day of the month, month, day of the week), or a nickname such as @daily. */
  cron: z.string(),
  /** IANA name of the time zone that the fields are read in. */
  zone: z.string(),
  level: z.enum(REQUESTED_LEVELS),
  /** Whether a run that was missed while no console served is made up for, once. */
  catchUp: z.boolean(),
  state: z.enum(['active', 'paused']),
  /** Where the passphrase of a sealed vault is read when a run begins. */
  passphraseFile: z.string().nullable(),
  createdAt: time,
  /** The next five runs; none while it is paused. */
  next: z.array(time),
  /** Why it can never run; null when it can. */
  problem: z.string().nullable(),
  /** The newest run. */
  last: scheduleRun.nullable(),
});
export type ScheduleView = z.infer<typeof scheduleView>;

const oneSchedule = z.strictObject({ schedule: idPrefix });
const answer = z.object({ schedule: scheduleView });

export const scheduleProcedures = {
  'schedule.add': command(
    z.strictObject({
      object: name,
      cron: z.string().min(1).max(200),
      /** The zone of the machine when it is not given. */
      zone: z.string().min(1).max(100).optional(),
      level: z.enum(REQUESTED_LEVELS).optional(),
      catchUp: z.boolean().optional(),
      passphraseFile: place.optional(),
    }),
    answer,
  ),
  /** `keeping`: whether this console starts them; one that serves a single command does not. */
  'schedule.list': query(
    z.strictObject({ object: name.optional() }),
    z.object({ schedules: z.array(scheduleView), keeping: z.boolean() }),
  ),
  /** The runs of a schedule, newest first. */
  'schedule.runs': query(
    z.strictObject({ schedule: idPrefix, limit: z.number().int().min(1).max(10_000).optional() }),
    z.object({ schedule: scheduleView, runs: z.array(scheduleRun) }),
  ),
  /** What an expression would mean: the zone it is read in, and the next five moments. */
  'schedule.preview': query(
    z.strictObject({ cron: z.string().min(1).max(200), zone: z.string().min(1).max(100).optional() }),
    z.object({ zone: z.string(), next: z.array(time) }),
  ),
  /** Lets its runs pass without a backup; they count as neither missed nor skipped. */
  'schedule.pause': command(oneSchedule, answer),
  'schedule.resume': command(oneSchedule, answer),
  /** Runs it now, beside its times. */
  'schedule.run': job(oneSchedule, z.object({ schedule: scheduleView, run: scheduleRun })),
  'schedule.remove': command(oneSchedule, answer),
};
