import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Volume } from '../../engine/snapshot/volume.ts';
import { monotonicMillis } from '../../platform/monotonic.ts';

/** How long a command before or after a snapshot may take. */
const HOOK_MS = 60_000;
const STEP_MS = 5;
const CLOCK = 0x7fff_ffff;

/** A moment in which none of the volumes was written to for `quietMs`; `wait` throws `NOT_QUIET` once `deadlineMs` have passed. */
export const quietMoment = (
  volumes: readonly Volume[],
  {
    quietMs,
    deadlineMs,
    signal,
  }: { readonly quietMs: number; readonly deadlineMs: number; readonly signal: AbortSignal },
): { wait(): Promise<void>; holds(): boolean } => {
  const deadline = monotonicMillis() + deadlineMs;
  const since = (): number =>
    Math.min(...volumes.map(({ memory }) => ((monotonicMillis() & CLOCK) - memory.lastWrite) & CLOCK));
  return {
    holds: () => since() >= quietMs,
    wait: async () => {
      for (let still = since(); still < quietMs; still = since()) {
        if (monotonicMillis() >= deadline) throw notQuiet(volumes, quietMs, deadlineMs);
        await sleep(Math.min(STEP_MS, quietMs - still), null, { signal });
      }
    },
  };
};

const notQuiet = (volumes: readonly Volume[], quietMs: number, deadlineMs: number): ColdframeError => {
  const names = volumes.map(({ parts }) => parts.name).join(', ');
  return new ColdframeError('NOT_QUIET', {
    message: `There was no moment of ${quietMs} ms without a write to ${names} within ${deadlineMs} ms.`,
    guidance:
      'Ask for a shorter one, allow more time, or have the application pause with a command before the snapshot.',
    context: { volumes: names, quietMs, deadlineMs },
  });
};

/** What became of the snapshot, by the command that failed. */
const GUIDANCE = {
  pre: 'No snapshot was made. Mend the command and try again.',
  post: 'The snapshot was made. Look whether the application runs again.',
  notice:
    'Mend the command. Whether a snapshot was made `snapshot list` says; those who were told to pause may not know that they can go on.',
} as const;
const WHICH = { pre: 'before the snapshot', post: 'after the snapshot', notice: 'that gives notice' } as const;

/** Runs a command of the shell, with a text to read if need be; it ends with its time, and what it says goes into the error when it fails. */
export const runHook = async (
  which: keyof typeof WHICH,
  command: string,
  signal: AbortSignal,
  text?: string,
): Promise<void> => {
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: [text === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(HOOK_MS)]),
  });
  // It need not read what it is given.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => said.length < SAID_MOST && said.push(data));
  const closed = new Promise<void>((done) => void child.once('close', () => done()));
  const status = await new Promise<string>((done) => {
    child.once('error', ({ message }) => done(message));
    child.once('exit', (code, killed) => done(code === 0 ? '' : `it ended with ${killed ?? `status ${code}`}`));
  });
  if (status === '') return;
  // What it said may be on its way still; what it left running, with the same streams, is not waited for.
  await Promise.race([closed, sleep(LAST_WORDS_MS)]);
  const words = Buffer.concat(said).toString('utf8').trim().slice(0, 500);
  throw new ColdframeError('HOOK_FAILED', {
    message: `The command ${WHICH[which]} failed: ${status}${words === '' ? '' : ` (${words})`}.`,
    guidance: GUIDANCE[which],
    context: { which, command },
  });
};

const SAID_MOST = 64;
const LAST_WORDS_MS = 500;
