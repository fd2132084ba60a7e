import * as z from 'zod';
import { RECLAIM_OBSTACLES } from '../model/reclaim.ts';
import { ALLOCATION_POLICIES, CALENDAR_PERIODS, POOLS } from './choices.ts';
import { mountRequest } from './mounts.ts';
import { command, job, query } from './procedure.ts';
import { robotMove, robotView, tapeMove } from './robot.ts';
import { byteCount, count, id, place, time, warning } from './values.ts';

export const tapeView = z.object({
  /** Volume id. */
  id: z.string(),
  barcode: z.string(),
  pool: z.string(),
  /** Slot or drive it is in; both null when it is not in the library. */
  slot: count.nullable(),
  drive: count.nullable(),
  /** Import/export slot that it is in, where no job reaches it; told where a library or its tapes are listed. */
  importExport: count.nullable().default(null),
  /** Where a person keeps it while it is out of the library, in their words; null when nobody said. */
  shelf: z.string().nullable().default(null),
  /** blank, labelled, filling, full, retired, missing, damaged; `note` says why the last two. */
  state: z.string(),
  note: z.string(),
  /** Something was written to it, and it is not here now, whether an inventory noticed or not; told where a library or its tapes are listed. */
  away: z.boolean().default(false),
  /** Since when nothing that is kept is on it, so that it is labelled anew when a tape is wanted; null otherwise. */
  expiredAt: time.nullable().default(null),
  /** It has room that no backup takes any more: the allocation policy of its vault began it for another run or period. */
  closed: z.boolean().default(false),
  writeProtected: z.boolean(),
  bytesCapacity: byteCount,
  bytesUsed: byteCount,
  chunks: count,
  mounts: count,
  /** Volume id of the tape of which it is a copy; null when it is none, or that one was labelled anew since. */
  copyOf: z.string().nullable().default(null),
  /** Volume id of the tape of which it was a copy before that one was labelled anew: what it holds may lie nowhere else. */
  onceCopyOf: z.string().nullable().default(null),
  /** Payload written over its whole life. */
  bytesWritten: byteCount.default(0),
  /** Chunks that could not be read or were found damaged, and writes that failed, over its whole life. */
  errors: count.default(0),
  labelledAt: time.nullable(),
  /** When all that is kept on it was last read and found right, since something was written to it; null when it was not. */
  verifiedAt: time.nullable().default(null),
  /** Payload of chunks on it that the catalog of this home still needs; null when there is no catalog, and for who does not ask it. */
  bytesLive: byteCount.nullable().default(null),
  /** Chunks on it whose content was found damaged, and not right since; told where a library or its tapes are listed, or one is shown. */
  damagedChunks: count.default(0),
  /** Payload of all that is on it, needed or not. */
  bytesPayload: byteCount.default(0),
});
export type TapeView = z.infer<typeof tapeView>;

/** A tape by volume id or barcode; `vault` when several have one of this name. */
const oneTape = z.strictObject({ tape: z.string().min(1).max(32), vault: place.optional() });
const oneTapeAnswer = z.object({ tape: tapeView, vault: z.string() });

/** A block set of which something would be lost, or is. */
const lostSet = z.object({
  id,
  object: z.string(),
  level: z.string(),
  state: z.string(),
  createdAt: time,
  /** What it has on the tape lies on others at hand too, as far as is known: they were not read for that. `copies` says when they were. */
  onCopies: z.boolean(),
});

/** A tape that holds what another one does. `verifiedAt` as of a tape. */
const holder = z.object({ tape: z.string(), barcode: z.string(), verifiedAt: time.nullable() });

/** Where the head of a drive is while a job reads or writes there. */
const driveHead = z.object({
  drive: count,
  /** Volume id of the tape in it. */
  tape: z.string(),
  /** A job of this console that tells of it; others may share the tape. */
  job: id,
  doing: z.enum(['reading', 'writing']),
  /** Bytes from the beginning of the tape to behind the chunk that was moved last. */
  position: byteCount,
  bytesPerSecond: z.number().nonnegative(),
});
export type DriveHead = z.infer<typeof driveHead>;

