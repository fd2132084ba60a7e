import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import * as catalog from '../../engine/catalog/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { isAsBefore, saysItself } from '../../engine/tape/relabel.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandInDrive, labelInDrive } from './label-in-drive.ts';
import { notEmpty } from './not-empty.ts';

/**
 * Throws unless a tape of a changer can be copied onto another one, as far as library and catalog know; the drives tell the rest. Errors: USAGE, NO_SUCH_TAPE,
 * TAPE_NEEDED, TAPE_PROTECTED, TAPE_IN_USE, TAPE_DAMAGED.
 */
export const demandCopyableInChanger = (vault: OpenVault, source: TapeRecord, target: TapeRecord): void => {
  const { library } = vault.vault;
  if (library.state.drives.length < 2)
    throw new ColdframeError('USAGE', {
      message: `Tape ${source.barcode} cannot be copied: in a changer that takes two drives at once, and the vault ${vault.dir} uses one.`,
      guidance: 'Have a file made of the tape instead, which takes one drive: coldframe tape export TAPE --to FILE',
    });
  const holdsNothing = source.chunks === 0 && catalog.chunkCountOn(vault.catalog, source.volume) === 0;
  if (source.state === 'blank' || holdsNothing)
    throw new ColdframeError('NO_SUCH_TAPE', {
      message: `There is nothing to copy: tape ${source.barcode} ${source.state === 'blank' ? 'is blank' : 'holds nothing that counts'}.`,
      guidance: 'See "tape list" for the tapes that hold something.',
      context: { tape: source.volume },
    });
  library.demandInReach(source);
  library.demandWindable(target.volume, target.barcode);
  library.demandInReach(target);
  demandEmpty(vault, target);
};

/**
 * Holds both tapes in drives of a changer, and does something with them once these say that they are the ones that are meant, and the target has the label of a copy.
 * Until then nothing is written to it, but for that label, and that only where nothing that is kept lies there. Throws as of a drive.
 */
export const withDrivesOfChanger = async <Result>(
  vault: OpenVault,
  source: TapeRecord,
  target: TapeRecord,
  job: JobControl,
  work: () => Promise<Result>,
): Promise<Result> => {
  const { library } = vault.vault;
  const letGoOfSource = library.mountFree(source.volume);
  try {
    const letGoOfTarget = library.holdAloneInDrive(target.volume, 'it is being copied onto');
    try {
      await demandMeant(vault, source, target, job);
      // The robot may have taken minutes: another console may have the vault by now.
      vault.demandCurrent();
      vault.demandHeld();
      demandEmpty(vault, library.tape(target.volume));
      job.signal.throwIfAborted();
      await labelForCopy(vault, source, target);
      return await work();
    } finally {
      letGoOfTarget();
    }
  } finally {
    letGoOfSource();
  }
};

/**
 * Throws unless nothing that is kept lies on the target. What a copy left on it that was killed counts for nothing until the library has noted it as done; from then on it may
 * be a whole one that only this home's catalog does not list.
 */
const demandEmpty = (vault: OpenVault, target: TapeRecord): void => {
  const { barcode, volume, state, note, expiredAt, copyOf, relabels } = target;
  if (state === 'damaged')
    throw new ColdframeError('TAPE_DAMAGED', {
      message: `Tape ${barcode} is damaged, and takes no copy: ${note} Nothing was changed.`,
      guidance: 'Name another tape, or erase this one with "tape erase", after which it is used again.',
      context: { tape: volume },
    });
  const listed = catalog.chunkCountOn(vault.catalog, volume);
  const chunks = Math.max(listed, target.chunks);
  const expired = expiredAt !== null && vault.holdsOnlyExpired(target, true);
  if (chunks > 0 && !expired) throw notEmpty(vault.dir, target, chunks, listed);
  if (!relabels || copyOf !== null) return;
  throw new ColdframeError('TAPE_NEEDED', {
    message: `Tape ${barcode} is to be labelled anew, and its drive has not said yet that it was: a job was interrupted there. Nothing was changed.`,
    guidance: 'Name another tape, or erase this one first with "tape erase".',
    context: { tape: volume },
  });
};

const demandMeant = async (
  vault: OpenVault,
  source: TapeRecord,
  target: TapeRecord,
  job: JobControl,
): Promise<void> => {
  const access = ({ volume }: TapeRecord) => vault.vault.access(volume, vault.keys);
  try {
    await demandInDrive(access(source), source, job);
  } catch (thrown) {
    // What is whole behind a damaged beginning is copied all the same.
    if (!saysItself(asColdframeError(thrown))) throw thrown;
  }
  // One that was being labelled for a copy may end within that label; before it gets it its drive asks it everything.
  if (target.copyOf === null || !target.relabels) await demandInDrive(access(target), target, job);
};

const labelForCopy = async (vault: OpenVault, source: TapeRecord, { volume }: TapeRecord): Promise<void> => {
  const { library } = vault.vault;
  const before = library.tape(volume);
  library.beginCopyInDrive(volume, source.volume);
  failpoint('copy:after-label');
  try {
    await labelInDrive(vault.accessToAppend(volume), false);
  } catch (thrown) {
    if (isAsBefore(asColdframeError(thrown))) library.undoCopy(before);
    throw thrown;
  }
  library.endErase(volume);
};
