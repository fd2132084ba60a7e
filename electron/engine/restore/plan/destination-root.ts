import { realpathSync } from 'node:fs';
import { type ByteString, baseOf, joinBytes, parentOf } from '../../../../shared/byte-string.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { fromSystemPath, toSystemPath } from '../../../platform/portable/system-path.ts';
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

/** Tells a folder or file from every other one, whatever names lead to it. */
export const identityOf = ({ device, inode }: Pick<FileStat, 'device' | 'inode'>): string => `${device}:${inode}`;

/** Identities of those of the folders and files that are there and can be looked at. */
export const identitiesOf = (files: DestinationFiles, places: readonly ByteString[]): ReadonlySet<string> =>
  new Set(
    places.flatMap((place) => {
      try {
        const real = fromSystemPath(realpathSync.native(toSystemPath(place), { encoding: 'buffer' }));
        const parent = files.openRoot(parentOf(real));
        try {
          return [identityOf(files.statAt(parent, real === '/' ? ('.' as ByteString) : baseOf(real), new FileStat()))];
        } finally {
          files.closeFd(parent);
        }
      } catch (error) {
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
