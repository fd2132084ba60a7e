import type { OutputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { cleaningTapesIn } from '../../engine/tape/changer-library.ts';
import type { CleaningTape } from '../../engine/tape/cleaning.ts';
import { cleaningFailed } from '../../engine/tape/cleaning-errors.ts';
import type { Library } from '../../engine/tape/library.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import type { Cleaning } from '../../engine/tape/scsi/clean-drive.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { lookIntoChanger } from '../look-into-changer.ts';
import type { UseCases } from '../use-cases.ts';
import { withLibrary, withLibraryAlone } from '../vault-session.ts';
import { cleanWithRobot, errandTo } from './carry-tape.ts';
import { libraryView } from './tape-view.ts';

type Changer = NonNullable<LibraryState['settings']['changer']>;

/** What an operator does with the cleaning tapes of a virtual library. */
export const cleaningTapes: Pick<UseCases, 'addCleaningTape' | 'removeCleaningTape' | 'setCleaning'> = {
  addCleaningTape: async (dir, wanted) =>
    await withLibrary(dir, (library) => {
      library.cleaning.add(wanted);
      return viewOf(dir, library);
    }),
  removeCleaningTape: async (dir, barcode) =>
    await withLibrary(dir, (library) => {
      library.cleaning.remove(barcode);
      return viewOf(dir, library);
    }),
  setCleaning: async (dir, afterBytes) =>
    await withLibrary(dir, (library) => {
      library.cleaning.setAfter(afterBytes);
      return viewOf(dir, library);
    }),
};

/**
 * Has a drive cleaned. The use of the cleaning tape is noted before the drive has it: a kill between leaves a use that is counted, a drive that is
 * not called clean, and the tape in it until something else is put there.
 */
export const cleanDrive: UseCases['cleanDrive'] = async (dir, drive, tape) => {
  const { changer } = inspectVault(dir).settings;
  if (changer !== undefined) return await cleanInChanger(dir, changer, drive, tape);
  return await withLibrary(dir, (library) => {
    const used = library.cleaning.begin(drive, tape ?? undefined);
    library.cleaning.end(drive, { cleaned: true });
    return cleanedView(dir, library, drive, used);
  });
};

/** Jobs wait meanwhile: a mount would fetch the cleaning tape out of the drive. */
const cleanInChanger = async (dir: string, changer: Changer, drive: number, tape: string | null) =>
  await withLibraryAlone(dir, async (library) => {
    const addresses = changer.drives.map(({ address }) => address);
    const elements = await lookIntoChanger({ changer: changer.address, drives: addresses });
    library.cleaning.takeNote(cleaningTapesIn(elements));
    const used = library.cleaning.begin(drive, tape ?? undefined);
    const place = {
      changer: changer.address,
      drives: changer.drives,
      drive: drive - 1,
      barcode: used.barcode,
      errand: errandTo(dir),
    };
    let cleaning: Cleaning;
    try {
      cleaning = await cleanWithRobot({ ...place, way: 'clean' });
    } catch (thrown) {
      // Where the robot did not answer any more the tape may lie in the drive.
      if (asColdframeError(thrown).code !== 'DEVICE_UNREACHABLE') library.cleaning.end(drive, { cleaned: false });
      throw thrown;
    }
    const { outcome, usedUp } = cleaning;
    library.cleaning.end(drive, { cleaned: outcome === 'cleaned', usedUp });
    if (outcome !== 'cleaned') throw cleaningFailed(addresses[drive - 1] ?? '', used.barcode, WHY_NOT[outcome]);
    return cleanedView(dir, library, drive, library.cleaning.tape(used.barcode));
  });

const WHY_NOT: Readonly<Record<Exclude<Cleaning['outcome'], 'cleaned'>, string>> = {
  tape: 'it took it for a tape to read',
  refused: 'it says that it cannot be cleaned with it, or that it is used up',
  unnoticed: 'it took no notice of it',
  endless: 'it did not come to an end within a quarter of an hour',
};

const viewOf = (dir: string, library: Library) => libraryView(dir, library.state, (volume) => library.isHeld(volume));

const cleanedView = (
  dir: string,
  library: Library,
  drive: number,
  { barcode, usesLeft }: CleaningTape,
): OutputOf<'library.clean'> => ({ ...viewOf(dir, library), drive, tape: barcode, usesLeft });
