import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that a folder takes on the disk, holes left out (as du(1) counts); 0 when it is not there. */
export function diskUsage(folder: string): number {
  const own = lstatSync(folder, { throwIfNoEntry: false });
  if (own === undefined) return 0;
  const inner = readdirSync(folder, { withFileTypes: true, recursive: true });
  return inner.reduce(
    (sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).blocks * 512,
    own.blocks * 512,
  );
}
