import * as z from 'zod';
import { PRIORITIES, REQUESTED_LEVELS, RULE_DAYS, RUN_LEVELS, SCHEDULE_TASKS, WINDOW_ENDS } from './choices.ts';
import { errorData } from './error-data.ts';
import { command, job, query } from './procedure.ts';
import { count, id, idPrefix, name, place, time, timeOfDay } from './values.ts';

/** How a run that was due came out; `skipped` ones were not begun, `waiting` ones not yet, `paused` ones go on when their window opens again. */
export const RUN_OUTCOMES = [
  'waiting',
  'running',
  'paused',
  'done',
  'warned',
  'failed',
  'cancelled',
  'interrupted',
  'skipped',
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** A moment at which a schedule said that a run is due, and what became of it. Every such moment has one. */
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
  /** What it makes; null for runs from before there were rules. */
  level: z.enum(RUN_LEVELS).nullable(),
  /** How often it failed and was put off. */
  attempts: count,
  /** Of one that waits or is paused: it does not begin, or go on, before; null when that hangs on conditions alone. */
  notBefore: time.nullable(),
});
export type ScheduleRun = z.infer<typeof scheduleRun>;

/** The first that fits a moment says what its run makes; else the level of the schedule. */
export const levelRule = z.strictObject({ on: z.enum(RULE_DAYS), level: z.enum(RUN_LEVELS) });
export type LevelRule = z.infer<typeof levelRule>;

/** The hours of the day, in the zone of the schedule, in which its runs may go on; over midnight when `to` is the earlier. */
export const runWindow = z.strictObject({ from: timeOfDay, to: timeOfDay, atEnd: z.enum(WINDOW_ENDS) });
export type RunWindow = z.infer<typeof runWindow>;

/** On what terms a schedule runs when it is due. That its vault is there is always one, and, of an object on a network file system, that there is a network. */
export const scheduleTerms = z.strictObject({
  rules: z.array(levelRule).max(16),
  window: runWindow.nullable(),
  priority: z.enum(PRIORITIES),
  /** Runs begin up to so much later, each by another amount, so that not all begin at once. Milliseconds. */
  jitterMs: z
    .number()
    .int()
    .min(0)
    .max(12 * 3_600_000),
  /** How often a run is tried again that failed for a reason that can pass. */
  retries: z.number().int().min(0).max(10),
  /** Only while the machine is not on battery. */
  mains: z.boolean(),
  /** Only while the link of the machine is not metered. */
  unmetered: z.boolean(),
  /** Only after nobody used the machine for so long, milliseconds; null: whoever works may be disturbed. */
  idleMs: z
    .number()
    .int()
    .min(60_000)
    .max(24 * 3_600_000)
    .nullable(),
});
export type ScheduleTerms = z.infer<typeof scheduleTerms>;

/** Terms as they are asked for: what is left out stays as it is, or is the default. */
const askedTerms = z.strictObject({
  rules: scheduleTerms.shape.rules.optional(),
  window: scheduleTerms.shape.window.optional(),
  priority: scheduleTerms.shape.priority.optional(),
  jitterMs: scheduleTerms.shape.jitterMs.optional(),
  retries: scheduleTerms.shape.retries.optional(),
  mains: scheduleTerms.shape.mains.optional(),
  unmetered: scheduleTerms.shape.unmetered.optional(),
  idleMs: scheduleTerms.shape.idleMs.optional(),
});

/** A run that is to come: when it begins, as its window and its spread have it, and when it is due, which consoles of before do not tell. */
export const comingRun = z.object({ at: time, due: time.optional(), level: z.enum(RUN_LEVELS) });
export type ComingRun = z.infer<typeof comingRun>;

export const scheduleView = z.object({
  id,
  task: z.enum(SCHEDULE_TASKS),
  /** The name of what it is for: an object, or a vault. */
  object: z.string(),
  /** Folder of the vault, of a schedule for a whole one; else null. */
  vault: z.string().nullable(),
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
  /** When the next five runs begin, which may be later than they are due; none while it is paused. */
  next: z.array(time),
  /** When they are due, in the same order; none from consoles that do not tell. */
  nextDue: z.array(time).default([]),
  /** What the next five runs make, in the same order. */
  nextLevels: z.array(z.enum(RUN_LEVELS)),
  terms: scheduleTerms,
  /** Terms that cannot be looked after on this machine, and count as fulfilled. */
  unknown: z.array(z.enum(['mains', 'idle', 'metered'])),
  /** What of it is hardly meant so. */
  doubts: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('outside-window'), due: time, begins: time }),
        /** Its window ends when it begins. */
        z.object({ kind: z.literal('window-always-open') }),
        /** Runs are spread over less than was asked for: half of the time until the next one. */
        z.object({ kind: z.literal('spread-too-long'), mostMs: z.number() }),
        /** One of the same day stands before it; numbered from 0. */
        z.object({ kind: z.literal('rule-never-holds'), rule: count }),
      ]),
    )
    .default([]),
  /** Why it can never run; null when it can. */
  problem: z.string().nullable(),
  /** The newest run. */
  last: scheduleRun.nullable(),
});
export type ScheduleView = z.infer<typeof scheduleView>;

