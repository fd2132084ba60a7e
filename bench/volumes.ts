import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { benchChangedBlocks } from './volumes/changed-blocks.ts';
import { benchHugeVolume } from './volumes/huge-volume.ts';
import { Coldframe } from './volumes/servers.ts';
import { benchSnapshotCost } from './volumes/snapshot-cost.ts';
import { type BenchPlan, benchTransfer } from './volumes/transfer.ts';

/**
 * Volumes beside nbdkit and qemu-nbd, after a build: `npm run bench -- volumes`. Needs fio with its nbd engine, nbdkit, qemu-utils,
 * libnbd-bin and xfsprogs, and root for the last part.
 */
const USAGE = `npm run bench -- volumes [options]

  --parts A,B        of transfer, snapshots, changed, huge (default: all)
  --workloads TEXT   of transfer only those with this in their title, as "depth 16" (default: all)
  --repeat N         repetitions, of which the median counts (default 3)
  --seconds N        length of a measurement (default 3)
  --size GIB         the volume of which a hundredth changes (default 8)
  --dir DIR          work folder, emptied at the end (default: in the system's temporary one)
  --markdown FILE    where the tables go, besides standard output
`;
const IMAGE_BYTES = 512 * 2 ** 20;
const GIBIBYTE = 2 ** 30;

const PARTS: Readonly<
  Record<string, readonly [title: string, (plan: BenchPlan, sizeBytes: number) => Promise<string>]>
> = {
  transfer: ['Served over a unix socket', (plan) => benchTransfer(plan, IMAGE_BYTES)],
  snapshots: ['Writes while a snapshot is held', (plan) => benchSnapshotCost(plan, IMAGE_BYTES)],
  changed: ['Changed blocks', benchChangedBlocks],
  huge: ['Memory', (plan) => benchHugeVolume(plan)],
};

/** Measures volumes and prints the tables. Errors: an unknown option or part, a tool that is missing or fails. */
export async function benchVolumes(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      parts: { type: 'string', default: Object.keys(PARTS).join() },
      workloads: { type: 'string', default: '' },
      repeat: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      size: { type: 'string', default: '8' },
      dir: { type: 'string', default: tmpdir() },
      markdown: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const program = resolve(import.meta.dirname, '../dist/coldframe.js');
  mkdirSync(values.dir, { recursive: true });
  const text: string[] = [
    Object.entries(await describeMachine(values.dir))
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
  ];
  for (const name of values.parts.split(',')) {
    const part = PARTS[name];
    if (part === undefined) throw new RangeError(`There is no part ${name}: ${Object.keys(PARTS).join(', ')}.`);
    const dir = mkdtempSync(join(values.dir, 'coldframe-volumes-'));
    try {
      const plan: BenchPlan = {
        dir,
        coldframe: new Coldframe([process.execPath, program], join(dir, 'home')),
        repetitions: Number(values.repeat),
        seconds: Number(values.seconds),
        say: (line) => console.error(line),
        workloads: values.workloads,
      };
      text.push(`### ${part[0]}`, await part[1](plan, Number(values.size) * GIBIBYTE));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  const report = `${text.join('\n\n')}\n`;
  console.log(report);
  if (values.markdown !== undefined) writeFileSync(values.markdown, report);
}
