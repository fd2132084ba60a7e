import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isAlive, ownIdentity } from './process-identity.ts';

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
