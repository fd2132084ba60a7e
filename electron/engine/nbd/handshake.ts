import { BLOCK_SIZES, type ExportsView, exportFlags, type OpenExport } from './export-info.ts';
import { type ChosenContext, chooseContexts, listContexts } from './meta-contexts.ts';
import { type InfoRequest, parseContextRequest, parseInfoRequest, protocolString } from './option-data.ts';
import { HANDSHAKE_FLAG, INFO, MAGIC, MAX_PAYLOAD, MAX_STRING, OPTION, REPLY } from './protocol.ts';
import type { WireBuffer } from './wire-buffer.ts';

/** What both sides agreed on; the transmission begins. */
export interface Negotiated {
  readonly export: OpenExport;
  readonly structured: boolean;
  readonly contexts: readonly ChosenContext[];
}

/**
 * `more`: waits for bytes. `full`: send what is there, then call again. `end`: send it and cut off. `tls`: send it and go
 * on within TLS.
 */
export type HandshakeProgress = 'more' | 'full' | 'end' | 'tls' | Negotiated;

/** Longer data of an option is not looked at, and data above the second bound is not waited for either. */
const MAX_DATA = 64 * 1024;
const MAX_SKIPPED = 1024 * 1024;
/** Short questions may have long answers: who does not read them gets no more. */
const FULL_BYTES = 64 * 1024;
const OPTION_HEADER_BYTES = 16;

/**
 * The server's side of the fixed newstyle handshake (doc/proto.md, “Handshake”): bytes in, replies out. With `tls` nothing
 * but its beginning is answered before it is there.
 */
export class Handshake {
  readonly #view: ExportsView;
  #tls: 'none' | 'required' | 'active';
  #flags: number | null = null;
  #structured = false;
  #chosen: { readonly name: string; readonly contexts: readonly ChosenContext[] } | null = null;
  #open: OpenExport | null = null;
  /** Bytes of an option's data that are still to be passed over. */
  #skip = 0;

  constructor(view: ExportsView, { tls }: { readonly tls: boolean }) {
    this.#view = view;
    this.#tls = tls ? 'required' : 'none';
  }

  greet(out: WireBuffer): void {
    out.magic(MAGIC.nbd);
    out.magic(MAGIC.option);
    out.u16(HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes);
  }

  /** Takes what it can from the input. */
  advance(input: WireBuffer, out: WireBuffer): HandshakeProgress {
    for (;;) {
      if (out.length >= FULL_BYTES) return 'full';
      const progress = this.#flags === null ? this.#clientFlags(input) : this.#option(input, out);
      if (progress !== null) return progress;
    }
  }

  /** Gives back what was opened and not gone on with. */
  close(): void {
    this.#open?.close();
    this.#open = null;
  }

  #clientFlags(input: WireBuffer): HandshakeProgress | null {
    if (input.length < 4) return 'more';
    const flags = input.bytes.readUInt32BE(input.start);
    input.take(4);
    const known = HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes;
    if ((flags & ~known) !== 0) return 'end';
    // Who does not speak fixed newstyle cannot be told that TLS is demanded.
    if (this.#tls === 'required' && (flags & HANDSHAKE_FLAG.fixedNewstyle) === 0) return 'end';
    this.#flags = flags;
    return null;
  }

