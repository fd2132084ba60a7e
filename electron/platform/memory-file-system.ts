import { statfsSync } from 'node:fs';
import type { ByteString } from '../../shared/byte-string.ts';

/** From statfs(2): tmpfs, ramfs, hugetlbfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6, 0x958458f6]);

/**
 * Whether a path lies on a file system that only lives in memory: nothing is ever written out there, so what a program changes
 * in a file that it maps leaves no trace in its timestamps. False where that cannot be told.
 */
export const livesInMemory = (path: ByteString): boolean => {
  if (process.platform !== 'linux') return false;
  try {
    return IN_MEMORY.has(statfsSync(Buffer.from(path, 'latin1')).type);
  } catch {
    return false;
  }
};
