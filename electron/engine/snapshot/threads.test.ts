import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceSpec } from './open-device.ts';
import { Scene } from './testing/scene.ts';

const WRITERS = 3;
const SEGMENTS = 64;
const SEGMENT = 4096;

/** Writes a number to one volume, then to the other, then the next one; elsewhere too, so that segments are touched for the first time. */
const program = `
  const { workerData } = require('node:worker_threads');
  import(workerData.module).then(({ openDevice }) => {
    const devices = workerData.specs.map((spec) => openDevice(spec));
    const number = Buffer.alloc(8);
    for (let n = 1; Atomics.load(workerData.stop, 0) === 0; n += 1) {
      number.writeDoubleLE(n);
      for (const device of devices) {
        device.write(number, workerData.at, false);
        device.write(number, workerData.at + ((n % 20) + 1) * ${WRITERS} * ${SEGMENT}, false);
      }
    }
    for (const device of devices) device.close();
  });`;

test('a snapshot of two volumes shows one moment of all writers, and keeps showing it', async () => {
  const scene = new Scene();
  onTestFinished(() => scene.remove());
  const ids = ['one', 'two'].map((name) =>
    scene.add(name, SEGMENTS * SEGMENT, { storage: { kind: 'file', bytes: 8 * SEGMENTS * SEGMENT } }),
  );
  const specs = ids.map(
    (id): DeviceSpec => ({
      kind: 'managed',
      parts: scene.space.managed(id),
      disk: { kind: 'file', path: scene.space.row(id).path, readOnly: false },
    }),
  );
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const module = new URL('./open-device.ts', import.meta.url).href;
  const workers = Array.from(
    { length: WRITERS },
    (_, at) => new Worker(program, { eval: true, workerData: { module, specs, stop, at: at * SEGMENT } }),
  );
  const ended = workers.map(
    async (worker) => await new Promise<void>((done, fail) => worker.once('exit', () => done()).once('error', fail)),
  );
  const numbers = (snapshot: string, id: string): number[] => {
    const image = scene.frozen(snapshot, id);
    return workers.map((_, at) => {
      const number = Buffer.alloc(8);
      image.read(number, at * SEGMENT);
      return number.readDoubleLE();
    });
  };
  const seen: { id: string; one: number[]; two: number[] }[] = [];
  const everyoneWrote = (): boolean => seen.at(-1)?.one.every((number) => number > 0) ?? false;
  while (seen.length < 30 || !everyoneWrote()) {
    const { id } = await scene.space.snapshot({ volumes: ids, purpose: 'keep', freezeMs: 5000 });
    const [one = [], two = []] = ids.map((volume) => numbers(id, volume));
    seen.push({ id, one, two });
    for (const [at, number] of one.entries()) expect([number, number - 1]).toContain(two[at]);
    await new Promise((done) => setTimeout(done, 5));
    expect(ids.map((volume) => numbers(id, volume))).toEqual([one, two]);
    const old = seen.at(-6);
    if (old !== undefined) scene.space.release(old.id);
  }
  Atomics.store(stop, 0, 1);
  await Promise.all(ended);
  const last = seen.at(-1) ?? { id: '', one: [], two: [] };
  expect(ids.map((volume) => numbers(last.id, volume))).toEqual([last.one, last.two]);
  for (const id of ids) expect(scene.space.volume(id).memory.invalid).toBe(0);
});
