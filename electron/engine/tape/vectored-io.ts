import { readSync, readvSync, writevSync } from 'node:fs';

const VECTORS = 512;

/** Writes all of the vectors from `offset` on, going on after short writes; gives the offset behind them. */
export const writeAll = (file: number, vectors: readonly Uint8Array[], offset: number): number => {
  let at = offset;
  for (let next = 0; next < vectors.length; next += VECTORS) {
    let batch = vectors.slice(next, next + VECTORS);
    while (batch.length > 0) {
      const written = writevSync(file, batch, at);
      if (written <= 0) throw Object.assign(new Error('a write wrote nothing'), { code: 'EIO' });
      at += written;
      batch = behind(batch, written);
    }
  }
  return at;
};

/** Fills the vectors from `offset` on, going on after short reads; false when the file ends before. */
export const readAll = (file: number, vectors: readonly Uint8Array[], offset: number): boolean => {
  let at = offset;
  for (let next = 0; next < vectors.length; next += VECTORS) {
    let batch = vectors.slice(next, next + VECTORS).filter((vector) => vector.length > 0);
    while (batch.length > 0) {
      const got = readSome(file, batch, at);
      if (got === 0) return false;
      at += got;
      batch = behind(batch, got);
    }
  }
  return true;
};

const readSome = (file: number, batch: readonly Uint8Array[], at: number): number => {
  const [only] = batch;
  return batch.length === 1 && only ? readSync(file, only, 0, only.length, at) : readvSync(file, batch, at);
};

/** What is left of the vectors behind their first `bytes` bytes. */
const behind = (vectors: readonly Uint8Array[], bytes: number): Uint8Array[] => {
  let left = bytes;
  let index = 0;
  for (let vector = vectors[0]; vector && left >= vector.length; vector = vectors[index]) {
    left -= vector.length;
    index += 1;
  }
  const rest = vectors.slice(index);
  const [first] = rest;
  if (left > 0 && first) rest[0] = first.subarray(left);
  return rest;
};
