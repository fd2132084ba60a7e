import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';

const parts = (path: ByteString): ByteString[] => (path === '/' ? [] : (path.slice(1).split('/') as ByteString[]));

const unusable = (path: ByteString): ColdframeError =>
  new ColdframeError('RECORD_MALFORMED', {
    message: `The block set names an element ${JSON.stringify(displayText(path))}, which is no absolute path without "." and "..".`,
    guidance: 'The set is damaged or was forged; this element is not restored.',
  });

/**
 * The names that lead from `/` to an element. Throws RECORD_MALFORMED for a path that could lead elsewhere: relative, or
 * with an empty part, `.`, `..` or a NUL.
 */
export const pathParts = (path: ByteString): ByteString[] => {
  if (!path.startsWith('/') || path.includes('\0')) throw unusable(path);
  const names = parts(path);
  if (names.some((name) => name === '' || name === '.' || name === '..')) throw unusable(path);
  return names;
};

/**
 * The names that lead from the destination's root to where an element goes: its path without `relativeTo`. Empty for the
 * root itself, null for a directory above `relativeTo`, which has no place there. Throws USAGE for an element that is not
 * beneath `relativeTo`.
 */
export const targetParts = (path: ByteString, relativeTo: readonly ByteString[]): ByteString[] | null => {
  const names = pathParts(path);
  const common = relativeTo.findIndex((name, at) => names[at] !== name);
  if (common < 0) return names.slice(relativeTo.length);
  if (common === names.length) return null;
  throw new ColdframeError('USAGE', {
    message: `${displayText(path)} is not beneath /${displayText(relativeTo.join('/') as ByteString)}.`,
    guidance: 'Leave --relative-to out, shorten it, or name only elements beneath it.',
    context: { path: displayText(path) },
  });
};
