import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './measure.ts';
import type { Input } from './model.ts';
import { byteStream, numberStream } from './random-bytes.ts';

const SOURCES = ['/usr/include', '/usr/bin', '/usr/share', '/usr/lib', '/usr/local'];

/** Copies what the machine itself has, folder by folder, until there are enough files: real names, sizes and content. */
export async function makeTree(path: string, enough: number): Promise<Omit<Input, 'name' | 'path'>> {
  const taken = new Set<string>();
  let copied = 0;
  for (const source of SOURCES) {
    for (const folder of subfolders(source)) {
      if (copied >= enough) break;
      const target = join(path, dirname(folder));
      mkdirSync(target, { recursive: true });
      await run({ argv: ['cp', '-a', '--reflink=never', '--', folder, target] });
      copied += regularFiles(join(path, folder)).length;
      taken.add(source);
    }
  }
  await run({ argv: ['sync', '-f', path] });
  const files = regularFiles(path);
  const large = files.filter((file) => lstatSync(file).size > 10_000);
  const middle = large[large.length >> 1];
  if (middle === undefined) throw new Error(`There is not one file of 10 kB in ${SOURCES.join(', ')}.`);
  const bytes = files.reduce((sum, file) => sum + lstatSync(file).size, 0);
  return { title: `${files.length} files of ${[...taken].join(', ')}`, files: files.length, bytes, oneFile: middle };
}

/** Overwrites up to 100 bytes somewhere in every hundredth file and leaves the rest alone. */
export function changeTree(path: string, generation: number): string {
  const random = numberStream(`tree ${generation}`);
  const content = byteStream(`tree content ${generation}`);
  const offset = random(100);
  const chosen = regularFiles(path).filter((_, at) => at % 100 === offset);
  for (const file of chosen) {
    const { size } = lstatSync(file);
    const fd = openSync(file, 'r+');
    try {
      writeSync(fd, content(Math.max(1, Math.min(size, 100))), 0, undefined, random(Math.max(1, size - 100)));
    } finally {
      closeSync(fd);
    }
  }
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
  return `${chosen.length} files`;
}

/** Large folders one level down, so that the copy can stop between them; a small one as a whole. */
function subfolders(folder: string): string[] {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() || entry.isFile());
  return inner.length > 400 ? [folder] : inner.map(({ name }) => join(folder, name));
}

/** All regular files below a folder, in the order of their paths; links are not followed, which Node's own recursion does. */
function regularFiles(folder: string): string[] {
  if (!lstatSync(folder).isDirectory()) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return regularFiles(path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}
