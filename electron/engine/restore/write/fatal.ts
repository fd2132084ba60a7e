import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { errnoOf, ioError, isErrno } from '../../../platform/errno.ts';

const FULL = ['ENOSPC', 'EDQUOT'] as const;
/** A disk that fails, went away, or was made read-only by the kernel because it failed. */
const BROKEN = ['EIO', 'EROFS', 'ESTALE', 'ENODEV', 'ENXIO'] as const;
/** What no other element would fare better with. */
const HOPELESS = [...BROKEN, 'EMFILE', 'ENFILE', 'ENOMEM'] as const;

/** Whether an error ends the whole restore, and not just one element. */
export const isFatal = (error: unknown): boolean =>
  error instanceof ColdframeError && error.code !== 'IO'
    ? error.code !== 'DESTINATION_TAKEN' && error.code !== 'UNIT_DAMAGED'
    : errnoOf(error) === null || isErrno(error, ...FULL, ...HOPELESS);

/** A fatal error as the user sees it: a full destination by its own name, a failing one with what was being written. */
export const fatalError = (error: unknown, path: ByteString): unknown => {
  const errno = errnoOf(error);
  // An error of a system call that we made ourselves names its file already.
  if (errno !== null && isErrno(error, ...BROKEN) && !(error instanceof ColdframeError))
    return ioError('Writing', errno, displayText(path), error);
  if (!isErrno(error, ...FULL)) return error;
  return new ColdframeError('DESTINATION_FULL', {
    message: `The destination has no room for ${displayText(path)}.`,
    guidance:
      'Free some space there and run the same restore again: what is finished stays, and files that were not finished are begun anew.',
    context: { path: displayText(path), errno: errnoOf(error) },
    cause: error,
  });
};
