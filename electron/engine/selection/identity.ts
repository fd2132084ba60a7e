import { ELEMENT_TYPES, type ElementAttributes, type ElementType } from '../../../shared/model/element.ts';
import { putVarint, zigzag } from './varint.ts';

/** What of an element's attributes tells whether it is still the same, content included. */
export type IdentityFields = Pick<ElementAttributes, 'type' | 'inode' | 'size' | 'modifiedAt' | 'changedAt'>;

const scratch = new Uint8Array(64);

/**
 * Writes an identity into `target` at `at` and returns the offset behind it (at most 48 bytes on). The canonical form:
 * one varint (LEB128) each of type number, inode, size, zigzag modification seconds, nanoseconds, zigzag of change
 * seconds minus modification seconds, nanoseconds. Two identities are equal when their bytes are.
 */
export const writeIdentity = (target: Uint8Array, at: number, of: IdentityFields): number => {
  const { modifiedAt, changedAt } = of;
  let end = putVarint(scratch, 0, ELEMENT_TYPES.indexOf(of.type));
  end = putVarint(scratch, end, of.inode);
  end = putVarint(scratch, end, of.size);
  end = putVarint(scratch, end, zigzag(modifiedAt.seconds));
  end = putVarint(scratch, end, modifiedAt.nanos);
  end = putVarint(scratch, end, zigzag(changedAt.seconds - modifiedAt.seconds));
  end = putVarint(scratch, end, changedAt.nanos);
  for (let index = 0; index < end; index += 1) target[at + index] = scratch[index] as number;
  return at + end;
};

/** The identity of an element, in memory of its own. */
export const encodeIdentity = (attributes: IdentityFields): Uint8Array => {
  const target = new Uint8Array(48);
  return target.slice(0, writeIdentity(target, 0, attributes));
};

const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** What `encodeIdentity` was given. Throws RangeError when the bytes are no identity. */
export const decodeIdentity = (identity: Uint8Array): IdentityFields => {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = identity[at++];
      if (byte === undefined) throw new RangeError('an identity is cut off');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  const type: ElementType | undefined = ELEMENT_TYPES[varint()];
  if (type === undefined) throw new RangeError('an identity has an unknown element type');
  const inode = varint();
  const size = varint();
  const seconds = unzigzag(varint());
  const nanos = varint();
  const changed = seconds + unzigzag(varint());
  return { type, inode, size, modifiedAt: { seconds, nanos }, changedAt: { seconds: changed, nanos: varint() } };
};