const libraryView = z.object({
  vault: z.string(),
  /** Its tapes lie in a real changer. */
  changer: z.boolean().default(false),
  drives: z.array(
    z.object({
      /** From 1. */
      number: count,
      /** Volume id; null when it is empty. */
      tape: z.string().nullable(),
      barcode: z.string().nullable(),
      /** A job of this console works with it. */
      inUse: z.boolean(),
      mounts: count,
      cleaning: z
        .object({
          /** written, errors, drive: why it wants to be cleaned; null when it does not. Advice: jobs go on. */
          wanted: z.string().nullable(),
          /** Payload written to tapes in it since it was last cleaned. */
          bytesSince: byteCount,
          lastAt: time.nullable(),
          /** Barcode of the cleaning tape that lies in it. */
          tape: z.string().nullable(),
        })
        .default({ wanted: null, bytesSince: 0, lastAt: null, tape: null }),
    }),
  ),
  /**
   * Where backups begin. `continue`: on the tape that has room; `new`: each run on a tape that nothing was written to, backups that run together
   * on the same; `calendar`: the first of each day, week (from Monday) or month, by the clock of the machine that backs up. Merges as backups;
   * what is reclaimed goes wherever there is room.
   */
  allocation: z
    .object({
      policy: z.enum(ALLOCATION_POLICIES),
      /** Null but for `calendar`. */
      every: z.enum(CALENDAR_PERIODS).nullable(),
    })
    .default({ policy: 'continue', every: null }),
  /** Cleaning tapes, which are none of `tapes` and take no slot of theirs. */
  cleaning: z
    .object({
      /** Bytes written after which a drive of a virtual library wants cleaning; 0: never. */
      afterBytes: byteCount,
      tapes: z.array(
        z.object({
          barcode: z.string(),
          usesLeft: count,
          uses: count,
          /** Slot of a changer. */
          slot: count.nullable(),
          /** The changer did not hold it when it was last looked at. */
          away: z.boolean(),
          drive: count.nullable(),
        }),
      ),
    })
    .default({ afterBytes: 0, tapes: [] }),
  /** A slot is that of its tape also while a drive has it. */
  slots: z.array(z.object({ number: count, tape: z.string().nullable(), barcode: z.string().nullable() })),
  /** Slots through which a person gives and takes tapes; `tape` is null for one that the library does not know. */
  importExport: z
    .array(z.object({ number: count, tape: z.string().nullable(), barcode: z.string().nullable() }))
    .default([]),
  pools: z.array(z.object({ pool: z.enum(POOLS), tapes: count, bytesUsed: byteCount })),
  tapes: z.array(tapeView),
  /** Volume ids of the tapes at hand that backups may write to now, in the order in which they are taken; null from a console that does not tell. */
  nextTapes: z.array(z.string()).nullable().default(null),
});
export type LibraryView = z.infer<typeof libraryView>;

const inventoryFinding = z.object({
  barcode: z.string(),
  /** missing, foreign, earlier (it, before it was labelled anew), damaged, unread, returned, adopted, changed, swapped, renamed, duplicate. */
  kind: z.string(),
  message: z.string(),
});
export type InventoryFindingView = z.infer<typeof inventoryFinding>;

/** What is to happen to a tape when tapes are reclaimed, and why. Bytes are those of payload. */
const reclaimOfTape = z.object({
  tape: z.string(),
  barcode: z.string(),
  bytesWritten: byteCount,
  bytesLive: byteCount,
  chunksLive: count,
  reclaim: z.boolean(),
  /** Why it stays; null when it does not. */
  obstacle: z.enum(RECLAIM_OBSTACLES).nullable(),
  /** More about that, for people; may be empty. */
  detail: z.string(),
  /** What of it lies on no other tape yet that is not reclaimed, too. */
  chunksMoving: count,
  bytesMoving: byteCount,
  /** Where that goes, as far as can be told beforehand. */
  onto: z.array(z.object({ tape: z.string(), barcode: z.string(), bytes: byteCount })),
});
export type ReclaimOfTape = z.infer<typeof reclaimOfTape>;

