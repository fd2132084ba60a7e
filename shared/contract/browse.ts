import * as z from 'zod';
import { ELEMENT_TYPES } from '../model/element.ts';
import { query } from './procedure.ts';
import { byteCount, cursor, id, name, page, pathIn, pathOut, time } from './values.ts';

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

export const browseProcedures = {
  ls: query(
    z.strictObject({ set: setName, path: pathIn.optional(), recursive: z.boolean().optional(), ...page }),
    entries.extend({ set: id }),
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
    entries,
  ),
  diff: query(
    z.strictObject({ from: setName, to: setName, path: pathIn.optional(), ...page }),
    z.object({
      from: id,
      to: id,
      changes: z.array(
        z.object({
          ...pathOut,
          change: z.enum(['added', 'removed', 'changed']),
          type: z.enum(ELEMENT_TYPES),
          bytes: byteCount,
          modifiedAt: time.nullable(),
        }),
      ),
      next: cursor,
    }),
  ),
};
