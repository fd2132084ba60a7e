import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Names of the disks that a block device lies on: itself, the disk of a partition, those below a device mapper or RAID
 * (`slaves` in sysfs). `device` is `major:minor` or a device file. Empty when the system does not say.
 */
export const holdingDisks = (device: string): string[] => {
  const name = device.startsWith('/dev/') ? nameOf(device) : byNumber(device);
  return name === null ? [] : [...new Set(below(name, 0))];
};

const nameOf = (file: string): string | null => {
  try {
    return basename(realpathSync(file));
  } catch {
    return null;
  }
};

const byNumber = (number: string): string | null => {
  try {
    return basename(realpathSync(`/sys/dev/block/${number}`));
  } catch {
    return null;
  }
};

/** Stacks of mappers are shallow; a limit keeps a loop from being one. */
const DEEPEST = 16;

const below = (name: string, depth: number): string[] => {
  if (depth > DEEPEST) return [];
  const place = placeOf(name);
  if (place === null) return [name];
  const slaves = entriesOf(join(place, 'slaves'));
  if (slaves.length > 0) return slaves.flatMap((slave) => below(slave, depth + 1));
  const partition = entriesOf(place).includes('partition');
  return [partition ? basename(dirname(place)) : name];
};

const placeOf = (name: string): string | null => {
  try {
    return realpathSync(`/sys/class/block/${name}`);
  } catch {
    return null;
  }
};

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
