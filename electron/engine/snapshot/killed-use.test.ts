import { closeSync, cpSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

const SEGMENT = 4096;
const SEGMENTS = 8;
/** Longer than what may be a late write of the process that was killed. */
const LATER_MS = 1100;

let scene: Scene;
let id: string;
beforeEach(() => {
  scene = new Scene();
  id = scene.add('disk', SEGMENTS * SEGMENT);
});
afterEach(() => scene.remove());

const snapshot = async () => await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
const write = (segment: number): void => scene.device(id).write(Buffer.alloc(SEGMENT, 0x11), segment * SEGMENT, false);

/** Writes a segment past the engine. */
const writePast = (segment: number): void => {
  const fd = openSync(scene.space.row(id).path, 'r+');
  writeSync(fd, Buffer.alloc(SEGMENT, 0xee), 0, SEGMENT, segment * SEGMENT);
  closeSync(fd);
};

const expectDistrust = (checkpoint: string, held: string): void => {
  expect(scene.space.changed(id, checkpoint).count()).toBe(SEGMENTS);
  expect(scene.space.snapshots).toMatchObject([{ holds: [{ lost: 'restart' }] }]);
  expect(() => scene.frozen(held, id).read(Buffer.alloc(SEGMENT), 0)).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_LOST' }),
  );
};

test('what was written past us after a kill makes everything count as changed, and held snapshots are lost', async () => {
  const { checkpoint, id: held } = await snapshot();
  write(2);
  scene.kill();
  await sleep(LATER_MS);
  // Time alone is nobody who wrote; and another kill before anything is written changes nothing.
  expect(scene.space.changed(id, checkpoint).count()).toBe(1);
  scene.kill();
  expect(scene.space.changed(id, checkpoint).count()).toBe(1);
  write(3);
  scene.kill();
  await sleep(LATER_MS);
  writePast(5);
  expectDistrust(checkpoint, held);
});

test('of a volume that was not served every write past us is seen, however soon', async () => {
  const { checkpoint, id: held } = await snapshot();
  write(2);
  scene.space.rest(id);
  scene.kill();
  expect(scene.space.changed(id, checkpoint).count()).toBe(1);
  writePast(5);
  scene.kill();
  expectDistrust(checkpoint, held);
});

test('what is distrusted is trusted again from the next snapshot on', async () => {
  const { checkpoint, id: held } = await snapshot();
  scene.kill();
  writePast(5);
  expectDistrust(checkpoint, held);
  const next = await snapshot();
  write(6);
  scene.kill();
  expect(scene.space.changed(id, next.checkpoint).count()).toBe(1);
});

test('without a note that can be read nothing is known', async () => {
  const { checkpoint, id: held } = await snapshot();
  write(2);
  scene.kill();
  writeFileSync(join(scene.folder, 'space', id, 'last-use'), '{"until":');
  expectDistrust(checkpoint, held);
});

test('a home that was put back from a copy does not know what was written since', async () => {
  const { checkpoint, id: held } = await snapshot();
  write(2);
  const [folder, copy] = [join(scene.folder, 'space'), join(scene.folder, 'copy')];
  cpSync(folder, copy, { recursive: true });
  await sleep(LATER_MS);
  write(3);
  scene.kill();
  rmSync(folder, { recursive: true });
  cpSync(copy, folder, { recursive: true });
  scene.kill();
  expectDistrust(checkpoint, held);
});
