import type { FileStat } from '../../platform/file-stat.ts';

const scratch = new Uint8Array(64);

/**
 * The canonical identity of a file (see `writeIdentity` in identity.ts, whose bytes these are), straight from what the
 * system said and without allocating: valid until the next call.
 */
export function identityOf(stat: FileStat): Uint8Array {
  let at = put(0, stat.type);
  at = put(at, stat.inode);
  at = put(at, stat.type === 0 ? stat.size : 0);
  at = put(at, zigzag(stat.modifiedSeconds));
  at = put(at, stat.modifiedNanos);
  at = put(at, zigzag(stat.changedSeconds - stat.modifiedSeconds));
  at = put(at, stat.changedNanos);
  return view(at);
}

/** One view for each length, made once. */
const views: Uint8Array[] = [];
const view = (length: number): Uint8Array => {
  views[length] ??= scratch.subarray(0, length);
  return views[length];
};

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);

/** Appends a varint. */
function put(at: number, value: number): number {
  let to = at;
  let rest = value;
  while (rest > 0x7fffffff) {
    scratch[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    scratch[to++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  scratch[to++] = rest;
  return to;
}
