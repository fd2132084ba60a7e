import type { ByteString } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';

const malformed = (what: string): ColdframeError =>
  new ColdframeError('RECORD_MALFORMED', {
    message: `A record is malformed: ${what}.`,
    guidance: 'The data is damaged or was written by something else. Run "verify" to see what is affected.',
  });

/** Reads what ByteWriter wrote. Every length is checked against what is there; errors are RECORD_MALFORMED. */
export class ByteReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = end;
    this.position = start;
  }

  get remaining(): number {
    return this.#end - this.position;
  }

  byte(): number {
    if (this.position >= this.#end) throw malformed('it ends too early');
    return this.#buffer[this.position++] as number;
  }

  varint(): number {
    const at = this.position;
    const first = at < this.#end ? (this.#buffer[at] as number) : 128;
    if (first > 127) return this.#longVarint();
    this.position = at + 1;
    return first;
  }

  #longVarint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 128;
    }
    throw malformed('a number is out of range');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view of the next `length` bytes, not a copy. */
  raw(length: number): Buffer {
    if (length > this.remaining) throw malformed('a length reaches beyond its end');
    this.position += length;
    return this.#buffer.subarray(this.position - length, this.position);
  }

  /** Passes over so many bytes. */
  skip(length: number): void {
    if (length > this.remaining) throw malformed('a length reaches beyond its end');
    this.position += length;
  }

  /** Passes over a length and bytes. */
  skipBytes(): void {
    this.skip(this.varint());
  }

  bytes(): Buffer {
    return this.raw(this.varint());
  }

  byteString(): ByteString {
    const length = this.varint();
    if (length > this.remaining) throw malformed('a length reaches beyond its end');
    this.position += length;
    return this.#buffer.toString('latin1', this.position - length, this.position) as ByteString;
  }

  text(): string {
    return this.bytes().toString();
  }
}

export { malformed };
