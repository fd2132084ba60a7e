import { lstatSync } from 'node:fs';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { VaultId } from '../../../shared/units.ts';
import { firstStranger } from './damaged-front.ts';
import type { TapeRecord } from './library-state.ts';
import { openToRead } from './open-medium.ts';
import { contextOf } from './tape-context.ts';
import { tapeMismatch } from './tape-errors.ts';
import type { TapeGlance } from './tape-glance.ts';
import type { ReadAccess } from './tape-reader.ts';
import { glanceAtTape, tapePath } from './tape-shelf.ts';
import { demandOwnTape } from './writable-tapes.ts';

/** The damaged beginning of a virtual tape that could be erased all the same. */
export interface DamagedFront {
  readonly damage: ColdframeError;
  /** Whether what is legible of it says that it is that tape; else nothing there says which tape it is. */
  readonly isLegible: boolean;
}

/**
 * What is wrong with the beginning of the tape in the place of another one, null when nothing is. Throws TAPE_MISMATCH when it says, as far as
 * that is legible, that it is another tape or of another vault, NO_SUCH_TAPE, IO.
 */
export const damagedFront = (dir: string, own: VaultId, record: TapeRecord): DamagedFront | null => {
  const path = tapePath(dir, record.barcode);
  let glance: TapeGlance;
  try {
    glance = glanceAtTape(path);
  } catch (thrown) {
    const damage = asColdframeError(thrown);
    if (damage.code !== 'TAPE_DAMAGED' || lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw damage;
    return { damage, isLegible: false };
  }
  const { front, header } = glance;
  if (front === null) {
    demandOwnTape(dir, own, record);
    return null;
  }
  const { vault, tape } = header;
  if (vault.id !== own)
    throw tapeMismatch(record.barcode, `what is legible of it says that it is of vault ${vault.id}`);
  if (tape.volume !== record.volume || (tape.sequence > 0 && record.sequence > 0 && tape.sequence !== record.sequence))
    throw tapeMismatch(
      record.barcode,
      `what is legible of it says that it is labelled ${tape.volume} as tape ${tape.sequence} of the vault`,
    );
  return { damage: front, isLegible: true };
};

/** Throws TAPE_MISMATCH when a chunk on a tape whose beginning says nothing is of another tape or of another vault; NO_SUCH_TAPE, IO. */
export const demandNoStranger = (access: ReadAccess): void => {
  const medium = openToRead(access);
  try {
    const stranger = firstStranger(medium, contextOf(access));
    if (stranger === undefined) return;
    const of = stranger?.vault === access.vault ? `of tape ${stranger.tape} of the vault` : 'of another vault';
    throw tapeMismatch(access.volume, `nothing is legible of its beginning, and a chunk on it is ${of}`);
  } finally {
    medium.close();
  }
};
