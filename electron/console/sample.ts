import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Makes a small folder with some of everything that a backup has to carry. */
export const makeSample = (folder: string): void => {
  const at = (...names: string[]) => join(folder, ...names);
  mkdirSync(at('letters', 'empty'), { recursive: true });
  writeFileSync(at('letters', 'a letter.txt'), 'Dear administrator,\nthis text comes back byte by byte.\n');
  writeFileSync(at('letters', 'Grüße – 你好.txt'), 'Names are kept as they are.\n', { mode: 0o640 });
  writeFileSync(at('numbers.bin'), numbers(3_000_000));
  writeFileSync(at('script.sh'), '#!/bin/sh\necho restored\n', { mode: 0o755 });
  linkSync(at('script.sh'), at('the same script.sh'));
  symlinkSync('letters/a letter.txt', at('a link'));
  utimesSync(at('numbers.bin'), new Date('2001-02-03T04:05:06Z'), new Date('2001-02-03T04:05:06Z'));
};

const NAME = 'coldframe-sample';

/** Makes a sample in a folder of its own, which is none that is there already. */
export const createSample = (parent: string): { path: string; elements: number; bytes: number } => {
  let folder = join(parent, NAME);
  for (let number = 2; existsSync(folder); number += 1) folder = join(parent, `${NAME}-${number}`);
  mkdirSync(folder, { recursive: true });
  makeSample(folder);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => lstatSync(join(folder, name)));
  const bytes = found.filter((each) => each.isFile()).reduce((sum, { size }) => sum + size, 0);
  return { path: folder, elements: found.length + 1, bytes };
};

/** Bytes that do not compress away, the same on every run. */
const numbers = (length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  let state = 0x2545f491;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
};
