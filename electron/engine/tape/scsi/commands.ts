/** Command descriptor blocks of SPC-4 and SSC-4 that a drive is used with. Numbers are the standards'. */

const be16 = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];
const be24 = (value: number): [number, number, number] => [(value >> 16) & 0xff, ...be16(value)];
const be32 = (value: number): [number, number, number, number] => [(value >>> 24) & 0xff, ...be24(value)];

const demand = (what: string, value: number, least: number, most: number): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${what} is ${value}, which no command carries`);
};

/** Largest block of READ(6) and WRITE(6). */
export const MAX_BLOCK_BYTES = 0xffffff;

export const testUnitReady = (): Uint8Array => Uint8Array.of(0x00, 0, 0, 0, 0, 0);
export const inquiry = (bytes: number): Uint8Array =>
  Uint8Array.of(0x12, 0, 0, ...be16(demand('length', bytes, 0, 0xffff)), 0);
/** MODE SENSE(6) of a page with its block descriptor. */
export const modeSense = (page: number, bytes: number): Uint8Array =>
  Uint8Array.of(0x1a, 0, demand('page', page, 0, 0x3f), 0, demand('length', bytes, 0, 255), 0);
/** MODE SELECT(6), page format. */
export const modeSelect = (bytes: number): Uint8Array =>
  Uint8Array.of(0x15, 0x10, 0, 0, demand('length', bytes, 0, 255), 0);
/** Current cumulative values of a log page. */
export const logSense = (page: number, bytes: number): Uint8Array =>
  Uint8Array.of(
    0x4d,
    0,
    0x40 | demand('page', page, 0, 0x3f),
    0,
    0,
    0,
    0,
    ...be16(demand('length', bytes, 0, 0xffff)),
    0,
  );
export const reserveUnit = (): Uint8Array => Uint8Array.of(0x16, 0, 0, 0, 0, 0);
export const releaseUnit = (): Uint8Array => Uint8Array.of(0x17, 0, 0, 0, 0, 0);

export const readBlockLimits = (): Uint8Array => Uint8Array.of(0x05, 0, 0, 0, 0, 0);
export const rewind = (): Uint8Array => Uint8Array.of(0x01, 0, 0, 0, 0, 0);
/** One block of variable length; a block of another length than asked for is told by sense data (no SILI). */
export const readBlock = (bytes: number): Uint8Array =>
  Uint8Array.of(0x08, 0, ...be24(demand('length', bytes, 1, MAX_BLOCK_BYTES)), 0);
export const writeBlock = (bytes: number): Uint8Array =>
  Uint8Array.of(0x0a, 0, ...be24(demand('length', bytes, 1, MAX_BLOCK_BYTES)), 0);
/** Answers when the marks and everything before them are on the medium; a count of 0 only empties the buffer. */
export const writeFileMarks = (count: number): Uint8Array =>
  Uint8Array.of(0x10, 0, ...be24(demand('count', count, 0, MAX_BLOCK_BYTES)), 0);
export const SPACE = { blocks: 0, fileMarks: 1, endOfData: 3 } as const;
/** Negative counts go towards the beginning. */
export const space = (what: keyof typeof SPACE, count: number): Uint8Array =>
  Uint8Array.of(0x11, SPACE[what], ...be24(demand('count', count, -0x800000, 0x7fffff) & 0xffffff), 0);
export const locate = (block: number): Uint8Array =>
  Uint8Array.of(0x2b, 0, 0, ...be32(demand('block', block, 0, 0xffffffff)), 0, 0, 0);
export const POSITION_BYTES = 20;
/** Short form: block numbers of 32 bits. */
export const readPosition = (): Uint8Array => Uint8Array.of(0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0);
export const unload = (): Uint8Array => Uint8Array.of(0x1b, 0, 0, 0, 0, 0);
/** Ends the data at the position; the rest of the medium is not overwritten. */
export const eraseShort = (): Uint8Array => Uint8Array.of(0x19, 0, 0, 0, 0, 0);
