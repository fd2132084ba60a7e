import {
  CHUNK,
  CHUNK_DONE,
  CHUNK_HEADER_BYTES,
  CHUNK_IS_ERROR,
  COMMAND,
  MAGIC,
  REQUEST_BYTES,
  SIMPLE_REPLY_BYTES,
} from '../protocol.ts';
import { type ByteStream, MAX_MESSAGE } from './byte-stream.ts';
import type { Call, StatusRun } from './call.ts';
import { malformed } from './client-errors.ts';

/** Requests on their way at a time, and the bytes that they may read or write together. */
const MAX_CALLS = 16;
const MAX_BYTES = 8 * 1024 * 1024;
/** Descriptors in one reply of a status (doc/proto.md: a server should not send more than 2^20). */
const MAX_RUNS = 2 ** 20;

/**
 * Sends requests and takes their replies, several at a time and in whatever order they come. One of them has to be answered whole
 * within the limit of the stream, whatever comes of others meanwhile. Errors: NBD_LOST,
 * NBD_MALFORMED; after one of them nothing more can be said. What the server says of single requests is in the calls.
 */
export class Exchange {
  readonly #stream: ByteStream;
  readonly #where: string;
  readonly #structured: boolean;
  readonly #header = Buffer.alloc(REQUEST_BYTES);
  readonly #pending = new Map<number, Call>();
  #lastCookie = 0;
  #bytes = 0;
  #failed: Call | null = null;

  constructor(stream: ByteStream, where: string, structured: boolean) {
    this.#stream = stream;
    this.#where = where;
    this.#structured = structured;
  }

  /** Carries out requests, several at a time, up to the first one that fails: that one is given, or null. */
  run(calls: Iterable<Call>): Call | null {
    this.#failed = null;
    this.#stream.moved();
    for (const call of calls) {
      while (this.#pending.size > 0 && !this.#fits(call)) this.#reply();
      if (this.#failed !== null) break;
      this.#send(call);
    }
    while (this.#pending.size > 0) this.#reply();
    return this.#failed;
  }

  /** Says goodbye; nothing comes back. */
  disconnect(): void {
    this.#putHeader(COMMAND.disconnect, 0, 0, 0, 0);
    this.#stream.send(this.#header);
  }

  #fits(call: Call): boolean {
    return this.#pending.size < MAX_CALLS && this.#bytes + payloadOf(call) <= MAX_BYTES;
  }

  #send(call: Call): void {
    this.#lastCookie = (this.#lastCookie + 1) % 2 ** 32;
    this.#pending.set(this.#lastCookie, call);
    this.#bytes += payloadOf(call);
    this.#putHeader(call.command, call.flags, call.offset, call.length, this.#lastCookie);
    this.#stream.send(this.#header);
    if (call.command !== COMMAND.write || call.data === null) return;
    this.#stream.send(call.data);
    this.#stream.moved();
  }

  #putHeader(command: number, flags: number, offset: number, length: number, cookie: number): void {
    const header = this.#header;
    header.writeUInt32BE(MAGIC.request, 0);
    header.writeUInt16BE(flags, 4);
    header.writeUInt16BE(command, 6);
    header.writeUInt32BE(0, 8);
    header.writeUInt32BE(cookie, 12);
    header.writeUInt32BE(Math.floor(offset / 2 ** 32), 16);
    header.writeUInt32BE(offset % 2 ** 32, 20);
    header.writeUInt32BE(length, 24);
  }

  /** Takes one reply, or one chunk of one. */
  #reply(): void {
    const head = this.#stream.take(SIMPLE_REPLY_BYTES);
    const magic = head.readUInt32BE(0);
    const cookie = head.readUInt32BE(8) === 0 ? head.readUInt32BE(12) : -1;
    const call = this.#pending.get(cookie);
    if (magic !== MAGIC.simpleReply && (magic !== MAGIC.structuredReply || !this.#structured)) {
      throw this.#malformed('what came is no reply');
    }
    if (call === undefined) throw this.#malformed('a reply to what was not asked');
    if (magic === MAGIC.simpleReply) this.#simple(call, head.readUInt32BE(4), cookie);
    else this.#chunk(call, head.readUInt16BE(4), head.readUInt16BE(6), cookie);
  }