  /** One option, or a part of the data of one that is passed over. Null: go on. */
  #option(input: WireBuffer, out: WireBuffer): HandshakeProgress | null {
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, input.length);
      input.take(passed);
      this.#skip -= passed;
      return this.#skip > 0 ? 'more' : null;
    }
    if (input.length < OPTION_HEADER_BYTES) return 'more';
    const { bytes, start } = input;
    const [high, low] = MAGIC.option;
    if (bytes.readUInt32BE(start) !== high || bytes.readUInt32BE(start + 4) !== low) return 'end';
    const option = bytes.readUInt32BE(start + 8);
    const length = bytes.readUInt32BE(start + 12);
    if (length > MAX_DATA) return this.#tooBig(input, out, option, length);
    input.fit(OPTION_HEADER_BYTES + length);
    if (input.length < OPTION_HEADER_BYTES + length) return 'more';
    const data = Buffer.from(input.bytes.subarray(input.start + OPTION_HEADER_BYTES, input.start + 16 + length));
    input.take(OPTION_HEADER_BYTES + length);
    return this.#answer(option, data, input, out);
  }

  #tooBig(input: WireBuffer, out: WireBuffer, option: number, length: number): HandshakeProgress | null {
    if (length > MAX_SKIPPED || option === OPTION.exportName) return 'end';
    input.take(OPTION_HEADER_BYTES);
    this.#skip = length;
    reply(out, option, REPLY.errTooBig);
    return null;
  }

  #answer(option: number, data: Buffer, input: WireBuffer, out: WireBuffer): HandshakeProgress | null {
    if (option === OPTION.abort) {
      reply(out, option, REPLY.ack);
      return 'end';
    }
    if (option === OPTION.startTls) return this.#startTls(data, input, out);
    if (option === OPTION.exportName) return this.#tls === 'required' ? 'end' : this.#exportName(data, out);
    if (this.#tls === 'required') return answered(out, option, REPLY.errTlsRequired);
    switch (option) {
      case OPTION.list:
        return data.length > 0 ? answered(out, option, REPLY.errInvalid) : this.#list(out);
      case OPTION.structuredReply:
        if (data.length > 0) return answered(out, option, REPLY.errInvalid);
        this.#structured = true;
        return answered(out, option, REPLY.ack);
      case OPTION.info:
      case OPTION.go:
        return this.#info(option, parseInfoRequest(data), out);
      case OPTION.listMetaContext:
      case OPTION.setMetaContext:
        return this.#contexts(option, data, out);
      default:
        return answered(out, option, REPLY.errUnsupported);
    }
  }

  #startTls(data: Buffer, input: WireBuffer, out: WireBuffer): HandshakeProgress | null {
    if (this.#tls === 'none') return answered(out, OPTION.startTls, REPLY.errUnsupported);
    if (this.#tls === 'active' || data.length > 0) return answered(out, OPTION.startTls, REPLY.errInvalid);
    // What was sent along in the clear may be an injection of somebody else, and must not count as said within TLS.
    if (input.length > 0) return 'end';
    reply(out, OPTION.startTls, REPLY.ack);
    this.#tls = 'active';
    this.#structured = false;
    this.#chosen = null;
    return 'tls';
  }

  #list(out: WireBuffer): null {
    for (const { name, description } of this.#view.list()) {
      const [title, about] = [Buffer.from(name), Buffer.from(description).subarray(0, MAX_STRING)];
      reply(out, OPTION.list, REPLY.server, 4 + title.length + about.length);
      out.u32(title.length);
      out.append(title);
      out.append(about);
    }
    return answered(out, OPTION.list, REPLY.ack);
  }

  #exportName(data: Buffer, out: WireBuffer): HandshakeProgress {
    const name = protocolString(data);
    const found = name === null ? null : this.#find(name);
    if (found === null) return 'end';
    out.u64(found.device.size);
    out.u16(exportFlags(found.device, this.#structured));
    if (((this.#flags ?? 0) & HANDSHAKE_FLAG.noZeroes) === 0) out.append(new Uint8Array(124));
    return this.#negotiated(found);
  }

  #info(option: number, request: InfoRequest | null, out: WireBuffer): HandshakeProgress | null {
    if (request === null) return answered(out, option, REPLY.errInvalid);
    const found = this.#find(request.name);
    if (found === null) return answered(out, option, REPLY.errUnknown);
    reply(out, option, REPLY.info, 12);
    out.u16(INFO.export);
    out.u64(found.device.size);
    out.u16(exportFlags(found.device, this.#structured));
    if (request.wanted.has(INFO.name)) infoText(out, option, INFO.name, found.name);
    if (request.wanted.has(INFO.description)) infoText(out, option, INFO.description, found.description);
    if (request.wanted.has(INFO.blockSize)) {
      reply(out, option, REPLY.info, 14);
      out.u16(INFO.blockSize);
      out.u32(BLOCK_SIZES.minimum);
      out.u32(BLOCK_SIZES.preferred);
      out.u32(MAX_PAYLOAD);
    }
    reply(out, option, REPLY.ack);
    return option === OPTION.go ? this.#negotiated(found) : null;
  }

  #contexts(option: number, data: Buffer, out: WireBuffer): null {
    const choosing = option === OPTION.setMetaContext;
    // What was chosen before is gone, also when this one fails.
    if (choosing) this.#chosen = null;
    const request = parseContextRequest(data);
    if (request === null || !this.#structured) return answered(out, option, REPLY.errInvalid);
    const found = this.#find(request.name);
    if (found === null) return answered(out, option, REPLY.errUnknown);
    const contexts = (choosing ? chooseContexts : listContexts)(found.device, request.queries);
    for (const { id, name } of contexts) {
      const text = Buffer.from(name);
      reply(out, option, REPLY.metaContext, 4 + text.length);
      out.u32(choosing ? id : 0);
      out.append(text);
    }
    if (choosing) this.#chosen = { name: found.name, contexts };
    return answered(out, option, REPLY.ack);
  }

  #find(name: string): OpenExport | null {
    const last = this.#open;
    if (last?.name === name && this.#view.list().some((title) => title.name === name)) return last;
    this.close();
    this.#open = this.#view.open(name);
    return this.#open;
  }

  #negotiated(found: OpenExport): Negotiated {
    this.#open = null;
    const contexts = this.#chosen?.name === found.name ? this.#chosen.contexts : [];
    return { export: found, structured: this.#structured, contexts };
  }
}

/** The head of one reply; `length` bytes of data follow. */
const reply = (out: WireBuffer, option: number, type: number, length = 0): void => {
  out.magic(MAGIC.optionReply);
  out.u32(option);
  out.u32(type);
  out.u32(length);
};

const answered = (out: WireBuffer, option: number, type: number): null => {
  reply(out, option, type);
  return null;
};

const infoText = (out: WireBuffer, option: number, type: number, text: string): void => {
  const data = Buffer.from(text).subarray(0, MAX_STRING);
  reply(out, option, REPLY.info, 2 + data.length);
  out.u16(type);
  out.append(data);
};
