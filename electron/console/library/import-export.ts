import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { isOurs } from '../../engine/tape/changer-library.ts';
import { importExportSlots } from '../../engine/tape/import-export.ts';
import { isMistaken } from '../../engine/tape/import-export-slots.ts';
import { noSuchTape } from '../../engine/tape/library-errors.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import type { Carrying } from '../../engine/tape/scsi/carry.worker.ts';
import { inspectVault, type Vault } from '../../engine/tape/vault.ts';
import { failpoint } from '../../platform/failpoints.ts';
import type { UseCases } from '../use-cases.ts';
import { withLibrary, withVaultBeside } from '../vault-session.ts';
import { carryTape, errandTo } from './carry-tape.ts';
import { readLabel, saysAnother } from './read-labels.ts';
import { libraryView } from './tape-view.ts';

/**
 * Moves a tape into the import/export slot. That it is out of reach is noted before the robot of a changer has it, and taken back when it cannot; a
 * kill between leaves a tape that no job counts on, and that is taken in from wherever it is.
 */
export const ejectTape: UseCases['ejectTape'] = async (dir, name) => {
  const { changer } = inspectVault(dir).settings;
  if (changer === undefined) {
    return await withLibrary(dir, (library) => {
      library.importExport.eject(library.tape(name).volume);
      return libraryView(dir, library.state, (each) => library.isHeld(each));
    });
  }
  const { volume, barcode, slots, mistaken } = await withLibrary(dir, (library) => {
    const tape = library.importExport.demandEjectable(library.tape(name).volume);
    const count = importExportSlots(library.state);
    library.importExport.noteTakenOut(tape.volume, 0, count);
    return { ...tape, slots: count, mistaken: isMistaken(tape) };
  });
  try {
    const { slot, importExport } = await carryTape({
      changer: changer.address,
      drives: changer.drives,
      barcode,
      errand: errandTo(dir),
      way: 'out',
    });
    return await withLibrary(dir, (library) => {
      library.importExport.noteTakenOut(volume, slot, importExport);
      return libraryView(dir, library.state, (each) => library.isHeld(each));
    });
  } catch (thrown) {
    // Where the robot did not answer any more it may have moved it.
    if (!mistaken && asColdframeError(thrown).code !== 'DEVICE_UNREACHABLE')
      await withLibrary(dir, (library) => library.importExport.noteKeptIn(volume, slots));
    throw thrown;
  }
};

/** Takes a tape in from the import/export slot; jobs that wait for it go on. */
export const takeInTape: UseCases['takeInTape'] = async (dir, name) => {
  const { tapes, settings } = inspectVault(dir);
  const { changer } = settings;
  if (changer === undefined) {
    return await withLibrary(dir, (library) => {
      library.importExport.takeIn(name);
      return libraryView(dir, library.state, (each) => library.isHeld(each));
    });
  }
  const barcode = tapes.find((tape) => tape.volume === name || tape.barcode === name)?.barcode ?? name;
  if (!isOurs(barcode)) throw noSuchTape(dir, name);
  return await takeInFromChanger(dir, {
    changer: changer.address,
    drives: changer.drives,
    barcode,
    errand: errandTo(dir),
  });
};

/**
 * Has the robot carry a tape in, and a drive read its label: no job reaches it before. What is another tape goes back to where a person takes it.
 * After a kill it is in the changer and out of reach, and an inventory reads its label.
 */
const takeInFromChanger = async (dir: string, of: Omit<Carrying, 'way'>): ReturnType<UseCases['takeInTape']> =>
  await withVaultBeside(dir, async (vault) => {
    const { library } = vault;
    const { barcode } = of;
    library.importExport.noteArriving(barcode);
    const { importExport } = await carryTape({ ...of, way: 'in' });
    failpoint('take-in:carried');
    const record = library.importExport.noteArrived(barcode, importExport);
    if (record.takenOut) {
      try {
        await readLabel(vault, record);
      } catch (thrown) {
        throw await refusal(vault, of, record, asColdframeError(thrown));
      }
      library.noteItself(record.volume);
    }
    return libraryView(dir, library.state, (each) => library.isHeld(each));
  });

/** Why a tape was not taken in; another one is carried out again. */
const refusal = async (
  { library }: Vault,
  of: Omit<Carrying, 'way'>,
  { volume, barcode, takenOut }: TapeRecord,
  { code, message, guidance, context }: ColdframeError,
): Promise<ColdframeError> => {
  if (!saysAnother({ code }))
    return new ColdframeError(code, {
      message: `${message} Tape ${barcode} is in the changer, and nothing uses it before its label was read.`,
      guidance: `${guidance} Then have it read: coldframe library inventory DIR`,
      context,
    });
  library.noteAnother(volume, message);
  const back = await carryTape({ ...of, way: 'out' }).then(
    ({ slot, importExport }) => {
      if (takenOut?.isNew) library.importExport.forget(volume);
      else library.importExport.noteTakenOut(volume, slot, importExport);
      return `It was moved back into import/export slot ${slot}.`;
    },
    (thrown: unknown) =>
      `It is in the changer, where nothing uses it, for it could not be moved back: ${asColdframeError(thrown).message}`,
  );
  return new ColdframeError('TAPE_MISMATCH', {
    message: `What came in as ${barcode} does not say that it is that tape: ${message} ${back}`,
    guidance: `Take it out. Is it the tape, and only its beginning is damaged, put it into a slot of the changer by hand and run: coldframe library inventory DIR`,
    context: { tape: barcode },
  });
};
