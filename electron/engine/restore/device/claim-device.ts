import { closeSync, constants, openSync } from 'node:fs';
import { ColdframeError } from '../../../../shared/errors.ts';
import { errnoOf, ioError, isErrno } from '../../../platform/errno.ts';
import { diskSize } from '../../snapshot/disk-identity.ts';

/**
 * Takes a block device for this process alone: while it is held nobody can mount it, and what is mounted or otherwise held by others
 * cannot be taken (`open(2)`, O_EXCL on a block device). Dispose of it on every path. Errors: DEVICE_BUSY, DEVICE_TOO_SMALL, IO.
 */
export const claimDevice = (path: string, neededBytes: number): Disposable & { readonly size: number } => {
  const fd = opened(path);
  try {
    const size = diskSize(path);
    if (size < neededBytes) throw tooSmall(path, size, neededBytes);
    return { size, [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};

const opened = (path: string): number => {
  try {
    return openSync(path, constants.O_RDWR | constants.O_EXCL);
  } catch (error) {
    if (isErrno(error, 'EBUSY')) throw busy(path);
    throw ioError('open', errnoOf(error) ?? 'EIO', path, error);
  }
};

const busy = (path: string): ColdframeError =>
  new ColdframeError('DEVICE_BUSY', {
    message: `The device ${path} is in use: it, or a part of it, is mounted or held by another program.`,
    guidance: 'Unmount it (lsblk shows where it is mounted), or choose another device. Nothing was changed.',
    context: { path },
  });

const tooSmall = (path: string, size: number, needed: number): ColdframeError =>
  new ColdframeError('DEVICE_TOO_SMALL', {
    message: `The device ${path} has ${size} bytes, and the volume has ${needed}.`,
    guidance: 'Choose a device that is at least as large. Nothing was changed.',
    context: { path, size, needed },
  });
