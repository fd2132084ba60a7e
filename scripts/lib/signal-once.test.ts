import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

const preload = join(import.meta.dirname, 'signal-once.cjs');

/** Starts a process that writes a line when it is ready and one for every SIGINT, and collects what it wrote. */
async function startCounter(listener: string) {
  const script = `${listener}; setTimeout(() => {}, 10_000); console.log('ready')`;
  const child = spawn(process.execPath, ['--require', preload, '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.on('data', (data) => lines.push(...String(data).trim().split('\n')));
  await once(child.stdout, 'data');
  return { child, lines };
}

test('echoes of one Ctrl-C reach the console once, a second Ctrl-C reaches it again', async () => {
  const { child, lines } = await startCounter(`process.on('SIGINT', () => console.log('interrupted'))`);
  for (const pauseMs of [30, 30, 400, 30]) {
    child.kill('SIGINT');
    await sleep(pauseMs);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(lines).toEqual(['ready', 'interrupted', 'interrupted']);
});

test('a console that does not listen is ended by the signal', async () => {
  const { child } = await startCounter('');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
});
