import { liesInImportExport } from '../import-export.ts';
import { slotTaken } from '../library-errors.ts';
import { bringTape, placeFor, theOne, type UnloadDrive, whileOthersMove } from './bring-tape.ts';
import type { TapeChanger } from './changer.ts';
import type { Element } from './element-status.ts';
import { deviceFailed, deviceUnsuitable } from './scsi-errors.ts';

/** What an operator has a robot do; drives by their elements, slots by their numbers, from 1. */
export type OperatorMove =
  | { readonly to: 'drive'; readonly element: number; readonly barcode: string }
  /** Back to the slot that it came from. */
  | { readonly to: 'home'; readonly element: number }
  | { readonly to: 'slot'; readonly slot: number; readonly barcode: string };

export interface OperatorMoved {
  /** False when it lay there already, or the drive was empty. */
  readonly moved: boolean;
  readonly barcode: string | null;
  /** The slot that it went to, or came from; null when it is none. */
  readonly slot: number | null;
  /** What the changer holds since. */
  readonly elements: readonly Element[];
}

/** Errors: NO_SUCH_TAPE, TAPE_MISMATCH, SLOT_TAKEN, DEVICE_UNSUITABLE, DEVICE_FAILED. */
export const moveForOperator = (changer: TapeChanger, wanted: OperatorMove, unload: UnloadDrive): OperatorMoved => {
  if (wanted.to === 'drive') {
    const moved = bringTape(changer, wanted.element, wanted.barcode, unload);
    return { moved, barcode: wanted.barcode, slot: null, elements: changer.elements() };
  }
  return whileOthersMove(() =>
    wanted.to === 'home' ? putHome(changer, wanted, unload) : toSlot(changer, wanted, unload),
  );
};

const putHome = (
  changer: TapeChanger,
  { element }: Extract<OperatorMove, { to: 'home' }>,
  unload: UnloadDrive,
): OperatorMoved => {
  const elements = changer.elements();
  const drive = elements.find(({ type, address }) => type === 'drive' && address === element);
  if (!drive) throw deviceUnsuitable(changer.name, `it has no drive at element ${element}`);
  if (!drive.full) return { moved: false, barcode: null, slot: null, elements };
  const address = placeFor(drive, elements, changer.name);
  unload(element);
  changer.move(element, address);
  return { moved: true, barcode: drive.barcode, slot: numberOf(elements, address), elements: changer.elements() };
};

const toSlot = (
  changer: TapeChanger,
  { slot, barcode }: Extract<OperatorMove, { to: 'slot' }>,
  unload: UnloadDrive,
): OperatorMoved => {
  const elements = changer.elements();
  const source = theOne(elements, barcode, changer.name);
  const target = elements.filter(({ type }) => type === 'storage')[slot - 1];
  if (target === undefined) throw deviceFailed(changer.name, `it has no slot ${slot} any more`);
  if (source.address === target.address) return { moved: false, barcode, slot, elements };
  if (source.type === 'importExport') throw liesInImportExport(barcode);
  if (target.full) throw slotTaken(slot, target.barcode ?? '');
  if (source.type === 'drive') unload(source.address);
  changer.move(source.address, target.address);
  return { moved: true, barcode, slot, elements: changer.elements() };
};

const numberOf = (elements: readonly Element[], address: number): number =>
  elements.filter(({ type }) => type === 'storage').findIndex((slot) => slot.address === address) + 1;
