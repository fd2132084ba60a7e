import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownIdentity } from '../../platform/process-identity.ts';
import { Lease, type LeaseOptions, STALE_MS, watchLease } from './lease.ts';
import { temporaryFolder } from './testing/tapes.ts';

const held = expect.objectContaining({ code: 'VAULT_HELD' });
const acquire = (dir: string, options: LeaseOptions = {}): Lease => {
  const lease = Lease.acquire(dir, options);
  onTestFinished(() => lease.release());
  return lease;
};
const plant = (dir: string, change: object): void =>
  writeFileSync(
    join(dir, 'lease.json'),
    JSON.stringify({ id: 'planted', ...ownIdentity(), heartbeat: Date.now(), ...change }),
  );

test('one lease at a time, and the next as soon as it is given back', async () => {
  const dir = temporaryFolder();
  const first = acquire(dir);
  expect(() => acquire(dir)).toThrow(held);
  expect(() => acquire(dir)).toThrow(`process ${process.pid}`);
  await first.release();
  expect(existsSync(join(dir, 'lease.json'))).toBe(false);
  expect(() => first.demand()).toThrow(held);
  acquire(dir).demand();
});

test('a process of this machine that is gone has no lease, however fresh its heartbeat', async () => {
  const dir = temporaryFolder();
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  plant(dir, { pid: child.pid, started: '' });
  acquire(dir).demand();
});

test('a process of this machine that lives keeps its lease, however old its heartbeat', () => {
  const dir = temporaryFolder();
  plant(dir, { heartbeat: 0 });
  expect(() => acquire(dir)).toThrow(held);
});

test('after a reboot of this machine the lease is free at once', () => {
  const dir = temporaryFolder();
  plant(dir, { boot: 'the boot before' });
  acquire(dir).demand();
});

describe.each([
  ['another machine', { host: 'elsewhere', pid: 7 }],
  ['another pid namespace of this machine', { pidNamespace: 'pid:[1]' }],
])('a lease of %s', (_, other) => {
  const quick = { staleMs: 300, pollMs: 20 };

  test('is not taken for what its clock says', () => {
    for (const heartbeat of [0, Date.now(), Date.now() + 10 * STALE_MS]) {
      const dir = temporaryFolder();
      plant(dir, { ...other, heartbeat });
      expect(() => acquire(dir)).toThrow(held);
    }
  });

  test('may be taken when no heartbeat came while it was watched, and it is still the same', async () => {
    const dir = temporaryFolder();
    plant(dir, { ...other, heartbeat: Date.now() + 10 * STALE_MS });
    const heard: string[] = [];
    const began = performance.now();
    const silent = await watchLease(dir, { ...quick, waits: (holder) => heard.push(holder) });
    expect(performance.now() - began).toBeGreaterThanOrEqual(quick.staleMs);
    expect(heard).toEqual([expect.stringMatching(/^process \d+ on /)]);
    const taken = Lease.acquire(dir, { silent });
    taken.demand();
    await taken.release();
    plant(dir, { ...other, heartbeat: 1 });
    expect(() => Lease.acquire(dir, { silent })).toThrow(held);
  });

  test('is held as soon as its heartbeat changes, however old the clocks say that it is', async () => {
    const dir = temporaryFolder();
    plant(dir, { ...other, heartbeat: 0 });
    const beat = setTimeout(() => plant(dir, { ...other, heartbeat: 1 }), 50);
    const silent = await watchLease(dir, { staleMs: 20_000, pollMs: 20 });
    clearTimeout(beat);
    expect(silent).toBeNull();
    expect(() => Lease.acquire(dir, { silent })).toThrow(held);
  });

  test('is free at once when it is given back', async () => {
    const dir = temporaryFolder();
    plant(dir, other);
    setTimeout(() => rmSync(join(dir, 'lease.json')), 50);
    acquire(dir, { silent: await watchLease(dir, { staleMs: 20_000, pollMs: 20 }) }).demand();
  });

  test('is not waited for by a job that is cancelled', async () => {
    const dir = temporaryFolder();
    plant(dir, other);
    const watched = watchLease(dir, { staleMs: 20_000, signal: AbortSignal.timeout(50) });
    await expect(watched).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

test('a lease of this machine is not watched', async () => {
  const dir = temporaryFolder();
  const waits = (holder: string) => expect.fail(`waited for ${holder}`);
  expect(await watchLease(dir, { waits })).toBeNull();
  plant(dir, {});
  expect(await watchLease(dir, { waits })).toBeNull();
});

test.skipIf(spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status !== 0)(
  'a process that lives keeps its lease before one in a pid namespace of its own',
  () => {
    const dir = temporaryFolder();
    acquire(dir);
    const program = `
      const { Lease } = await import(${JSON.stringify(new URL('./lease.ts', import.meta.url).href)});
      try { Lease.acquire(${JSON.stringify(dir)}); console.log('got'); } catch (error) { console.log(error.code); }`;
    const inside = ['-p', '-f', '--mount-proc', process.execPath, '--input-type=module', '-e', program];
    expect(spawnSync('unshare', inside, { encoding: 'utf8' }).stdout.trim()).toBe('VAULT_HELD');
  },
);

test('a lease that does not parse is nobody’s', () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'lease.json'), '{"id":');
  acquire(dir).demand();
});

test('a heartbeat renews the lease, and finds out that it was taken', async () => {
  const dir = temporaryFolder();
  let now = 1_000_000;
  const lease = acquire(dir, { now: () => now });
  now += 5000;
  await lease.beat();
  expect(JSON.parse(readFileSync(join(dir, 'lease.json'), 'utf8')).heartbeat).toBe(now);
  plant(dir, { host: 'elsewhere' });
  expect(() => lease.demand()).toThrow('taken over by');
  await lease.release();
  expect(existsSync(join(dir, 'lease.json'))).toBe(true);
});

test('a heartbeat on a disk that fails does not reject; a lease that cannot be read is not relied on, and for long is lost', async () => {
  const dir = temporaryFolder();
  let now = 1_000_000;
  const lease = acquire(dir, { now: () => now });
  rmSync(join(dir, 'lease.json'));
  mkdirSync(join(dir, 'lease.json'));
  await lease.beat();
  expect(() => lease.demand()).toThrow(expect.objectContaining({ code: 'IO' }));
  now += STALE_MS;
  await lease.beat();
  expect(() => lease.demand()).toThrow(held);
});

test('a lease that was taken or removed is lost at the next question, without waiting for a heartbeat', () => {
  for (const rob of [(dir: string) => plant(dir, {}), (dir: string) => rmSync(join(dir, 'lease.json'))]) {
    const dir = temporaryFolder();
    const lease = acquire(dir);
    rob(dir);
    expect(() => lease.demand()).toThrow(held);
  }
});

test('of many processes that ask at once, one gets the lease', async () => {
  const dir = temporaryFolder();
  plant(dir, { boot: 'the boot before' });
  const program = `
    const { Lease } = await import(${JSON.stringify(new URL('./lease.ts', import.meta.url).href)});
    try { Lease.acquire(${JSON.stringify(dir)}); console.log('got'); setTimeout(() => {}, 60_000); } catch (error) { console.log(error.code); }`;
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '-e', program]));
  const answers = await Promise.all(children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
  for (const child of children) child.kill('SIGKILL');
  expect(answers.filter((answer) => answer === 'got')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'VAULT_HELD')).toHaveLength(5);
});
