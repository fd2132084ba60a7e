import { type TapeId, tapeId } from '../../../shared/units.ts';

const PER_PREFIX = 10_000;
/** Media suffix of the barcodes that Coldframe gives out. */
export const MEDIA_SUFFIX = 'L8';

/** The volume id of a number: CF0001, CF0002 … CF9999, CG0000 … */
export const volumeOf = (number: number): TapeId => {
  const prefix = String.fromCharCode('F'.charCodeAt(0) + Math.floor(number / PER_PREFIX));
  return tapeId(`C${prefix}${String(number % PER_PREFIX).padStart(4, '0')}`);
};

/** Whether a text is a barcode: 6 letters or digits of a volume id and 2 of the media type. */
export const isBarcode = (text: string): boolean => /^[A-Z0-9]{6}[A-Z0-9]{2}$/.test(text);

/** Whether a barcode is that of a cleaning tape, as vendors label them: it cleans the drive that it is put into, and nothing can be written to it. */
export const isCleaningTape = (barcode: string): boolean => barcode.startsWith('CLN');

/** The volume id in a barcode. */
export const volumeOfBarcode = (barcode: string): TapeId => tapeId(barcode.slice(0, 6));
