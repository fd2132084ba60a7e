import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import { liesInImportExport } from '../import-export.ts';
import { tapeMismatch } from '../tape-errors.ts';
import type { TapeChanger } from './changer.ts';
import type { Element } from './element-status.ts';
import { deviceFailed, deviceUnsuitable } from './scsi-errors.ts';

const TRIES = 5;

/** Has a drive rewind and let go of its tape, so that the robot can take it. By the element of the drive. */
export type UnloadDrive = (element: number) => void;

/**
 * Sees to it that the tape with a barcode is in a drive: what is there goes back to its slot first, and the tape may come
 * out of another drive. Gives whether anything was moved. Looks again when somebody else moved something meanwhile.
 * Errors: NO_SUCH_TAPE, TAPE_MISMATCH when two tapes have the barcode, DEVICE_UNSUITABLE, DEVICE_FAILED.
 */
export const bringTape = (changer: TapeChanger, drive: number, barcode: string, unload: UnloadDrive): boolean =>
  whileOthersMove(() => bring(changer, drive, barcode, unload));

/** Does something with what is in a changer, from the beginning when somebody else moved something meanwhile. */
export const whileOthersMove = <Result>(work: () => Result): Result => {
  for (let tries = 1; ; tries += 1) {
    try {
      return work();
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.code !== 'DEVICE_FAILED' || tries === TRIES) throw error;
    }
  }
};

const bring = (changer: TapeChanger, drive: number, barcode: string, unload: UnloadDrive): boolean => {
  const elements = changer.elements();
  const target = elements.find(({ type, address }) => type === 'drive' && address === drive);
  if (!target) throw deviceUnsuitable(changer.name, `it has no drive at element ${drive}`);
  const source = theOne(elements, barcode, changer.name);
  // What was put there may be on its way out.
  if (source.type === 'importExport') throw liesInImportExport(barcode);
  if (source.address === drive) return false;
  if (target.full) {
    unload(drive);
    changer.move(drive, placeFor(target, elements, changer.name));
  }
  if (source.type === 'drive') unload(source.address);
  try {
    changer.move(source.address, drive);
  } catch (thrown) {
    throw notTaken(asColdframeError(thrown), drive);
  }
  return true;
};

/** The robot could not put a tape into a drive: it may be the drive that takes none. */
const notTaken = ({ code, message, guidance, context, cause }: ColdframeError, drive: number): ColdframeError =>
  new ColdframeError(code, { message, guidance, context: { ...context, into: drive }, cause });

/** The only element that holds the tape with a barcode. Throws NO_SUCH_TAPE, TAPE_MISMATCH. */
export const theOne = (elements: readonly Element[], barcode: string, changer: string): Element => {
  const [source, other] = elements.filter((element) => element.barcode === barcode);
  if (!source) throw noSuchTape(changer, barcode);
  if (other)
    throw tapeMismatch(
      barcode,
      `elements ${source.address} and ${other.address} of ${changer} both hold a tape with its barcode`,
    );
  return source;
};

/** The slot that a tape came from, if it is still free, else any free one. */
export const placeFor = (from: Element, elements: readonly Element[], changer: string): number => {
  const free = elements.filter(({ type, full, exception }) => type === 'storage' && !full && exception === null);
  const place = free.find(({ address }) => address === from.source) ?? free[0];
  if (!place) throw deviceFailed(changer, `element ${from.address} holds a tape, and no slot is free for it`);
  return place.address;
};

const noSuchTape = (changer: string, barcode: string): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `No tape with the barcode ${barcode} is in the changer ${changer}.`,
    guidance: 'Put the tape into one of its slots, let the library take its inventory, and run the job again.',
    context: { changer, barcode },
  });
