import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { report, restart, tell, watched } from './main-thread.ts';

/** As many as the live view has lanes, and as nice as the threads that move data. */
const LANES = 4;
const NICE = 7;

/**
 * What the machine itself keeps from a page: one that works about as much as the live view does, and nothing of Coldframe,
 * while programs of the system read a file in the page cache, write it to the disk and take its digest, four beside each other.
 */
export const machineAlone = async (
  page: Page,
  watcher: string,
  seconds: number,
  { source, lane }: { readonly source: string; readonly lane: (number: number) => string },
): Promise<void> => {
  await page.evaluate(watcher);
  await page.evaluate(`
    const work = (ms) => { for (const until = performance.now() + ms; performance.now() < until; ); };
    const eachFrame = () => { work(1); requestAnimationFrame(eachFrame); };
    eachFrame();
    setInterval(() => work(10), 250);
  `);
  const lanes = Array.from({ length: LANES }, (_, number) => move(source, lane(number)));
  try {
    await sleep(10_000);
    await restart(page);
    const written = () => lanes.reduce((sum, { file }) => sum + statSync(file).blocks * 512, 0);
    const before = written();
    await sleep(seconds * 1000);
    tell(`a page beside programs of the system, ${seconds} s`, await watched(page));
    report('written by those', `${((written() - before) / seconds / 1e6).toFixed(0)} MB/s`);
  } finally {
    for (const { child } of lanes) {
      process.kill(-(child.pid as number), 'SIGKILL');
      await once(child, 'exit');
    }
  }
};

const move = (source: string, file: string): { readonly child: ChildProcess; readonly file: string } => {
  const script = `while :; do dd if="$1" bs=1M status=none; done | tee "$2" | sha256sum`;
  const child = spawn('nice', ['-n', String(NICE), 'sh', '-c', script, 'sh', source, file], {
    detached: true,
    stdio: 'ignore',
  });
  return { child, file };
};