const oneSchedule = z.strictObject({ schedule: idPrefix });
const answer = z.object({ schedule: scheduleView });
const cron = z.string().min(1).max(200);
const zone = z.string().min(1).max(100);
const level = z.enum(REQUESTED_LEVELS);
/** Until when no schedule begins anything; null: they do. */
const pausedUntil = time.nullable();
const LONGEST_PAUSE_MS = 31 * 24 * 3_600_000;

/** The runs of one schedule on one day. */
const dayRuns = z.object({
  schedule: id,
  task: z.enum(SCHEDULE_TASKS),
  object: z.string(),
  level: z.enum(RUN_LEVELS),
  /** The first of them, */
  first: time,
  /** and how many there are; null when that is more than 24. */
  count: count.nullable(),
});
export type DayRuns = z.infer<typeof dayRuns>;

export const scheduleProcedures = {
  'schedule.add': command(
    z.strictObject({
      /** What it is for: an object, or a whole vault, which can be verified, or have retention of all its objects that have rules. */
      object: name.optional(),
      vault: place.optional(),
      /** A backup when it is not given. */
      task: z.enum(SCHEDULE_TASKS).optional(),
      cron,
      /** The zone of the machine when it is not given. */
      zone: zone.optional(),
      level: level.optional(),
      catchUp: z.boolean().optional(),
      passphraseFile: place.optional(),
      terms: askedTerms.optional(),
      /** It runs nothing until it is resumed. */
      paused: z.boolean().optional(),
    }),
    answer,
  ),
  /** Changes what is given. Moments up to now keep what became of them; one that waits is let go when the times change. */
  'schedule.update': command(
    z.strictObject({
      schedule: idPrefix,
      cron: cron.optional(),
      zone: zone.optional(),
      level: level.optional(),
      catchUp: z.boolean().optional(),
      passphraseFile: place.optional(),
      terms: askedTerms.optional(),
    }),
    answer,
  ),
  /** `keeping`: whether this console starts them; one that serves a single command does not. */
  'schedule.list': query(
    z.strictObject({ object: name.optional() }),
    z.object({ schedules: z.array(scheduleView), keeping: z.boolean(), pausedUntil }),
  ),
  /** The runs of a schedule, newest first. */
  'schedule.runs': query(
    z.strictObject({ schedule: idPrefix, limit: z.number().int().min(1).max(10_000).optional() }),
    z.object({ schedule: scheduleView, runs: z.array(scheduleRun) }),
  ),
  /** What an expression would mean: the zone it is read in, and when the next five runs would begin. */
  'schedule.preview': query(
    z.strictObject({
      cron,
      zone: zone.optional(),
      level: level.optional(),
      rules: scheduleTerms.shape.rules.optional(),
      window: runWindow.nullable().optional(),
    }),
    z.object({ zone: z.string(), next: z.array(time), coming: z.array(comingRun) }),
  ),
  /**
   * Why `schedule.add` would refuse to read a passphrase from a file; null when it would not. Without `vault`, for one that is still to be made,
   * the file has to hold what the secret `passphrase` is, where that is given.
   */
  'schedule.checkPassphraseFile': query(
    z.strictObject({ file: place, vault: place.optional() }),
    z.object({ error: errorData.nullable() }),
  ),
  /** The days to come, in the zone of the machine, with the runs of each; what is paused has none. */
  'schedule.calendar': query(
    z.strictObject({ days: z.number().int().min(1).max(92).optional() }),
    z.object({
      zone: z.string(),
      /** The first is today. */
      days: z.array(z.object({ date: z.iso.date(), runs: z.array(dayRuns) })),
    }),
  ),
  /** No schedule begins anything until then, or for so long; what is due meanwhile waits, or is listed as skipped. Null: they go on. */
  'schedule.pauseAll': command(
    z.union([
      z.strictObject({ forMs: z.number().int().min(60_000).max(LONGEST_PAUSE_MS) }),
      /** `tomorrow` is the next midnight of the console's machine. */
      z.strictObject({ until: z.union([time, z.literal('tomorrow'), z.null()]) }),
    ]),
    z.object({ pausedUntil }),
  ),
  /** Lets its times pass without a run; they count as neither missed nor skipped. */
  'schedule.pause': command(oneSchedule, answer),
  'schedule.resume': command(oneSchedule, answer),
  /** Runs it now, beside its times. */
  'schedule.run': job(oneSchedule, z.object({ schedule: scheduleView, run: scheduleRun })),
  'schedule.remove': command(oneSchedule, answer),
};
