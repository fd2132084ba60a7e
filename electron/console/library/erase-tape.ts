import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { saysItself } from '../../engine/tape/relabel.ts';
import type { TapeAccess } from '../../engine/tape/tape-access.ts';
import type { EraseRequest, JobControl, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandInDrive, labelInDrive } from './label-in-drive.ts';
import { demandMayBeLost, loseTape } from './lose-tape.ts';
import { demandFrontAgreed } from './tape-front.ts';
import { tapeView } from './tape-view.ts';

/**
 * Labels a tape anew; what lay on it is gone. Each step is durable before the next: the catalog forgets what lies there, the vault's copy of
 * it says so too, which is what other homes go by, then the tape goes. After a kill in between the tape still has what no catalog lists, and a rebuild finds it again; never
 * is there a catalog of this home or this vault that counts on what is gone. Of a tape of a changer, which its drive says is the one that is meant
 * before anything is changed, the library notes that it is to get a new label, and then its drive gives it that: after a kill in between when it is next
 * written to or erased. One whose label is damaged is erased when somebody agreed to that, and it says all the same which tape it is. Throws TAPE_NEEDED when more would be lost than was agreed to, CATALOG_BEHIND, TAPE_PROTECTED, TAPE_IN_USE, TAPE_MISMATCH,
 * NO_SUCH_TAPE, and as of a drive.
 */
export const eraseTape = async (
  vault: OpenVault,
  request: EraseRequest,
  job: JobControl,
): Promise<Pick<TapeLosses, 'tape' | 'sets'> & { readonly warnings: readonly Warning[] }> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const { agreed } = request;
  const record = library.tape(request.tape);
  const isReal = library.state.settings.changer !== undefined;
  if (isReal) library.demandErasableInDrive(record.volume);
  else library.demandErasable(record.volume, true);
  const demandMayGo = (): void => {
    demandFrontAgreed(vault, record, agreed.front);
    demandMayBeLost(vault, record, request);
  };
  demandMayGo();
  // Carried out of the library or taken by a job meanwhile it would keep what no catalog lists any more.
  const letGo = isReal ? library.holdAloneInDrive(record.volume) : library.holdAlone(record.volume);
  let damagedFront = false;
  let lost: Awaited<ReturnType<typeof loseTape>>;
  try {
    if (isReal) {
      const access = vault.vault.access(record.volume, vault.keys);
      damagedFront = await demandMeant(access, record, agreed.front, job);
      // The robot may have taken minutes: another console may have the vault by now, and a person may have thought better of it.
      vault.demandCurrent();
      vault.demandHeld();
      demandMayGo();
      job.signal.throwIfAborted();
    }
    lost = await loseTape(vault, record);
    if (isReal) await eraseInDrive(vault, record, damagedFront);
  } finally {
    letGo();
  }
  // Nobody comes between: nothing is awaited since it was let go of.
  if (!isReal) library.erase(record.volume, agreed.front !== undefined);
  return { tape: tapeView(library.state, library.tape(record.volume)), ...lost };
};

/**
 * Has its drive look whether it is the tape that is meant; whether its label is damaged, and it says so all the same. Rejects with TAPE_DAMAGED when nobody agreed to
 * that, or nothing on it says which tape it is.
 */
const demandMeant = async (
  access: TapeAccess,
  record: TapeRecord,
  agreed: EraseRequest['agreed']['front'],
  job: JobControl,
): Promise<boolean> => {
  try {
    await demandInDrive(access, record, job);
    return false;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged') throw thrown;
    const itself = saysItself(error);
    if (itself && agreed !== undefined) return true;
    throw new ColdframeError('TAPE_DAMAGED', {
      message: `${error.message} ${itself ? 'Nobody agreed to erase it all the same' : 'Nothing on it says which tape it is'}, and nothing was changed.`,
      guidance: itself
        ? `What lies on it cannot be told beyond what the catalog knows. Look at that with "tape show", and agree: coldframe tape erase ${record.volume} --damaged-front`
        : 'Is it the tape that is meant, and nothing on it wanted, erase it with the tools of the library, or a tool such as mt.',
      context: { ...error.context, tape: record.volume },
      cause: thrown,
    });
  }
};

/** Has the drive of a tape of a changer that is held alone label it anew, which the library notes first; no catalog counts on what lies there by then. Rejects as of a drive. */
export const eraseInDrive = async (
  vault: OpenVault,
  { volume, barcode }: TapeRecord,
  damagedFront: boolean,
): Promise<void> => {
  vault.vault.library.beginErase(volume);
  try {
    await labelInDrive(vault.accessToAppend(volume), damagedFront);
  } catch (thrown) {
    const { code, message, guidance, context } = asColdframeError(thrown);
    throw new ColdframeError(code, {
      message: `${message} Nothing on tape ${barcode} counts any more, but its drive has not said that it has its new label.`,
      guidance: `${guidance} Erase it again then; else it gets its label when it is next written to.`,
      context,
      cause: thrown,
    });
  }
  vault.vault.library.endErase(volume);
};
