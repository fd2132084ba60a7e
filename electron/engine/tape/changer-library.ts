import { millis, type TapeId } from '../../../shared/units.ts';
import { isBarcode, isCleaningTape, volumeOfBarcode } from './barcodes.ts';
import { type CleaningTape, unusedCleaningTape } from './cleaning.ts';
import { badRequest } from './library-errors.ts';
import type { LibraryState } from './library-state.ts';
import type { Element } from './scsi/element-status.ts';
import type { DeviceAccess } from './tape-access.ts';
import { blankTape } from './tape-record.ts';

/** A changer and the drives that are to be used with it. */
export interface ChangerChoice {
  readonly changer: string;
  /** In the order of their elements in the changer. */
  readonly drives: readonly string[];
}

type Settled = Pick<LibraryState, 'slots' | 'drives' | 'tapes'> & {
  readonly changer: NonNullable<LibraryState['settings']['changer']>;
  readonly cleaning: readonly CleaningTape[];
};

/** Whether what bears a barcode is a tape to write to. */
export const isOurs = (barcode: string | null): barcode is string =>
  barcode !== null && isBarcode(barcode) && !isCleaningTape(barcode);

/** The cleaning tapes in the slots and drives of a changer, none of which counts as used; those in slots to the outside are passed over. */
export const cleaningTapesIn = (elements: readonly Element[]): CleaningTape[] => {
  const slots = elements.filter(({ type }) => type === 'storage').map(({ address }) => address);
  return elements.flatMap(({ type, barcode, address, source }) => {
    if (barcode === null || !isCleaningTape(barcode) || type === 'importExport') return [];
    const slot = slots.indexOf(type === 'storage' || source === null ? address : source) + 1;
    return [unusedCleaningTape(barcode, slot || null)];
  });
};

/**
 * The slots, drives and tapes of a new vault, as the changer has them. Cleaning tapes are known as such alone; tapes whose barcode is none of
 * ours are left alone: they are not taken in, moved or written to. Errors: USAGE.
 */
export const settleInChanger = ({ changer, drives }: ChangerChoice, elements: readonly Element[]): Settled => {
  const places = elements.filter(({ type }) => type === 'drive');
  if (drives.length > places.length)
    throw badRequest(
      `The changer ${changer} has ${places.length} drives, and ${drives.length} were named.`,
      'Name each drive once, in the order of their elements in the changer.',
    );
  const taken = new Map<string, string>();
  for (const { barcode, type } of elements) {
    // What lies in an import/export slot is not taken in by itself.
    if (!isOurs(barcode) || type === 'importExport') continue;
    const volume = volumeOfBarcode(barcode);
    if (taken.has(volume))
      throw badRequest(
        `The changer ${changer} holds the tapes ${taken.get(volume)} and ${barcode}, which have the same first six characters.`,
        'A tape is named by the first six characters of its barcode: take one of them out.',
      );
    taken.set(volume, barcode);
  }
  if (taken.size === 0)
    throw badRequest(
      `The changer ${changer} holds no tape with a barcode of 8 capital letters and digits.`,
      'Put tapes with labels such as CF0001L8 into its slots, and let it take its inventory.',
    );
  return {
    changer: {
      address: changer,
      drives: drives.map((address, index) => ({ address, element: places[index]?.address ?? 0 })),
      importExport: elements.filter(({ type }) => type === 'importExport').length,
    },
    slots: elements
      .filter(({ type }) => type === 'storage')
      .map(({ barcode }, index) => ({
        number: index + 1,
        tape: isOurs(barcode) ? volumeOfBarcode(barcode) : null,
      })),
    drives: drives.map((_, index) => ({ number: index + 1, tape: null, mounts: 0 })),
    cleaning: cleaningTapesIn(elements),
    tapes: [...taken].map(([volume, barcode]) => blankTape(volume as TapeId, barcode)),
  };
};

/**
 * Where a thread finds a tape of a vault with a changer: in the drive that the library put it into. Null for virtual ones. A tape that is in no
 * drive is a mistake of the caller: the robot would take out of a drive what a job writes to.
 */
export const deviceOf = (state: LibraryState, volume: TapeId): DeviceAccess | null => {
  const { changer } = state.settings;
  const tape = state.tapes.find((one) => one.volume === volume);
  if (changer === undefined || !tape) return null;
  const drive = state.drives.findIndex((one) => one.tape === volume);
  if (drive === -1)
    throw badRequest(
      `Tape ${tape.barcode} of the changer ${changer.address} is in no drive.`,
      'This cannot be done with tapes of a changer yet; nothing was changed.',
    );
  const { barcode, pool, sequence, labelledAt, chunks } = tape;
  const request = { vault: state.vault, volume, barcode, pool, sequence, envelopes: state.envelopes };
  return {
    changer: changer.address,
    drives: changer.drives,
    drive,
    barcode,
    label: chunks === 0 && labelledAt !== null ? { ...request, labelledAt: millis(labelledAt) } : null,
  };
};
