import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
  expect(job?.error).toMatchObject({
    code: 'CONSOLE_ENDED',
    message: expect.stringContaining('The backup was interrupted'),
    guidance: expect.stringContaining(`coldframe job resume ${job?.id.slice(0, 8)}`),
  });
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

test('a backup ends and none begins once the database is moved away under its console; put back, all that it knew is there', async () => {
  const ask = () => attach(home, { command: 'test', useCases: async () => fakeUseCases() });
  const gone = { code: 'HOME_DATABASE_MISSING', message: expect.stringContaining('console.db') };
  const running = await holder();
  const database = join(home, 'console.db');
  const there = await ask();
  expect(there.own).toBeNull();
  const [job] = (await there.call('job.list', {})).jobs;

  const [outcome] = await Promise.all([
    once(running.stdout as Readable, 'data'),
    rename(database, join(home, 'console.db.old')),
  ]);
  expect(String(outcome)).toBe('HOME_DATABASE_MISSING\n');
  await expect(there.call('backup', { object: 'documents' })).rejects.toMatchObject(gone);
  const more = { name: 'more', vault: '/nowhere/vault', files: [{ path: '/etc' }] };
  await expect(there.call('object.add', more)).rejects.toMatchObject(gone);
  expect((await there.call('overview', {})).attention[0]).toMatchObject({
    code: 'HOME_DATABASE_MISSING',
    severity: 'lost',
    context: { home, file: database },
  });
  await there.close();
  running.kill('SIGKILL');
  await once(running, 'exit');

  // What the lock of a killed process left is taken away by whoever takes it next.
  const found = () => readdirSync(home).filter((name) => !name.startsWith('lock'));
  const before = found();
  await expect(ask()).rejects.toMatchObject({ ...gone, context: { home, file: database } });
  expect(found()).toEqual(before);

  renameSync(join(home, 'console.db.old'), database);
  const again = await ask();
  const { jobs } = await again.call('job.list', {});
  expect(jobs).toMatchObject([{ id: job?.id, set: 'cd'.repeat(16), state: 'interrupted' }]);
  expect((await again.call('object.list', {})).objects).toMatchObject([{ name: 'documents' }]);
  renameSync(database, join(home, 'console.db.old'));
  await again.close();
  await expect(ask()).rejects.toMatchObject(gone);
});
