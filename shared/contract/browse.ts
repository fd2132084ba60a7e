import * as z from 'zod';
import { LEVELS, SET_STATES } from '../model/block-set.ts';
import { ELEMENT_TYPES } from '../model/element.ts';
import { query } from './procedure.ts';
import { byteCount, count, cursor, durationMs, id, name, page, pathIn, pathOut, time } from './values.ts';

/** An element as lists show it. */
export const entry = z.object({
  ...pathOut,
  type: z.enum(ELEMENT_TYPES),
  bytes: byteCount,
  /** Null for a folder that is only there because something below it is. */
  modifiedAt: time.nullable(),
  /** The block set that holds this version: the first in which it stood. */
  set: id,
});
export type Entry = z.infer<typeof entry>;

/** A set as people name it: an id, a prefix of one, NAME, NAME@latest or NAME@TIME. */
const setName = z.string().min(1).max(256);
const entries = z.object({ entries: z.array(entry), next: cursor });
/** One side of a difference: an element as it stood in one of the two sets. */
const side = entry.pick({ type: true, bytes: true, modifiedAt: true, set: true });

const moment = z.object({
  id,
  level: z.enum(LEVELS),
  state: z.enum(SET_STATES),
  parent: id.nullable(),
  createdAt: time,
  /** Up to now. */
  ageMs: durationMs,
  elements: count,
  logicalBytes: byteCount,
  bytesRead: byteCount,
  bytesStored: byteCount,
  durationMs,
  tapes: z.array(z.string()),
  warnings: count,
  /** Elements that got a version in it: added, changed, copied anew or removed; null while the catalog does not have it. */
  touched: count.nullable(),
  /** As in `sets`. */
  damaged: z.boolean().default(false),
  damagedBelow: z.object({ set: id, createdAt: time }).nullable().default(null),
});

const changeKind = z.enum(['added', 'removed', 'changed']);
const total = z.object({ count, bytes: byteCount });
const changeOut = z.object({
  ...pathOut,
  change: changeKind,
  type: z.enum(ELEMENT_TYPES),
  bytes: byteCount,
  modifiedAt: time.nullable(),
  /** Null when it was added. */
  before: side.nullable(),
  /** Null when it was removed. */
  after: side.nullable(),
});

export const browseProcedures = {
  /**
   * Page by page with `after`; or at any place with `offset`, of one folder, in any order: then `total` is known and a list
   * can be scrolled and jumped in.
   */
  ls: query(
    z.strictObject({
      set: setName,
      path: pathIn.optional(),
      recursive: z.boolean().optional(),
      offset: z.number().int().nonnegative().optional(),
      sort: z.enum(['name', 'size', 'time']).optional(),
      descending: z.boolean().optional(),
      /** With `offset`: folders stand before everything else. */
      foldersFirst: z.boolean().optional(),
      ...page,
    }),
    entries.extend({ set: id, total: count.nullable() }),
  ),
  /** What earlier sets had straight in a folder of a set, and this one has not: what went last comes first. */
  gone: query(
    z.strictObject({ set: setName, path: pathIn, limit: page.limit }),
    z.object({
      set: id,
      entries: z.array(
        entry.extend({
          /** The newest set that has it, and when that was made. */
          last: id,
          lastAt: time,
          /** When the first set without it was made. */
          until: time,
        }),
      ),
      /** All of them, those included that are not listed. */
      total: count,
    }),
  ),
  /** How much a set has at and beneath a path. */
  du: query(
    z.strictObject({ set: setName, path: pathIn }),
    z.object({
      set: id,
      /** As a restore counts them: folders included. */
      elements: count,
      /** Length of all files; one with several names counts with each. */
      bytes: byteCount,
    }),
  ),
  /** The sets of an object, newest first. */
  /** The newest moments, newest first, and the one of `also` behind them where it is older and there still. */
  timeline: query(
    z.strictObject({ object: name, limit: page.limit, also: id.optional() }),
    z.object({ object: z.string(), sets: z.array(moment), total: count }),
  ),
  versions: query(
    z.strictObject({ object: name, path: pathIn }),
    z.object({
      /** Newest first: the times of the first backup with it and of the first without it, null while it stands. */ versions:
        z.array(entry.extend({ from: time, until: time.nullable() })),
    }),
  ),
  find: query(
    z.strictObject({
      pattern: z.string().min(1).max(4096),
      object: name.optional(),
      allVersions: z.boolean().optional(),
      ...page,
    }),
    z.object({
      entries: z.array(
        entry.extend({
          object: z.string(),
          /** It is not in the newest set any more. */
          gone: z.boolean(),
          /** The newest set in which this version stands, and when that was made; versions before they were told left them out. */
          last: id.optional(),
          lastAt: time.optional(),
          /** When the set was made in which it was another or gone; null while it stands. */
          until: time.nullable().optional(),
        }),
      ),
      next: cursor,
    }),
  ),
  /** What differs between two sets: counted to its end, and the first of what is wanted of it. */
  compare: query(
    z.strictObject({
      from: setName,
      to: setName,
      path: pathIn.optional(),
      /** Only changes of this kind are listed. */
      change: changeKind.optional(),
      /** Only what is named so counts and is listed: part of a name, or a pattern, as `find` takes it. */
      name: z.string().min(1).max(4096).optional(),
      limit: page.limit,
    }),
    z.object({
      from: id,
      to: id,
      /** Of every kind, whichever is listed. Bytes of files: as they are in `to`, of what was removed as they were. */
      totals: z.object({ added: total, removed: total, changed: total }),
      changes: z.array(changeOut),
      /** There are more than are listed. */
      more: z.boolean(),
    }),
  ),
  diff: query(
    z.strictObject({ from: setName, to: setName, path: pathIn.optional(), ...page }),
    z.object({
      from: id,
      to: id,
      changes: z.array(changeOut),
      next: cursor,
    }),
  ),
};
