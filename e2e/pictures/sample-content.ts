import { appendFileSync, closeSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Numbers that look random and are the same on every run. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state % end;
  }
}

const WORDS = 'tape vault block chunk segment volume moment restore harbour quarter invoice draft minutes plan'.split(
  ' ',
);
const PIECE = 256 * 1024;

/** Content that packs to about half. */
const piece = (dice: Dice): Buffer => {
  const bytes = Buffer.alloc(PIECE);
  for (let at = 0; at < PIECE; at += 4)
    bytes.writeUInt32LE((Math.imul(at + 1, 2_654_435_761) ^ dice.below(65_536)) >>> 0, at);
  return bytes;
};

/** A file of so many bytes, last changed at a moment. */
export const putFile = (path: string, bytes: number, at: Date, seed: number): void => {
  mkdirSync(dirname(path), { recursive: true });
  const dice = new Dice(seed);
  const file = openSync(path, 'w');
  for (let left = bytes; left > 0; left -= PIECE) writeSync(file, piece(dice), 0, Math.min(left, PIECE));
  closeSync(file);
  utimesSync(path, at, at);
};

/** A text of some lines. */
export const putText = (path: string, lines: number, at: Date, seed: number): void => {
  mkdirSync(dirname(path), { recursive: true });
  const dice = new Dice(seed);
  const line = () => Array.from({ length: 8 }, () => WORDS[dice.below(WORDS.length)]).join(' ');
  writeFileSync(path, `${Array.from({ length: lines }, line).join('\n')}\n`);
  utimesSync(path, at, at);
};

/** More of a file that grows. */
export const grow = (path: string, bytes: number, at: Date, seed: number): void => {
  const dice = new Dice(seed);
  for (let left = bytes; left > 0; left -= PIECE) appendFileSync(path, piece(dice).subarray(0, Math.min(left, PIECE)));
  utimesSync(path, at, at);
};
