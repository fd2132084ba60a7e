import { statSync } from 'node:fs';
import { type ByteString, bytesOf, displayText, parentOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';

/** Roots whose folders are looked at. */
const MOST_ROOTS = 1000;

/** Which folders a restore writes into, by path, with the device and inode of those that are there. */
export type PlaceNow = ReadonlyMap<ByteString, string>;

/** Where a restore writes to: its destination, or, where everything goes back to its own place, the folders that hold what was wanted. */
export const placeNow = (destination: RestorePlan['destination'], roots: readonly ByteString[]): PlaceNow => {
  const { root } = destination;
  const folders = root === '/' ? roots.slice(0, MOST_ROOTS).map(parentOf) : [root];
  return new Map(
    folders.flatMap((folder) => {
      const stat = statSync(Buffer.from(bytesOf(folder)), { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? [] : [[folder, `${stat.dev}:${stat.ino}`] as const];
    }),
  );
};

/** Throws DESTINATION_TAKEN when a folder that was there is another one now: a disk that was unmounted, a link in its place. */
export const refuseOtherPlace = (before: PlaceNow, now: PlaceNow): void => {
  for (const [folder, identity] of before)
    if (now.get(folder) !== identity)
      throw new ColdframeError('DESTINATION_TAKEN', {
        message: `${displayText(folder)} is not the folder any more that was restored into before: it was replaced, or what was mounted there is not.`,
        guidance:
          'Nothing more was restored. Put back what was there (mount it), then run the same restore again: it goes on.',
        context: { path: displayText(folder) },
      });
};
