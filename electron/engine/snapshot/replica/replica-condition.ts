import { fileMissing, holdsNothing, placeTaken } from './replica-errors.ts';
import { placesOf, type ReplicaFiles, sameFile } from './replica-files.ts';
import type { ReplicaSpec } from './replica-image.ts';
import type { ReplicaRow } from './replica-state.ts';

/**
 * How a replica is found:
 *
 * | | |
 * | --- | --- |
 * | empty | holds no state yet; its first copy is still to be made, or to be made again |
 * | current | its file shows the state that it holds |
 * | updating | the state is known and whole, and readers over NBD see it; its file does not show it yet |
 * | changed | somebody else wrote to its file: only an update that compares everything makes it good |
 * | missing | its file is not there |
 */
export type ReplicaCondition = 'empty' | 'current' | 'updating' | 'changed' | 'missing';

export const conditionOf = ({ path, held, next }: ReplicaRow, files: ReplicaFiles): ReplicaCondition => {
  if (held === null) return 'empty';
  const { file, updating } = placesOf(path);
  const found = files.identity(file);
  if (found === null) return files.identity(updating)?.inode === held.identity.inode ? 'updating' : 'missing';
  if (!sameFile(found, held.identity))
    return sameFile(files.identity(updating), held.identity) ? 'updating' : 'changed';
  return next === null ? 'current' : 'updating';
};

/** For threads: what the replica shows its readers now. Throws `NO_SUCH_REPLICA` before it holds anything. */
export const specOf = ({ name, path, held, next }: ReplicaRow): ReplicaSpec => {
  if (held === null) throw holdsNothing(name);
  const journal = next?.journal ?? null;
  return { kind: 'replica', name, path, size: journal?.size ?? held.identity.size, identity: held.identity, journal };
};

/** Whether an update may rely on the file being what it was left as; false: it has to compare. Throws for what is not the replica's. */
export const demandOwnFile = ({ name, path, held }: ReplicaRow, files: ReplicaFiles): boolean => {
  const found = files.identity(path);
  if (held === null) {
    if (found === null) return true;
    throw placeTaken(path, `is there, and the replica ${name} has not made it`, 'Take it away, or remove the replica.');
  }
  if (found === null) throw fileMissing(name, path);
  if (found.size === held.identity.size) return sameFile(found, held.identity);
  throw placeTaken(
    path,
    `has ${found.size} bytes, and the replica ${name} had ${held.identity.size}`,
    'Put its own file back; or take this one away, remove the replica and create it anew.',
  );
};
