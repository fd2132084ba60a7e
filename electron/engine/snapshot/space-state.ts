import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';

const count = z.int().min(0);

/** By what an image file is known again: when any of it differs, somebody else wrote to it. Device numbers differ from boot to boot. */
export const identity = z.strictObject({
  inode: z.string(),
  size: count,
  modified: z.string(),
  changed: z.string(),
});
export type DiskIdentity = z.infer<typeof identity>;

/**
 * A time between two snapshots of a volume, and the marks file (by its generation) of what was written in it. `all`: that is not known
 * for sure, so everything counts as changed. The last interval is the one that goes on.
 */
const interval = z.strictObject({ generation: count, all: z.boolean(), endsWith: z.string().nullable() });
export type Interval = z.infer<typeof interval>;

const volume = z.strictObject({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  size: count,
  segmentBytes: count,
  preserve: z.enum(['protected', 'all']),
  storage: z.strictObject({ kind: z.enum(['file', 'memory']), bytes: count }),
  policy: z.strictObject({ onFull: z.enum(['block', 'invalidate']), blockMs: count }),
  intervals: z.array(interval).min(1),
  /** Number of the file that holds the unprotected segments; null when everything is protected. */
  unprotected: count.nullable(),
  use: z.discriminatedUnion('kind', [
    /** Taken out of use with everything on disk. No identity: the disk cannot be known again. */
    z.strictObject({ kind: z.literal('clean'), identity: identity.nullable() }),
    /** In use since that boot, by a process that has to say when it stops. `inode`: of the image file; empty for a device. */
    z.strictObject({ kind: z.literal('open'), boot: z.string(), inode: z.string() }),
  ]),
});
export type VolumeRow = z.infer<typeof volume>;

const snapshot = z.strictObject({
  id: z.string(),
  checkpoint: z.string(),
  createdAt: z.string(),
  /** `backup`: serves one backup, which gives up what it has copied; it ends with its process. */
  purpose: z.enum(['keep', 'backup']),
  holds: z.array(
    z.strictObject({
      volume: z.string(),
      place: count,
      era: count,
      lost: z.enum(['full', 'failed', 'restart']).nullable(),
    }),
  ),
});
export type SnapshotRow = z.infer<typeof snapshot>;

const checkpoint = z.strictObject({
  id: z.string(),
  createdAt: z.string(),
  /** `unwanted`: a file says which segments were unprotected then. */
  volumes: z.array(z.strictObject({ id: z.string(), unwanted: z.boolean() })),
  /** The block set that holds the volumes as they were then; null for none. `full`: it stands by itself. */
  set: z.strictObject({ id: z.string(), full: z.boolean() }).nullable(),
});
export type CheckpointRow = z.infer<typeof checkpoint>;

const state = z.strictObject({
  version: z.literal(1),
  volumes: z.array(volume),
  snapshots: z.array(snapshot),
  checkpoints: z.array(checkpoint),
});
/** Everything that is known of the managed volumes of a home. One file, so that a snapshot of several is there for all or for none. */
export type SpaceState = z.infer<typeof state>;

const FILE = 'volumes.json';

export const readSpace = (folder: string): SpaceState => {
  const path = join(folder, FILE);
  if (!existsSync(path)) return { version: 1, volumes: [], snapshots: [], checkpoints: [] };
  const parsed = state.safeParse(parseJson(path));
  if (parsed.success) return parsed.data;
  throw new ColdframeError('VOLUMES_UNREADABLE', {
    message: `The list of volumes in ${path} is not what this version writes: its field "${parsed.error.issues[0]?.path.join('.') ?? ''}" is wrong.`,
    guidance:
      'Put the file back from a copy, or use the version of Coldframe that wrote it. The volumes themselves are not affected.',
    context: { path },
  });
};

/** Replaces the state as a whole. What could not be read again is never written. */
export const writeSpace = (folder: string, space: SpaceState): void => {
  const path = join(folder, FILE);
  const text = `${JSON.stringify(state.parse(space), null, 1)}\n`;
  try {
    durableWrite(path, text);
  } catch (error) {
    // Where only the folder could not be made durable the new state is there: whoever went on with the old one would contradict it.
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) throw error;
  }
};

const parseJson = (path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError('read', errnoOf(error) ?? 'EIO', path, error);
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
