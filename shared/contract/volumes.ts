import * as z from 'zod';
import { FULL_POLICIES, PRESERVE_MODES, STORAGE_KINDS } from './choices.ts';
import { command, query } from './procedure.ts';
import {
  byteCount,
  count,
  durationMs,
  id,
  idPrefix,
  name,
  noticeCommand,
  noticeMs,
  place,
  time,
  warning,
} from './values.ts';

const storage = z.object({ kind: z.enum(STORAGE_KINDS), bytes: byteCount, bytesUsed: byteCount });

/** A place where a volume, or a frozen image of it, is served. */
export const exportView = z.object({
  /** `VOLUME`, `VOLUME@SNAPSHOT`, or of a block set `set/ID`. */
  export: z.string(),
  /** Who serves it: what `volume.stop` takes. */
  server: id,
  /** For NBD clients. */
  uri: z.string(),
  readOnly: z.boolean(),
  /** Of an encrypted one: the file of keys on this machine, and the users that it has keys of. Never a key. */
  keys: z.object({ file: z.string(), users: z.array(z.string()) }).nullable(),
  /** Of a block set that can be written to: `private`, gone in the end, or `kept` in a file. */
  overlay: z.enum(['private', 'kept']).nullable(),
  clients: count,
  bytesRead: byteCount,
  bytesWritten: byteCount,
});
export type ExportView = z.infer<typeof exportView>;

/** A volume of a block set: what `volume.serve` serves as `set/ID`, with several volumes in it as `set/ID/VOLUME`. */
const setToServe = z.strictObject({
  /** An id, the beginning of one, NAME@latest or NAME@TIME. */
  set: z.string().min(1).max(300),
  volume: name.optional(),
});

/** What a device threw while it was served: clients only hear an errno. */
const exportFailure = z.object({ code: z.string(), message: z.string(), guidance: z.string() });
export type ExportFailure = z.infer<typeof exportFailure>;
const watchedExport = exportView.extend({ failures: z.array(exportFailure) });

export const volumeView = z.object({
  id,
  name: z.string(),
  /** The image file or block device. */
  path: z.string(),
  size: byteCount,
  segmentBytes: byteCount,
  segments: count,
  preserve: z.enum(PRESERVE_MODES),
  storage,
  onFull: z.enum(FULL_POLICIES),
  blockMs: durationMs,
  /** `missing`: its disk is not there. `idle`: nobody has used it since the console started. */
  state: z.enum(['missing', 'idle', 'in-use']),
  snapshots: z.array(id),
  /** `set`: the block set that holds the volume as it was then; `full` when it stands by itself. */
  checkpoints: z.array(z.object({ id, createdAt: time, set: z.object({ id, full: z.boolean() }).nullable() })),
  /**
   * Whether it is known what was written since the last backup, or without one since the last checkpoint. `unknown`: somebody may have written
   * to it past us, or what was written was lost with a process or a power loss, so that the next backup reads everything. `untold`: a device,
   * which does not tell whether somebody else wrote to it while it was not served.
   */
  changes: z.enum(['known', 'unknown', 'untold']),
  exports: z.array(exportView),
});
export type VolumeView = z.infer<typeof volumeView>;

export const snapshotView = z.object({
  id,
  checkpoint: id,
  createdAt: time,
  /** `backup`: made for a backup, which gives it up. */
  purpose: z.enum(['keep', 'backup']),
  volumes: z.array(
    z.object({
      name: z.string(),
      /** Why it is no longer whole; null as long as it is. */
      lost: z.string().nullable(),
      /** False before its volume is in use: whether it is whole is not known then. */
      read: z.boolean(),
      /** Segments whose old content it preserved. */
      preserved: count,
    }),
  ),
});
export type SnapshotView = z.infer<typeof snapshotView>;

const options = {
  segmentBytes: byteCount.optional(),
  preserve: z.enum(PRESERVE_MODES).optional(),
  storage: z.enum(STORAGE_KINDS).optional(),
  storageBytes: byteCount.optional(),
  onFull: z.enum(FULL_POLICIES).optional(),
  blockMs: count.optional(),
};

/** Runs of segments, `[start, count]`; the first 10,000 of `segments` in all. */
const map = z.object({ segments: count, runs: z.array(z.tuple([count, count])), more: z.boolean() });
export type MapView = z.infer<typeof map>;

/** A map for a picture of the whole volume: segments per cell, and the largest runs of the first many. */
const layer = z.object({
  segments: count,
  cells: z.array(count),
  largest: z.array(z.tuple([count, count])),
  /** False when the map has so many runs that not all were looked at for the largest. */
  whole: z.boolean(),
});
export type LayerView = z.infer<typeof layer>;

const volumes = z.array(name).min(1).max(64);

/** How volumes are brought into a consistent state before they are frozen. */
export const consistency = {
  /** Waits until nothing was written for so long, */
  quietMs: count.optional(),
  /** but gives up after so long. */
  deadlineMs: count.optional(),
  /** Commands of the shell, run before the volumes are frozen and after they are thawed. */
  pre: z.string().max(4096).optional(),
  post: z.string().max(4096).optional(),
  /** Announces it so long before, */
  noticeMs: noticeMs.optional(),
  /** by a command of the shell that reads the message, instead of what tells the users of this machine. */
  noticeCommand: noticeCommand.optional(),
};

