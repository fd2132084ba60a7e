import { count } from './counters.ts';
import type { Negotiated } from './handshake.ts';
import {
  CHUNK,
  COMMAND,
  COMMAND_FLAG,
  MAX_PAYLOAD,
  MAX_RUNS,
  REQUEST_BYTES,
  WIRE_ERROR,
  type WireErrno,
} from './protocol.ts';
import { chunkHeader, errorChunk, simpleReply, statusChunk } from './replies.ts';
import { emptyRequest, faultOf, type Request, type RequestLimits, readRequest } from './request.ts';
import { statusRuns } from './status-runs.ts';
import type { WireBuffer } from './wire-buffer.ts';
import { wireErrnoOf } from './wire-error.ts';

/** `more`: waits for bytes. `full`: send what is there, then call again. `end`: send it and cut off. */
export type TransmissionProgress = 'more' | 'full' | 'end';

/** From here on replies are sent before more is read, so that the other side has something to do meanwhile. */
const FULL_BYTES = 256 * 1024;
/** The same after so many replies, however small. */
const FULL_REPLIES = 4;
/** Longer reads go out in several chunks. */
const CHUNK_BYTES = 1024 * 1024;
/** Shorter reads are not worth asking where holes are. */
const HOLE_SEARCH_BYTES = 64 * 1024;
const scratch = Buffer.alloc(HOLE_SEARCH_BYTES);

export interface TransmissionParts {
  /** Words of `COUNTER`. */
  readonly counters: Float64Array;
  /** Whether requests are to be turned away, because the export or the server goes away. */
  readonly stopping: () => boolean;
  /** Told of what a device threw; the client only hears an errno. */
  readonly failed: (error: unknown) => void;
}

/**
 * The server's side of the transmission phase: requests in, replies out, one after the other. Nothing of the input is
 * trusted: what a request may do is decided by `faultOf` before anything is touched.
 */
export class Transmission {
  /** Bytes that are missing from a request which has begun to arrive; 0 when nothing is known of the next one. */
  missing = 0;
  readonly #with: Negotiated;
  readonly #parts: TransmissionParts;
  readonly #limits: RequestLimits;
  readonly #request = emptyRequest();
  /** Payload of a refused write that is still to be passed over. */
  #skip = 0;
  /** A read that goes out in chunks: what of it is still to be sent. */
  #reading: { at: number; readonly end: number } | null = null;
  /**
   * Flushes that wait until all that has arrived with them is served: it need not wait for the disk, and one call is enough for
   * them. Nothing more is received before.
   */
  readonly #flushes: Request[] = [];

  constructor(negotiated: Negotiated, parts: TransmissionParts) {
    this.#with = negotiated;
    this.#parts = parts;
    const { size, readOnly } = negotiated.export.device;
    const { structured, contexts } = negotiated;
    this.#limits = { size, readOnly, structured, contexts: contexts.length > 0 };
  }

  /** Takes whole requests from the input, as many as there are. */
  advance(input: WireBuffer, out: WireBuffer): TransmissionProgress {
    let replies = 0;
    for (;;) {
      if (out.length >= FULL_BYTES || replies >= FULL_REPLIES) return 'full';
      if (this.#reading !== null) this.#continueRead(this.#reading, out);
      else {
        const progress = this.#skip > 0 ? this.#passOver(input) : this.#next(input, out);
        if (progress !== null) return this.#flushes.length === 0 ? progress : this.#flushBefore(progress, out);
        replies += 1;
      }
    }
  }

  close(): void {
    this.#with.export.close();
  }

  #passOver(input: WireBuffer): TransmissionProgress | null {
    const passed = Math.min(this.#skip, input.length);
    input.take(passed);
    this.#skip -= passed;
    return this.#skip > 0 ? 'more' : null;
  }

  #next(input: WireBuffer, out: WireBuffer): TransmissionProgress | null {
    input.fit(REQUEST_BYTES);
    this.missing = 0;
    if (input.length < REQUEST_BYTES) return 'more';
    const request = this.#request;
    if (!readRequest(input.bytes, input.start, request) || request.command === COMMAND.disconnect) return 'end';
    const fault = this.#parts.stopping() ? 'ESHUTDOWN' : faultOf(request, this.#limits);
    const payload = request.command === COMMAND.write ? request.length : 0;
    if (fault !== null) {
      if (payload > 2 * MAX_PAYLOAD) return 'end';
      input.take(REQUEST_BYTES);
      this.#skip = payload;
      count(this.#parts.counters, 'requests');
      this.#refuse(out, fault);
      return null;
    }
    input.fit(REQUEST_BYTES + payload);
    this.missing = Math.max(0, REQUEST_BYTES + payload - input.length);
    if (this.missing > 0) return 'more';
    // What waits for the disk must not hold up replies that are ready.
    if ((request.flags & COMMAND_FLAG.fua) !== 0 && request.command !== COMMAND.flush && out.length > 0) return 'full';
    count(this.#parts.counters, 'requests');
    if (request.command === COMMAND.flush) {
      this.#flushes.push({ ...request });
      input.take(REQUEST_BYTES);
      return null;
    }
    this.#serve(request, input, out);
    input.take(REQUEST_BYTES + payload);
    return null;
  }

  /** Replies that are ready go out first; who disconnects is answered at once, as nothing is heard of him any more. */
  #flushBefore(progress: TransmissionProgress, out: WireBuffer): TransmissionProgress {
    if (progress === 'full' || (progress === 'more' && out.length > 0)) return 'full';
    const flushes = this.#flushes.splice(0);
    let failure: { readonly error: unknown } | null = null;
    try {
      this.#with.export.device.flush();
    } catch (error) {
      failure = { error };
    }
    for (const flush of flushes) {
      Object.assign(this.#request, flush);
      if (failure === null) simpleReply(out, flush, 0);
      else this.#fail(out, failure.error);
    }
    return progress;
  }

  #serve(request: Request, input: WireBuffer, out: WireBuffer): void {
    const before = out.length;
    try {
      if (request.command === COMMAND.read) this.#read(request, out);
      else if (request.command === COMMAND.blockStatus) this.#blockStatus(request, out);
      else {
        this.#change(request, input);
        simpleReply(out, request, 0);
      }
    } catch (error) {
      out.end = out.start + before;
      this.#fail(out, error);
    }
  }

  #change({ command, flags, offset, length }: Request, input: WireBuffer): void {
    const { device } = this.#with.export;
    const durable = (flags & COMMAND_FLAG.fua) !== 0;
    if (length === 0) return;
    if (command === COMMAND.write) {
      const at = input.start + REQUEST_BYTES;
      device.write(input.bytes.subarray(at, at + length), offset, durable);
      count(this.#parts.counters, 'bytesWritten', length);
    } else if (command === COMMAND.trim) device.trim(offset, length, durable);
    else if (command === COMMAND.writeZeroes) {
      const [mayPunch, onlyFast] = [(flags & COMMAND_FLAG.noHole) === 0, (flags & COMMAND_FLAG.fastZero) !== 0];
      device.zero(offset, length, { durable, mayPunch, onlyFast });
    } else if (command === COMMAND.cache) this.#warm(offset, Math.min(length, MAX_PAYLOAD));
  }

  #read(request: Request, out: WireBuffer): void {
    const { offset, length } = request;
    if (!this.#with.structured) {
      simpleReply(out, request, 0);
      if (length > 0) this.#data(out, offset, length);
    } else if (length === 0) chunkHeader(out, request, CHUNK.none, 0, true);
    else if ((request.flags & COMMAND_FLAG.df) !== 0 || this.#inOnePiece(offset, length)) {
      this.#dataChunk(out, offset, length, true);
    } else this.#reading = { at: offset, end: offset + length };
  }

