import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeFlags } from '../scripts/lib/node-flags.mjs';
import { INPUT_NAMES, type InputName } from './model.ts';

export interface BenchOptions {
  /** Work folder; its inputs stay for the next run. */
  readonly dir: string;
  readonly repetitions: number;
  readonly quick: boolean;
  readonly cold: boolean;
  readonly inputs: readonly InputName[];
  /** Words, of which one must occur in a tool's name; empty for all. */
  readonly peers: readonly string[];
  readonly json: string;
  readonly markdown: string | null;
  /** Whether docs/BENCHMARKS.md gets the figures. */
  readonly writeDocs: boolean;
  /** How Coldframe is started. */
  readonly coldframe: readonly [string, ...string[]];
}

export const USAGE = `npm run bench -- [options]
npm run bench -- volumes [options]     volumes beside nbdkit and qemu-nbd; with --help for its options
npm run bench -- rebuild|drives         the tape library; with --help for its options

  --dir DIR          work folder, kept between runs (default: a folder in the system's temporary one)
  --repeat N         repetitions, of which the median counts (default 3; 1 with --quick)
  --quick            smaller inputs, to see that everything runs: no figures to quote
  --cold             drop the page cache before each operation (needs root)
  --inputs A,B       of ${INPUT_NAMES.join(', ')}
  --peers A,B        only tools with one of these words in their name
  --json FILE        where the samples go (default: results.json in the work folder)
  --markdown FILE    where the report goes, besides standard output
  --docs             write the report into docs/BENCHMARKS.md
  --coldframe FILE   the script to run as Coldframe (default: dist/coldframe.js)
`;

const checkout = resolve(import.meta.dirname, '..');

/** Reads the command line; null when only help was asked for. Errors: an unknown option or input. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: 'string' },
      repeat: { type: 'string' },
      quick: { type: 'boolean', default: false },
      cold: { type: 'boolean', default: false },
      inputs: { type: 'string' },
      peers: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      docs: { type: 'boolean', default: false },
      coldframe: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const dir = resolve(values.dir ?? join(tmpdir(), 'coldframe-bench'));
  return {
    dir,
    repetitions: wholeNumber(values.repeat ?? (values.quick ? '1' : '3')),
    quick: values.quick,
    cold: values.cold,
    inputs: (values.inputs?.split(',') ?? INPUT_NAMES).map(inputName),
    peers: values.peers?.split(',') ?? [],
    json: resolve(values.json ?? join(dir, 'results.json')),
    markdown: values.markdown === undefined ? null : resolve(values.markdown),
    writeDocs: values.docs,
    coldframe: [pinnedNode(), ...nodeFlags, resolve(values.coldframe ?? join(checkout, 'dist/coldframe.js'))],
  };
}

function pinnedNode(): string {
  const pinned = join(checkout, 'node_modules/node/bin/node');
  return existsSync(pinned) ? pinned : process.execPath;
}

function inputName(word: string): InputName {
  const name = INPUT_NAMES.find((candidate) => candidate === word);
  if (name === undefined) throw new Error(`There is no input ${word}; there are ${INPUT_NAMES.join(', ')}.`);
  return name;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--repeat takes a whole number from 1, not ${text}.`);
  return value;
}
