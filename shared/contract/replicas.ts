import * as z from 'zod';
import { command, query } from './procedure.ts';
import { byteCount, count, durationMs, id, name, place, time, warning } from './values.ts';
import { consistency, exportView } from './volumes.ts';

export const replicaView = z.object({
  id,
  name: z.string(),
  /** Name of the volume that it follows. */
  volume: z.string(),
  /** Its image file. */
  path: z.string(),
  size: byteCount,
  createdAt: time,
  /**
   * `current`: its file shows the state that it holds. `empty`: it holds none yet. `updating`: it holds one that its file does not show
   * yet. `changed`: somebody else wrote to its file. `missing`: its file is not there.
   */
  state: z.enum(['current', 'empty', 'updating', 'changed', 'missing']),
  /** Whether an update is under way. */
  busy: z.boolean(),
  /** The moment of its volume that it shows; null when it shows none. */
  takenAt: time.nullable(),
  checkpoint: id.nullable(),
  exports: z.array(exportView),
});
export type ReplicaView = z.infer<typeof replicaView>;

const update = z.object({
  /**
   * Why everything was looked at, and not what changed alone: it is the `first` copy; its `file` was written to by somebody else; its
   * `checkpoint` is not known any more; it is not known what was written to the `volume` since.
   */
  whole: z.enum(['first', 'file', 'checkpoint', 'volume']).nullable(),
  segments: count,
  bytesRead: byteCount,
  /** Content that was new to the replica. */
  bytesCopied: byteCount,
  durationMs,
});
export type ReplicaUpdateView = z.infer<typeof update>;

const updated = z.object({ replica: replicaView, update, warnings: z.array(warning) });

export const replicaProcedures = {
  /** A copy of a volume in a new file, which is made before this ends. */
  'replica.create': command(z.strictObject({ name, volume: name, file: place, ...consistency }), updated),
  /** Moves it to the state that its volume has now. */
  'replica.update': command(
    z.strictObject({
      replica: name,
      ...consistency,
      /** How long those who read the state before over NBD may go on once the next one is there. */
      readersMs: count.optional(),
    }),
    updated,
  ),
  'replica.list': query(z.strictObject({}), z.object({ replicas: z.array(replicaView), warnings: z.array(warning) })),
  /** Forgets it; its file stays unless it is to be discarded. */
  'replica.remove': command(
    z.strictObject({ replica: name, discardFile: z.boolean().optional() }),
    z.object({ replica: replicaView, fileRemoved: z.boolean() }),
  ),
  /** Serves replicas read only until `volume.stop`, or until the console ends. */
  'replica.serve': command(
    z.strictObject({
      replicas: z.array(name).min(1).max(64),
      socket: place.optional(),
      /** HOST:PORT; the port 0 is any free one. */
      listen: z.string().min(1).max(300).optional(),
      pskFile: place.optional(),
    }),
    z.object({ server: id, exports: z.array(exportView) }),
  ),
};
