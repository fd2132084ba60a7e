import * as z from 'zod';
import { ANOMALY_KINDS } from '../model/anomaly.ts';
import { EXPIRE_REASONS, HOLD_KINDS, KEEP_REASONS } from '../model/retention.ts';
import { setView } from './backup.ts';
import { REQUESTED_LEVELS } from './choices.ts';
import { command, job, query } from './procedure.ts';
import { levelRule, runWindow } from './schedules.ts';
import { byteCount, count, id, name, time, warning } from './values.ts';

const amount = z.number().int().min(0).max(10_000);

/** How many sets each rule keeps: see `KeepRules`. */
const keepRules = z.object({ keepLast: amount, daily: amount, weekly: amount, monthly: amount, yearly: amount });
/** Rules that are changed; what is not named stays as it is. */
const someRules = z.strictObject(keepRules.partial().shape);

const setMark = z.object({
  set: id,
  /** The note of a legal hold; null without one. */
  hold: z.string().nullable(),
  /** It is kept until then; null when nobody said so. */
  until: time.nullable(),
  markedAt: time,
});
export type SetMarkView = z.infer<typeof setMark>;

const policy = z.object({
  object: z.string(),
  rules: keepRules,
  /** Whether there are rules at all: without any, nothing ever expires. */
  active: z.boolean(),
  /** The time zone whose days, weeks, months and years count: that of this machine. */
  zone: z.string(),
  marks: z.array(setMark),
  /** What no rule holds expires by itself after each backup. */
  automatic: z.boolean(),
  /** Schedules by which it expires at times of its own, whether or not backups go on. */
  times: z
    .array(
      z.object({
        schedule: id,
        /** Whether it is for all objects of the vault that have rules. */
        ofVault: z.boolean(),
        cron: z.string(),
        zone: z.string(),
        state: z.enum(['active', 'paused']),
        /** The next run; null while it is paused, or can never run. */
        next: time.nullable(),
      }),
    )
    .default([]),
  /** Sets about which something is unusual: until somebody has looked nothing expires by itself. */
  heldBack: z.array(
    z.object({
      set: id,
      anomalies: z.array(z.object({ kind: z.enum(ANOMALY_KINDS), usual: z.number(), now: z.number() })),
    }),
  ),
});
export type RetentionPolicy = z.infer<typeof policy>;

/** What keeps sets from expiring until somebody says by name that they may although. */
const retentionHold = z.object({ kind: z.enum(HOLD_KINDS), set: id.nullable() });

const plannedSet = setView
  .pick({ id: true, level: true, state: true, parent: true, createdAt: true, logicalBytes: true, bytesStored: true })
  .extend({
    tapes: z.array(z.string()),
    /** It is complete, and all that it needs is there and sound as far as is known. Others take no place of a rule. */
    good: z.boolean(),
    keep: z.boolean(),
    /** `of`: a period, a time, a note, or the id of the set that needs it. */
    reasons: z.array(z.object({ kind: z.enum([...KEEP_REASONS, ...EXPIRE_REASONS]), of: z.string().nullable() })),
  });
export type PlannedSet = z.infer<typeof plannedSet>;

const oneSet = { set: z.string().min(1).max(256) };

export const retentionProcedures = {
  'retention.show': query(z.strictObject({ object: name }), policy),
  /** Changes rules of an object; 0 takes one away. */
  'retention.set': command(
    z.strictObject({ object: name, rules: someRules, automatic: z.boolean().optional() }),
    policy,
  ),
  /** What would expire now; with `rules`, if those were changed so. */
  'retention.plan': query(
    z.strictObject({ object: name, rules: someRules.optional() }),
    policy.omit({ marks: true }).extend({
      /** Newest first. */
      sets: z.array(plannedSet),
      keeps: count,
      expires: count,
      /** What the sets that would expire have stored. */
      bytes: byteCount,
      /** Tapes on which nothing would be left that is kept. */
      tapes: z.array(z.string()),
      /** Why nothing expires, by hand or by itself, unless `retention.apply` names it; `about`: the reason in words. */
      holds: z.array(retentionHold.extend({ about: z.string() })).default([]),
    }),
  ),
  /**
   * What would be there when, if backups go on: as the schedules of the object say, or, where it has none or it is asked to `suppose`, one
   * every so many hours, every so many of them full (as often as lately, unless it is said). Takes every complete set for whole; looks at no tape.
   */
  'retention.simulate': query(
    z.strictObject({
      object: name,
      rules: someRules.optional(),
      days: z.number().int().min(1).max(3660).optional(),
      /** Go by the assumption, whatever the schedules say. So does who gives one of those that follow. */
      suppose: z.boolean().optional(),
      everyHours: z.number().int().min(1).max(8784).optional(),
      fullEvery: z.number().int().min(0).max(10_000).optional(),
    }),
    policy.omit({ marks: true }).extend({
      /** Whether the backups to come are those of schedules, or only supposed. */
      by: z.enum(['schedules', 'assumption']),
      /** Those it goes by. */
      schedules: z.array(
        z.object({
          id,
          cron: z.string(),
          zone: z.string(),
          level: z.enum(REQUESTED_LEVELS),
          rules: z.array(levelRule),
          window: runWindow.nullable(),
        }),
      ),
      /** Schedules of the object that bring no backup, because they are paused or can never run. */
      paused: count,
      /** Of the assumption; null when it goes by schedules. */
      everyHours: count.nullable(),
      /** 0: no further full set. */
      fullEvery: count.nullable(),
      /**
       * Whether the rules are applied after each backup, besides the `times` that are not paused: because they are, or because nothing else says
       * when.
       */
      afterEach: z.boolean(),
      /** How far was looked: less far than asked for where that is too many backups. */
      until: time,
      /** After each backup to come, and each time at which the rules are applied. */
      steps: z.array(z.object({ at: time, keeps: count, expires: count })),
      /** The sets that there are now, newest first, and when each goes; null when it is still there at the end. */
      sets: z.array(z.object({ id, createdAt: time, goesAt: time.nullable() })),
    }),
  ),
  /**
   * Somebody has looked at what was unusual: from the next backup, or the next of its times, on sets expire by themselves again. `sets`: only at these, as
   * `heldBack` names them; what was found since nobody has seen.
   */
  'retention.acknowledge': command(z.strictObject({ object: name, sets: z.array(id).max(10_000).optional() }), policy),
  /**
   * Lets sets expire; fails when sets would that are not among those named, and with RETENTION_HELD while retention is held back by anything that
   * `although` does not name.
   */
  'retention.apply': job(
    z.strictObject({
      object: name,
      sets: z.array(id).max(100_000),
      although: z.array(retentionHold).max(1000).optional(),
    }),
    z.object({
      object: z.string(),
      expired: z.array(plannedSet.omit({ good: true, keep: true, reasons: true })),
      kept: count,
      bytes: byteCount,
      /** Tapes that hold nothing any more that is kept: they are labelled anew when a backup wants one. */
      freedTapes: z.array(z.string()),
      warnings: z.array(warning),
    }),
  ),
  /** Puts a legal hold on a set: it stays, whatever the rules say, until it is released. */
  'retention.hold': command(z.strictObject({ ...oneSet, note: z.string().max(1000).optional() }), policy),
  /** Keeps a set until a time, whatever the rules say. */
  'retention.keep': command(z.strictObject({ ...oneSet, until: time }), policy),
  /** Ends both. */
  'retention.release': command(z.strictObject(oneSet), policy),
};
