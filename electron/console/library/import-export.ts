import { asColdframeError } from '../../../shared/errors.ts';
import { isOurs } from '../../engine/tape/changer-library.ts';
import { importExportSlots } from '../../engine/tape/import-export.ts';
import { noSuchTape } from '../../engine/tape/library-errors.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import type { UseCases } from '../use-cases.ts';
import { withLibrary } from '../vault-session.ts';
import { carryTape } from './carry-tape.ts';
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
  const { volume, barcode, slots } = await withLibrary(dir, (library) => {
    const tape = library.importExport.demandEjectable(library.tape(name).volume);
    const count = importExportSlots(library.state);
    library.importExport.noteTakenOut(tape.volume, 0, count);
    return { ...tape, slots: count };
  });
  try {
    const { slot, importExport } = await carryTape({
      changer: changer.address,
      drives: changer.drives,
      barcode,
      way: 'out',
    });
    return await withLibrary(dir, (library) => {
      library.importExport.noteTakenOut(volume, slot, importExport);
      return libraryView(dir, library.state, (each) => library.isHeld(each));
    });
  } catch (thrown) {
    // Where the robot did not answer any more it may have moved it.
    if (asColdframeError(thrown).code !== 'DEVICE_UNREACHABLE')
      await withLibrary(dir, (library) => library.importExport.noteTakenIn(barcode, slots));
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
  const { importExport } = await carryTape({ changer: changer.address, drives: changer.drives, barcode, way: 'in' });
  return await withLibrary(dir, (library) => {
    library.importExport.noteTakenIn(barcode, importExport);
    return libraryView(dir, library.state, (each) => library.isHeld(each));
  });
};
