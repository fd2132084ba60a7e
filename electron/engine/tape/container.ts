/** The SIMH `.tap` container: docs/MEDIA-FORMAT.md, section 1. */

/** Largest record: 1 MiB. */
export const MAX_RECORD_BYTES = 1_048_576;
/** Bytes of a length word, and of a file mark. */
export const WORD_BYTES = 4;
/** Length word that ends the medium. */
export const END_OF_MEDIUM = 0xffffffff;

/** Bytes that a record of `length` bytes takes up in the container. */
export const framedBytes = (length: number): number => length + (length & 1) + 2 * WORD_BYTES;

/** A record, or null for a file mark. */
export type ContainerItem = Uint8Array | null;

const lengthWord = (length: number): Buffer => {
  const word = Buffer.allocUnsafe(WORD_BYTES);
  word.writeUInt32LE(length);
  return word;
};

/** Records and file marks as the bytes of a `.tap` file. Lengths must be even and within 2 to 1 MiB. */
export const containerImage = (items: readonly ContainerItem[]): Buffer =>
  Buffer.concat(
    items.flatMap((item) => {
      if (item === null) return [lengthWord(0)];
      const word = recordWord(item.length);
      return [word, item, word];
    }),
  );

/** The length word of a record that is to be written; refuses what the format does not allow. */
export const recordWord = (length: number): Buffer => {
  if (length < 2 || length > MAX_RECORD_BYTES || length % 2 !== 0)
    throw new RangeError(`no record has ${length} bytes`);
  return lengthWord(length);
};

/** `bytes` with `filler` appended when the length is odd. */
export const padEven = (bytes: Uint8Array, filler: number): Uint8Array =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(filler)]);
