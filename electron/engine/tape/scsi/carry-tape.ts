import { importExportFull } from '../import-export.ts';
import { placeFor, theOne, type UnloadDrive, whileOthersMove } from './bring-tape.ts';
import type { TapeChanger } from './changer.ts';
import type { Element } from './element-status.ts';

/** Where a tape lies now: the number of the slot among those of its kind, from 1, and how many import/export elements there are. */
export interface Carried {
  readonly slot: number;
  readonly importExport: number;
}

/**
 * Moves the tape with a barcode into a free import/export element, out of its drive if need be; one that lies in one stays there. Errors:
 * NO_SUCH_TAPE, TAPE_MISMATCH, SLOTS_FULL, DEVICE_FAILED.
 */
export const carryOut = (changer: TapeChanger, barcode: string, unload: UnloadDrive): Carried =>
  whileOthersMove(() => {
    const elements = changer.elements();
    const source = theOne(elements, barcode, changer.name);
    const outside = ofType(elements, 'importExport');
    if (source.type === 'importExport') return carried(outside, source, outside.length);
    const free = outside.find(({ full, exception }) => !full && exception === null);
    if (!free) throw importExportFull(outside.length);
    if (source.type === 'drive') unload(source.address);
    changer.move(source.address, free.address);
    return carried(outside, free, outside.length);
  });

/** Moves the tape with a barcode from an import/export element to the slot that it came from, or any free one; what is further in stays. Errors: the same. */
export const carryIn = (changer: TapeChanger, barcode: string): Carried =>
  whileOthersMove(() => {
    const elements = changer.elements();
    const source = theOne(elements, barcode, changer.name);
    const importExport = ofType(elements, 'importExport').length;
    const slots = ofType(elements, 'storage');
    if (source.type !== 'importExport') return carried(slots, source, importExport);
    const address = placeFor(source, elements, changer.name);
    changer.move(source.address, address);
    return carried(slots, { address }, importExport);
  });

const ofType = (elements: readonly Element[], type: Element['type']): readonly Element[] =>
  elements.filter((element) => element.type === type);

const carried = (slots: readonly Element[], { address }: Pick<Element, 'address'>, importExport: number): Carried => ({
  slot: slots.findIndex((slot) => slot.address === address) + 1,
  importExport,
});
