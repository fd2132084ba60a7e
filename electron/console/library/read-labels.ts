import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { toLookAt } from '../../engine/tape/changer-inventory.ts';
import type { InventoryFinding } from '../../engine/tape/library-inventory.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { saysItself } from '../../engine/tape/relabel.ts';
import type { Element } from '../../engine/tape/scsi/element-status.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { withLibrary, withVaultBeside } from '../vault-session.ts';
import { demandInDrive } from './label-in-drive.ts';

/**
 * What an inventory of a changer found, after the labels were read of the tapes of which that has to be: one that is itself is used again. One
 * whose label cannot be read now, since jobs use all drives, stays out of use, which is said.
 */
export const withLabelsRead = async (
  dir: string,
  elements: readonly Element[],
  found: readonly InventoryFinding[],
): Promise<readonly InventoryFinding[]> => {
  const unread = await withLibrary(dir, ({ state }) => toLookAt(state, elements).map(({ barcode }) => barcode));
  if (unread.length === 0) return found;
  const read = await withVaultBeside(dir, async (vault) => {
    const findings: InventoryFinding[] = [];
    for (const barcode of unread) {
      const record = vault.library.state.tapes.find((tape) => tape.barcode === barcode);
      if (record) findings.push(await lookAt(vault, record));
    }
    return findings;
  });
  return [...found.filter(({ barcode }) => !unread.includes(barcode)), ...read];
};

const lookAt = async (vault: Vault, record: TapeRecord): Promise<InventoryFinding> => {
  const { volume, barcode } = record;
  try {
    await readLabel(vault, record);
  } catch (thrown) {
    return noteRefused(vault.library, record, asColdframeError(thrown));
  }
  vault.library.noteItself(volume);
  return { barcode, kind: 'returned', message: `${barcode}: its label says that it is that tape.` };
};

/** What an inventory says of a tape whose label was not read, or not found right, which the library takes note of. */
export const noteRefused = (
  library: Vault['library'],
  { volume, barcode, chunks, takenOut }: TapeRecord,
  error: ColdframeError,
): InventoryFinding => {
  const message = `${barcode}: its label has to be read before it is used, and that failed: ${error.message}`;
  if (!saysAnother(error)) return { barcode, kind: 'unread', message };
  if (chunks > 0 && saysItself(error)) {
    // What is on it can be read.
    library.noteDamaged(volume, error.message);
    return { barcode, kind: 'damaged', message: `${barcode}: ${error.message}` };
  }
  if (takenOut?.isNew) library.importExport.forget(volume);
  else library.noteAnother(volume, error.message);
  return { barcode, kind: 'foreign', message };
};

/** Whether what is in a drive is not the tape that is meant, or does not say that it is. */
export const saysAnother = ({ code }: { readonly code: string }): boolean =>
  code === 'TAPE_MISMATCH' || code === 'TAPE_DAMAGED';

/**
 * Has a drive that is free read the label of a tape of a changer that is out of reach. Rejects with TAPE_MISMATCH when it is another one, or
 * blank though something was written to it, TAPE_DAMAGED, TAPE_IN_USE where no drive is free, and as of a drive.
 */
export const readLabel = async (vault: Vault, record: TapeRecord): Promise<void> => {
  const letGo = vault.library.holdToLook(record.volume);
  try {
    await demandInDrive(vault.access(record.volume, null), record);
  } finally {
    letGo();
  }
};
