import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Gate } from './gate.ts';

const gate = (): Gate => new Gate(new Int32Array(new SharedArrayBuffer(8)), 1);

test('a gate closes once nobody is inside, and opens again', async () => {
  const it = gate();
  expect(it.enter()).toBe(true);
  const closing = it.close(5000);
  expect(it.closed).toBe(true);
  expect(it.enter(0)).toBe(false);
  it.leave();
  expect(await closing).toBe(true);
  it.open();
  expect(it.enter(0)).toBe(true);
});

test('it opens again when somebody does not leave in time', async () => {
  const it = gate();
  it.enter();
  expect(await it.close(20)).toBe(false);
  expect(it.closed).toBe(false);
  expect(it.enter(0)).toBe(true);
});

test('a thread that waits before a closed gate goes in when it opens', async () => {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const it = new Gate(words, 1);
  await it.close(1000);
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ Gate }) => {
      const gate = new Gate(workerData.words, 1);
      parentPort.postMessage('waits');
      parentPort.postMessage(gate.enter());
    });`;
  const worker = new Worker(program, {
    eval: true,
    workerData: { words, module: new URL('./gate.ts', import.meta.url).href },
  });
  onTestFinished(async () => void (await worker.terminate()));
  const heard: unknown[] = [];
  worker.on('message', (message) => heard.push(message));
  await expect.poll(() => heard).toEqual(['waits']);
  it.open();
  await expect.poll(() => heard).toEqual(['waits', true]);
  expect(words[1]).toBe(1);
});
