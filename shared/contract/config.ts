import * as z from 'zod';
import { NOTICE_EVENTS, NOTICE_KINDS, NOTICE_SENDS } from '../model/notice.ts';
import { UNPROTECTED_TYPES } from '../model/selection.ts';
import { REQUESTED_LEVELS, SCHEDULE_TASKS } from './choices.ts';
import { errorData } from './error-data.ts';
import { noticeProcedures, noticeTarget } from './notices.ts';
import { objectProcedures } from './objects.ts';
import { command } from './procedure.ts';
import { retentionProcedures } from './retention.ts';
import { scheduleProcedures, scheduleTerms } from './schedules.ts';
import { objectSettings, settings, settingsProcedures } from './settings.ts';
import { count, id, name, noticeMs, pathOut, place, time } from './values.ts';

/** A vault by its id; where it lay is for people. */
const vaultRef = z.strictObject({ id, dir: place });
const amount = z.number().int().min(0).max(10_000);
const many = 100_000;

export const configObject = z.strictObject({
  name,
  vault: vaultRef,
  kind: z.enum(['files', 'volumes']),
  roots: z.array(z.strictObject({ ...pathOut, crossFileSystems: z.boolean() })).max(many),
  volumes: z.array(z.string()).max(many),
  sources: z.array(z.strictObject({ volume: z.string(), uri: z.string() })).max(many),
  unprotected: z.array(z.enum(UNPROTECTED_TYPES)),
  exclude: z.array(z.string()).max(many),
  noticeMs: noticeMs.nullable().default(null),
  keep: z.strictObject({ keepLast: amount, daily: amount, weekly: amount, monthly: amount, yearly: amount }),
  /** What no rule holds expires by itself. */
  automatic: z.boolean(),
  /** What somebody holds, or keeps until a time, whatever the rules say. */
  marks: z
    .array(z.strictObject({ set: id, hold: z.string().max(1000).nullable(), until: time.nullable() }))
    .max(many)
    .default([]),
  /** Settings of its own. */
  own: z.strictObject(objectSettings.partial().shape).default({}),
});
export type ConfigObject = z.infer<typeof configObject>;

export const configSchedule = z.strictObject({
  task: z.enum(SCHEDULE_TASKS),
  /** Null for one of a whole vault. */
  object: name.nullable(),
  vault: vaultRef.nullable(),
  cron: z.string().min(1).max(200),
  zone: z.string().min(1).max(100),
  level: z.enum(REQUESTED_LEVELS),
  catchUp: z.boolean(),
  paused: z.boolean(),
  passphraseFile: place.nullable(),
  terms: scheduleTerms,
});
export type ConfigSchedule = z.infer<typeof configSchedule>;

/** What a notice tells, and where to as far as that is nothing secret. */
export const configNotice = z.strictObject({
  name,
  kind: z.enum(NOTICE_KINDS).nullable().default(null),
  /** Null where it cannot be told: a command may hold anything. What is secret of the others, as the address of a webhook, is no part of it. */
  target: noticeTarget.nullable().default(null),
  rules: z
    .array(z.strictObject({ event: z.enum(NOTICE_EVENTS), object: name.nullable(), send: z.enum(NOTICE_SENDS) }))
    .max(many),
});
export type ConfigNotice = z.infer<typeof configNotice>;

const haveOwnNames = (all: readonly { readonly name: string }[]): boolean =>
  new Set(all.map((each) => each.name)).size === all.length;

/** Grows with every key that a document may have: an older program takes none that it does not know. 1 had no notice before a backup, no settings of objects, and of notices no targets; 2 none of webhooks that are signed; 3 no schedules of retention; 4 nothing of single sets. */
export const CONFIG_SCHEMA = 5;

/** What somebody chose for a home, without secrets, and without anything that was backed up. */
export const configDocument = z.strictObject({
  kind: z.literal('coldframe-config'),
  /** Of whichever number it was read, it is one of this. */
  schema: z.literal([1, 2, 3, 4, CONFIG_SCHEMA]).transform((): typeof CONFIG_SCHEMA => CONFIG_SCHEMA),
  writtenAt: time,
  version: z.string(),
  settings: z.strictObject(settings.partial().shape),
  objects: z.array(configObject).max(many).refine(haveOwnNames, { error: 'two of them have one name' }),
  schedules: z.array(configSchedule).max(many),
  notices: z.array(configNotice).max(many).refine(haveOwnNames, { error: 'two of them have one name' }),
});
export type ConfigDocument = z.infer<typeof configDocument>;

const stepOf = <P extends string, Input extends z.ZodType>(procedure: P, { input }: { readonly input: Input }) =>
  z.strictObject({ procedure: z.literal(procedure), input });

/** A call that makes a part of a home as a document has it. */
export const configStep = z.discriminatedUnion('procedure', [
  stepOf('settings.set', settingsProcedures['settings.set']),
  stepOf('settings.setOfObject', settingsProcedures['settings.setOfObject']),
  stepOf('object.add', objectProcedures['object.add']),
  stepOf('object.update', objectProcedures['object.update']),
  stepOf('retention.hold', retentionProcedures['retention.hold']),
  stepOf('retention.keep', retentionProcedures['retention.keep']),
  stepOf('retention.set', retentionProcedures['retention.set']),
  stepOf('schedule.add', scheduleProcedures['schedule.add']),
  stepOf('schedule.pause', scheduleProcedures['schedule.pause']),
  stepOf('schedule.resume', scheduleProcedures['schedule.resume']),
  stepOf('notice.add', noticeProcedures['notice.add']),
  stepOf('notice.rule', noticeProcedures['notice.rule']),
]);
export type ConfigStep = z.infer<typeof configStep>;

export const configProcedures = {
  /**
   * Makes changes together: all of them are checked first, and where one is refused none is made (CONFIG_REFUSED), unless they are to be made
   * `partly`; what needs one that is refused is refused, too. `dryRun`: only says which would be.
   */
  'config.change': command(
    z.strictObject({
      steps: z.array(configStep).max(many),
      dryRun: z.boolean().optional(),
      partly: z.boolean().optional(),
    }),
    z.object({
      /** How many were made. */
      made: count,
      /** Those that are refused, by their place, each with why. */
      refused: z.array(z.object({ step: count, error: errorData })),
    }),
  ),
};
