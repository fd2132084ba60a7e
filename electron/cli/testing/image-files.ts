import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Much smaller than an image: memory that was in use already costs a test a tenth of what new memory does. */
const piece = Buffer.alloc(1024 * 1024);

/** The SHA-256 digest of `length` bytes of a file or device; without `length` of the whole file from `offset` on. */
export function digestOf(path: string, offset = 0, length = statSync(path).size - offset): string {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    for (let at = 0; at < length; ) {
      const count = readSync(fd, piece, 0, Math.min(piece.length, length - at), offset + at);
      if (count === 0) throw new Error(`${path} ends at ${offset + at}, before ${offset + length}.`);
      hash.update(piece.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

/** Some bytes of a file or device. */
export function readAt(path: string, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, bytes, 0, length, offset);
  } finally {
    closeSync(fd);
  }
  return bytes;
}
