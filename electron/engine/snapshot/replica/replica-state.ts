import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ColdframeError } from '../../../../shared/errors.ts';
import { durableWrite } from '../../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../../platform/errno.ts';

const count = z.int().min(0);

/** By what the file of a replica is known again. Not by the time of its last change of attributes: renaming it is one. */
const identity = z.strictObject({ inode: z.string(), size: count, modified: z.string() });
export type ReplicaIdentity = z.infer<typeof identity>;

/** What says that a journal is to be applied, and by what it is known to be whole. */
const commit = z.strictObject({
  id: z.string(),
  /** Of the volume: the replica has the same afterwards. */
  size: count,
  segmentBytes: count,
  entries: count,
  /** Where the index begins, which is where the content ends. */
  indexAt: count,
  /** SHA-256 of both. */
  content: z.string(),
  index: z.string(),
});
export type JournalCommit = z.infer<typeof commit>;

const replica = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Id of the volume that it follows. */
  volume: z.string(),
  path: z.string(),
  createdAt: z.string(),
  /** The state that the file shows; null before the first copy is whole. */
  held: z.strictObject({ checkpoint: z.string(), takenAt: z.string(), identity }).nullable(),
  /** The state that the replica has from now on, though its file does not show it yet. */
  next: z.strictObject({ checkpoint: z.string(), takenAt: z.string(), journal: commit }).nullable(),
});
export type ReplicaRow = z.infer<typeof replica>;

const state = z.strictObject({ version: z.literal(1), replicas: z.array(replica) });

const FILE = 'replicas.json';

/** The replicas of a home, in one file that is replaced as a whole. Throws `REPLICAS_UNREADABLE`. */
export const readReplicas = (folder: string): readonly ReplicaRow[] => {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  const parsed = state.safeParse(parseJson(path));
  if (parsed.success) return parsed.data.replicas;
  throw new ColdframeError('REPLICAS_UNREADABLE', {
    message: `The list of replicas in ${path} is not what this version writes: its field "${parsed.error.issues[0]?.path.join('.') ?? ''}" is wrong.`,
    guidance:
      'Put the file back from a copy, or use the version of Coldframe that wrote it. The replicas themselves are not affected.',
    context: { path },
  });
};

/** What could not be read again is never written. */
export const writeReplicas = (folder: string, replicas: readonly ReplicaRow[]): void => {
  const text = `${JSON.stringify(state.parse({ version: 1, replicas }), null, 1)}\n`;
  const path = join(folder, FILE);
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
