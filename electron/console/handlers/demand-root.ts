import { lstatSync, realpathSync } from 'node:fs';
import {
  type ByteString,
  byteStringFromText,
  byteStringOf,
  displayText,
  joinBytes,
} from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { reasonOf } from '../../platform/errno.ts';
import type { VaultInfo } from '../use-cases.ts';

/**
 * Refuses a root that is not there: a slip of the hand would be protected and never backed up. And one in a vault, which
 * never backs itself up, and of which no copy made while it is written to would be whole. Throws NO_SUCH_PATH, USAGE.
 */
export const demandRoot = (path: ByteString, vaults: readonly Pick<VaultInfo, 'name' | 'dir'>[]): void => {
  let real: ByteString;
  try {
    if (lstatSync(Buffer.from(path, 'latin1')).isSymbolicLink()) throw rootIsLink(path);
    real = realPath(path);
  } catch (cause) {
    if (cause instanceof ColdframeError) throw cause;
    throw new ColdframeError('NO_SUCH_PATH', {
      message: `${displayText(path)} cannot be found: ${reasonOf(cause)}.`,
      guidance: 'Check the path; it may become unreachable later, but it has to be there now.',
      context: { path: displayText(path) },
      cause,
    });
  }
  const vault = vaults.find(({ dir }) => joinBytes(real, '' as ByteString).startsWith(`${byteStringFromText(dir)}/`));
  if (!vault) return;
  throw new ColdframeError('USAGE', {
    message: `${displayText(path)} lies in the vault ${vault.name} at ${vault.dir}: a vault is where backups go, and is not backed up itself.`,
    guidance: 'Name the files that are to be protected. To have a vault twice, copy its folder while nothing uses it.',
    context: { path: displayText(path), vault: vault.dir },
  });
};

/** The link alone would be backed up, which nobody means who names it. */
const rootIsLink = (path: ByteString): ColdframeError => {
  let target: string | null = null;
  try {
    target = displayText(realPath(path));
  } catch {
    // It leads to nothing that could be named.
  }
  const instead = target === null ? 'It leads to nothing that is there.' : `Give ${target} instead.`;
  return new ColdframeError('USAGE', {
    message: `${displayText(path)} is a symbolic link: the link alone would be backed up, and not what it leads to.`,
    guidance: `${instead} Links within a folder are kept as links.`,
    context: { path: displayText(path), target },
  });
};

const realPath = (path: ByteString): ByteString =>
  byteStringOf(realpathSync.native(Buffer.from(path, 'latin1'), { encoding: 'buffer' }));
