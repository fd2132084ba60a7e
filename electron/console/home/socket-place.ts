import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { homeLayout } from './directory.ts';

/** Longest path that the address of a Unix socket holds, on the tightest system (macOS), without the final NUL. */
const LONGEST_ADDRESS = 103;

/** Where the console of a home listens: in the home, or in a private folder under the temporary one when the path is too long. */
export const socketPlace = (home: string, temporary = tmpdir()): string => {
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\coldframe-${digest}`;
  const inHome = homeLayout(home).socket;
  if (Buffer.byteLength(inHome) <= LONGEST_ADDRESS) return inHome;
  const folder = join(temporary, `coldframe-${process.getuid?.() ?? 0}-${digest}`);
  makePrivate(folder);
  return join(folder, 'socket');
};

/** Makes a folder that only this user can enter, and trusts one that exists only when it is such. */
const makePrivate = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `${folder}, where the console would listen, is not a private folder of this user.`,
      guidance: 'Remove it, or choose a home with a shorter path.',
      context: { folder },
    });
  }
};
