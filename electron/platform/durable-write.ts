import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, ioError, isErrno } from './errno.ts';
import { failpoint } from './failpoints.ts';
import { randomId } from './ids.ts';

/**
 * Replaces a file in one step that survives a power loss: a temporary file beside it, fsync, rename over it, fsync of the
 * folder. When it returns, the new content is durable; when the machine stops on the way, the old content is whole. A
 * leftover is called `NAME.<32 hex>.tmp`. The mode is that of a file for its owner alone unless given.
 */
export function durableWrite(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${path}.${randomId()}.tmp`;
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    failpoint('durable-write:before-rename');
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw ioError('write', errnoOf(error) ?? 'EIO', path, error);
  }
  failpoint('durable-write:after-rename');
  syncDirectory(dirname(path));
}

/** Removes what writes that were killed left in a folder. Nobody else may be writing there. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder))
    if (/\.[0-9a-f]{32}\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
}

/** Makes the names in a folder durable. Windows cannot, and journals them itself. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Some network and FUSE file systems have no fsync for folders; they answer so, and there is nothing more to do.
    if (isErrno(error, 'EINVAL', 'EOPNOTSUPP', 'ENOSYS')) return;
    throw ioError('fsync', errnoOf(error) ?? 'EIO', path, error);
  }
}
