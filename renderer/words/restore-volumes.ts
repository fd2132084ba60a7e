import type { RestoreChoice } from '../screens/restore/restore-request.ts';
import { format } from './format.ts';

const PLACES: Readonly<Record<RestoreChoice['where'], { readonly title: string; readonly about: string }>> = {
  image: {
    title: 'To a new image file',
    about: 'A raw image that a virtual machine or nbdfuse can use. Holes stay holes.',
  },
  folder: { title: 'Into a folder', about: 'An image file for each volume, under its own name.' },
  device: { title: 'Onto a device', about: 'Overwrites it from its beginning. What is on it is named before that.' },
  original: {
    title: 'In place',
    about: 'Onto the disk of the managed volume that has its name. It has to be stopped.',
  },
};

/** The texts of restoring volumes. */
export const restoreVolumesWords = {
  where: 'Where it goes',
  places: PLACES,
  image: 'Image file',
  imageHelp: 'Its full path; the folder has to be there.',
  folder: 'Folder',
  pathNeeded: 'A full path, beginning with /.',
  device: 'Device',
  drive: (device: string, label: string) => (label === '' ? device : `${device}, ${label}`),
  driveAbout: (bus: string, size: string, mounted: readonly string[]) =>
    [
      ...[bus, size].filter((part) => part !== ''),
      mounted.length === 0
        ? 'nothing of it is mounted'
        : `in use: ${mounted.slice(0, 3).join(', ')}${mounted.length > 3 ? ' …' : ''}; unmount it first`,
    ].join(', '),
  otherDevice: 'Another device',
  otherDeviceAbout: 'A partition, a logical volume or a loop device, by its path.',
  devicePath: 'Path of the device',
  inPlaceTitle: 'The volume has to be stopped',
  inPlaceAbout:
    'End serving it and release its snapshots first. From before the first change on it is out of use; afterwards everything on it counts as changed, so its next backup reads all of it.',
  overwriteTitle: (names: readonly string[]) => `Overwrite ${names.join(', ')} in place?`,
  overwriteAbout: (paths: readonly string[]) =>
    `What is now in ${paths.join(', ')} is lost, but for blocks that were unprotected when the backup was made. It cannot be brought back unless another backup holds it.`,
  overwrite: 'Overwrite',
  overwriteKeep: (count: number) => `Keep the ${count === 1 ? 'volume as it is' : 'volumes as they are'}`,
  reviewAgain: 'Review again',
  takesAllTapes: (missing: readonly string[]) =>
    `A volume is restored as a whole, from all its tapes: put back ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${format.count(missing.length - 3)} more` : ''}.`,
} as const;
