/** Writes an unsigned LEB128 of a safe integer into `target` at `at`, without checks; returns the offset behind it. */
export const putVarint = (target: Uint8Array, at: number, value: number): number => {
  let to = at;
  let rest = value;
  while (rest > 0x7fffffff) {
    target[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    target[to++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  target[to++] = rest;
  return to;
};

/** A signed integer as an unsigned one: small in size stays small. */
export const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
