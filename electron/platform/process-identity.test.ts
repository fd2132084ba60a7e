import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAlive, isNearby, ownIdentity } from './process-identity.ts';

test('this process is alive, and one that had its pid at another time or in another boot is not', () => {
  const own = ownIdentity();
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, boot: 'another' })).toBe(false);
  if (own.started !== '') expect(isAlive({ ...own, started: '1' })).toBe(false);
});

test('a process that ended is not alive', async () => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  expect(isAlive({ ...ownIdentity(), pid, started: '' })).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'a process that ended and that nobody asked about yet is not alive',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const identity = { ...ownIdentity(), pid: Number(said.toString()), started: '' };
      expect(isAlive(identity)).toBe(true);
      await expect.poll(() => isAlive(identity), { timeout: 5000 }).toBe(false);
      expect(readFileSync(`/proc/${identity.pid}/stat`, 'latin1')).toMatch(/\) Z /);
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

test('a process of another host, another installation or another pid namespace cannot be looked at from here', () => {
  const own = ownIdentity();
  expect(isNearby({ ...own, pid: 1 })).toBe(true);
  for (const other of [{ host: 'x' }, { machine: 'x' }, { pidNamespace: 'pid:[1]' }])
    expect(isNearby({ ...own, ...other })).toBe(false);
  if (process.platform === 'linux') expect(own.pidNamespace).toMatch(/^pid:\[\d+\]$/);
});