  #simple(call: Call, error: number, cookie: number): void {
    const payload = call.command === COMMAND.read || call.command === COMMAND.blockStatus;
    if (payload && this.#structured) throw this.#malformed('a simple reply where it must be a structured one');
    call.error = error;
    if (error === 0 && call.command === COMMAND.read) {
      const place = call.place(call.offset, call.length);
      if (place !== null) this.#stream.fill(place);
    }
    this.#done(call, cookie);
  }

  #chunk(call: Call, flags: number, type: number, cookie: number): void {
    const length = this.#stream.take(CHUNK_HEADER_BYTES - SIMPLE_REPLY_BYTES).readUInt32BE(0);
    if ((type & CHUNK_IS_ERROR) !== 0) this.#errorChunk(call, length);
    else if (type === CHUNK.offsetData) this.#data(call, length);
    else if (type === CHUNK.offsetHole) this.#hole(call, length);
    else if (type === CHUNK.blockStatus) this.#status(call, length);
    else if (type !== CHUNK.none || length !== 0) throw this.#malformed(`a chunk of type ${type}`);
    if ((flags & CHUNK_DONE) !== 0) this.#done(call, cookie);
  }

  #errorChunk(call: Call, length: number): void {
    if (length < 6 || length > MAX_MESSAGE) throw this.#malformed(`an error of ${length} bytes`);
    const payload = this.#stream.take(length);
    const error = payload.readUInt32BE(0);
    if (error === 0 || payload.readUInt16BE(4) > length - 6) throw this.#malformed('an error that is none');
    if (call.error === 0) call.error = error;
  }

  #data(call: Call, length: number): void {
    const offset = length > 8 ? this.#offset() : 0;
    const place = length > 8 ? call.place(offset, length - 8) : null;
    if (place === null) throw this.#malformed('data that was not asked for');
    this.#stream.fill(place);
  }

  #hole(call: Call, length: number): void {
    const offset = length === 12 ? this.#offset() : 0;
    const place = length === 12 ? call.place(offset, this.#stream.take(4).readUInt32BE(0)) : null;
    if (place === null) throw this.#malformed('a hole that was not asked for');
    place.fill(0);
  }

  #offset(): number {
    const bytes = this.#stream.take(8);
    return bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
  }

  #status(call: Call, length: number): void {
    const count = (length - 4) / 8;
    const sane = call.command === COMMAND.blockStatus && Number.isInteger(count) && count >= 1 && count <= MAX_RUNS;
    if (!sane) throw this.#malformed(`a status of ${length} bytes`);
    const id = this.#stream.take(4).readUInt32BE(0);
    if (call.status.has(id)) throw this.#malformed('two statuses of one context');
    const runs: StatusRun[] = [];
    while (runs.length < count) {
      const run = this.#stream.take(8);
      const [bytes, flags] = [run.readUInt32BE(0), run.readUInt32BE(4)];
      if (bytes === 0) throw this.#malformed('a run of no bytes');
      runs.push({ length: bytes, flags });
    }
    call.status.set(id, runs);
  }

  #done(call: Call, cookie: number): void {
    if (call.error === 0 && !call.filled) throw this.#malformed('a read that is not whole');
    if (call.error !== 0) this.#failed ??= call;
    this.#pending.delete(cookie);
    this.#bytes -= payloadOf(call);
    this.#stream.moved();
  }

  #malformed(what: string): Error {
    return malformed(this.#where, what);
  }
}

const payloadOf = ({ command, length }: Call): number =>
  command === COMMAND.read || command === COMMAND.write ? length : 0;
