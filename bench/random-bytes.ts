import { createCipheriv, createHash } from 'node:crypto';

/** An endless stream of bytes that do not compress, the same for the same seed: AES-128-CTR over zeros. */
export function byteStream(seed: string): (length: number) => Buffer {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

/** The same for bytes that compress about as well as text: words of eight letters, one for each random byte. */
export function wordStream(seed: string): (length: number) => Buffer {
  const random = byteStream(seed);
  const letters = byteStream('words')(256 * 8);
  for (let at = 0; at < letters.length; at += 1) letters[at] = at % 8 === 7 ? 32 : 97 + ((letters[at] ?? 0) % 26);
  const words = new BigUint64Array(letters.buffer.slice(letters.byteOffset, letters.byteOffset + letters.length));
  return (length) => {
    const chosen = random(Math.ceil(length / 8));
    const out = new BigUint64Array(chosen.length);
    for (let at = 0; at < chosen.length; at += 1) out[at] = words[chosen[at] ?? 0] ?? 0n;
    return Buffer.from(out.buffer).subarray(0, length);
  };
}

/** Whole numbers below a bound, the same sequence for the same seed. */
export function numberStream(seed: string): (below: number) => number {
  const random = byteStream(seed);
  return (below) => random(6).readUIntLE(0, 6) % below;
}
