import { dirname } from 'node:path';
import { syncDirectory } from './durable-write.ts';
import { moveIfFree } from './portable/moving.ts';
import { fromSystemPath } from './portable/system-path.ts';

/**
 * Gives a finished temporary file its name, only if nothing has that name; durable when it returns. The temporary file is in the
 * same folder and flushed. Throws IO with EEXIST when the name is taken.
 */
export const publishFile = (temporary: string, path: string): void => {
  moveIfFree(fromSystemPath(Buffer.from(temporary)), fromSystemPath(Buffer.from(path)));
  syncDirectory(dirname(path));
};
