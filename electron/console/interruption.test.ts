import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach } from './attach.ts';
import { fakeUseCases } from './testing/fake-use-cases.ts';

const fixture = new URL('./testing/fixtures/hold-home.ts', import.meta.url).pathname;
let home: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coldframe-home-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** A process that owns the home and is in the middle of a backup that has begun to write a set. */
const holder = async (): Promise<ChildProcess> => {
  child = spawn(process.execPath, [fixture, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
};

test('a killed owner leaves no obstacle; its job is interrupted and goes on with the set it began', async () => {
  const killed = await holder();
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const resumed: (string | null)[] = [];
  const console = await attach(home, {
    command: 'test',
    useCases: async () => fakeUseCases(async (_object, _job, resume) => void resumed.push(resume)),
  });
  expect(console.own).not.toBeNull();
  const [job] = (await console.call('job.list', {})).jobs;
  expect(job).toMatchObject({ state: 'interrupted', kind: 'backup', set: 'cd'.repeat(16) });
  const again = await console.call('job.resume', { job: job?.id ?? '' });
  expect(again.job.state).toBe('done');
  expect(resumed).toEqual(['cd'.repeat(16)]);
  expect((await console.call('job.show', { job: job?.id ?? '' })).job.resumedBy).toBe(again.job.id);
  await console.close();
});

test('a home whose holder does not answer is refused, naming the holder', async () => {
  const stopped = await holder();
  stopped.kill('SIGSTOP');
  await expect(
    attach(home, { command: 'test', useCases: async () => fakeUseCases(), patienceMs: 300 }),
  ).rejects.toMatchObject({ code: 'HOME_HELD', kind: 'held', context: { pid: stopped.pid } });
});
