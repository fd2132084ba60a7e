import { join } from 'node:path';
import { durableWrite } from '../../platform/durable-write.ts';
import { readRegular } from '../../platform/regular-file.ts';

/**
 * Puts the rescue program, which restores without Coldframe, into a vault; replaces a copy that differs. A vault works
 * without it, so a disk that refuses it is no reason to refuse the vault.
 */
export const placeRescue = (dir: string, source: URL = new URL('./rescue.mjs', import.meta.url)): void => {
  const target = join(dir, 'rescue.mjs');
  const program = contentOf(source);
  if (program === null || contentOf(target)?.equals(program)) return;
  try {
    durableWrite(target, program, 0o644);
  } catch {
    // The next opening tries again.
  }
};

const contentOf = (path: string | URL): Buffer | null => {
  try {
    return readRegular(path);
  } catch {
    return null;
  }
};
