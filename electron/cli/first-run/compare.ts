import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';

export interface Comparison {
  readonly elements: number;
  readonly bytes: number;
  /** What is not the same, in words; empty when everything is. */
  readonly differences: readonly string[];
}

const PIECE = 1 << 20;

/** Compares what is in one folder with what is in another: names, kinds, rights, times and every byte. Paths are raw bytes. */
export const compareFolders = (original: string, restored: string): Comparison => {
  const found = { elements: 0, bytes: 0, differences: [] as string[] };
  const left: { one: Buffer; other: Buffer }[] = [{ one: Buffer.from(original), other: Buffer.from(restored) }];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const { one, other } = pair;
    found.elements += 1;
    const [was, is] = [lstatSync(one), statOrNull(other)];
    const difference = is === null ? 'is missing' : differenceOf(one, was, other, is);
    if (difference !== null) found.differences.push(`${one.toString('utf8')} ${difference}`);
    if (was.isFile()) found.bytes += was.size;
    if (!was.isDirectory() || is === null) continue;
    const names = new Map([...namesIn(one), ...namesIn(other)].map((name) => [name.toString('latin1'), name]));
    const here = new Set(namesIn(one).map((name) => name.toString('latin1')));
    for (const [key, name] of names) {
      if (here.has(key)) left.push({ one: inside(one, name), other: inside(other, name) });
      else found.differences.push(`${inside(other, name).toString('utf8')} was not there before`);
    }
  }
  return found;
};

const statOrNull = (path: Buffer): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null;

const namesIn = (folder: Buffer): Buffer[] => readdirSync(folder, { encoding: 'buffer' });

const inside = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), name]);

const differenceOf = (one: Buffer, was: Stats, other: Buffer, is: Stats): string | null => {
  if (was.mode !== is.mode) return 'has another kind or other rights';
  if (was.isSymbolicLink()) {
    return readlinkSync(one, 'buffer').equals(readlinkSync(other, 'buffer')) ? null : 'points elsewhere';
  }
  if (Math.floor(was.mtimeMs) !== Math.floor(is.mtimeMs)) return 'has another time';
  if (!was.isFile()) return null;
  return was.size === is.size && sameContent(one, other) ? null : 'has other content';
};

const sameContent = (one: Buffer, other: Buffer): boolean => {
  const files = [openSync(one, 'r'), openSync(other, 'r')] as const;
  try {
    const [a, b] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
    for (;;) {
      const [readA, readB] = [readSync(files[0], a), readSync(files[1], b)];
      if (readA !== readB || !a.subarray(0, readA).equals(b.subarray(0, readB))) return false;
      if (readA === 0) return true;
    }
  } finally {
    for (const file of files) closeSync(file);
  }
};
