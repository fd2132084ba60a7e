import { asColdframeError, ColdframeError, type ErrorData } from '../../../shared/errors.ts';
import { containerImage, framedBytes, WORD_BYTES } from './container.ts';
import type { TapeMedium } from './medium.ts';
import type { DrivePlace } from './scsi/open-scsi-tape.ts';
import { glanceAtMedium, type TapeGlance } from './tape-glance.ts';

/** As much of the front of a tape as is looked through when it is damaged. */
const FRONT_BYTES = 1_048_576;

/** What the thread that looks at the tapes of a changer is started with. */
export interface ChangerGlances extends Omit<DrivePlace, 'barcode'> {
  readonly barcodes: readonly string[];
  /** One word: 1 when it is to end before the next tape. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** What a tape in a changer says of itself. */
export type SeenTape = { readonly barcode: string } & (
  | { readonly kind: 'blank' }
  | { readonly kind: 'labelled'; readonly glance: TapeGlance }
  /** It cannot be told whose it is: not a tape of Coldframe, damaged, of a newer version, or nothing that the drive reads. */
  | { readonly kind: 'untold'; readonly error: ColdframeError }
);

/** `SeenTape` as it comes from a thread. */
export type SeenTapeData = { readonly barcode: string } & (
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'labelled';
      readonly glance: Omit<TapeGlance, 'front'> & { readonly front: ErrorData | null };
    }
  | { readonly kind: 'untold'; readonly error: ErrorData }
);

/** The same again. */
export const seenTape = (data: SeenTapeData): SeenTape => {
  if (data.kind === 'blank') return data;
  if (data.kind === 'untold') return { ...data, error: ColdframeError.fromData(data.error) };
  const { glance, ...rest } = data;
  return { ...rest, glance: { ...glance, front: glance.front && ColdframeError.fromData(glance.front) } };
};

export type ChangerGlanceAnswer =
  /** Before the robot fetches it. */
  | { readonly kind: 'fetching'; readonly barcode: string }
  | { readonly kind: 'seen'; readonly tape: SeenTapeData }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/**
 * Looks at the tapes with these barcodes, one after the other, in the drive of the place; `open`: has the robot put one there. Only reads. What is wrong with one tape is
 * told of it. Throws CANCELLED, and what says nothing of the tape itself: DEVICE_*, DRIVE_RESET, TAPE_IN_USE, NO_SUCH_TAPE; which tape that was is in the message.
 */
export const glanceAtTapes = (
  { barcodes, cancelled, ...place }: ChangerGlances,
  open: (place: DrivePlace) => TapeMedium,
  hear: (answer: Extract<ChangerGlanceAnswer, { kind: 'fetching' | 'seen' }>) => void,
): void => {
  for (const barcode of barcodes) {
    if (Atomics.load(cancelled, 0) !== 0)
      throw new ColdframeError('CANCELLED', { message: 'It was cancelled.', guidance: 'Nothing was changed.' });
    hear({ kind: 'fetching', barcode });
    hear({ kind: 'seen', tape: glanceInDrive(barcode, () => open({ ...place, barcode })) });
  }
};

const glanceInDrive = (barcode: string, open: () => TapeMedium): SeenTapeData => {
  try {
    const medium = open();
    try {
      if (medium.endOffset === 0) return { barcode, kind: 'blank' };
      const seen = { medium, volume: barcode.slice(0, 6), beginning: () => beginningOf(medium) };
      const { front, ...glance } = glanceAtMedium(seen);
      return { barcode, kind: 'labelled', glance: { ...glance, front: front?.toData() ?? null } };
    } finally {
      medium.close();
    }
  } catch (thrown) {
    const error = asColdframeError(thrown);
    // Of an encrypted tape of somebody else a drive gives out nothing.
    if (error.kind === 'damaged' || error.code === 'TAPE_PROTECTED')
      return { barcode, kind: 'untold', error: error.toData() };
    throw new ColdframeError(error.code, {
      message: `The tape ${barcode} could not be looked at: ${error.message}`,
      guidance: `${error.guidance} If it is this tape alone, take it out of the changer.`,
      context: { ...error.context, barcode },
      cause: thrown,
    });
  }
};

/** The items at the beginning of a tape as they would lie in a file, up to the first that cannot be read. */
const beginningOf = (medium: TapeMedium): Buffer => {
  const parts: Buffer[] = [];
  try {
    medium.locate({ block: 0, offset: 0 });
    for (let bytes = 0; bytes < FRONT_BYTES; ) {
      const item = medium.read();
      if (item.kind === 'end') break;
      parts.push(containerImage([item.kind === 'mark' ? null : item.data]));
      bytes += item.kind === 'mark' ? WORD_BYTES : framedBytes(item.data.length);
    }
  } catch {
    // What was read so far is all there is to go by.
  }
  return Buffer.concat(parts);
};
