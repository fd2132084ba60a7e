import * as z from 'zod';
import { ELEMENT_TYPES } from '../model/element.ts';
import { UNPROTECTED_TYPES } from '../model/selection.ts';
import { errorData } from './error-data.ts';
import { command, query } from './procedure.ts';
import { byteCount, count, cursor, page, pathIn, pathOut, place, time } from './values.ts';

const mountPoint = z.object({
  ...pathOut,
  label: z.string(),
  fileSystem: z.string(),
  /** Null when the system does not say. */
  bytes: byteCount.nullable(),
  bytesFree: byteCount.nullable(),
  readOnly: z.boolean(),
});

/** A drive of this machine, or a share that is mounted on it. */
export const drive = z.object({
  /** Device file or share. */
  device: z.string(),
  /** For people: model or label, else the device. */
  label: z.string(),
  /** As the system says: NVME, SATA, USB, SCSI, MMC, NETWORK …; UNKNOWN when it does not. */
  bus: z.string(),
  bytes: byteCount.nullable(),
  removable: z.boolean(),
  readOnly: z.boolean(),
  /** The running system lies on it. */
  system: z.boolean(),
  mountPoints: z.array(mountPoint),
});
export type Drive = z.infer<typeof drive>;

const folderEntry = z.object({
  name: z.string(),
  ...pathOut,
  type: z.enum(ELEMENT_TYPES),
  bytes: byteCount,
  modifiedAt: time.nullable(),
  /** Whether there is something in it; null when that cannot be told, false for anything but a folder. */
  hasChildren: z.boolean().nullable(),
  /** Why nothing is known of it, e.g. EACCES; null when all is well. */
  denied: z.string().nullable(),
});
export type FolderEntry = z.infer<typeof folderEntry>;

const leftOutMeasure = z.object({
  rule: z.string(),
  elements: count,
  bytes: byteCount,
  /** The largest few that it leaves out: a folder stands for all that is beneath it. */
  largest: z.array(z.object({ ...pathOut, elements: count, bytes: byteCount })),
});

/** What has been counted up to now; the latest replaces the ones before it. */
export const measureSample = z.object({
  elements: count,
  bytes: byteCount,
  /** In the order of the input. Of roots that lie within one another each element counts for the innermost. */
  roots: z.array(z.object({ ...pathOut, elements: count, bytes: byteCount, finished: z.boolean() })),
  leftOut: z.array(leftOutMeasure),
  /** Elements that could not be looked at, and the first few of them. */
  unreadable: z.object({ elements: count, first: z.array(z.object({ path: z.string(), message: z.string() })) }),
  finished: z.boolean(),
});
export type MeasureSample = z.infer<typeof measureSample>;

/** A place that lies on the file system, or else on a disk, that another one lies on too. */
export const sharedPlace = z.object({ ...pathOut, by: z.enum(['fileSystem', 'disk']) });

export const placeProcedures = {
  'place.roots': query(
    z.strictObject({}),
    z.object({
      drives: z.array(drive),
      /** Folder of the user who runs the console. */
      home: z.object(pathOut),
      /** How the drives were found: `drivelist`, or `mounts` where that does not work; then buses are not known. */
      source: z.enum(['drivelist', 'mounts']),
    }),
  ),
  /**
   * Folders first, then by name. A folder that cannot be read is an answer: `error` says why. `nearest`: of a folder that is not
   * there the nearest one above it is listed, and `missing` says what of the path is not there below that.
   */
  'place.list': query(
    z.strictObject({
      path: pathIn,
      foldersOnly: z.boolean().optional(),
      hidden: z.boolean().optional(),
      nearest: z.boolean().optional(),
      ...page,
    }),
    z.object({
      ...pathOut,
      /** For people; null when the folder is the one that was asked for. */
      missing: z.string().nullable().default(null),
      parent: z.object(pathOut).nullable(),
      entries: z.array(folderEntry),
      /** All that is in it, as far as it was looked at. */
      total: count,
      /** False when the folder holds more than is listed: what is wanted has to be typed. */
      whole: z.boolean(),
      next: cursor,
      error: errorData.nullable(),
      /** Whether something can be made in it. */
      writable: z.boolean(),
      /** A vault lies here. */
      vault: z.boolean(),
      bytesFree: byteCount.nullable(),
    }),
  ),
  /**
   * Which of some places lie on the file system, or else on a disk, that a folder lies on too: what breaks it takes both. Of what is not there the
   * nearest folder above it counts; what nobody may look at is left out.
   */
  'place.sharedDisk': query(
    z.strictObject({ folder: pathIn, of: z.array(pathIn).max(1000) }),
    z.object({ shared: z.array(sharedPlace) }),
  ),
  /** Why `object.add` would refuse to protect a path; null when it would not. `vault`: where a vault is to be that is not there yet. */
  'place.checkRoot': query(
    z.strictObject({ path: pathIn, vault: place.optional() }),
    z.object({ error: errorData.nullable() }),
  ),
  /** Makes a folder in another one, which has to be there. */
  'place.make': command(
    z.strictObject({ parent: pathIn, name: z.string().min(1).max(255) }),
    z.object({ name: z.string(), ...pathOut }),
  ),
  /** Counts what a selection would take and leave out. Events: `measure`; the answer is the last sample. */
  'place.measure': query(
    z.strictObject({
      roots: z.array(pathIn).min(1).max(1000),
      unprotect: z.array(z.enum(UNPROTECTED_TYPES)).optional(),
      exclude: z.array(z.string().min(1)).max(1000).optional(),
      crossFileSystems: z.boolean().optional(),
    }),
    measureSample,
  ),
  /** Shows a folder or file in the file manager; the desktop application only (`about` says whether it can). */
  'place.reveal': command(z.strictObject({ path: pathIn }), z.object({})),
  /** A glob while it is typed. Tries it on `paths`, or on what a short walk of `roots` meets. */
  'glob.try': query(
    z.strictObject({
      pattern: z.string().max(4096),
      paths: z.array(pathIn).max(10_000).optional(),
      roots: z.array(pathIn).max(1000).optional(),
    }),
    z.object({
      /** Null when the pattern is usable. */
      error: errorData.nullable(),
      /** It is about whole paths, not names at any depth. */
      byPath: z.boolean(),
      foldersOnly: z.boolean(),
      /** At most 100 of those that fit. */
      matches: z.array(z.object({ ...pathOut, type: z.enum(ELEMENT_TYPES).nullable(), bytes: byteCount.nullable() })),
      matched: count,
      tried: count,
      /** False when there was more than could be tried. */
      whole: z.boolean(),
    }),
  ),
  /** A small folder to try things on. Without a parent it goes beside the user's own files. */
  'sample.create': command(
    z.strictObject({ parent: pathIn.optional() }),
    z.object({ ...pathOut, elements: count, bytes: byteCount }),
  ),
};
