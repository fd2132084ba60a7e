import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { cleaningWords as words } from '../../words/cleaning.ts';

/** Has a drive cleaned, with whichever cleaning tape has the fewest uses left. */
export const clean = (vault: string, drive: number): Promise<void> =>
  change('library.clean', { vault, drive }).then(
    ({ tape, usesLeft }) => announce(words.cleaned(drive, tape, usesLeft), 'good'),
    said,
  );

/** Adds a cleaning tape, with the next barcode. */
export const addCleaningTape = (vault: string): Promise<void> =>
  change('library.addCleaningTape', { vault }).then(() => announce(words.added, 'good'), said);

/** Takes a cleaning tape out. */
export const removeCleaningTape = (vault: string, barcode: string): Promise<void> =>
  change('library.removeCleaningTape', { vault, barcode }).then(() => announce(words.removed(barcode), 'good'), said);
