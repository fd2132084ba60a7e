import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../measure.ts';
import { byteStream } from '../random-bytes.ts';
import { median } from '../statistics.ts';
import { fio, RAMP_SECONDS, type Workload } from './fio.ts';
import { CEILING, type Coldframe, EXPORT, PEERS, Server, type ServerKind } from './servers.ts';
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
  /** A text in the titles of the workloads that are run; all when it is empty. */
  readonly workloads: string;
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
  const kinds: readonly ServerKind[] = [coldframe.server('Coldframe', EXPORT), ...PEERS, CEILING];
  const servers: Server[] = [];
  try {
    for (const [number, kind] of kinds.entries()) {
      const image = kind.subject ? own : join(dir, `peer-${number}.img`);
      if (!kind.subject) fillImage(image, imageBytes, 'transfer');
      servers.push(await Server.start(kind, image, dir));
    }
    const rates = await measureAll(plan, servers, imageBytes);
    return show(plan, kinds, rates);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

interface Measured {
  readonly perSecond: number;
  /** Processor time of the server for a request, microseconds. */
  readonly micros: number;
}

/** By workload and server. */
type Rates = Map<string, Map<string, Measured[]>>;

const chosen = ({ workloads }: BenchPlan): Workload[] => WORKLOADS.filter(({ title }) => title.includes(workloads));

async function measureAll(plan: BenchPlan, servers: readonly Server[], imageBytes: number): Promise<Rates> {
  const rates: Rates = new Map();
  for (let repetition = 0; repetition < plan.repetitions; repetition += 1) {
    const at = repetition % servers.length;
    for (const workload of chosen(plan)) {
      const byServer = rates.get(workload.title) ?? new Map<string, Measured[]>();
      rates.set(workload.title, byServer);
      for (const server of [...servers.slice(at), ...servers.slice(0, at)]) {
        await run({ argv: ['sync', '-f', plan.dir] });
        const before = server.processorSeconds;
        const { perSecond, requests } = await fio(server.uri(), workload, imageBytes, { seconds: plan.seconds });
        const share = plan.seconds / (plan.seconds + RAMP_SECONDS);
        const micros = (((server.processorSeconds - before) * share) / requests) * 1e6;
        byServer.set(server.name, [...(byServer.get(server.name) ?? []), { perSecond, micros }]);
        plan.say(`${workload.title}, ${server.name}: ${perSecond.toFixed(0)} a second, ${micros.toFixed(1)} µs each`);
      }
    }
  }
  return rates;
}

function show(plan: BenchPlan, kinds: readonly ServerKind[], rates: Rates): string {
  const peers = kinds.filter((kind) => !kind.subject && kind !== CEILING);
  const subject = kinds.filter(({ subject: own }) => own);
  const rows = chosen(plan).map((workload) => {
    const all = rates.get(workload.title);
    const of = ({ name }: ServerKind): number => median(all?.get(name)?.map(({ perSecond }) => perSecond) ?? []);
    const own = Math.max(...subject.map(of));
    const figure = (value: number): string =>
      workload.blockBytes === RANDOM.blockBytes ? value.toFixed(0) : mebibytes(value * workload.blockBytes);
    const ratios = [Math.max(...peers.map(of)), of(CEILING)].map((other) => decimals(own / other));
    return [workload.title, ...ratios, ...kinds.map((kind) => figure(of(kind)))];
  });
  const costs = chosen(plan).map((workload) => {
    const all = rates.get(workload.title);
    const of = ({ name }: ServerKind): string => decimals(median(all?.get(name)?.map(({ micros }) => micros) ?? []), 1);
    return [workload.title, ...kinds.map(of)];
  });
  const names = kinds.map(({ name }) => name);
  const speed = table(['MiB/s in order, requests/s at random', '÷ best peer', '÷ null', ...names], rows);
  return `${speed}\n\n${table(['processor time of the server for a request, µs', ...names], costs)}`;
}
