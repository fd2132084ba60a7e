/**
 * Quantities that carry their unit in the type. Each has one constructor, which checks; arithmetic yields plain
 * numbers, so a result has to pass a constructor again before it counts as a quantity.
 *
 * Numbers are safe integers (up to 2^53 - 1); `bigint` appears in wire codecs only.
 */
declare const unit: unique symbol;
type Quantity<Name extends string> = number & { readonly [unit]: Name };
type Identifier<Name extends string> = string & { readonly [unit]: Name };

/** A length or an offset in bytes. */
export type Bytes = Quantity<'Bytes'>;
/** The position of a block of 4 KiB within an address space. */
export type BlockIndex = Quantity<'BlockIndex'>;
/** A number of blocks of 4 KiB. */
export type BlockCount = Quantity<'BlockCount'>;
/** The position of a segment (64 KiB by default) within an address space. */
export type SegmentIndex = Quantity<'SegmentIndex'>;
/** A time span, or a point in time since 1970-01-01 UTC, in milliseconds. */
export type Millis = Quantity<'Millis'>;

/** A block set: 32 lowercase hexadecimal digits (16 random bytes). */
export type SetId = Identifier<'SetId'>;
/** A tape: its volume id, 6 characters of A-Z and 0-9. */
export type TapeId = Identifier<'TapeId'>;
/** A vault: 32 lowercase hexadecimal digits. */
export type VaultId = Identifier<'VaultId'>;
/** A logical object: 32 lowercase hexadecimal digits. */
export type ObjectId = Identifier<'ObjectId'>;
/** A job of a console: 32 lowercase hexadecimal digits. */
export type JobId = Identifier<'JobId'>;

const natural = (value: number, name: string): number => {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number of at least 0, not ${value}`);
  return value;
};

const matching = (value: string, pattern: RegExp, name: string): string => {
  if (!pattern.test(value)) throw new RangeError(`${name} is malformed: ${JSON.stringify(value)}`);
  return value;
};

const hex32 = /^[0-9a-f]{32}$/;

export const bytes = (value: number): Bytes => natural(value, 'Bytes') as Bytes;
export const blockIndex = (value: number): BlockIndex => natural(value, 'BlockIndex') as BlockIndex;
export const blockCount = (value: number): BlockCount => natural(value, 'BlockCount') as BlockCount;
export const segmentIndex = (value: number): SegmentIndex => natural(value, 'SegmentIndex') as SegmentIndex;
export const millis = (value: number): Millis => natural(value, 'Millis') as Millis;
export const setId = (value: string): SetId => matching(value, hex32, 'SetId') as SetId;
export const tapeId = (value: string): TapeId => matching(value, /^[A-Z0-9]{6}$/, 'TapeId') as TapeId;
export const vaultId = (value: string): VaultId => matching(value, hex32, 'VaultId') as VaultId;
export const objectId = (value: string): ObjectId => matching(value, hex32, 'ObjectId') as ObjectId;
export const jobId = (value: string): JobId => matching(value, hex32, 'JobId') as JobId;

/** Bytes in a block, the unit of addressing. */
export const BLOCK_BYTES = 4096;
/** Bytes in a segment, the unit of copying and of change tracking. */
export const SEGMENT_BYTES = 65536;
