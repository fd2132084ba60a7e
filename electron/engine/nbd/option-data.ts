import { MAX_STRING } from './protocol.ts';

/** What is asked of one export by `NBD_OPT_INFO` and `NBD_OPT_GO`. */
export interface InfoRequest {
  readonly name: string;
  readonly wanted: ReadonlySet<number>;
}

/** What is asked by `NBD_OPT_LIST_META_CONTEXT` and `NBD_OPT_SET_META_CONTEXT`. */
export interface ContextRequest {
  readonly name: string;
  readonly queries: readonly string[];
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string of the protocol: UTF-8, no NUL, at most 4096 bytes. Null when it is none. */
export const protocolString = (bytes: Uint8Array): string | null => {
  if (bytes.length > MAX_STRING || bytes.includes(0)) return null;
  try {
    return text.decode(bytes);
  } catch {
    return null;
  }
};

/** Walks through the data of one option; whatever does not fit makes all that follows null. */
class OptionReader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get atEnd(): boolean {
    return this.#at === this.#data.length;
  }

  get left(): number {
    return this.#data.length - this.#at;
  }

  u16(): number | null {
    if (this.left < 2) return null;
    this.#at += 2;
    return this.#data.readUInt16BE(this.#at - 2);
  }

  u32(): number | null {
    if (this.left < 4) return null;
    this.#at += 4;
    return this.#data.readUInt32BE(this.#at - 4);
  }

  string(): string | null {
    const length = this.u32();
    if (length === null || length > this.left) return null;
    this.#at += length;
    return protocolString(this.#data.subarray(this.#at - length, this.#at));
  }
}

/** Null: malformed. */
export const parseInfoRequest = (data: Buffer): InfoRequest | null => {
  const reader = new OptionReader(data);
  const name = reader.string();
  const count = name === null ? null : reader.u16();
  if (name === null || count === null || reader.left !== count * 2) return null;
  const wanted = new Set<number>();
  while (!reader.atEnd) wanted.add(reader.u16() ?? 0);
  return { name, wanted };
};

/** Null: malformed. */
export const parseContextRequest = (data: Buffer): ContextRequest | null => {
  const reader = new OptionReader(data);
  const name = reader.string();
  const count = name === null ? null : reader.u32();
  // Each query has a length of four bytes at least, so the count cannot make us wait for more than was sent.
  if (name === null || count === null || count * 4 > reader.left) return null;
  const queries: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const query = reader.string();
    if (query === null) return null;
    queries.push(query);
  }
  return reader.atEnd ? { name, queries } : null;
};