/** A snapshot that people were told of and that is not taken yet. */
const announcement = z.object({ notice: id, volumes: z.array(z.string()), at: time });

export const volumeProcedures = {
  /** A new image file of zeroes; without `file` in the home. */
  'volume.create': command(
    z.strictObject({ name, size: byteCount, file: place.optional(), ...options }),
    z.object({ volume: volumeView }),
  ),
  /** An image file or block device that is there. */
  'volume.adopt': command(z.strictObject({ name, file: place, ...options }), z.object({ volume: volumeView })),
  'volume.list': query(z.strictObject({}), z.object({ volumes: z.array(volumeView) })),
  'volume.show': query(z.strictObject({ volume: name }), z.object({ volume: volumeView })),
  /** Forgets the volume; its disk stays where it is. */
  'volume.remove': command(z.strictObject({ volume: name }), z.object({ volume: volumeView })),
  /** Serves volumes with their frozen images, and volumes of block sets, until `volume.stop`, or until the console ends. */
  'volume.serve': command(
    z.strictObject({
      /** May be empty when there are sets. */
      volumes: z.array(name).max(64),
      sets: z.array(setToServe).max(64).optional(),
      /** Sets can be written to: into `file`, which is kept, or without one into a file that is gone in the end. */
      overlay: z.strictObject({ file: place.optional() }).optional(),
      socket: place.optional(),
      /** HOST:PORT; the port 0 is any free one. */
      listen: z.string().min(1).max(300).optional(),
      pskFile: place.optional(),
    }),
    /** `warnings`: that there is a later set than one that was named, which is not whole. */
    z.object({ server: id, exports: z.array(exportView), warnings: z.array(warning).default([]) }),
  ),
  /** All that is served, or what one server serves, with what went wrong: the first 100 different errors of each export. */
  'volume.served': query(z.strictObject({ server: id.optional() }), z.object({ exports: z.array(watchedExport) })),
  'volume.stop': command(z.strictObject({ server: id }), z.object({ stopped: z.array(z.string()) })),
  /** From the next snapshot on these are unprotected: runs of blocks of 4 KiB. Without any everything is protected. */
  'volume.protect': command(
    z.strictObject({ volume: name, unprotected: z.array(z.tuple([count, count])).max(1_000_000) }),
    /** `blocks`: unprotected ones beside those of `unprotected`, in segments of which others are protected. */
    z.object({ volume: z.string(), unprotected: map, blocks: count }),
  ),
  'volume.maps': query(
    z.strictObject({ volume: name, since: idPrefix.optional() }),
    z.object({
      volume: z.string(),
      segmentBytes: byteCount,
      segments: count,
      /** Written since the last snapshot. */
      snapshot: map,
      /** Written between the last two snapshots, or since the checkpoint that was asked for until now. */
      backup: map,
      protection: map,
    }),
  ),
  /**
   * What a full backup of the volumes would read now, and what it would leave out. Like `volume.picture` it takes no volume up; unlike it
   * it looks at their disks.
   */
  'volume.measure': query(
    z.strictObject({ volumes }),
    z.object({
      volumes: z.array(
        z.object({
          volume: z.string(),
          size: byteCount,
          segmentBytes: byteCount,
          /** To be read: what is neither a hole nor left out. */
          bytes: byteCount,
          holeBytes: byteCount,
          /** Unprotected. With `bytes` and `holeBytes` it is the size. */
          leftOutBytes: byteCount,
          unprotected: map,
        }),
      ),
    }),
  ),
  /**
   * The maps as layers of one picture: the volume in `cells` parts of equal size, or one a segment when it has fewer. Cell i begins
   * with segment floor(i × segments / cells). Unlike `volume.maps` it never takes a volume up: `layers` is null while it is idle.
   */
  'volume.picture': query(
    z.strictObject({ volume: name, cells: z.number().int().min(1).max(16_384), since: idPrefix.optional() }),
    z.object({
      volume: z.string(),
      segmentBytes: byteCount,
      segments: count,
      layers: z
        .object({
          /** Written since the last snapshot; before the first one since the volume was made, as far as that is known. */
          snapshot: layer,
          /** As in `volume.maps`, without what is unprotected. */
          backup: layer,
          /** What the protection map leaves out. */
          unprotected: layer,
        })
        .nullable(),
    }),
  ),
  'snapshot.create': command(
    z.strictObject({
      volumes,
      ...consistency,
    }),
    /** `tookMs`: from the first command to the thaw, waiting for a quiet moment included, and a notice not. */
    z.object({ snapshot: snapshotView, tookMs: durationMs }),
  ),
  /** In the order of their moments. */
  'snapshot.announced': query(z.strictObject({}), z.object({ announced: z.array(announcement) })),
  /** It is not taken: who asked for it gets `CANCELLED`, a job that did ends as cancelled, and all who were told hear of it. */
  'snapshot.callOff': command(z.strictObject({ notice: idPrefix }), z.object({ calledOff: announcement })),
  'snapshot.list': query(z.strictObject({}), z.object({ snapshots: z.array(snapshotView) })),
  'snapshot.release': command(z.strictObject({ snapshot: idPrefix }), z.object({ snapshot: snapshotView })),
};