/** Jobs of this console that wait for tapes, the one that waits longest first. */
const requests = z.array(mountRequest).default([]);

const percent = z.number().int().min(1).max(100);
const namedTapes = z.array(z.string().min(1).max(32)).max(100_000);

/** What the operator of a library does. */
export const libraryProcedures = {
  'library.show': query(
    z.strictObject({ vault: place }),
    libraryView.extend({
      requests,
      robot: robotView.default({ moving: null, waiting: [] }),
      /** Of the drives in which something moves now; of a console that does not tell, none. */
      heads: z.array(driveHead).default([]),
    }),
  ),
  /** What the robot moved, newest first, as it wrote that down itself; it keeps the last two thousand moves or so. `tape`: of that one alone. */
  'library.log': query(
    z.strictObject({
      vault: place,
      tape: z.string().min(1).max(32).optional(),
      limit: z.number().int().min(1).max(10_000).optional(),
    }),
    z.object({ vault: z.string(), moves: z.array(robotMove), total: count }),
  ),
  /**
   * Has the robot put a tape into a drive; what was in it goes back to its slot. The next job that wants the tape uses it there. Throws TAPE_IN_USE while a job has the drive
   * or the tape, NO_SUCH_TAPE.
   */
  'library.load': job(
    z.strictObject({ vault: place, tape: z.string().min(1).max(32), drive: z.number().int().min(1) }),
    libraryView.extend({ move: tapeMove }),
  ),
  /** Has the robot put what is in a drive back into its slot. Throws TAPE_IN_USE. */
  'library.unload': job(
    z.strictObject({ vault: place, drive: z.number().int().min(1) }),
    libraryView.extend({ move: tapeMove.nullable() }),
  ),
  /** Has the robot move a tape to another slot, which is its own from then on. Throws SLOT_TAKEN, TAPE_IN_USE, NO_SUCH_TAPE. */
  'library.move': job(
    z.strictObject({ vault: place, tape: z.string().min(1).max(32), slot: z.number().int().min(1) }),
    libraryView.extend({ move: tapeMove }),
  ),
  /** Moves a tape into the import/export slot, out of its drive if need be: no job reaches it until it is taken in. Throws SLOTS_FULL. */
  'library.eject': command(z.strictObject({ vault: place, tape: z.string().min(1).max(32) }), libraryView),
  /** Takes a tape in from the import/export slot; jobs that wait for it go on. Throws TAPE_MISMATCH, TAPE_EXISTS. */
  'library.takeIn': command(z.strictObject({ vault: place, tape: z.string().min(1).max(32) }), libraryView),
  /**
   * Has a drive cleaned, with the cleaning tape that is named or the one with the fewest uses left; what was in the drive goes back to its
   * slot. Throws NO_CLEANING_TAPE, TAPE_IN_USE, CLEANING_FAILED.
   */
  'library.clean': command(
    z.strictObject({ vault: place, drive: z.number().int().min(1), tape: z.string().min(1).max(32).optional() }),
    libraryView.extend({ drive: count, tape: z.string(), usesLeft: count }),
  ),
  /** Adds a cleaning tape to a virtual library; without a barcode it gets the next. */
  'library.addCleaningTape': command(
    z.strictObject({
      vault: place,
      barcode: z.string().min(1).max(32).optional(),
      uses: z.number().int().min(1).max(10_000).optional(),
    }),
    libraryView,
  ),
  'library.removeCleaningTape': command(
    z.strictObject({ vault: place, barcode: z.string().min(1).max(32) }),
    libraryView,
  ),
  /** Sets after how many written bytes a drive of a virtual library wants cleaning; 0: never. */
  'library.setCleaning': command(z.strictObject({ vault: place, afterBytes: byteCount }), libraryView),
  /** Sets where backups begin. `every`: for `calendar` alone, each day when left out. Nothing that is on tape moves. Throws USAGE. */
  'library.setAllocation': command(
    z.strictObject({
      vault: place,
      policy: z.enum(ALLOCATION_POLICIES),
      every: z.enum(CALENDAR_PERIODS).optional(),
    }),
    libraryView,
  ),
  /** Holds every place against the label of the tape that lies there, and says everything that is out of order. */
  'library.inventory': command(
    z.strictObject({ vault: place }),
    z.object({ vault: z.string(), tapes: count, findings: z.array(inventoryFinding) }),
  ),
};

