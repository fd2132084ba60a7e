import * as z from 'zod';
import { CHECK_OUTCOMES, CONFLICT_POLICIES } from './choices.ts';
import { job } from './procedure.ts';
import { byteCount, count, durationMs, id, name, pathIn, pathOut, place, tapePlace, time, warning } from './values.ts';

export { CONFLICT_POLICIES, type ConflictPolicy } from './choices.ts';

const damage = z.object({ tape: z.string(), chunk: count, set: id, elements: z.array(z.string()) });

/** What stands at a path, or is to stand there. */
const side = z.object({ bytes: byteCount, modifiedAt: time });

const chunksOnTape = z.object({ tape: z.string(), barcode: z.string(), chunks: count });

const mappedRun = z.object({
  ...pathOut,
  offset: byteCount,
  length: byteCount,
  set: id,
  chunk: count,
  unit: count,
  unitOffset: byteCount,
  /** Null when no tape is known that holds the chunk. */
  tape: z.string().nullable(),
});

export const restoreProcedures = {
  restore: job(
    z.strictObject({
      set: z.string().min(1).max(256),
      /** What to restore; nothing means everything. */
      paths: z.array(pathIn).optional(),
      /** Exactly one of `to` and `original`. */
      to: pathIn.optional(),
      original: z.literal(true).optional(),
      relativeTo: pathIn.optional(),
      onConflict: z.enum(CONFLICT_POLICIES).optional(),
      dryRun: z.boolean().optional(),
      /** Once the rest is restored, waits for tapes that are not in the library, and goes on as they come back. Cancelling ends with what is there. */
      waitForTapes: z.boolean().optional(),
      /**
       * What somebody agreed to lose, and where to: `overwrites`, `loses`, `replaces` and `folder` as a dry run told them, null where it told nothing.
       * DESTINATION_TAKEN when that is not so any more. Without `replaces` or `folder` that is not compared.
       */
      agreed: z
        .strictObject({
          overwrites: z.string().nullable(),
          loses: z.string().nullable(),
          replaces: z.string().max(256).nullable().optional(),
          folder: z.string().max(256).nullable().optional(),
        })
        .optional(),
    }),
    z.object({
      restored: count,
      /** What was wanted and not skipped: with `restored` it tells what could not be restored. */
      wanted: count.default(0),
      skipped: count,
      bytes: byteCount,
      /**
       * Drives count from 1. Of a dry run in the order in which the restore takes the tapes, as drives take them that are all as fast and that no
       * other job has: `fromBytes` and `untilBytes` of content are read in the drive before the tape, and once it is done.
       */
      mounts: z.array(
        z.object({
          tape: z.string(),
          drive: count,
          count,
          fromBytes: byteCount.optional(),
          untilBytes: byteCount.optional(),
        }),
      ),
      /** Of a dry run: how long reading takes at the pace of the last restores from this vault; null when there was none to go by. */
      pace: z.object({ durationMs, restores: count }).nullable().optional(),
      /**
       * The first ones; `conflictCount` counts all. Those that are not the same come first, what was changed last before the others. Versions before
       * that was told left out all but path and action.
       */
      conflicts: z.array(
        z.object({
          ...pathOut,
          action: z.string(),
          /** What is there looks like what is wanted: length and time of files, what links lead to. Not there where a folder is in the way. */
          same: z.boolean().optional(),
          there: side.optional(),
          /** Not there for a folder. */
          wanted: side.optional(),
        }),
      ),
      conflictCount: count,
      /** How what is there already stands to what is wanted, with the bytes that are there now. Where a folder is in the way it is in neither. */
      standings: z
        .object({
          same: z.object({ count, bytes: byteCount }),
          /** `newer`: changed later than what is wanted was. */
          changed: z.object({ count, bytes: byteCount, newer: count }),
        })
        .optional(),
      /** What has to be read from each tape, those included that are not in the vault. */
      tapes: z.array(
        z.object({
          tape: z.string(),
          barcode: z.string().default(''),
          chunks: count,
          bytes: byteCount,
          present: z.boolean(),
          /** It is here, and the drives failed in which it was to be read: what was not read is not known to be damaged. Left out where it is not so. */
          unread: z.boolean().optional(),
          /** Barcode of the tape that it is a copy of; null when it is none. */
          copyOf: z.string().nullable().default(null),
          ...tapePlace,
        }),
      ),
      /** The folder in which everything is that was, or would be, restored. */
      place: z.object(pathOut),
      damaged: z.array(damage),
      /** Elements that are damaged, those included that are not listed. */
      damagedElements: count.default(0),
      /**
       * Places on tapes that it found damaged and that nobody was told of before, those included of which another place was whole; null where some of
       * `damaged` is in no place that can be put on record, as on a tape of which nothing can be read.
       */
      newlyDamaged: count.nullable().default(null),
      /**
       * Of a dry run: chunks that were found damaged before, with none at hand that is right, and what of the wanted lies in them: some of it may
       * not come back. Nothing is read for it.
       */
      knownDamage: z.array(damage).default([]),
      /** Of the first damaged elements, or of those of `knownDamage`: a version that another set stored, and so elsewhere. It was not read. */
      others: z.array(z.object({ ...pathOut, set: id, backedUpAt: time })).default([]),
      warnings: z.array(warning),
      /** Of a dry run: the re-mapping table, a run within a unit of a chunk → its place at the destination; the first 1000 rows. */
      reMapping: z.object({ rows: z.array(mappedRun), more: z.boolean() }).optional(),
      /** Onto a device: what is on it now, or was, and how much of it is overwritten. */
      loses: z.string().optional(),
      /** Of a dry run: the image or device that is overwritten as a whole; left out when there is none. */
      overwrites: z.string().optional(),
      /** Of a dry run: what tells the files that are replaced, one by one, from any others; null when none is. To be given back in `agreed`. */
      replaces: z.string().nullable().optional(),
      /** Of a dry run: what tells the folder that is restored into from another one of its name; null when it is not there yet. To be given back in `agreed`. */
      folder: z.string().nullable().optional(),
      /** The name of the object that the set is of, and the folder of its vault. */
      object: z.string().optional(),
      vault: z.string().optional(),
      durationMs,
      dryRun: z.boolean(),
    }),
  ),
  /** Reads everything back and checks every digest. */
  verify: job(
    z.strictObject({
      sets: z.array(z.string().min(1).max(256)).optional(),
      vault: place.optional(),
      /** All of its sets. */
      object: name.optional(),
      /** Once the rest is read, waits for tapes that are not in the library, and reads them as they come back. Cancelling ends with what was read. */
      waitForTapes: z.boolean().optional(),
      /** Only what the sets themselves wrote, not what they have in common with earlier ones. */
      written: z.boolean().optional(),
    }),
    z.object({
      /** How it came out, when all of it is taken together; versions before it was told left it out. */
      outcome: z.enum(CHECK_OUTCOMES).optional(),
      sets: count,
      chunks: count,
      bytes: byteCount,
      /** What lies on missing tapes is in it, too. `wholeOn`: other tapes on which the same chunk was read and is right, so that nothing of it is lost. */
      damaged: z.array(damage.extend({ wholeOn: z.array(z.string()).default([]) })),
      /** What stands on the tapes that `damaged` names, on those that have it whole, too; versions before it was told left it out. */
      tapes: z.array(z.object({ tape: z.string(), barcode: z.string() })).default([]),
      /** The objects that what is damaged belongs to, with the sets that it is in; what lies on missing tapes is not in it. `id`: of the object. */
      wrongIn: z.array(z.object({ object: z.string(), id: id.optional(), sets: z.array(id) })).default([]),
      /** What was found could not be noted for the backups that follow, or is damaged in one place on a tape and right in another. */
      warnings: z.array(warning).default([]),
      /** `away`: not in the vault; otherwise it is there and cannot be read. */
      missingTapes: z.array(chunksOnTape.extend({ away: z.boolean().default(true), ...tapePlace })),
      /** Tapes in their place whose labels or node header are damaged. That costs nothing of what lies on them. */
      damagedTapes: z.array(z.object({ tape: z.string(), barcode: z.string(), reason: z.string() })).default([]),
      /** Of a whole vault: chunks on tapes that the catalog of this home does not list. */
      unlisted: z.array(chunksOnTape),
      /** Of a whole vault: sets of which something is missing, so that not all of them can be restored; none that was only interrupted. They were not read. */
      incomplete: z.array(z.object({ set: id, object: z.string(), createdAt: time })).default([]),
      /** Of several vaults: those that could not be verified, by their folders, and why. The others were. */
      unverified: z
        .array(z.object({ vault: z.string(), code: z.string(), message: z.string(), guidance: z.string() }))
        .default([]),
      durationMs,
    }),
  ),
};
