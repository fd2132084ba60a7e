/** Sense keys of SPC-4, table 28. */
export const SENSE_KEYS = [
  'no-sense',
  'recovered',
  'not-ready',
  'medium-error',
  'hardware-error',
  'illegal-request',
  'unit-attention',
  'data-protect',
  'blank-check',
  'vendor',
  'copy-aborted',
  'aborted',
  'reserved',
  'volume-overflow',
  'miscompare',
  'completed',
] as const;
export type SenseKey = (typeof SENSE_KEYS)[number];

/** What a device says of a command that did not simply succeed. */
export interface Sense {
  readonly key: SenseKey;
  /** Additional sense code and qualifier, as one number: 0x3a00 is "medium not present". */
  readonly code: number;
  /** It speaks of an earlier command, whose answer was that all was well. */
  readonly deferred: boolean;
  readonly fileMark: boolean;
  /** Early warning when writing; beginning or end of the medium when moving. */
  readonly endOfMedium: boolean;
  readonly incorrectLength: boolean;
  /** Signed; what it counts depends on the command. Null when it is not valid. */
  readonly information: number | null;
}

const INFORMATION_DESCRIPTOR = 0x00;
const STREAM_DESCRIPTOR = 0x04;

/** Reads sense data in fixed or descriptor format (SPC-4, 4.5); null when it is too short or in neither. */
export const parseSense = (bytes: Uint8Array): Sense | null => {
  const format = (bytes[0] ?? 0) & 0x7f;
  if (format === 0x70 || format === 0x71) return fixed(bytes);
  if (format === 0x72 || format === 0x73) return descriptors(bytes);
  return null;
};

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const flags = (byte: number): Pick<Sense, 'fileMark' | 'endOfMedium' | 'incorrectLength'> => ({
  fileMark: (byte & 0x80) !== 0,
  endOfMedium: (byte & 0x40) !== 0,
  incorrectLength: (byte & 0x20) !== 0,
});

const keyOf = (byte: number): SenseKey => SENSE_KEYS[byte & 0x0f] ?? 'reserved';

const fixed = (bytes: Uint8Array): Sense | null => {
  if (bytes.length < 8) return null;
  const second = bytes[2] ?? 0;
  return {
    key: keyOf(second),
    // A device may end its answer before the code.
    code: ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0),
    deferred: ((bytes[0] ?? 0) & 0x7f) === 0x71,
    ...flags(second),
    information: ((bytes[0] ?? 0) & 0x80) !== 0 ? view(bytes).getInt32(3) : null,
  };
};

const descriptors = (bytes: Uint8Array): Sense | null => {
  if (bytes.length < 8) return null;
  let information: number | null = null;
  let stream = flags(0);
  const end = Math.min(bytes.length, 8 + (bytes[7] ?? 0));
  for (let at = 8; at + 2 <= end; at += 2 + (bytes[at + 1] ?? 0)) {
    const behind = at + 2 + (bytes[at + 1] ?? 0);
    if (behind > end) break;
    const type = bytes[at] ?? 0;
    if (type === INFORMATION_DESCRIPTOR && behind - at >= 12 && ((bytes[at + 2] ?? 0) & 0x80) !== 0) {
      const value = view(bytes).getBigInt64(at + 4);
      // A count that is not exact would be a guess.
      information = Number.isSafeInteger(Number(value)) ? Number(value) : null;
    }
    if (type === STREAM_DESCRIPTOR && behind - at >= 4) stream = flags(bytes[at + 3] ?? 0);
  }
  return {
    key: keyOf(bytes[1] ?? 0),
    code: ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0),
    deferred: ((bytes[0] ?? 0) & 0x7f) === 0x73,
    ...stream,
    information,
  };
};
