import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Input } from './model.ts';
import { byteStream, numberStream, wordStream } from './random-bytes.ts';

const PIECE = 8 << 20;
const SEGMENT = 64 << 10;

type Kind = 'incompressible' | 'compressible';
const streamOf = (kind: Kind, seed: string): ((length: number) => Buffer) =>
  kind === 'compressible' ? wordStream(seed) : byteStream(seed);

/** Writes one file of content that does, or does not, compress; no piece of it occurs twice. */
export function makeBigFile(path: string, kind: Kind, bytes: number): Omit<Input, 'name' | 'path'> {
  const next = streamOf(kind, kind);
  withFile(join(path, 'file'), 'w', (fd) => {
    for (let at = 0; at < bytes; at += PIECE) writeSync(fd, next(PIECE));
  });
  const title = `one file of ${bytes / (1 << 20)} MiB, ${kind}`;
  return { title, files: 1, bytes, oneFile: null };
}

/** Overwrites every hundredth of its segments, scattered over the whole file. */
export function changeBigFile(input: Input, generation: number): string {
  const segments = Math.floor(input.bytes / SEGMENT);
  const random = numberStream(`${input.name} ${generation}`);
  const next = streamOf(
    input.name === 'compressible' ? 'compressible' : 'incompressible',
    `${input.name} ${generation}`,
  );
  const chosen = new Set<number>();
  while (chosen.size < Math.ceil(segments / 100)) chosen.add(random(segments));
  withFile(join(input.path, 'file'), 'r+', (fd) => {
    for (const segment of chosen) writeSync(fd, next(SEGMENT), 0, SEGMENT, segment * SEGMENT);
  });
  return `${chosen.size} segments of ${segments}`;
}

function withFile(path: string, flags: string, use: (fd: number) => void): void {
  const fd = openSync(path, flags);
  try {
    use(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
