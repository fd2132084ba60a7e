import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';
import { median } from '../statistics.ts';
import { fio, type Workload } from './fio.ts';
import { EXPORT, qemuNbd, Server, type ServerKind } from './servers.ts';
import { decimals, mebibytes, table } from './table.ts';
import { type BenchPlan, fillImage } from './transfer.ts';

const SEGMENT_BYTES = 65_536;
const BLOCK_BYTES = 4096;

/** Each segment once: whole, and by one block of it. */
const WRITES: readonly Workload[] = [
  { title: 'whole segments of 64 KiB, at random', operation: 'randwrite', blockBytes: SEGMENT_BYTES, depth: 16 },
  {
    title: 'one block of 4 KiB in each, in order',
    operation: 'write',
    blockBytes: BLOCK_BYTES,
    depth: 16,
    skipBytes: SEGMENT_BYTES - BLOCK_BYTES,
  },
];

const STATES = ['no snapshot', 'first touch', 'second touch', 'unprotected'] as const;
type State = (typeof STATES)[number];
/** Bytes a second, by what was measured. */
type Rates = Map<string, number[]>;

/** What a write costs while a snapshot is held: by Coldframe, by qemu-nbd's own snapshot, and by a qcow2 overlay. */
export async function benchSnapshotCost(plan: BenchPlan, imageBytes: number): Promise<string> {
  const image = join(plan.dir, 'frozen.img');
  fillImage(image, imageBytes, 'frozen');
  const subjects = await volumes(plan, image);
  const rates: Rates = new Map();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1)
    for (const workload of WRITES) {
      const note = (who: string, state: State, rate: number): void => {
        const key = `${workload.title}/${who}/${state}`;
        rates.set(key, [...(rates.get(key) ?? []), rate]);
        plan.say(`${key}: ${mebibytes(rate)} MiB/s`);
      };
      for (const { kind, volume } of subjects) await measureOwn(plan, { kind, volume, workload, imageBytes, note });
      await measurePeers(plan, { image, workload, imageBytes, note });
    }
  return show([...subjects.map(({ kind }) => kind.name), ...PEER_NAMES], rates);
}

interface Measuring {
  readonly workload: Workload;
  readonly imageBytes: number;
  readonly note: (who: string, state: State, bytesPerSecond: number) => void;
}

interface Subject {
  readonly kind: ServerKind;
  readonly volume: string;
}

/** One volume for each place of what is preserved, on copies of the image. */
async function volumes({ dir, coldframe }: BenchPlan, image: string): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const storage of ['file', 'memory']) {
    const volume = `${EXPORT}-${storage}`;
    const path = join(dir, `${volume}.img`);
    copyFileSync(image, path);
    await run({ argv: coldframe.argv('volume', 'adopt', volume, '--file', path, '--snapshot-storage', storage) });
    subjects.push({
      kind: coldframe.server(`Coldframe, preserved in ${storage === 'file' ? 'a file' : 'memory'}`, volume),
      volume,
    });
  }
  return subjects;
}

async function measureOwn(
  plan: BenchPlan,
  { kind, volume, workload, imageBytes, note }: Measuring & Subject,
): Promise<void> {
  const { dir, coldframe } = plan;
  const cold = (...args: readonly string[]): Promise<string> => run({ argv: coldframe.argv(...args) });
  const server = await Server.start(kind, '', dir);
  try {
    const write = async (state: State): Promise<void> => {
      await run({ argv: ['sync', '-f', dir] });
      note(kind.name, state, (await once(server.uri(volume), workload, imageBytes)).bytesPerSecond);
    };
    const freeze = async (): Promise<string> => {
      const { snapshot } = JSON.parse(await cold('snapshot', 'create', volume)) as { snapshot: { id: string } };
      return snapshot.id;
    };
    await write('no snapshot');
    const held = await freeze();
    await write('first touch');
    await write('second touch');
    await cold('snapshot', 'release', held);
    const ranges = join(dir, 'unprotected');
    writeFileSync(ranges, `0 ${imageBytes / BLOCK_BYTES}\n`);
    await cold('volume', 'protect', volume, '--ranges', ranges);
    const unprotected = await freeze();
    await write('unprotected');
    await cold('snapshot', 'release', unprotected);
    await cold('volume', 'protect', volume, '--all');
  } finally {
    await server.stop();
  }
}

const PEER_NAMES = ['qemu-nbd --snapshot', 'qcow2 overlay'] as const;

async function measurePeers(
  plan: BenchPlan,
  { image, workload, imageBytes, note }: Measuring & { image: string },
): Promise<void> {
  const overlay = join(plan.dir, 'overlay.qcow2');
  rmSync(overlay, { force: true });
  await run({ argv: ['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', image, '-F', 'raw', overlay] });
  const writable = join(plan.dir, 'writable.img');
  copyFileSync(image, writable);
  const of: Record<(typeof PEER_NAMES)[number], [ServerKind, string]> = {
    'qemu-nbd --snapshot': [qemuNbd('snapshot', 'raw', '--cache=writeback', '--snapshot'), image],
    'qcow2 overlay': [qemuNbd('overlay', 'qcow2', '--cache=writeback'), overlay],
  };
  const plain = await Server.start(qemuNbd('plain', 'raw', '--cache=writeback'), writable, plan.dir);
  try {
    await run({ argv: ['sync', '-f', plan.dir] });
    const { bytesPerSecond } = await once(plain.uri(), workload, imageBytes);
    for (const name of PEER_NAMES) note(name, 'no snapshot', bytesPerSecond);
  } finally {
    await plain.stop();
  }
  for (const name of PEER_NAMES) {
    const server = await Server.start(...of[name], plan.dir);
    try {
      for (const state of ['first touch', 'second touch'] as const) {
        await run({ argv: ['sync', '-f', plan.dir] });
        note(name, state, (await once(server.uri(), workload, imageBytes)).bytesPerSecond);
      }
    } finally {
      await server.stop();
    }
  }
}

/** One pass: each segment is written to once. */
const once = (uri: string, workload: Workload, imageBytes: number): ReturnType<typeof fio> =>
  fio(uri, workload, imageBytes, {
    bytes: workload.skipBytes === undefined ? imageBytes : imageBytes / (SEGMENT_BYTES / BLOCK_BYTES),
  });

function show(names: readonly string[], rates: Rates): string {
  return WRITES.map(({ title }) => {
    const rows = names.map((name) => {
      const of = (state: State): number | null => {
        const found = rates.get(`${title}/${name}/${state}`);
        return found === undefined ? null : median(found);
      };
      const plain = of('no snapshot') ?? 0;
      return [
        name,
        ...STATES.map((state) => {
          const rate = of(state);
          if (rate === null) return '–';
          return state === 'no snapshot' ? mebibytes(rate) : `${mebibytes(rate)} (${decimals(rate / plain)})`;
        }),
      ];
    });
    return `**${title}**, MiB/s (÷ no snapshot)\n\n${table(['', ...STATES], rows)}`;
  }).join('\n\n');
}
