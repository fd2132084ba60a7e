import { CHUNK, MAGIC } from '../protocol.ts';

/** What a server said, taken apart. It throws where that is no message of the protocol. */
export class ServerBytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new Error('The server said less than it announced.');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }

  greeting(): number {
    this.#magic(MAGIC.nbd);
    this.#magic(MAGIC.option);
    return this.take(2).readUInt16BE(0);
  }

  optionReply(): { option: number; type: number; data: Buffer } {
    this.#magic(MAGIC.optionReply);
    const [option, type, length] = [this.#u32(), this.#u32(), this.#u32()];
    return { option, type, data: this.take(length) };
  }

  optionReplies(): { option: number; type: number; data: Buffer }[] {
    const replies = [];
    while (!this.atEnd && this.#bytes.readUInt32BE(this.#at) === MAGIC.optionReply[0]) replies.push(this.optionReply());
    return replies;
  }

  simpleReply(dataLength = 0): { error: number; cookie: number; data: Buffer } {
    if (this.#u32() !== MAGIC.simpleReply) throw new Error('This is no simple reply.');
    const error = this.#u32();
    return { error, cookie: this.#u64(), data: this.take(error === 0 ? dataLength : 0) };
  }

  chunk(): { done: boolean; type: number; cookie: number; data: Buffer } {
    if (this.#u32() !== MAGIC.structuredReply) throw new Error('This is no chunk of a structured reply.');
    const [flags, type] = [this.take(2).readUInt16BE(0), this.take(2).readUInt16BE(0)];
    const cookie = this.#u64();
    return { done: flags === 1, type, cookie, data: this.take(this.#u32()) };
  }

  /** What a structured reply to a read says of `length` bytes from `offset`; holes become zeroes. */
  structuredRead(offset: number, length: number): { content: Buffer; chunks: { type: number; length: number }[] } {
    const content = Buffer.alloc(length, 0xff);
    const chunks = [];
    for (let done = false; !done; ) {
      const chunk = this.chunk();
      done = chunk.done;
      if (chunk.type === CHUNK.none) continue;
      const at = Number(chunk.data.readBigUInt64BE(0)) - offset;
      const size = chunk.type === CHUNK.offsetHole ? chunk.data.readUInt32BE(8) : chunk.data.length - 8;
      if (chunk.type === CHUNK.offsetHole) content.fill(0, at, at + size);
      else chunk.data.copy(content, at, 8);
      chunks.push({ type: chunk.type, length: size });
    }
    return { content, chunks };
  }

  #u32(): number {
    return this.take(4).readUInt32BE(0);
  }

  #u64(): number {
    return Number(this.take(8).readBigUInt64BE(0));
  }

  #magic([high, low]: readonly [number, number]): void {
    if (this.#u32() !== high || this.#u32() !== low) throw new Error('A magic number is wrong.');
  }
}
