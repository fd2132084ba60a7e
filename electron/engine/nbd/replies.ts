import {
  CHUNK,
  CHUNK_DONE,
  CHUNK_HEADER_BYTES,
  MAGIC,
  SIMPLE_REPLY_BYTES,
  WIRE_ERROR,
  type WireErrno,
} from './protocol.ts';
import type { Request } from './request.ts';
import type { WireBuffer } from './wire-buffer.ts';
import { WIRE_TEXT } from './wire-error.ts';

/** The head of a simple reply; the data of a read follows. */
export const simpleReply = (out: WireBuffer, request: Request, error: number): void => {
  const at = out.extend(SIMPLE_REPLY_BYTES);
  const { bytes } = out;
  bytes.writeUInt32BE(MAGIC.simpleReply, at);
  bytes.writeUInt32BE(error, at + 4);
  bytes.writeUInt32BE(request.cookieHigh, at + 8);
  bytes.writeUInt32BE(request.cookieLow, at + 12);
};

/** The head of one chunk of a structured reply; `length` bytes follow. */
export const chunkHeader = (out: WireBuffer, request: Request, type: number, length: number, done: boolean): void => {
  const at = out.extend(CHUNK_HEADER_BYTES);
  const { bytes } = out;
  bytes.writeUInt32BE(MAGIC.structuredReply, at);
  bytes.writeUInt16BE(done ? CHUNK_DONE : 0, at + 4);
  bytes.writeUInt16BE(type, at + 6);
  bytes.writeUInt32BE(request.cookieHigh, at + 8);
  bytes.writeUInt32BE(request.cookieLow, at + 12);
  bytes.writeUInt32BE(length, at + 16);
};

/** The last chunk of a reply that failed, with a few words for people. */
export const errorChunk = (out: WireBuffer, request: Request, errno: WireErrno): void => {
  const text = Buffer.from(WIRE_TEXT[errno]);
  chunkHeader(out, request, CHUNK.error, 6 + text.length, true);
  out.u32(WIRE_ERROR[errno]);
  out.u16(text.length);
  out.append(text);
};

/** Runs of one context. */
export const statusChunk = (
  out: WireBuffer,
  request: Request,
  id: number,
  runs: readonly { readonly length: number; readonly flags: number }[],
  done: boolean,
): void => {
  chunkHeader(out, request, CHUNK.blockStatus, 4 + runs.length * 8, done);
  out.u32(id);
  for (const { length, flags } of runs) {
    out.u32(length);
    out.u32(flags);
  }
};
