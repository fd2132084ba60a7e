import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDrives } from './library/drives.ts';
import type { LibraryPlan } from './library/plan.ts';
import { benchRebuild } from './library/rebuild.ts';
import { describeMachine } from './machine.ts';

const USAGE = `npm run bench -- rebuild|drives [options]

  rebuild            how fast a catalog is made from tapes alone, and how much of them is read (needs strace)
  drives             how fast a set on twelve tapes is restored with 1, 2 and 4 drives

  --repeat N         repetitions, of which the median counts (default 3)
  --tree DIR         a folder of many small files (default /usr/share)
  --large MIB        what is made of large files (default 1024)
  --rate MIB         drives: what each tape gives at most, a second (needs nbdkit, nbdfuse and root); without it what a file gives
  --dir DIR          work folder, emptied at the end (default: in the system's temporary one)
`;

const PARTS: Readonly<Record<string, (plan: LibraryPlan) => string>> = { rebuild: benchRebuild, drives: benchDrives };

export const isLibraryPart = (part: string | undefined): part is string => part !== undefined && part in PARTS;

/** Measures the tape library, after a build, and prints a table. Errors: an unknown option, a command that fails. */
export async function benchLibrary(part: string, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeat: { type: 'string', default: '3' },
      tree: { type: 'string', default: '/usr/share' },
      large: { type: 'string', default: '1024' },
      rate: { type: 'string' },
      dir: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  mkdirSync(values.dir, { recursive: true });
  const dir = mkdtempSync(join(values.dir, 'coldframe-bench-'));
  try {
    const load = loadavg()[0] ?? 0;
    const plan = {
      dir,
      repeat: Number(values.repeat),
      tree: values.tree,
      largeBytes: Number(values.large) * 2 ** 20,
      rate: values.rate === undefined ? null : Number(values.rate) * 2 ** 20,
    };
    const figures = PARTS[part]?.(plan) ?? '';
    const machine = { ...(await describeMachine(dir)), 'load average before': load.toFixed(1) };
    console.log(
      Object.entries(machine)
        .map(([name, value]) => `${name}: ${value}`)
        .join('; '),
    );
    console.log(`\n${figures}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
