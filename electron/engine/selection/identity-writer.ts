import type { FileStat } from '../../platform/file-stat.ts';
import { putVarint, zigzag } from './varint.ts';

const scratch = new Uint8Array(64);

/**
 * The canonical identity of a file (see `writeIdentity` in identity.ts, whose bytes these are), straight from what the
 * system said and without allocating: valid until the next call.
 */
export function identityOf(stat: FileStat): Uint8Array {
  let at = putVarint(scratch, 0, stat.type);
  at = putVarint(scratch, at, stat.inode);
  at = putVarint(scratch, at, stat.type === 0 ? stat.size : 0);
  at = putVarint(scratch, at, zigzag(stat.modifiedSeconds));
  at = putVarint(scratch, at, stat.modifiedNanos);
  at = putVarint(scratch, at, zigzag(stat.changedSeconds - stat.modifiedSeconds));
  at = putVarint(scratch, at, stat.changedNanos);
  return view(at);
}

/** One view for each length, made once. */
const views: Uint8Array[] = [];
const view = (length: number): Uint8Array => {
  views[length] ??= scratch.subarray(0, length);
  return views[length];
};
