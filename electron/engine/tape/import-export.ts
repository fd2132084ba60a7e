import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import type { LibraryState } from './library-state.ts';

/** Of a virtual library, which has as many as a desktop library usually does. */
const VIRTUAL_SLOTS = 4;
const FOLDER = 'import-export';

/** How many slots to the outside a library has: its import/export elements. */
export const importExportSlots = ({ settings }: Pick<LibraryState, 'settings'>): number =>
  settings.changer === undefined ? VIRTUAL_SLOTS : (settings.changer.importExport ?? 0);

/** Where the virtual tape with a barcode lies while it is in the import/export slot: there a person takes it, and no job reaches it. */
export const importExportPath = (dir: string, barcode: string): string => join(dir, FOLDER, `${barcode}.tap`);

/** Barcodes of the virtual tapes in the import/export slots. Their files alone tell. */
export const barcodesInImportExport = (dir: string): string[] => {
  try {
    const names = readdirSync(join(dir, FOLDER)).filter((name) => /^[A-Z0-9]{8}\.tap$/.test(name));
    return names.map((name) => name.slice(0, -'.tap'.length)).sort();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw ioError('list', errnoOf(error) ?? 'EIO', join(dir, FOLDER), error);
  }
};

/** Whether a virtual tape is in an import/export slot. */
export const isInImportExport = (dir: string, barcode: string): boolean =>
  lstatSync(importExportPath(dir, barcode), { throwIfNoEntry: false }) !== undefined;

/** What lies under the name of a tape does not say that it is that tape. `reason`: what is wrong with it. */
export const notThatTape = (barcode: string, reason: string): ColdframeError =>
  new ColdframeError('TAPE_MISMATCH', {
    message: `What lies in the import/export slot as ${barcode} does not say that it is that tape: ${reason}. It was left there.`,
    guidance: `Take it out of the folder "${FOLDER}". Is it the tape, and only its beginning is damaged, put it into the folder "tapes" by hand and run: coldframe library inventory DIR`,
    context: { tape: barcode },
  });

/** What lies in each import/export slot, by barcode; there may be more tapes than slots, for a person puts them there. */
export const inImportExport = (dir: string, state: LibraryState): readonly (string | null)[] => {
  const slots = importExportSlots(state);
  if (state.settings.changer === undefined) {
    const inSlots: (string | null)[] = Array.from({ length: slots }, () => null);
    // Whoever laid a file there by hand named no slot: it gets the first that is free.
    const others = barcodesInImportExport(dir).filter((barcode) => {
      const slot = state.tapes.find((tape) => tape.barcode === barcode)?.importExportSlot ?? 0;
      if (slot < 1 || slot > slots || inSlots[slot - 1] !== null) return true;
      inSlots[slot - 1] = barcode;
      return false;
    });
    for (const barcode of others) {
      const free = inSlots.indexOf(null);
      if (free < 0) inSlots.push(barcode);
      else inSlots[free] = barcode;
    }
    return inSlots;
  }
  return Array.from(
    { length: slots },
    (_, index) => state.tapes.findLast(({ takenOut }) => takenOut?.slot === index + 1)?.barcode ?? null,
  );
};

/** A tape is wanted that lies in the import/export slot, or would be there twice. */
export const liesInImportExport = (barcode: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `Tape ${barcode} lies in the import/export slot, where no job reaches it.`,
    guidance: `Take it in: coldframe library take-in DIR ${barcode}`,
    context: { tape: barcode },
  });

/** A tape of a changer is wanted that no job reaches; slot 0 is none: the changer does not hold it, as far as is known. */
export const outOfReach = (barcode: string, slot: number): ColdframeError =>
  slot > 0
    ? liesInImportExport(barcode)
    : new ColdframeError('NO_SUCH_TAPE', {
        message: `Tape ${barcode} is not in the changer, as far as the library knows, or on its way out of it.`,
        guidance:
          'Put it into a slot of the changer, if it is in none, and have the library look for it: coldframe library inventory DIR',
        context: { tape: barcode },
      });

/** A tape of a changer is wanted that is out of reach: why. */
export const unreachable = (
  { barcode, note }: { readonly barcode: string; readonly note: string },
  { slot, unread }: { readonly slot: number; readonly unread?: boolean | undefined },
): ColdframeError =>
  unread && slot === 0
    ? new ColdframeError('NO_SUCH_TAPE', {
        message: `Nothing uses tape ${barcode} before its label was read: ${note.replace(/\.$/, '')}.`,
        guidance:
          'Is another tape under its barcode, put that right; then have the library read the label: coldframe library inventory DIR',
        context: { tape: barcode },
      })
    : outOfReach(barcode, slot);

/** No slot to the outside is free. */
export const importExportFull = (slots: number): ColdframeError =>
  new ColdframeError('SLOTS_FULL', {
    message:
      slots === 0
        ? 'The library has no import/export slot.'
        : `All ${slots} import/export slots of the library are full.`,
    guidance:
      slots === 0
        ? 'Take the tape out of its slot by hand, then let the library take its inventory.'
        : 'Take a tape out of one of them, or take one in, and run it again.',
    context: { slots },
  });

/** Of a tape that came in. */
export const UNREAD = 'It was carried in, and its label was not read since.';

/** Of a tape that somebody had moved out. */
export const MOVED_OUT = 'It was moved into the import/export slot.';

/** Of a tape of which somebody said where it is kept, before its absence was noticed. */
export const TAKEN_AWAY = 'It was taken out of the library.';

/** A tape is said to be kept elsewhere that is in the library. */
export const stillInLibrary = (barcode: string, dir: string): ColdframeError =>
  new ColdframeError('TAPE_EXISTS', {
    message: `Tape ${barcode} is in the library: a shelf is noted of one that was taken out. Nothing was changed.`,
    guidance: `Move it out first: coldframe library eject ${dir} ${barcode}`,
    context: { tape: barcode },
  });

/** A tape is to be taken in that is not in a slot to the outside. */
export const notInImportExport = (barcode: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `Tape ${barcode} does not lie in the import/export slot.`,
    guidance: `Put it there: in a vault of files that is the folder "${FOLDER}" of the vault, and the file is ${barcode}.tap.`,
    context: { tape: barcode },
  });

/** Something has the place of a tape that is to be taken in. */
export const placeTaken = (barcode: string): ColdframeError =>
  new ColdframeError('TAPE_EXISTS', {
    message: `Something lies in the place of tape ${barcode} already; nothing was moved.`,
    guidance:
      'Take an inventory to see what it is: coldframe library inventory DIR. If it is not wanted, move it out of the folder "tapes" first.',
    context: { tape: barcode },
  });
