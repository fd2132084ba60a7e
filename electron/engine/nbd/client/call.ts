import { COMMAND } from '../protocol.ts';

/** A run of one context, as a server told it. */
export interface StatusRun {
  readonly length: number;
  readonly flags: number;
}

/** One request of the client on its way, with what has come back of it. */
export class Call {
  readonly command: number;
  readonly flags: number;
  readonly offset: number;
  readonly length: number;
  /** Where a read goes, or what a write sends. */
  readonly data: Uint8Array | null;
  /** What the server says went wrong; 0 is nothing. The first one counts. */
  error = 0;
  /** By the id of the context. */
  readonly status = new Map<number, StatusRun[]>();
  readonly #parts: { readonly at: number; readonly end: number }[] = [];

  constructor(command: number, offset: number, length: number, data: Uint8Array | null = null, flags = 0) {
    this.command = command;
    this.offset = offset;
    this.length = length;
    this.data = data;
    this.flags = flags;
  }

  /** The place for a part of a read; null when there is none: outside of it, or no read at all. */
  place(offset: number, length: number): Uint8Array | null {
    const at = offset - this.offset;
    if (this.command !== COMMAND.read || this.data === null || length === 0) return null;
    if (at < 0 || at + length > this.length) return null;
    this.#parts.push({ at, end: at + length });
    return this.data.subarray(at, at + length);
  }

  /** Whether all of a read has come, and each byte once. */
  get filled(): boolean {
    if (this.command !== COMMAND.read) return true;
    let at = 0;
    for (const part of this.#parts.toSorted((one, other) => one.at - other.at)) {
      if (part.at !== at) return false;
      at = part.end;
    }
    return at === this.length;
  }
}
