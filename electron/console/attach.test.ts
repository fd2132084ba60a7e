import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { type Attached, attach } from './attach.ts';
import { type FakeBackup, fakeUseCases } from './testing/fake-use-cases.ts';

let home: string;
let open: Attached[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coldframe-home-'));
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  rmSync(home, { recursive: true, force: true });
});

const start = async (backup?: FakeBackup, where = home): Promise<Attached> => {
  const attached = await attach(where, {
    command: 'test',
    useCases: async () => fakeUseCases(backup),
    patienceMs: 500,
  });
  open.push(attached);
  return attached;
};

const protect = async (console: Attached, name = 'documents') => {
  await console.call('vault.create', { dir: '/nowhere/vault' });
  await console.call('object.add', { name, vault: '/nowhere/vault', files: [{ path: '/etc' }] });
};

test('the first owns the home, the second runs its commands in the first', async () => {
  const first = await start();
  const second = await start();
  expect(first.own).not.toBeNull();
  expect(second.own).toBeNull();
  await protect(second);
  expect((await first.call('object.list', {})).objects.map(({ name }) => name)).toEqual(['documents']);
});

test('the home is free again when its owner has closed', async () => {
  const first = await start();
  await first.close();
  open = [];
  expect((await start()).own).not.toBeNull();
});

test('an owner does not end before the jobs of others are done', async () => {
  const gate = Promise.withResolvers<void>();
  const first = await start(() => gate.promise);
  await protect(first);
  const second = await start();
  const started = Promise.withResolvers<void>();
  const backup = second.call('backup', { object: 'documents' }, { onEvent: () => started.resolve() });
  await started.promise;
  let closed = false;
  const closing = first.close().then(() => {
    closed = true;
  });
  await new Promise((done) => setTimeout(done, 50));
  expect(closed).toBe(false);
  gate.resolve();
  expect((await backup).set.object).toBe('documents');
  await closing;
  open = [second];
});

test('a command goes to the next owner when the console it reached is ending', async () => {
  const first = await start();
  await protect(first);
  const second = await start();
  await first.close();
  open = [second];
  expect((await second.call('object.list', {})).objects).toHaveLength(1);
});

test('progress, pausing and cancelling reach across processes', async () => {
  const paused: boolean[] = [];
  const first = await start(async (_, job) => {
    job.onPauseChange((now) => paused.push(now));
    job.report({
      phase: 'copying',
      elementsDone: 1,
      elementsTotal: 2,
      bytesRead: 10,
      bytesStored: 5,
      bytesTotal: 20,
    });
    await new Promise((_, fail) => job.signal.addEventListener('abort', () => fail(job.signal.reason)));
  });
  await protect(first);
  const second = await start();
  const events: ConsoleEvent[] = [];
  const heard = Promise.withResolvers<string>();
  const aborter = new AbortController();
  const backup = second.call(
    'backup',
    { object: 'documents' },
    {
      signal: aborter.signal,
      onEvent: (event) => {
        events.push(event);
        if (event.event === 'progress') heard.resolve(event.job);
      },
    },
  );
  const job = await heard.promise;
  expect((await second.call('job.pause', { job: job.slice(0, 8) })).job.state).toBe('paused');
  expect((await second.call('job.resume', { job })).job.state).toBe('running');
  expect(paused).toEqual([true, false]);
  aborter.abort();
  await expect(backup).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await first.call('job.show', { job })).job.state).toBe('cancelled');
  expect(events).toContainEqual(expect.objectContaining({ event: 'progress', phase: 'copying', bytesTotal: 20 }));
});

test('an error keeps its code, guidance and context across the socket', async () => {
  await start();
  const second = await start();
  await expect(second.call('object.show', { object: 'nobody' })).rejects.toMatchObject({
    code: 'NO_SUCH_OBJECT',
    kind: 'not-found',
    context: { object: 'nobody' },
  });
});

test('an input that does not fit its schema is refused at the socket, and nothing is done', async () => {
  await start();
  const second = await start();
  await expect(second.call('job.show', { job: 'not hex' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a home with a path too long for a socket is served all the same', async () => {
  const long = join(home, 'x'.repeat(120));
  const first = await start(undefined, long);
  const second = await start(undefined, long);
  expect(first.own).not.toBeNull();
  expect((await second.call('ping', {})).home).toBe(long);
});

test('a sealed vault asks for its passphrase before anything is queued', async () => {
  const first = await start();
  await first.call('vault.create', { dir: '/nowhere/vault' }, { secrets: { passphrase: 'correct horse' } });
  await first.call('object.add', { name: 'documents', vault: '/nowhere/vault', files: [{ path: '/etc' }] });
  await expect(first.call('backup', { object: 'documents' })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
  expect((await first.call('job.list', {})).jobs).toEqual([]);
  await first.call('backup', { object: 'documents' }, { secrets: { passphrase: 'correct horse' } });
  expect(JSON.stringify(await first.call('job.list', {}))).not.toContain('secret');
});
