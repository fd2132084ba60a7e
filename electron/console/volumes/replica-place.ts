import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { placeTaken } from '../../engine/snapshot/replica/replica-errors.ts';
import { placesOf } from '../../engine/snapshot/replica/replica-files.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import { deviceNumber, isPartOf } from './same-disk.ts';

/**
 * The real path of a file that a replica may make. Throws `REPLICA_PLACE` where something is already, where there is no folder, and on
 * the volume itself: each update would change what it copies.
 */
export const demandReplicaPlace = (wanted: string, volume: VolumeRow, volumes: readonly VolumeRow[]): string => {
  const folder = dirname(wanted);
  if (!existsSync(folder)) throw placeTaken(wanted, 'would be in a folder that is not there', 'Make the folder first.');
  const path = join(realpathSync(folder), basename(wanted));
  if (path === volume.path) throw placeTaken(path, `is the disk of ${volume.name} itself`, 'Choose another file.');
  for (const place of Object.values(placesOf(path))) {
    const other = volumes.find((each) => each.path === place);
    if (other !== undefined) throw placeTaken(place, `is the disk of ${other.name}`, 'Choose another file.');
    if (lstatSync(place, { throwIfNoEntry: false }) === undefined) continue;
    throw placeTaken(
      place,
      'is there already',
      'A replica makes its own file: choose another name, or take that away.',
    );
  }
  if (liesOn(dirname(path), volume.path)) {
    throw placeTaken(path, `lies on the volume ${volume.name}`, 'Choose a file on another disk.');
  }
  return path;
};

/** Whether a folder is on a file system whose device is this disk, a part of it, or a loop device over it. */
const liesOn = (folder: string, disk: string): boolean => isPartOf(deviceNumber(statSync(folder).dev), disk);
