/** What devices answer to INQUIRY, MODE SENSE, READ BLOCK LIMITS, READ POSITION and LOG SENSE. Lengths are never believed. */

const DEVICE_TYPES: Readonly<Record<number, 'tape' | 'changer'>> = { 1: 'tape', 8: 'changer' };

export interface Inquiry {
  readonly type: 'tape' | 'changer' | 'other';
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
}

const be16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const be24 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 16) | be16(bytes, at + 1);
const be32 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 0x1000000 + be24(bytes, at + 1);

/** Printable characters of a field, without the blanks at its end. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .trim();

/** SPC-4, 6.4.2; null when the answer is too short, or no device is connected there. */
export const parseInquiry = (bytes: Uint8Array): Inquiry | null => {
  if (bytes.length < 36 || (bytes[0] ?? 0) >> 5 !== 0) return null;
  const field = (from: number, to: number) => textOf(bytes.subarray(from, to));
  return {
    type: DEVICE_TYPES[(bytes[0] ?? 0) & 0x1f] ?? 'other',
    vendor: field(8, 16),
    product: field(16, 32),
    revision: field(32, 36),
  };
};

/** SSC-4, 7.6; null when the answer is too short. */
export const parseBlockLimits = (bytes: Uint8Array): { readonly most: number; readonly least: number } | null =>
  bytes.length < 6 ? null : { most: be24(bytes, 1), least: be16(bytes, 4) };

export interface DriveMode {
  readonly writeProtected: boolean;
  /** 0: every block has a length of its own. */
  readonly blockBytes: number;
}

/** Header and block descriptor of MODE SENSE(6); null when there is no block descriptor. */
export const parseMode = (bytes: Uint8Array): DriveMode | null => {
  if (bytes.length < 12 || (bytes[3] ?? 0) < 8) return null;
  return { writeProtected: ((bytes[2] ?? 0) & 0x80) !== 0, blockBytes: be24(bytes, 9) };
};

/** Parameters for MODE SELECT(6): blocks of variable length, buffered, as the device reported its density. */
export const variableBlocks = (mode: Uint8Array): Uint8Array => {
  const parameters = new Uint8Array(12);
  // The write protection is the device's to say; buffered mode and speed stay.
  parameters[2] = (mode[2] ?? 0) & 0x7f;
  parameters[3] = 8;
  parameters[4] = mode[4] ?? 0;
  return parameters;
};

/** Short form of READ POSITION (SSC-4, 7.7.2): the block the medium stands before; null when the device does not know. */
export const parsePosition = (bytes: Uint8Array): number | null => {
  const unknown = 0x04 | 0x02;
  return bytes.length < 20 || ((bytes[0] ?? 0) & unknown) !== 0 ? null : be32(bytes, 4);
};

/** Parameters of a log page by their codes; null when it is another page, or cut off in the middle. */
export const parseLogPage = (bytes: Uint8Array, page: number): ReadonlyMap<number, number> | null => {
  if (bytes.length < 4 || ((bytes[0] ?? 0) & 0x3f) !== page) return null;
  const end = Math.min(bytes.length, 4 + be16(bytes, 2));
  const parameters = new Map<number, number>();
  for (let at = 4; at + 4 <= end; ) {
    const length = bytes[at + 3] ?? 0;
    if (at + 4 + length > end) return null;
    // Larger ones are text or bits; what is counted fits.
    if (length > 0 && length <= 6)
      parameters.set(
        be16(bytes, at),
        bytes.subarray(at + 4, at + 4 + length).reduce((sum, byte) => sum * 256 + byte, 0),
      );
    at += 4 + length;
  }
  return parameters;
};

/** The TapeAlert page (SSC-4, 8.2.3): numbers of the flags that are set, which reading them clears; null when it is another page. */
export const TAPE_ALERT_PAGE = 0x2e;
export const parseTapeAlerts = (bytes: Uint8Array): ReadonlySet<number> | null => {
  const flags = parseLogPage(bytes, TAPE_ALERT_PAGE);
  return flags && new Set([...flags].filter(([, value]) => (value & 1) === 1).map(([number]) => number));
};

/** The tape capacity page (SSC-4, 8.2.19): bytes of the first partition; null when it does not say. */
export const CAPACITY_PAGE = 0x31;
export const parseCapacity = (bytes: Uint8Array): number | null => {
  const mebibytes = parseLogPage(bytes, CAPACITY_PAGE)?.get(3);
  return mebibytes ? mebibytes * 1024 * 1024 : null;
};
