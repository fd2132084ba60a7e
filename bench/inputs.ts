import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeBigFile, makeBigFile } from './input-big-file.ts';
import { changeTree, makeTree } from './input-tree.ts';
import type { Input, InputName } from './model.ts';

/** An input with how often it was changed so far. */
interface Record {
  readonly input: Input;
  readonly generation: number;
}

const GIB = 1 << 30;

/**
 * The inputs below `dir`: made the first time and kept. Changing one is the only thing that ever happens to it, so that
 * all tools and all repetitions find the same files in the same places on the disk.
 */
export async function prepareInput(name: InputName, dir: string, quick: boolean): Promise<Input> {
  const home = join(dir, quick ? 'inputs-quick' : 'inputs');
  const recordFile = join(home, `${name}.json`);
  if (existsSync(recordFile)) return readRecord(recordFile).input;
  const path = join(home, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const made =
    name === 'tree' ? await makeTree(path, quick ? 4000 : 55_000) : makeBigFile(path, name, quick ? GIB / 16 : 2 * GIB);
  const input: Input = { name, path, ...made };
  writeFileSync(recordFile, JSON.stringify({ input, generation: 0 } satisfies Record));
  return input;
}

/** Changes 1 % of an input, each time another one. Returns what was changed, for people. */
export async function changeInput(input: Input): Promise<string> {
  const recordFile = `${input.path}.json`;
  const generation = readRecord(recordFile).generation + 1;
  writeFileSync(recordFile, JSON.stringify({ input, generation } satisfies Record));
  return input.name === 'tree' ? changeTree(input.path, generation) : changeBigFile(input, generation);
}

const readRecord = (file: string): Record => JSON.parse(readFileSync(file, 'utf8'));
