/** Where the medium stands: between two items. `block` counts records and file marks before it, `offset` bytes. */
export interface TapePosition {
  readonly block: number;
  /** Byte in the `.tap` file; of a drive, what the same items would take up in one. */
  readonly offset: number;
}

/** What is read in one step. A record's data is a fresh buffer. */
export type TapeItem =
  | { readonly kind: 'record'; readonly data: Buffer }
  | { readonly kind: 'mark' }
  | { readonly kind: 'end' };

/** A record as the parts that make it up, in order; their sum is its length. */
export type GatheredRecord = readonly Uint8Array[];

/** What resynchronising looks for: an intact record of a known length that begins with known bytes. */
export interface RecordPattern {
  readonly magic: Uint8Array;
  readonly bytes: number;
  /** The logical block number of the record, or null when it is not what it seems. Must not throw. */
  readonly blockOf: (record: Buffer, offset: number) => number | null;
  /** The offset that the record says it lies at, for media that lost count of it; null when it does not. Must not throw. */
  readonly offsetOf?: (record: Buffer) => number | null;
}

/**
 * What a drive with a tape in it can do, and nothing more: one user at a time, one position, records and file marks.
 *
 * Every implementation promises:
 * - *ordering*: items lie in the order of the calls that wrote them;
 * - *durability*: nothing is durable before `flush` returned; once `flush` failed the medium takes no further write,
 *   for a second flush would claim what the first one lost;
 * - *writing ends the tape*: what lay behind the position is gone as soon as a write begins;
 * - *no partial success*: a call either did all of it or throws; after a throwing write the position is where it was
 *   before, and what lies behind it is undefined until it is erased or overwritten;
 * - *honest positions*: a position is known or an error, never a guess;
 * - *bounded reads*: no length read from the medium is believed before it was checked against the medium.
 *
 * Errors: TAPE_DAMAGED for framing, TAPE_FULL at the hard end, DISK_FULL, IO.
 */
export interface TapeMedium {
  /** For messages: the path or device. */
  readonly name: string;
  /** Bytes to the hard end of the medium. */
  readonly capacity: number;
  /** Offset behind what was written last; of a drive, MAX_SAFE_INTEGER as long as that is not known. */
  readonly endOffset: number;
  /** Position; an error (INTERNAL) while it is not known, that is after `toEnd` and `readBack`. */
  position(): TapePosition;
  /** Moves to a position that an earlier `position()` gave or that the medium itself has on record. Reads nothing. */
  locate(position: TapePosition): void;
  /** Moves to a logical block, skipping forward by record lengths from the nearest known position before it. */
  locateBlock(block: number): void;
  /** Moves behind what was written last. */
  toEnd(): void;
  /** Reads the next item and moves behind it; stays where it is when it throws. */
  read(): TapeItem;
  /** Reads the item before the position and moves before it. `end` means the beginning of the tape. */
  readBack(): TapeItem;
  /** Reads consecutive records of exactly these lengths into these buffers. */
  readRecords(records: readonly GatheredRecord[]): void;
  /** Reads bytes [from, from + into.length) of the next record, which must have `length` bytes, and moves behind it. */
  readPart(length: number, from: number, into: Uint8Array): void;
  /** Checks the framing of the next records against these lengths and moves behind them, without reading their data. */
  skipRecords(lengths: readonly number[]): void;
  /** Moves behind the next `count` file marks; false, and at the end, when there are fewer. */
  spaceFileMarks(count: number): boolean;
  /**
   * Moves before the next intact record of the pattern at or behind the position and, if given, within so many bytes of
   * it; false, and at the end where that is found, if none.
   */
  resync(pattern: RecordPattern, within?: number): boolean;
  writeRecords(records: readonly GatheredRecord[]): void;
  writeFileMarks(count: number): void;
  /** Ends the tape at the position. */
  eraseRest(): void;
  /** Makes everything written so far durable. */
  flush(): void;
  /** Of a real drive: whether it asks to be cleaned. Never throws. */
  asksForCleaning?(): boolean;
  close(): void;
}
