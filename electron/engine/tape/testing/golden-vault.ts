import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

const GOLDEN = join(import.meta.dirname, 'golden');

/** A set of a golden vault, as `golden/make.sh` noted it. */
export interface GoldenSet {
  readonly id: string;
  readonly object: string;
  readonly level: string;
}

/** A vault that an earlier version made: `golden/README.md`. */
export class GoldenVault {
  readonly generation: string;
  readonly name: string;
  readonly sets: readonly GoldenSet[];
  readonly #folder: string;

  constructor(generation: string, vault: string) {
    this.generation = generation;
    this.name = `${generation}/${vault}`;
    this.#folder = join(GOLDEN, generation, vault);
    this.sets = this.#text('sets.txt')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [id = '', object = '', level = ''] = line.split(' ');
        return { id, object, level };
      });
  }

  /** Every golden vault of every generation. */
  static all(): GoldenVault[] {
    return folders(GOLDEN).flatMap((generation) =>
      folders(join(GOLDEN, generation)).map((vault) => new GoldenVault(generation, vault)),
    );
  }

  get isSealed(): boolean {
    return this.name.endsWith('/sealed');
  }

  get isVolumes(): boolean {
    return this.name.endsWith('/volumes');
  }

  /** Puts its files into a new folder, with or without library and copy of the catalog. */
  place(dir: string, { tapesOnly = false } = {}): void {
    mkdirSync(join(dir, 'tapes'), { recursive: true });
    for (const name of readdirSync(join(this.#folder, 'tapes')))
      writeFileSync(
        join(dir, 'tapes', name.replace(/\.zst$/, '')),
        zstdDecompressSync(readFileSync(join(this.#folder, 'tapes', name))),
      );
    if (tapesOnly) return;
    mkdirSync(join(dir, 'catalog'));
    for (const name of ['library.json', ...readdirSync(join(this.#folder, 'catalog')).map((file) => `catalog/${file}`)])
      writeFileSync(join(dir, name), readFileSync(join(this.#folder, name)));
  }

  /** What a set has to be, in the order of its names: a digest by sha256sum for each file, and what `find` said of each element. */
  wanted(set: string): { readonly digests: string[]; readonly elements: string[] } {
    const lines = (kind: string): string[] => this.#text(`lists/${set}.${kind}`).split('\n').filter(Boolean).sort();
    return { digests: lines('sha256'), elements: lines('find') };
  }

  #text(name: string): string {
    return readFileSync(join(this.#folder, name), 'latin1');
  }
}

/** What lies in a folder, in the words of sha256sum and of `find` as `golden/make.sh` calls them. */
export const found = (folder: string): { readonly digests: string[]; readonly elements: string[] } => {
  const digests: string[] = [];
  const elements: string[] = [];
  const walk = (beneath: string): void => {
    const at = Buffer.concat([Buffer.from(folder), Buffer.from(beneath, 'latin1')]);
    for (const name of readdirSync(at, 'latin1')) {
      const shown = `${beneath}/${name}`;
      const path = Buffer.concat([Buffer.from(folder), Buffer.from(shown, 'latin1')]);
      const stat = lstatSync(path, { bigint: true });
      const mode = (stat.mode & 0o7777n).toString(8);
      if (stat.isSymbolicLink()) elements.push(`l ${readlinkSync(path)} ${shown.slice(1)}`);
      else if (stat.isFile()) {
        elements.push(`f ${mode} ${time(stat.mtimeNs)} ${stat.nlink} ${stat.size} ${shown.slice(1)}`);
        digests.push(`${digestOf(path)}  .${shown}`);
      } else elements.push(`${stat.isFIFO() ? 'p' : 'd'} ${mode} ${time(stat.mtimeNs)} ${shown.slice(1)}`);
      if (stat.isDirectory()) walk(shown);
    }
  };
  walk('');
  return { digests: digests.sort(), elements: elements.sort() };
};

/** One for all files: memory that is taken anew costs more than the digest. */
const piece = Buffer.alloc(1 << 20);

const digestOf = (path: Buffer): string => {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  for (let length = 1; length > 0; ) {
    length = readSync(fd, piece);
    hash.update(piece.subarray(0, length));
  }
  closeSync(fd);
  return hash.digest('hex');
};

/** Nanoseconds as `find -printf %T@` says them: seconds, also negative ones, with ten digits behind the point. */
const time = (nanoseconds: bigint): string => {
  const [sign, positive] = nanoseconds < 0n ? ['-', -nanoseconds] : ['', nanoseconds];
  return `${sign}${positive / 1_000_000_000n}.${String(positive % 1_000_000_000n).padStart(9, '0')}0`;
};

const folders = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
