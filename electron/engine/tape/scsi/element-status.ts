import { textOf } from './answers.ts';
import { ELEMENT_TYPES, type ElementType } from './changer-commands.ts';

/** One element of a changer: a slot, a drive, the robot, or a slot to the outside. */
export interface Element {
  readonly type: ElementType;
  readonly address: number;
  readonly full: boolean;
  /** The volume tag; null when there is none: an empty element, or a tape whose label cannot be read. */
  readonly barcode: string | null;
  /** Where its tape came from; null when the changer does not say. */
  readonly source: number | null;
  /** An additional sense code, when the changer calls the element out of order; else null. */
  readonly exception: number | null;
}

const HEADER_BYTES = 8;
const TAG_AT = 12;
const TAG_BYTES = 32;

/**
 * Reads the answer to READ ELEMENT STATUS (SMC-3, 6.11). `more`: bytes that the whole answer has. Null when it contradicts
 * itself or ends before the barcode of an element, for a tape that is left out might be put on another one's place.
 */
export const parseElementStatus = (
  bytes: Uint8Array,
): { readonly elements: readonly Element[]; readonly bytes: number } | null => {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(2);
  const whole = HEADER_BYTES + (view.getUint32(4) & 0xffffff);
  const elements: Element[] = [];
  let at = HEADER_BYTES;
  while (elements.length < count) {
    if (at + HEADER_BYTES > bytes.length) return null;
    const type = typeOf(view.getUint8(at));
    const tagged = (view.getUint8(at + 1) & 0x80) !== 0;
    const size = view.getUint16(at + 2);
    const end = at + HEADER_BYTES + (view.getUint32(at + 4) & 0xffffff);
    if (type === null || size < (tagged ? TAG_AT + TAG_BYTES : TAG_AT) || end === at + HEADER_BYTES) return null;
    for (at += HEADER_BYTES; at < end; at += size) {
      const descriptor = bytes.subarray(at, Math.min(at + size, end));
      const element = elementOf(type, tagged, descriptor);
      if (element === null) return null;
      elements.push(element);
    }
    at = end;
  }
  // An empty page may follow.
  return elements.length > count || at + HEADER_BYTES < whole ? null : { elements, bytes: whole };
};

const typeOf = (code: number): ElementType | null =>
  (Object.keys(ELEMENT_TYPES) as ElementType[]).find((name) => ELEMENT_TYPES[name] === (code & 0x0f)) ?? null;

const elementOf = (type: ElementType, tagged: boolean, bytes: Uint8Array): Element | null => {
  if (bytes.length < (tagged ? TAG_AT + TAG_BYTES : TAG_AT)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(2);
  const full = (flags & 0x01) !== 0;
  const tag = tagged ? textOf(bytes.subarray(TAG_AT, TAG_AT + TAG_BYTES)) : '';
  return {
    type,
    address: view.getUint16(0),
    full,
    barcode: full && tag !== '' ? tag : null,
    source: (view.getUint8(9) & 0x80) !== 0 ? view.getUint16(10) : null,
    exception: (flags & 0x04) !== 0 ? view.getUint16(4) : null,
  };
};
