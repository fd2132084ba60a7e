/** Command descriptor blocks of SMC-3. Element types and numbers are the standard's. */

export const ELEMENT_TYPES = { transport: 1, storage: 2, importExport: 3, drive: 4 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

const be16 = (value: number): [number, number] => {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`no element has address ${value}`);
  return [value >> 8, value & 0xff];
};

/** Looks at every element anew; with many slots and no barcode reader this takes minutes. */
export const initializeElementStatus = (): Uint8Array => Uint8Array.of(0x07, 0, 0, 0, 0, 0);

/** Elements of one type from an address on, with their volume tags. */
export const readElementStatus = (type: ElementType, from: number, count: number, bytes: number): Uint8Array => {
  if (!Number.isInteger(bytes) || bytes < 8 || bytes > 0xffffff) throw new RangeError(`no answer has ${bytes} bytes`);
  const length = [(bytes >> 16) & 0xff, (bytes >> 8) & 0xff, bytes & 0xff];
  return Uint8Array.of(0xb8, 0x10 | ELEMENT_TYPES[type], ...be16(from), ...be16(count), 0, ...length, 0, 0);
};

/** Moves what is in `from` to `to` with the transport element `by`; 0 is the default one. */
export const moveMedium = (by: number, from: number, to: number): Uint8Array =>
  Uint8Array.of(0xa5, 0, ...be16(by), ...be16(from), ...be16(to), 0, 0, 0, 0);