  #inOnePiece(offset: number, length: number): boolean {
    if (length < HOLE_SEARCH_BYTES) return true;
    const [first] = this.#with.export.device.allocation(offset, length, 1);
    return length <= CHUNK_BYTES && first !== undefined && !first.zero && first.length >= length;
  }

  /** Sends the next chunk of a read: a hole as such, data up to the next one. */
  #continueRead(reading: { at: number; readonly end: number }, out: WireBuffer): void {
    const before = out.length;
    try {
      const left = reading.end - reading.at;
      const [run] = this.#with.export.device.allocation(reading.at, left, 1);
      const known = Math.max(1, Math.min(left, run?.length ?? left));
      const length = run?.zero ? known : Math.min(known, CHUNK_BYTES);
      const done = length === left;
      if (run?.zero) {
        chunkHeader(out, this.#request, CHUNK.offsetHole, 12, done);
        out.u64(reading.at);
        out.u32(length);
        count(this.#parts.counters, 'bytesRead', length);
      } else this.#dataChunk(out, reading.at, length, done);
      reading.at += length;
      if (done) this.#reading = null;
    } catch (error) {
      out.end = out.start + before;
      this.#reading = null;
      this.#fail(out, error);
    }
  }

  #dataChunk(out: WireBuffer, offset: number, length: number, done: boolean): void {
    chunkHeader(out, this.#request, CHUNK.offsetData, 8 + length, done);
    out.u64(offset);
    this.#data(out, offset, length);
  }

  /** Reads to where it will be sent from. */
  #data(out: WireBuffer, offset: number, length: number): void {
    const at = out.extend(length);
    this.#with.export.device.read(out.bytes.subarray(at, at + length), offset);
    count(this.#parts.counters, 'bytesRead', length);
  }

  #blockStatus(request: Request, out: WireBuffer): void {
    const { export: served, contexts } = this.#with;
    const limit = (request.flags & COMMAND_FLAG.reqOne) === 0 ? MAX_RUNS : 1;
    for (const [index, context] of contexts.entries()) {
      const runs = statusRuns(served.device, context, request.offset, request.length, limit);
      statusChunk(out, request, context.id, runs, index === contexts.length - 1);
    }
  }

  /** Reads and forgets: what was read is in the memory of the system then. */
  #warm(offset: number, length: number): void {
    for (let done = 0; done < length; done += scratch.length) {
      this.#with.export.device.read(scratch.subarray(0, Math.min(scratch.length, length - done)), offset + done);
    }
  }

  #fail(out: WireBuffer, error: unknown): void {
    const errno = wireErrnoOf(error);
    // The protocol has `ENOTSUP` for one purpose only.
    const fast = this.#request.command === COMMAND.writeZeroes && (this.#request.flags & COMMAND_FLAG.fastZero) !== 0;
    if (errno !== 'ENOTSUP') this.#parts.failed(error);
    this.#refuse(out, errno === 'ENOTSUP' && !fast ? 'EINVAL' : errno);
  }

  #refuse(out: WireBuffer, errno: WireErrno): void {
    count(this.#parts.counters, 'errors');
    if (this.#with.structured) errorChunk(out, this.#request, errno);
    else simpleReply(out, this.#request, WIRE_ERROR[errno]);
  }
}
