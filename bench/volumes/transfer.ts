import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';
import { byteStream } from '../random-bytes.ts';
import { median } from '../statistics.ts';
import { fio, type Workload } from './fio.ts';
import { type Coldframe, EXPORT, PEERS, Server, type ServerKind } from './servers.ts';
import { decimals, mebibytes, table } from './table.ts';

const PIECE_BYTES = 1024 * 1024;

const SEQUENTIAL = { blockBytes: 262_144 };
const RANDOM = { blockBytes: 4096 };
const WORKLOADS: readonly Workload[] = [
  { title: 'read in order, 256 KiB, depth 1', operation: 'read', depth: 1, ...SEQUENTIAL },
  { title: 'read in order, 256 KiB, depth 16', operation: 'read', depth: 16, ...SEQUENTIAL },
  { title: 'write in order, 256 KiB, depth 1', operation: 'write', depth: 1, ...SEQUENTIAL },
  { title: 'write in order, 256 KiB, depth 16', operation: 'write', depth: 16, ...SEQUENTIAL },
  { title: 'read at random, 4 KiB, depth 1', operation: 'randread', depth: 1, ...RANDOM },
  { title: 'read at random, 4 KiB, depth 16', operation: 'randread', depth: 16, ...RANDOM },
  { title: 'write at random, 4 KiB, depth 1', operation: 'randwrite', depth: 1, ...RANDOM },
  { title: 'write at random, 4 KiB, depth 16', operation: 'randwrite', depth: 16, ...RANDOM },
  { title: 'the same, a flush after each 16', operation: 'randwrite', depth: 16, flushEvery: 16, ...RANDOM },
];

export interface BenchPlan {
  readonly dir: string;
  readonly coldframe: Coldframe;
  readonly repetitions: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** An image full of bytes that do not compress. */
export function fillImage(path: string, bytes: number, seed: string): void {
  const next = byteStream(seed);
  const fd = openSync(path, 'w');
  try {
    for (let at = 0; at < bytes; at += PIECE_BYTES) writeSync(fd, next(Math.min(PIECE_BYTES, bytes - at)));
  } finally {
    closeSync(fd);
  }
}

/**
 * Bytes and blocks a second through a socket, of every server in turn: all serve images of their own on the same file
 * system, which are in the page cache, and each workload is run by all of them before the next.
 */
export async function benchTransfer(plan: BenchPlan, imageBytes: number): Promise<string> {
  const { dir, coldframe } = plan;
  const own = join(dir, 'coldframe.img');
  fillImage(own, imageBytes, 'transfer');
  await run({ argv: coldframe.argv('volume', 'adopt', EXPORT, '--file', own) });
  const kinds: readonly ServerKind[] = [coldframe.server('Coldframe', EXPORT), ...PEERS];
  const servers: Server[] = [];
  try {
    for (const [number, kind] of kinds.entries()) {
      const image = kind.subject ? own : join(dir, `peer-${number}.img`);
      if (!kind.subject) fillImage(image, imageBytes, 'transfer');
      servers.push(await Server.start(kind, image, dir));
    }
    const rates = await measureAll(plan, servers, imageBytes);
    return show(kinds, rates);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Blocks a second, by workload and server. */
type Rates = Map<string, Map<string, number[]>>;

async function measureAll(plan: BenchPlan, servers: readonly Server[], imageBytes: number): Promise<Rates> {
  const rates: Rates = new Map();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    const at = repetition % servers.length;
    for (const workload of WORKLOADS) {
      const byServer = rates.get(workload.title) ?? new Map<string, number[]>();
      rates.set(workload.title, byServer);
      for (const server of [...servers.slice(at), ...servers.slice(0, at)]) {
        await run({ argv: ['sync', '-f', plan.dir] });
        const { perSecond } = await fio(server.uri(), workload, imageBytes, { seconds: plan.seconds });
        byServer.set(server.name, [...(byServer.get(server.name) ?? []), perSecond]);
        plan.say(`${workload.title}, ${server.name}: ${perSecond.toFixed(0)} a second`);
      }
    }
  }
  return rates;
}

function show(kinds: readonly ServerKind[], rates: Rates): string {
  const peers = kinds.filter(({ subject }) => !subject);
  const rows = WORKLOADS.map((workload) => {
    const of = ({ name }: ServerKind): number => median(rates.get(workload.title)?.get(name) ?? []);
    const best = Math.max(...peers.map(of));
    const own = kinds.filter(({ subject }) => subject).map(of)[0] ?? 0;
    const figure = (value: number): string =>
      workload.blockBytes === RANDOM.blockBytes ? value.toFixed(0) : mebibytes(value * workload.blockBytes);
    return [workload.title, decimals(own / best), ...kinds.map((kind) => figure(of(kind)))];
  });
  return table(['MiB/s in order, requests/s at random', '÷ best peer', ...kinds.map(({ name }) => name)], rows);
}
