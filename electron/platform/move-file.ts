import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from './durable-write.ts';
import { errnoOf, ioError } from './errno.ts';

/**
 * Moves a file into another folder of the same file system, which is made if need be, in one step: a kill leaves it in exactly one of the two
 * places. Durable when it returns. Throws IO, with EEXIST when the place is taken; who takes it between the look and the step is overwritten,
 * so others have to be kept away.
 */
export const moveFile = (from: string, to: string): void => {
  try {
    const made = mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    if (made !== undefined) syncDirectory(dirname(made));
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw ioError('move', 'EEXIST', to);
    renameSync(from, to);
  } catch (error) {
    throw ioError('move', errnoOf(error) ?? 'EIO', to, error);
  }
  // Where it is before where it was: a power loss between the two brings it back to either, never to none.
  syncDirectory(dirname(to));
  syncDirectory(dirname(from));
};
