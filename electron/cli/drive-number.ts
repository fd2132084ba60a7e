import { wholeNumber } from './sizes.ts';

/** The number of a drive, as somebody typed it. */
export const driveOf = wholeNumber(1, 64);
