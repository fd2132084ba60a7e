import { ELEMENT_TYPES } from '../../../shared/model/element.ts';
import { ByteReader } from '../blockset/byte-reader.ts';
import type { ByteWriter } from '../blockset/byte-writer.ts';
import type { IdentityFields } from '../selection/identity.ts';
import { putVarint } from '../selection/varint.ts';

const TYPE = 7;
/** The change time is the modification time. */
const SAME_TIMES = 8;
/** The seconds of the modification time do not fit 32 bits and stand as a zigzag varint. */
const FAR = 16;
const WHOLE_SECONDS = 32;

/** Number of the element type; an empty identity is that of a directory that is only implied. */
export const typeOfPacked = (packed: Uint8Array): number => (packed.length === 0 ? 1 : (packed[0] as number) & TYPE);

/** Whether something can be beneath it. */
export const isDirectory = (packed: Uint8Array): boolean => typeOfPacked(packed) === 1;

/**
 * The catalog's form of an identity, a third shorter than the canonical one, which `expandIdentity` gives back: flags
 * with the type number; varint inode; varint size; u32 seconds; u32 nanoseconds unless 0; and, unless the same, zigzag
 * change seconds minus modification seconds and u32 nanoseconds. Equal identities have equal bytes.
 */
export const packIdentity = (out: ByteWriter, type: number, of: Omit<IdentityFields, 'type'>): void => {
  const { modifiedAt, changedAt } = of;
  const same = modifiedAt.seconds === changedAt.seconds && modifiedAt.nanos === changedAt.nanos;
  const far = modifiedAt.seconds < 0 || modifiedAt.seconds > 0xffffffff;
  const whole = modifiedAt.nanos === 0;
  out.byte(type | (same ? SAME_TIMES : 0) | (far ? FAR : 0) | (whole ? WHOLE_SECONDS : 0));
  out.varint(of.inode);
  out.varint(of.size);
  if (far) out.zigzag(modifiedAt.seconds);
  else putU32(out, modifiedAt.seconds);
  if (!whole) putU32(out, modifiedAt.nanos);
  if (same) return;
  out.zigzag(changedAt.seconds - modifiedAt.seconds);
  putU32(out, changedAt.nanos);
};

const putU32 = (out: ByteWriter, value: number): void => {
  for (let shift = 0; shift < 32; shift += 8) out.byte((value >>> shift) & 255);
};

const u32 = (input: ByteReader): number =>
  input.byte() + input.byte() * 256 + input.byte() * 65536 + input.byte() * 16777216;

/** The fields of a packed identity that is not empty. */
export const unpackIdentity = (packed: Uint8Array): IdentityFields => {
  const input = new ByteReader(packed);
  const flags = input.byte();
  const type = ELEMENT_TYPES[flags & TYPE] ?? 'file';
  const inode = input.varint();
  const size = input.varint();
  const seconds = flags & FAR ? input.zigzag() : u32(input);
  const modifiedAt = { seconds, nanos: flags & WHOLE_SECONDS ? 0 : u32(input) };
  if (flags & SAME_TIMES) return { type, inode, size, modifiedAt, changedAt: modifiedAt };
  return { type, inode, size, modifiedAt, changedAt: { seconds: seconds + input.zigzag(), nanos: u32(input) } };
};

const scratch = new Uint8Array(64);

/** Copies `count` varints; returns the offset behind them, which is the same in both. */
const copyVarints = (packed: Uint8Array, from: number, to: number, count: number): number => {
  let left = count;
  let at = 0;
  while (left > 0) {
    const byte = packed[from + at] as number;
    scratch[to + at] = byte;
    at += 1;
    if (byte < 128) left -= 1;
  }
  return at;
};

const u32At = (packed: Uint8Array, at: number): number =>
  (packed[at] as number) +
  (packed[at + 1] as number) * 256 +
  (packed[at + 2] as number) * 65536 +
  (packed[at + 3] as number) * 16777216;

/**
 * The canonical form (selection/identity.ts), in memory of its own; empty for an implied directory. A scan asks for it
 * once for each element, so it goes from bytes to bytes.
 */
export const expandIdentity = (packed: Uint8Array): Uint8Array => {
  if (packed.length === 0) return packed;
  const flags = packed[0] as number;
  scratch[0] = flags & TYPE;
  let from = 1;
  let to = 1;
  const copy = (count: number): void => {
    const copied = copyVarints(packed, from, to, count);
    from += copied;
    to += copied;
  };
  copy(flags & FAR ? 3 : 2);
  if (!(flags & FAR)) {
    to = putVarint(scratch, to, u32At(packed, from) * 2);
    from += 4;
  }
  const nanos = flags & WHOLE_SECONDS ? 0 : u32At(packed, from);
  if (!(flags & WHOLE_SECONDS)) from += 4;
  to = putVarint(scratch, to, nanos);
  if (flags & SAME_TIMES) {
    to = putVarint(scratch, to, 0);
    to = putVarint(scratch, to, nanos);
  } else {
    copy(1);
    to = putVarint(scratch, to, u32At(packed, from));
  }
  return scratch.slice(0, to);
};
