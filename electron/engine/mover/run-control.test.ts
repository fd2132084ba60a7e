import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createPace, Pace } from '../../platform/pace.ts';
import { createRunControl, RunControl } from './run-control.ts';

const paces = () => ({ source: createPace(), vault: createPace() });

test('turns are as far apart as their bytes take, whoever takes them', () => {
  const shared = createPace();
  const [one, other] = [new Pace(shared), new Pace(shared)];
  expect(one.limited).toBe(false);
  one.set(1_000_000);
  expect([other.limited, other.rate]).toEqual([true, 1_000_000]);
  const turns = [one, other, one, other].map((pace) => pace.take(1_000_000));
  const [first] = turns as [(typeof turns)[number]];
  expect(turns.map(({ at }) => Number(at - first.at))).toEqual([0, 1e9, 2e9, 3e9]);
  other.giveBack(turns[3] as typeof first);
  expect(Number(one.take(1).at - first.at)).toBe(3e9);
  // By another rate nobody waits for a turn of the old one.
  other.set(500);
  expect(turns.map((turn) => one.until(turn))).toEqual([0, 0, 0, 0]);
  one.set(null);
  expect(one.until(one.take(1e12))).toBeLessThanOrEqual(0);
});

test('who waits for a limit goes on when it is lifted, and ends when the job does', async () => {
  const limits = paces();
  const pace = new Pace(limits.vault);
  pace.set(1000);
  const control = new RunControl(createRunControl(limits));
  expect([control.limited('vault'), control.limited('source')]).toEqual([true, false]);
  await control.pace('vault', 1e9);
  const waiting = control.pace('vault', 5e8);
  expect(control.waiting).toBe(1);
  pace.set(null);
  await waiting;
  expect(control.waiting).toBe(0);

  pace.set(1000);
  await control.pace('vault', 1000);
  const cancelled = expect(control.pace('vault', 1e9)).rejects.toMatchObject({ code: 'CANCELLED' });
  control.cancel();
  await cancelled;
  // What it did not use is there for the others.
  expect(pace.until(pace.take(1))).toBeLessThanOrEqual(1000);
});

test('a thread that makes no promises waits, too, and a pause goes before the limit', async () => {
  const limits = paces();
  const shared = createRunControl(limits);
  new Pace(limits.vault).set(1_000_000);
  const control = new RunControl(shared);
  control.pause();
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     import(workerData.module).then(({ RunControl }) => {
       const control = new RunControl(workerData.shared);
       const began = performance.now();
       for (let turn = 0; turn < 3; turn += 1) control.paceSync('vault', 100_000);
       parentPort.postMessage(performance.now() - began);
     });`,
    { eval: true, workerData: { module: new URL('./run-control.ts', import.meta.url).href, shared } },
  );
  const took = new Promise<number>((done) => {
    worker.once('message', done);
  });
  await expect.poll(() => control.waiting, { timeout: 10_000 }).toBe(1);
  control.resume();
  expect(await took).toBeGreaterThanOrEqual(190);
  await worker.terminate();
});
