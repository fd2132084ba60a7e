import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteConsole } from '../electron/console/carrier/remote-console.ts';
import { homeLayout } from '../electron/console/home/directory.ts';
import { reachHolder } from '../electron/console/reach-holder.ts';
import type { JobState } from '../shared/contract/job-states.ts';
import { quantile } from './statistics.ts';

/**
 * Measures how soon a backup that runs obeys: pause (until the console says so, and until nothing is read or written any
 * more), going on (until something is read again) and cancel (until the job has ended). Each round backs up all of FOLDER
 * in full, and interrupts it at another moment. Run it with `node bench/job-control.ts FOLDER [ROUNDS]` after a build.
 */
const [, , SOURCE, ROUNDS = '12'] = process.argv;
if (SOURCE === undefined) throw new Error('node bench/job-control.ts FOLDER [ROUNDS]');
const program = resolve(import.meta.dirname, '../dist/coldframe.js');
const folder = mkdtempSync(join(tmpdir(), 'coldframe-bench-jobs-'));
const home = join(folder, 'home');
const vault = join(folder, 'vault');
/** How often is looked; no figure is finer than that. */
const LOOK_MS = 5;
/** For how long nothing may happen that a pause counts as one. */
const STILL_MS = 250;

const server = spawn(process.execPath, [program, '--home', home, 'serve'], { stdio: ['ignore', 'pipe', 'ignore'] });
await once(server.stdout, 'data');
const client = (await reachHolder(homeLayout(home).holder, 10_000)) as RemoteConsole;

/** Bytes that the console has read or written so far, of files and of tapes (`/proc/PID/io`: rchar, wchar). */
const moved = (): number => {
  const io = readFileSync(`/proc/${server.pid}/io`, 'latin1');
  const tapes = readdirSync(join(vault, 'tapes')).map((name) => statSync(join(vault, 'tapes', name)).size);
  return Number(/rchar: (\d+)/.exec(io)?.[1]) + tapes.reduce((sum, size) => sum + size, 0);
};

/** Progress is told four times a second, so a console at rest moves a few kilobytes too. */
const NOISE = 65_536;

const reaches = async (job: string, states: readonly JobState[]): Promise<void> => {
  for (;;) {
    const { job: record } = await client.call('job.show', { job });
    if (states.includes(record.state)) return;
    await sleep(LOOK_MS);
  }
};

/** The last moment at which something was moved, once nothing has been for a while. */
const still = async (): Promise<number> => {
  let last = performance.now();
  let seen = moved();
  while (performance.now() - last < STILL_MS) {
    await sleep(LOOK_MS);
    const now = moved();
    if (now - seen > NOISE) last = performance.now();
    seen = now;
  }
  return last;
};

/** The job that runs, as soon as one does. */
const running = async (): Promise<string> => {
  for (;;) {
    const { jobs } = await client.call('job.list', { states: ['running'], limit: 1 });
    if (jobs[0]) return jobs[0].id;
    await sleep(LOOK_MS);
  }
};

const figures: Record<string, number[]> = {};
const note = (what: string, ms: number): void => {
  figures[what] = [...(figures[what] ?? []), Math.max(0, ms)];
};

await client.call('vault.create', { dir: vault, tapeSize: 64 * 2 ** 30 });
await client.call('object.add', { name: 'measured', vault, files: [{ path: resolve(SOURCE) }] });
for (let round = 0; round < Number(ROUNDS); round += 1) {
  const backup = client.call('backup', { object: 'measured', level: 'full' }).then(
    () => 'done',
    () => 'ended',
  );
  const job = await running();
  await sleep(500 + ((round * 3637) % 15_000));

  let begin = performance.now();
  await client.call('job.pause', { job });
  const [stillAt] = await Promise.all([
    still(),
    reaches(job, ['paused']).then(() => note('pause, until it is told', performance.now() - begin)),
  ]);
  note('pause, until nothing is read or written', stillAt - begin);

  const before = moved();
  begin = performance.now();
  await client.call('job.resume', { job });
  while (moved() - before < NOISE) await sleep(LOOK_MS);
  note('go on, until something is read', performance.now() - begin);
  await sleep(300);

  begin = performance.now();
  await client.call('job.cancel', { job });
  if ((await backup) === 'done') throw new Error('The backup was over too soon: a larger folder is needed.');
  note('cancel, until the job has ended', performance.now() - begin);
}
client.close();
server.kill('SIGTERM');
await once(server, 'exit');
rmSync(folder, { recursive: true });
for (const [what, ms] of Object.entries(figures))
  console.log(`${what.padEnd(44)} median ${quantile(ms, 0.5).toFixed(0)} ms, worst ${Math.max(...ms).toFixed(0)} ms`);
