import type { ByteString } from '../../../shared/byte-string.ts';
import { errnoOf, isErrno } from '../../platform/errno.ts';
import { livesInMemory } from '../../platform/memory-file-system.ts';
import type { OpenDirectory } from '../../platform/source-files.ts';
import type { EntryCursor } from './cursor.ts';
import type { GuardedVisitor } from './visitor.ts';

/**
 * A page that a program maps and that waits to be written takes changes without a trace in the file's timestamps; written
 * out, its next change shows. So each file system is written out once, when the walk first comes to it. Where that fails,
 * the timestamps of its files prove nothing, and neither do those of a file system in memory, which is never written out.
 */
export class PendingWrites {
  readonly #wanted: boolean;
  readonly #cursor: EntryCursor;
  readonly #visitor: GuardedVisitor;
  readonly #met = new Set<number>();

  constructor(wanted: boolean, cursor: EntryCursor, visitor: GuardedVisitor) {
    this.#wanted = wanted;
    this.#cursor = cursor;
    this.#visitor = visitor;
  }

  /** Called for what the cursor is at, by its name in an open directory ('' for the directory itself). */
  writeOut(directory: OpenDirectory, name: ByteString): void {
    const { device } = this.#cursor.stat;
    if (!this.#wanted || this.#met.has(device)) return;
    this.#met.add(device);
    try {
      directory.flush(name);
      if (livesInMemory(this.#cursor.path)) this.#cursor.unflushedDevices.add(device);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === null) throw error;
      // A file that cannot be opened says nothing of its file system: what lies there next is asked.
      if (name !== '' && isErrno(error, 'ENOENT', 'EACCES', 'ELOOP')) this.#met.delete(device);
      else this.#unflushed(device, errno);
    }
  }

  #unflushed(device: number, errno: string): void {
    this.#cursor.unflushedDevices.add(device);
    this.#visitor.warning({
      code: 'FLUSH_FAILED',
      path: this.#cursor.path,
      message:
        `What is pending on the file system could not be written out (${errno}), so changes made through memory that a ` +
        'program maps may not show: its files are read whether they look changed or not, now and in the next backup. ' +
        'Check the disk.',
    });
  }
}
