import { wholeNumber } from './sizes.ts';

/** The number of a drive, as somebody typed it. */
export const driveOf = wholeNumber(1, 64);

/** The number of a slot, as somebody typed it. */
export const slotOf = wholeNumber(1, 100_000);
