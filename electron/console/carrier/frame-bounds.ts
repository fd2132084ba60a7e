/** Longest call that is sent over the local socket: a restore of some 600,000 paths. */
export const LONGEST_CALL_BYTES = 48 * 1024 * 1024;
/** What one that is not finished may take: more, because it lies in pieces until it is whole. */
export const LONGEST_UNFINISHED_BYTES = 64 * 1024 * 1024;
/** What unfinished calls of all connections to the local socket may hold together. */
export const MOST_UNFINISHED_BYTES = 96 * 1024 * 1024;
/** Longest answer that a client takes. */
export const LONGEST_ANSWER_BYTES = 256 * 1024 * 1024;

/** The contract nests a handful of levels; two marks to a path are a million paths. */
const DEEPEST = 32;
const MOST_MARKS = 2_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Parses a call. What is no call is refused by a look at its bytes, before a parser and a schema spend seconds on it. */
export const parseCall = (json: Buffer): unknown => {
  demandPlausible(json);
  return JSON.parse(json.toString('utf8'));
};

/** Throws on what no call has: more levels, or more parts. */
export const demandPlausible = (json: Buffer): void => {
  let depth = 0;
  let marks = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number;
    if (byte === QUOTE) at = endOfText(json, at);
    // `[` and `{`, `]` and `}`: they differ by 0x20 alone.
    else if ((byte | 0x20) === 0x7b) depth += 1;
    else if ((byte | 0x20) === 0x7d) depth -= 1;
    if (byte === COMMA || (byte | 0x20) === 0x7b) marks += 1;
    if (depth > DEEPEST) throw new Error('a frame is nested too deeply');
    if (marks > MOST_MARKS) throw new Error('a frame has too many parts');
  }
};

/** Where the text that begins at a quote ends; beyond the last byte when it does not. */
const endOfText = (json: Buffer, from: number): number => {
  for (let at = json.indexOf(QUOTE, from + 1); at >= 0; at = json.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
};

/** A bound that several connections share. */
export class SharedBound {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** False when there is not so much left; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#most) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
