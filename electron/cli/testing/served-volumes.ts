import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ExportView } from '../../../shared/contract/volumes.ts';
import type { Ending, RunOptions, Workplace } from './workplace.ts';

/** A `coldframe volume serve` that runs. */
export interface ServedVolumes {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** The address of an export, of one that came later too. */
  readonly uri: (name: string) => string;
}

/** Serves volumes at a socket until the process is told to end. Errors: it ends before it serves, with what it said. */
export async function serveVolumes(
  place: Workplace,
  socket: string,
  volumes: readonly string[],
  options: RunOptions = {},
): Promise<ServedVolumes> {
  return await serving(place, ['volume', 'serve', ...volumes, '--socket', socket], options);
}

/** The same for replicas. */
export async function serveReplicas(
  place: Workplace,
  socket: string,
  replicas: readonly string[],
): Promise<ServedVolumes> {
  return await serving(place, ['replica', 'serve', ...replicas, '--socket', socket], {});
}

async function serving(place: Workplace, args: readonly string[], options: RunOptions): Promise<ServedVolumes> {
  const { child, ended } = place.start(args, options);
  const stderr = child.stderr as Readable;
  const first = await Promise.race([once(stderr, 'data'), ended]);
  if (!Array.isArray(first)) throw new Error(`nothing was served:\n${first.stdout}${first.stderr}`);
  const [line = ''] = String(first[0]).split('\n');
  const { event, uri } = JSON.parse(line) as ExportView & { event: string };
  if (event !== 'serving') throw new Error(`not an address: ${line}`);
  return { child, ended, uri: (name) => uri.replace(/\/\/\/[^?]*/, `///${encodeURIComponent(name)}`) };
}
