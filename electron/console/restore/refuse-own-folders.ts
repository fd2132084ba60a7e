import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ByteString, displayText, parentOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { fromSystemPath, type SystemPath, toSystemPath } from '../../platform/portable/system-path.ts';
import { standingPart } from './real-place.ts';

/** What was to be put somewhere, in the words of the refusal. */
interface Put {
  readonly what: string;
  readonly guidance: string;
}

const RESTORED: Put = {
  what: 'destination',
  guidance: 'Restore to a folder outside of the vault and of the home.',
};

/**
 * Refuses a place that lies in one of the folders, or would once it is made, whatever names lead to it. What is put into a
 * vault or a home would mix with what Coldframe keeps there. Throws USAGE.
 */
export const refuseOwnFolders = (place: ByteString, folders: readonly string[], put: Put = RESTORED): void => {
  const own = new Map(folders.map((folder) => [identityOf(folder), folder]));
  for (let at = standingPart(place)?.real ?? null; at !== null; at = at === '/' ? null : parentOf(at)) {
    const identity = identityOf(toSystemPath(at));
    const folder = identity === null ? undefined : own.get(identity);
    if (folder === undefined) continue;
    throw new ColdframeError('USAGE', {
      message: `The ${put.what} ${displayText(place)} lies in ${folder}, where Coldframe keeps a vault or its own state.`,
      guidance: put.guidance,
      context: { path: displayText(place), folder },
    });
  }
};

/**
 * Refuses a folder for a new vault in one of the others, the home for one: with the home all that it was to be a copy of would be lost. Throws USAGE.
 */
export const refuseVaultWithin = (dir: string, folders: readonly string[]): void =>
  refuseOwnFolders(fromSystemPath(Buffer.from(resolve(dir))), folders, {
    what: 'folder',
    guidance:
      'Choose a folder outside of the home and of every vault, best on another disk than what is to be protected.',
  });

const identityOf = (path: SystemPath): string | null => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev} ${stat.ino}`;
};
