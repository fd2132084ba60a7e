import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { damagedFront, demandNoStranger } from '../../engine/tape/erasable.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { isAboutTape } from '../../engine/tape/tape-errors.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { isShelved } from '../../engine/tape/tape-shelf.ts';
import type { EraseRequest, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';

/** What is wrong with the beginning of a virtual tape that may be erased all the same; null when nothing is, or it may not be. */
export const frontForLosses = (vault: OpenVault, record: TapeRecord): TapeLosses['front'] => {
  try {
    return frontOf(vault, record);
  } catch (thrown) {
    if (isAboutTape(asColdframeError(thrown))) return null;
    throw thrown;
  }
};

/** Throws TAPE_DAMAGED unless nothing is wrong with the beginning of a tape, or somebody agreed to erase one of which that says no more. */
export const demandFrontAgreed = (
  vault: OpenVault,
  record: TapeRecord,
  agreed: EraseRequest['agreed']['front'],
): void => {
  const front = frontOf(vault, record);
  if (front === null || agreed === 'unknown' || (agreed === 'known' && front.known)) return;
  throw new ColdframeError('TAPE_DAMAGED', {
    message: `${front.damage} ${front.known ? '' : 'Nothing on it says which tape it is. '}Nobody agreed to erase it all the same, and nothing was changed.`,
    guidance: `What lies on it cannot be told beyond what the catalog knows. Look at that with "tape show", and agree: coldframe tape erase ${record.volume} --damaged-front`,
    context: { tape: record.volume, known: front.known },
  });
};

/** Throws TAPE_MISMATCH when it says that it is another tape, NO_SUCH_TAPE, IO. */
const frontOf = ({ vault, keys }: OpenVault, record: TapeRecord): TapeLosses['front'] => {
  const { dir, library } = vault;
  if (library.state.settings.changer !== undefined || !isShelved(dir, record.barcode)) return null;
  const front = damagedFront(dir, library.state.vault.id, record);
  if (front === null) return null;
  const { message: damage } = front.damage;
  const access = vault.access(record.volume, keys);
  const known = front.isLegible || hasOwnChunk(() => TapeReader.open(access));
  if (!known) demandNoStranger(access);
  return { damage, known };
};

/** A tape with a damaged front is opened when its chunks say that it is the one that was asked for. */
const hasOwnChunk = (open: () => TapeReader): boolean => {
  try {
    open().close();
    return true;
  } catch (thrown) {
    if (isAboutTape(asColdframeError(thrown))) return false;
    throw thrown;
  }
};
