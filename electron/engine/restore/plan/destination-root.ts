import { type ByteString, joinBytes } from '../../../../shared/byte-string.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { type PlanStore, ROOT_DIRECTORY } from './plan-store.ts';

/** Path of a planned directory at the destination. */
export const directoryPath = (store: PlanStore, root: ByteString, id: number): ByteString => {
  const names: ByteString[] = [];
  for (let at = id; at !== ROOT_DIRECTORY; ) {
    const row = store.statement('SELECT parent, name FROM directory WHERE id = ?').get(at);
    if (row === undefined) throw new RangeError(`the plan has no directory ${at}`);
    names.push(row.name as ByteString);
    at = Number(row.parent);
  }
  return names.reduceRight(joinBytes, root);
};

/** Tells a folder from every other one, whatever names lead to it. */
export const identityOf = ({ device, inode }: Pick<FileStat, 'device' | 'inode'>): string => `${device}:${inode}`;

/** Identities of those of the folders that are there and may be opened. */
export const identitiesOf = (files: DestinationFiles, folders: readonly ByteString[]): ReadonlySet<string> =>
  new Set(
    folders.flatMap((folder) => {
      try {
        const fd = files.openRoot(folder);
        try {
          return [identityOf(files.statFd(fd, new FileStat()))];
        } finally {
          files.closeFd(fd);
        }
      } catch (error) {
        // What cannot be opened is no folder that Coldframe keeps anything in now.
        if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return [];
        throw error;
      }
    }),
  );

/** The destination's root to look from, or null when it is not there. */
export const openRoot = (files: DestinationFiles, root: ByteString): number | null => {
  try {
    return files.openRoot(root);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
};
