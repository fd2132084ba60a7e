import { isShelved } from '../engine/tape/tape-shelf.ts';
import type { Vault } from '../engine/tape/vault.ts';

/**
 * Volume ids of the tapes that are in the vault, by the one rule that backup, restore and verify share. One that was
 * missing may be back without an inventory: whether it is the one that was meant is found out when it is mounted.
 */
export const tapesAtHand = ({ dir, library }: Pick<Vault, 'dir' | 'library'>): string[] =>
  library.state.tapes
    .filter(({ state, barcode }) => (state !== 'blank' && state !== 'missing') || isShelved(dir, barcode))
    .map(({ volume }) => volume);
