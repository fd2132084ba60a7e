import { asColdframeError } from '../../../shared/errors.ts';
import { vaultUnsealed } from './library-errors.ts';
import type { LibraryState } from './library-state.ts';
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

const isSealedTapeOf = (vault: string, path: string): boolean => {
  try {
    const header = identifyTape(path);
    return header.sealed && header.vault.id === vault;
  } catch (thrown) {
    // What cannot be read says nothing; a tape that is needed is asked again when it is mounted.
    const error = asColdframeError(thrown);
    if (isAboutTape(error)) return false;
    throw error;
  }
};
