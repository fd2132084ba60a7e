import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { errnoOf, isErrno } from '../../../platform/errno.ts';

const FULL = ['ENOSPC', 'EDQUOT'] as const;
/** What no other element would fare better with. */
const HOPELESS = ['EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ENODEV', 'ENXIO'] as const;

/** Whether an error ends the whole restore, and not just one element. */
export const isFatal = (error: unknown): boolean =>
  error instanceof ColdframeError && error.code !== 'IO'
    ? error.code !== 'DESTINATION_TAKEN' && error.code !== 'UNIT_DAMAGED'
    : errnoOf(error) === null || isErrno(error, ...FULL, ...HOPELESS);

/** A fatal error as the user sees it: a full destination by its own name. */
export const fatalError = (error: unknown, path: ByteString): unknown => {
  if (!isErrno(error, ...FULL)) return error;
  return new ColdframeError('DESTINATION_FULL', {
    message: `The destination has no room for ${displayText(path)}.`,
    guidance: 'Free some space there and run the same restore again: it goes on where it stopped.',
    context: { path: displayText(path), errno: errnoOf(error) },
    cause: error,
  });
};
