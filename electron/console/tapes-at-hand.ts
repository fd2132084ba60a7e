import { isShelved } from '../engine/tape/tape-shelf.ts';
import type { Vault } from '../engine/tape/vault.ts';

/**
 * Volume ids of the tapes that are in the vault, by the one rule that backup, restore and verify share. Of tapes in a folder
 * their files tell, without an inventory: one that was taken away is not at hand, one that is back is. Whether it is the
 * one that was meant is found out when it is mounted. Of a changer the library tells.
 */
export const tapesAtHand = ({ dir, library }: Pick<Vault, 'dir' | 'library'>): string[] =>
  library.state.tapes
    .filter(({ state, barcode }) =>
      library.state.settings.changer === undefined ? isShelved(dir, barcode) : state !== 'blank' && state !== 'missing',
    )
    .map(({ volume }) => volume);
