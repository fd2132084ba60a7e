import { ColdframeError } from '../../../shared/errors.ts';

/** No cleaning tape can clean, or the one that was named cannot any more. */
export const noCleaningTape = (dir: string, isReal: boolean, usedUp?: string): ColdframeError =>
  new ColdframeError('NO_CLEANING_TAPE', {
    message:
      usedUp === undefined
        ? `The library of ${dir} has no cleaning tape with uses left. Nothing was moved.`
        : `The cleaning tape ${usedUp} is used up. Nothing was moved.`,
    guidance: isReal
      ? 'Put a new cleaning tape, whose barcode begins with CLN, into a slot of the changer.'
      : `Add one: coldframe library cleaning ${dir} --add`,
    context: { dir, tape: usedUp ?? null },
  });

/** A cleaning tape is named that the library does not have. */
export const noSuchCleaningTape = (dir: string, barcode: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `The library of ${dir} has no cleaning tape ${barcode}.`,
    guidance: 'See which it has: coldframe library cleaning DIR',
    context: { dir, tape: barcode },
  });

/** A cleaning tape is to be added that cannot be. */
export const badCleaningTape = (why: 'usage' | 'taken', message: string): ColdframeError =>
  new ColdframeError(why === 'usage' ? 'USAGE' : 'TAPE_EXISTS', {
    message,
    guidance:
      why === 'usage'
        ? 'Its barcode begins with CLN and has 8 capital letters and digits, such as CLN001CU.'
        : 'Use another barcode, such as CLN002CU: a tape is named by the first six of its eight characters.',
  });

/** What is settled by hand of a virtual library is to be changed in one with a changer. */
export const ofChanger = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message:
      'The cleaning tapes of a changer are those that it holds, and its drives say themselves when they want one.',
    guidance:
      'Put a tape whose barcode begins with CLN into one of its slots: it is found when a drive is cleaned (coldframe library clean DIR DRIVE).',
  });

/** Something that is done with tapes that are written to is to be done with a cleaning tape. */
export const isForCleaning = (barcode: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `${barcode} is a cleaning tape: nothing is written to it or read from it.`,
    guidance: `Clean a drive with it: coldframe library clean DIR DRIVE --with ${barcode}`,
    context: { tape: barcode },
  });

/** A drive was given a cleaning tape and is not clean. */
export const cleaningFailed = (drive: string, barcode: string, why: string): ColdframeError =>
  new ColdframeError('CLEANING_FAILED', {
    message: `The drive ${drive} was not cleaned with ${barcode}: ${why}.`,
    guidance: 'Try another cleaning tape; look at the display of the drive or of the library.',
    context: { drive, tape: barcode },
  });
