import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { errnoOf, ioError } from './errno.ts';
import { openRegular } from './regular-file.ts';

/** A file that is read and written at positions. Errors: `IO` or `DISK_FULL` naming the call and the path. */
export interface PositionalFile {
  readonly path: string;
  /** Fills `into` from `offset` on. A file that ends before that is an error: its end is not ours to make up. */
  read(into: Uint8Array, offset: number): void;
  /** Writes all of `from`. After an error any part of it may have been written. */
  write(from: Uint8Array, offset: number): void;
  /** Cuts the file, or makes it longer with a hole. */
  setLength(length: number): void;
  length(): number;
  /** Makes durable what was written. */
  sync(): void;
  close(): void;
}

/** How a file is opened: it has to be there (`read`, `update`), or is made when it is not (`create`). */
export type PositionalMode = 'read' | 'update' | 'create';

export type OpenPositional = (path: string, mode: PositionalMode) => PositionalFile;

const FLAGS: Readonly<Record<PositionalMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT,
};

/** Opens a file; one that is made is for its owner alone. */
export const openPositional: OpenPositional = (path, mode) => {
  const fd = calling('open', path, () => openRegular(path, FLAGS[mode], { devices: true }));
  return {
    path,
    read: (into, offset) => calling('read', path, () => readFull(fd, into, offset)),
    write: (from, offset) => calling('write', path, () => writeFull(fd, from, offset)),
    setLength: (length) => calling('truncate', path, () => ftruncateSync(fd, length)),
    length: () => calling('stat', path, () => fstatSync(fd).size),
    sync: () => calling('fsync', path, () => fsyncSync(fd)),
    close: () => calling('close', path, () => closeSync(fd)),
  };
};

const calling = <Result>(call: string, path: string, act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    throw ioError(call, errnoOf(error) ?? 'EIO', path, error);
  }
};

const readFull = (fd: number, into: Uint8Array, offset: number): void => {
  for (let done = 0; done < into.length; ) {
    const count = readSync(fd, into, done, into.length - done, offset + done);
    if (count === 0) throw Object.assign(new Error('the file ends too soon'), { code: 'EIO' });
    done += count;
  }
};

const writeFull = (fd: number, from: Uint8Array, offset: number): void => {
  for (let done = 0; done < from.length; ) {
    const count = writeSync(fd, from, done, from.length - done, offset + done);
    if (count === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    done += count;
  }
};
