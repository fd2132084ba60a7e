import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { vaultUnsealed } from './library-errors.ts';
import type { LibraryState } from './library-state.ts';
import type { NodeHeader } from './node-header.ts';
import { isAboutTape } from './tape-errors.ts';
import { identifyTape, shelvedBarcodes, tapePath } from './tape-shelf.ts';

/**
 * Refuses a library that says that its vault is not sealed while a tape of it says that it is: a tape is written once,
 * and the library can be changed by whoever can write to the folder. Throws VAULT_UNSEALED, IO.
 */
export const demandUnsealedTapes = (dir: string, { vault, settings }: LibraryState): void => {
  if (settings.sealed) return;
  const sealed = shelvedBarcodes(dir).find((barcode) => isSealedTapeOf(vault.id, tapePath(dir, barcode)));
  if (sealed !== undefined) throw vaultUnsealed(dir, vault, `its tape ${sealed} is sealed`);
};

/**
 * Tapes in the clear on the shelf of a sealed vault, as warnings: anybody who can write to its folder can make one, and
 * nothing of them is used. Barcodes are the paths. Throws IO.
 */
export const unsealedTapes = (dir: string, { settings }: Pick<LibraryState, 'settings'>): Warning[] => {
  if (!settings.sealed) return [];
  const found = shelvedBarcodes(dir).filter((barcode) => headerAt(tapePath(dir, barcode))?.sealed === false);
  return found.map((barcode) => ({
    code: 'TAPE_UNSEALED',
    path: barcode,
    message: `${barcode} is not sealed, and its vault is: nothing of it is used. Somebody else may have put it into ${dir}.`,
  }));
};

const isSealedTapeOf = (vault: string, path: string): boolean => {
  const header = headerAt(path);
  return header?.sealed === true && header.vault.id === vault;
};

const headerAt = (path: string): NodeHeader | null => {
  try {
    return identifyTape(path);
  } catch (thrown) {
    // What cannot be read says nothing; a tape that is needed is asked again when it is mounted.
    const error = asColdframeError(thrown);
    if (isAboutTape(error)) return null;
    throw error;
  }
};
