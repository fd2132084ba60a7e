import fs from 'node:fs';
import { baseOf, parentOf } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat, TYPE_FILE } from '../../../platform/file-stat.ts';
import type { OpenDirectory } from '../../../platform/source-files.ts';
import { sourceFiles } from '../../../platform/source-files.ts';
import { type ContentAttributes, sameContent } from '../../extents/configuration-id.ts';

/** `same`: read, and equal to the last byte. `changed`: it is another file now, or cannot be read. `untold`: its times prove nothing. */
export type SourceVerdict = 'same' | 'changed' | 'untold' | 'differs';

const PIECE_BYTES = 1024 * 1024;
let pieces: readonly [Buffer, Buffer] | null = null;

const asContent = (stat: FileStat): ContentAttributes => ({
  device: stat.device,
  inode: stat.inode,
  // An element has a length where it has content; the system gives symbolic links one, too.
  size: stat.type === TYPE_FILE ? stat.size : 0,
  modifiedAt: { seconds: stat.modifiedSeconds, nanos: stat.modifiedNanos },
  changedAt: { seconds: stat.changedSeconds, nanos: stat.changedNanos },
});

/**
 * Compares what was restored with the source, if by its identity, size and times that is still what was backed up. `restored`: a descriptor of the restored
 * file, null for a symbolic link. Writes nothing to the source.
 */
export const compareWithSource = (element: ElementAttributes, restored: number | null): SourceVerdict => {
  const { path, type, marks } = element;
  if ((type !== 'file' && type !== 'symlink') || marks.racy || marks.changedWhileCopied) return 'untold';
  let directory: OpenDirectory;
  try {
    directory = sourceFiles().openDirectory(parentOf(path), 'search');
  } catch {
    return 'changed';
  }
  try {
    return compareIn(directory, element, restored);
  } catch (error) {
    if (isErrno(error, 'EMFILE', 'ENFILE', 'ENOMEM')) throw error;
    return 'changed';
  } finally {
    directory.close();
  }
};

const compareIn = (directory: OpenDirectory, element: ElementAttributes, restored: number | null): SourceVerdict => {
  const name = baseOf(element.path);
  const stat = new FileStat();
  const unchanged = (): boolean => {
    directory.statEntry(name, stat);
    return sameContent(element, asContent(stat));
  };
  if (!unchanged()) return 'changed';
  const same =
    restored === null ? directory.readLink(name) === element.linkTarget : sameFile(directory, element, restored);
  if (same) return unchanged() ? 'same' : 'changed';
  // Mapped memory may have been written to without a time that says so; it has one once that is on the disk.
  directory.flush(element.type === 'file' ? name : ('' as typeof name));
  return unchanged() ? 'differs' : 'changed';
};

const sameFile = (directory: OpenDirectory, { path }: ElementAttributes, restored: number): boolean => {
  const source = directory.openFile(baseOf(path));
  try {
    return sameBytes(source, restored);
  } finally {
    sourceFiles().closeFile(source);
  }
};

const sameBytes = (one: number, other: number): boolean => {
  pieces ??= [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)];
  const [left, right] = pieces;
  for (let at = 0; ; ) {
    const read = readWhole(one, left, at);
    if (read !== readWhole(other, right, at)) return false;
    if (left.compare(right, 0, read, 0, read) !== 0) return false;
    if (read < PIECE_BYTES) return true;
    at += read;
  }
};

/** A whole piece, or what is left of the file. */
const readWhole = (fd: number, into: Buffer, offset: number): number => {
  let done = 0;
  while (done < into.length) {
    const read = fs.readSync(fd, into, done, into.length - done, offset + done);
    if (read === 0) break;
    done += read;
  }
  return done;
};
