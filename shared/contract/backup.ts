import * as z from 'zod';
import { LEVELS, SET_STATES } from '../model/block-set.ts';
import { REQUESTED_LEVELS } from './choices.ts';
import { job, query } from './procedure.ts';
import { byteCount, count, durationMs, id, name, noticeCommand, noticeMs, time, warning } from './values.ts';

export { REQUESTED_LEVELS, type RequestedLevel } from './choices.ts';

export const setView = z.object({
  id,
  /** Name of the logical object. */
  object: z.string(),
  objectId: id,
  level: z.enum(LEVELS),
  state: z.enum(SET_STATES),
  parent: id.nullable(),
  createdAt: time,
  finishedAt: time.nullable(),
  elements: count,
  logicalBytes: byteCount,
  bytesRead: byteCount,
  bytesStored: byteCount,
  segments: count,
  tapes: z.array(z.string()),
  /** Barcodes of the tapes that it cannot be restored whole without and that are not here, as far as is known without reading any. */
  tapesAway: z.array(z.string()).default([]),
  /** The newest job that found something of it damaged when it read it, as long as it was not found right since. */
  foundWrong: id.nullable().default(null),
  /** Something that it wrote is known to be damaged and, as far as is known, whole nowhere else, whatever found that. */
  damaged: z.boolean().default(false),
  /** The newest set that it builds on, or went on from, of which that is so: a restore may lack something; null when there is none. */
  damagedBelow: z.object({ set: id, createdAt: time }).nullable().default(null),
  drives: count,
  durationMs,
  warnings: z.array(warning),
});
export type SetView = z.infer<typeof setView>;

/** File systems mounted below the roots that the object does not take in: how many, and the first ten. */
const notEntered = z.object({ count, first: z.array(z.string()) }).default({ count: 0, first: [] });

const leftOut = z.object({ rule: z.string(), elements: count, bytes: byteCount });

export const backupProcedures = {
  plan: query(
    z.strictObject({ object: name, level: z.enum(REQUESTED_LEVELS).optional() }),
    z.object({
      level: z.enum(LEVELS),
      parent: id.nullable(),
      elements: count,
      bytes: byteCount,
      leftOut: z.array(leftOut),
      notEntered,
      /** Volume ids that it would fill at most, in the order of use; `MAY_RUN_OUT` among the warnings when they may not do. */
      tapes: z.array(z.string()),
      /** Whether it was looked whether tapes still hold what it would build on. Not without the secret of a sealed vault: then a backup may make another level. */
      tapesRead: z.boolean().default(true),
      warnings: z.array(warning),
    }),
  ),
  backup: job(
    z.strictObject({
      object: name,
      level: z.enum(REQUESTED_LEVELS).optional(),
      streams: z.number().int().min(1).max(64).optional(),
      /** Of volumes: their snapshot is announced so long before; null: not this time, whatever the object says. */
      noticeMs: noticeMs.nullable().optional(),
      noticeCommand: noticeCommand.optional(),
      /** A set that an interrupted backup began: go on with it. */
      resume: id.optional(),
    }),
    /** `resumed`: interrupted sets, of which it used what was on tape already. */
    z.object({ set: setView, resumed: z.array(id).default([]), notEntered }),
  ),
  /** A synthetic full from the newest full and what builds on it; `merged` is false when `set` was a full or a merged one already. */
  merge: job(
    z.strictObject({
      object: name,
      /** Waits for tapes that are not in the library, and begins when all that it takes is there. */
      waitForTapes: z.boolean().optional(),
    }),
    z.object({ set: setView, merged: z.boolean() }),
  ),
  sets: query(z.strictObject({ object: name.optional() }), z.object({ sets: z.array(setView) })),
};
