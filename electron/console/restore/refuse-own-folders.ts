import { statSync } from 'node:fs';
import { type ByteString, byteStringFromText, displayText, parentOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { type SystemPath, toSystemPath } from '../../platform/portable/system-path.ts';
import { standingPart } from './real-place.ts';

/**
 * Refuses a place that lies in one of the folders, or would once it is made, whatever names lead to it. A restore into a
 * vault or a home would mix with what Coldframe keeps there. Throws USAGE.
 */
export const refuseOwnFolders = (place: ByteString, folders: readonly string[]): void => {
  const folder = folderAround(place, folders);
  if (folder === null) return;
  throw new ColdframeError('USAGE', {
    message: `The destination ${displayText(place)} lies in ${folder}, where Coldframe keeps a vault or its own state.`,
    guidance: 'Restore to a folder outside of the vault and of the home.',
    context: { path: displayText(place), folder },
  });
};

/** Refuses a place for a new vault in the home: with the home all that it was to be a copy of would be lost. Throws USAGE. */
export const refuseVaultInHome = (dir: string, home: string): void => {
  if (folderAround(byteStringFromText(dir), [home]) === null) return;
  throw new ColdframeError('USAGE', {
    message: `The folder ${dir} lies in ${home}, where Coldframe keeps its own state: what happens to one would happen to the other.`,
    guidance: 'Choose a folder outside of the home, best on another disk than what is to be protected.',
    context: { dir, home },
  });
};

/** Which of the folders a place lies in, or would once it is made; null when in none. */
const folderAround = (place: ByteString, folders: readonly string[]): string | null => {
  const own = new Map(folders.map((folder) => [identityOf(folder), folder]));
  for (let at = standingPart(place)?.real ?? null; at !== null; at = at === '/' ? null : parentOf(at)) {
    const identity = identityOf(toSystemPath(at));
    const folder = identity === null ? undefined : own.get(identity);
    if (folder !== undefined) return folder;
  }
  return null;
};

const identityOf = (path: SystemPath): string | null => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev} ${stat.ino}`;
};
