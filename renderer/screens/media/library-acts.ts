import type { LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { mediaWords as words } from '../../words/media.ts';

/** Whether the robot can take a tape: it is there, and no job works with it. */
export const canMove = (tape: TapeView, drives: LibraryView['drives']): boolean =>
  tape.state !== 'missing' && !tape.away && !drives.some((drive) => drive.tape === tape.id && drive.inUse);

/** Has a tape put into a drive. */
export const load = (vault: string, tape: TapeView, drive: number): Promise<void> =>
  change('library.load', { vault, tape: tape.id, drive }).then(
    () => announce(words.loaded(tape.barcode, drive), 'good'),
    said,
  );

/** Has what is in a drive put back. */
export const unload = (vault: string, tape: TapeView, drive: number): Promise<void> =>
  change('library.unload', { vault, drive }).then(
    () => announce(words.unloaded(tape.barcode, tape.slot), 'good'),
    said,
  );

/** Has a tape moved into an import/export slot. */
export const eject = (vault: string, tape: TapeView): Promise<void> =>
  change('library.eject', { vault, tape: tape.id }).then(() => announce(words.ejected(tape.barcode), 'good'), said);

/** Has a tape taken in from an import/export slot. */
export const takeIn = (vault: string, tape: Pick<TapeView, 'id' | 'barcode'>): Promise<void> =>
  change('library.takeIn', { vault, tape: tape.id }).then(() => announce(words.takenIn(tape.barcode), 'good'), said);

/** Sets or removes the write protection of a tape. */
export const protect = (vault: string, tape: TapeView): Promise<void> =>
  change('tape.protect', { vault, tape: tape.id, on: !tape.writeProtected }).then(
    () => announce(words.protectedNow(tape.barcode, !tape.writeProtected), 'good'),
    said,
  );
