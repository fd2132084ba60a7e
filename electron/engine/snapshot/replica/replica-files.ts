import { existsSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '../../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../../platform/errno.ts';
import { type OpenPositional, openPositional } from '../../../platform/positional-file.ts';
import type { BlockDevice } from '../block-device.ts';
import { FileDevice } from '../file-device.ts';
import type { ReplicaIdentity } from './replica-state.ts';

/** What replicas need of the disk that they lie on. */
export interface ReplicaFiles {
  readonly open: OpenPositional;
  device(path: string, options: { readonly readOnly: boolean }): BlockDevice;
  exists(path: string): boolean;
  /** Gives a file another name, durably. */
  move(from: string, to: string): void;
  /** Takes a file away that may be there; who has it open goes on. */
  remove(path: string): void;
  /** Makes the names in the folder of a file durable. */
  syncNames(path: string): void;
  /** Bytes that can be written to the file system of a file. */
  room(path: string): number;
  /** Null when there is no such file. */
  identity(path: string): ReplicaIdentity | null;
}

/** The names that a replica uses, beside that of its file. */
export const placesOf = (path: string) => ({
  file: path,
  /** The file while it is between two states: nobody opens it by accident. */
  updating: `${path}.updating`,
  journal: `${path}.journal`,
});

export const sameFile = (one: ReplicaIdentity | null, other: ReplicaIdentity | null): boolean =>
  one !== null && other !== null && JSON.stringify(one) === JSON.stringify(other);

export const replicaFiles: ReplicaFiles = {
  open: openPositional,
  device: (path, options) => new FileDevice(path, options),
  exists: existsSync,
  move: (from, to) => {
    naming('rename', from, () => renameSync(from, to));
    syncDirectory(dirname(to));
  },
  remove: (path) => naming('remove', path, () => rmSync(path, { force: true })),
  syncNames: (path) => syncDirectory(dirname(path)),
  room: (path) =>
    naming('statfs', path, () => {
      const { bavail, bsize } = statfsSync(dirname(path));
      return bavail * bsize;
    }),
  identity: (path) =>
    naming('stat', path, () => {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return null;
      return { inode: String(stat.ino), size: Number(stat.size), modified: String(stat.mtimeNs) };
    }),
};

const naming = <Result>(call: string, path: string, act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw ioError(call, errnoOf(error) ?? 'EIO', path, error);
  }
};
