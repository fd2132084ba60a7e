import { realpathSync } from 'node:fs';
import { type ByteString, baseOf, joinBytes, parentOf } from '../../../shared/byte-string.ts';
import { isErrno } from '../../platform/errno.ts';
import { fromSystemPath, toSystemPath } from '../../platform/portable/system-path.ts';

interface StandingPart {
  /** The real path of as much of a place as is there. */
  readonly real: ByteString;
  /** The names beneath it that are not there yet. */
  readonly missing: readonly ByteString[];
}

/** As much of a place as is there; null when that cannot be told, as then it cannot be written to either. */
export const standingPart = (place: ByteString): StandingPart | null => {
  const missing: ByteString[] = [];
  for (let at = place; ; at = parentOf(at)) {
    try {
      return { real: fromSystemPath(realpathSync.native(toSystemPath(at), { encoding: 'buffer' })), missing };
    } catch (error) {
      if (!isErrno(error, 'ENOENT') || at === '/') return null;
    }
    missing.unshift(baseOf(at));
  }
};

const EVERYWHERE = '/' as ByteString;

/** A place by its real name, whatever is there of it; the root, in which every place lies, where its name does not tell. */
export const realPlace = (place: ByteString): ByteString => {
  const standing = standingPart(place);
  if (standing === null || standing.missing.includes('..' as ByteString)) return EVERYWHERE;
  return standing.missing.filter((name) => name !== '' && name !== '.').reduce(joinBytes, standing.real);
};
