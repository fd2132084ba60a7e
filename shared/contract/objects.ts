import * as z from 'zod';
import { UNPROTECTED_TYPES } from '../model/selection.ts';
import { sharedPlace } from './places.ts';
import { command, query } from './procedure.ts';
import { count, id, name, noticeMs, pathIn, pathOut, place, time } from './values.ts';

export const objectView = z.object({
  id,
  name: z.string(),
  kind: z.enum(['files', 'volumes']),
  vault: z.object({ id, dir: z.string() }),
  roots: z.array(z.object({ ...pathOut, crossFileSystems: z.boolean() })),
  volumes: z.array(z.string()),
  /** Those of `volumes` that are exports of other NBD servers. */
  sources: z.array(z.object({ volume: z.string(), uri: z.string() })),
  unprotected: z.array(z.enum(UNPROTECTED_TYPES)),
  exclude: z.array(z.string()),
  /** Of volumes: how long before each of its backups their snapshot is announced; null: not at all. */
  noticeMs: noticeMs.nullable().default(null),
  createdAt: time,
});
export type ObjectView = z.infer<typeof objectView>;

/** `nbd://HOST:PORT/EXPORT` or `nbd+unix:///EXPORT?socket=PATH`; `nbds://USER@HOST:PORT/EXPORT?tls-psk-file=FILE` with TLS. */
const nbdUri = z
  .string()
  .regex(/^nbds?(\+\w+)?:\/\//, 'must be a name or an NBD URI')
  .max(10_000);

const oneObject = z.strictObject({ object: z.string().min(1) });
const answer = z.object({ object: objectView });

export const objectProcedures = {
  'object.add': command(
    z.strictObject({
      name,
      vault: place,
      files: z.array(pathIn).optional(),
      /** Names of managed volumes, and NBD URIs of exports of other servers. */
      volumes: z.array(z.union([name, nbdUri])).optional(),
      unprotect: z.array(z.enum(UNPROTECTED_TYPES)).optional(),
      exclude: z.array(z.string().min(1)).optional(),
      crossFileSystems: z.boolean().optional(),
      noticeMs: noticeMs.nullable().optional(),
    }),
    /** `unmatched`: exclusions that match nothing now, as far as a moment's look can tell. */
    answer.extend({ unmatched: z.array(z.string()) }),
  ),
  /**
   * Changes what is given and leaves the rest; `files` replaces all roots, of which those that stay go on crossing file systems as they did, and new
   * ones do where all did. `was`: what the caller saw of the lists that it replaces; OBJECT_CHANGED when that is not so any more. What was backed up stays as it is.
   */
  'object.update': command(
    z.strictObject({
      object: z.string().min(1),
      files: z.array(pathIn).min(1).optional(),
      unprotect: z.array(z.enum(UNPROTECTED_TYPES)).optional(),
      exclude: z.array(z.string().min(1)).optional(),
      crossFileSystems: z.boolean().optional(),
      /** Of volumes, and all that can be changed of them. */
      noticeMs: noticeMs.nullable().optional(),
      was: z
        .strictObject({
          files: z.array(pathIn).optional(),
          unprotect: z.array(z.enum(UNPROTECTED_TYPES)).optional(),
          exclude: z.array(z.string()).optional(),
        })
        .optional(),
    }),
    answer,
  ),
  'object.list': query(z.strictObject({}), z.object({ objects: z.array(objectView) })),
  'object.show': query(
    oneObject,
    answer.extend({
      sets: count,
      lastBackupAt: time.nullable(),
      /** As the overview has it. */
      sharedDisk: z.array(sharedPlace).default([]),
    }),
  ),
  /** Ends the protection; what was backed up stays in the vault. */
  'object.remove': command(
    oneObject,
    answer.extend({
      /** What went with it: how many schedules, and whether it had rules of what to keep. */
      schedules: count.default(0),
      keepRules: z.boolean().default(false),
    }),
  ),
};