export const tapeProcedures = {
  /** What would be lost if everything on a tape went: what lies nowhere else, and what builds on it. Secrets: `passphrase`. */
  'tape.losses': query(
    oneTape,
    oneTapeAnswer.extend({
      chunks: count,
      /** Of which there is no other place on a tape at hand. */
      chunksLost: count,
      sets: z.array(lostSet),
      /** The other tapes at hand that hold something of what lies on it. */
      copies: z.array(holder).default([]),
      /** Paths of elements of complete sets that have something there; the first 10,000. */
      elements: z.array(z.string()),
      /** Chunks on it that the catalog of this home does not list. */
      unlisted: count,
      /**
       * What is wrong with its beginning, so that nothing but the catalog tells what lies on it. `known`: what is legible of it, or a chunk, says that it is
       * this tape; else it may be another one, also of another vault. Null when nothing is wrong.
       */
      front: z.object({ damage: z.string(), known: z.boolean() }).nullable().default(null),
      /** What is unusual about newer sets than some of those, at which nobody has looked: erasing needs `althoughHeld` then. */
      holds: z.array(z.object({ object: z.string(), set: id, about: z.string() })).default([]),
      asOf: time,
    }),
  ),
  /**
   * Labels a tape anew. `sets`, `unlisted`, `asOf`: what may be lost, and when that was so, as `tape.losses` told. `damagedFront`: somebody agreed
   * to that also though its beginning is damaged, `unknown` when nothing says which tape it is. Without `althoughHeld` it fails with RETENTION_HELD
   * where it would lose sets from before one that is unusual and at which nobody has looked. Secrets: `passphrase`.
   */
  'tape.erase': job(
    oneTape.extend({
      sets: z.array(id).max(100_000),
      unlisted: count.optional(),
      asOf: time.optional(),
      damagedFront: z.enum(['known', 'unknown']).optional(),
      althoughHeld: z.boolean().optional(),
    }),
    oneTapeAnswer.extend({ sets: z.array(lostSet), warnings: z.array(warning) }),
  ),
  /**
   * Forgets a tape that is not here and will not come back, with what the catalog has of it. The rest as of `tape.erase`; nothing is written to any tape. Throws
   * TAPE_EXISTS while it is here. Secrets: `passphrase`.
   */
  'tape.forget': command(
    oneTape.extend({
      sets: z.array(id).max(100_000),
      unlisted: count.optional(),
      asOf: time.optional(),
      althoughHeld: z.boolean().optional(),
    }),
    oneTapeAnswer.extend({ sets: z.array(lostSet), warnings: z.array(warning) }),
  ),
  /** Copies what lies on a tape onto an empty one, which restores use where the original is missing or damaged. Secrets: `passphrase`. */
  'tape.copy': job(
    oneTape.extend({ to: z.string().min(1).max(32) }),
    oneTapeAnswer.extend({ copy: tapeView, chunks: count, bytes: byteCount, warnings: z.array(warning) }),
  ),
  /**
   * What could be reclaimed: tapes of which less than `below` percent is kept (30), or those that are named, whatever of them is kept when no share is given.
   * Changes nothing. Secrets: `passphrase`.
   */
  'tape.reclaimPlan': query(
    z.strictObject({ vault: place, below: percent.optional(), tapes: namedTapes.optional() }),
    z.object({
      vault: z.string(),
      below: percent.nullable(),
      tapes: z.array(reclaimOfTape),
      /** Tapes that would be empty afterwards. */
      frees: count,
      chunksMoving: count,
      bytesMoving: byteCount,
    }),
  ),
  /**
   * Moves what is kept of tapes to others, then labels them anew. `tapes`: those that somebody agreed to; no other one is touched. One that cannot go any more, because
   * more of it is kept now than `below` percent, or for anything else, stays and is named. Secrets: `passphrase`.
   */
  'tape.reclaim': job(
    z.strictObject({ vault: place, tapes: namedTapes, below: percent.optional() }),
    z.object({
      vault: z.string(),
      freed: z.array(tapeView),
      chunksMoved: count,
      bytesMoved: byteCount,
      left: z.array(
        z.object({ tape: z.string(), barcode: z.string(), obstacle: z.enum(RECLAIM_OBSTACLES), detail: z.string() }),
      ),
      warnings: z.array(warning),
    }),
  ),
  /** Makes one file of a tape, byte for byte, and reads that back. Throws DESTINATION_TAKEN when something has its name. Secrets: `passphrase`. */
  'tape.export': job(
    oneTape.extend({ file: place }),
    oneTapeAnswer.extend({
      file: z.string(),
      bytes: byteCount,
      chunks: count,
      /** Of the file, in hexadecimal digits. */
      sha256: z.string(),
      /** Whoever reads it needs the passphrase or the recovery code of the vault. */
      sealed: z.boolean(),
      /** Sets that have something on it, oldest first. */
      sets: z.array(z.object({ id, object: z.string(), level: z.string(), createdAt: time })),
      /** Barcodes of tapes that hold what else these sets need. */
      needs: z.array(z.string()),
      warnings: z.array(warning),
    }),
  ),
  /**
   * Puts the file of a tape of this vault into its library and its catalog. `partial`: also when not all is there that should be.
   * Throws TAPE_MISMATCH for a tape of another vault, TAPE_EXISTS, TAPE_DAMAGED. Secrets: `passphrase`.
   */
  'tape.import': job(
    z.strictObject({ vault: place, file: place, partial: z.boolean().optional() }),
    oneTapeAnswer.extend({
      file: z.string(),
      /** False when this very tape lies in its place already. */
      imported: z.boolean(),
      chunks: count,
      bytes: byteCount,
      /** What the catalog lists on the tape and the file does not have whole. */
      missing: z.array(z.object({ set: id, object: z.string().nullable(), chunks: count })),
      /** Objects that came into this home with it, by the names that they have here. */
      objects: z.array(z.string()).default([]),
      warnings: z.array(warning),
    }),
  ),
  /** Takes a tape out of use for good; what lies on it can still be read. */
  'tape.retire': command(oneTape, oneTapeAnswer),
  /** Notes where a person keeps a tape that was taken out of the library, until it is back; null: nowhere that is known. Throws TAPE_EXISTS while it is in the library. */
  'tape.shelve': command(oneTape.extend({ shelf: z.string().trim().min(1).max(200).nullable() }), oneTapeAnswer),
  'tape.protect': command(oneTape.extend({ on: z.boolean() }), oneTapeAnswer),
  /** What stands on each tape, by its volume id; asks no catalog. */
  'tape.names': query(
    z.strictObject({ vault: place }),
    z.object({ tapes: z.array(tapeView.pick({ id: true, barcode: true })) }),
  ),
  'tape.list': query(z.strictObject({ vault: place }), z.object({ tapes: z.array(tapeView), requests })),
  /** Adds labelled tapes, in new slots when none is free. Without barcodes one tape, with the next barcode. */
  'tape.label': command(
    z.strictObject({
      vault: place,
      barcodes: z.array(z.string().min(1).max(32)).max(10_000).optional(),
      pool: z.enum(POOLS).optional(),
    }),
    z.object({ tapes: z.array(tapeView) }),
  ),
  'tape.show': query(
    z.strictObject({ tape: z.string().min(1).max(32), vault: place.optional() }),
    z.object({
      tape: tapeView,
      vault: z.string(),
      /** In the order in which they lie. */
      chunks: z.array(
        z.object({
          tapeSequence: count,
          set: id,
          object: z.string().nullable(),
          sequence: count,
          kind: z.enum(['data', 'metadata']),
          block: count,
          offset: byteCount,
          bytes: byteCount,
          /** Its content was found damaged, and not right since. */
          damaged: z.boolean().default(false),
        }),
      ),
      requests,
      /** Of the drive that it is in, while something moves there; null otherwise. */
      head: driveHead.nullable().default(null),
    }),
  ),
};
