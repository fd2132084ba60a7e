import { closeSync, openSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

const SEGMENT = 4096;
const SEGMENTS = 8;

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});
afterEach(() => scene.remove());

const snapshot = async (id: string) => await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });

/** Writes a segment past the engine. */
const writePast = (id: string, segment: number): void => {
  const fd = openSync(scene.space.row(id).path, 'r+');
  writeSync(fd, Buffer.alloc(SEGMENT, 0xee), 0, SEGMENT, segment * SEGMENT);
  closeSync(fd);
};

const write = (id: string, segment: number): void =>
  scene.device(id).write(Buffer.alloc(SEGMENT, 0x11), segment * SEGMENT, false);

test('what is written past us while nobody writes through us makes the interval count as changed everywhere', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  const { checkpoint, id: first } = await snapshot(id);
  scene.space.release(first);
  write(id, 2);
  scene.space.rest(id);
  expect([...scene.space.changed(id, checkpoint).runs()]).toHaveLength(1);
  writePast(id, 5);
  expect(scene.space.changed(id, checkpoint).count()).toBe(SEGMENTS);
  const { checkpoint: second } = await snapshot(id);
  expect(scene.space.changed(id, checkpoint, second).count()).toBe(SEGMENTS);
  expect(scene.space.changed(id, second).count()).toBe(0);
});

test('a volume that was looked at only is no different, nor one that was just taken under management', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  const { checkpoint, id: first } = await snapshot(id);
  scene.space.release(first);
  writePast(id, 0);
  expect(scene.space.changed(id, checkpoint).count()).toBe(SEGMENTS);
  const { checkpoint: next, id: second } = await snapshot(id);
  scene.space.release(second);
  await scene.restart();
  expect(scene.space.changed(id, next).count()).toBe(0);
  writePast(id, 1);
  expect(scene.space.changed(id, next).count()).toBe(SEGMENTS);
});

test('a volume that could not be served after all rested all along', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  const { checkpoint } = await snapshot(id);
  writePast(id, 5);
  scene.space.rest(id);
  expect(scene.space.changed(id, checkpoint).count()).toBe(SEGMENTS);
});

test('a snapshot that is held meanwhile is lost, and its frozen image gives nothing wrong', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  write(id, 3);
  scene.space.rest(id);
  const held = await snapshot(id);
  const image = scene.frozen(held.id, id);
  writePast(id, 3);
  scene.space.volume(id);
  expect(scene.space.snapshots).toMatchObject([{ holds: [{ lost: 'restart' }] }]);
  expect(() => image.read(Buffer.alloc(SEGMENT), 3 * SEGMENT)).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_LOST' }),
  );
  expect(() => scene.frozen(held.id, id).read(Buffer.alloc(SEGMENT), 0)).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_LOST' }),
  );
});

test('it is found out at the end, too', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  const { checkpoint, id: first } = await snapshot(id);
  scene.space.release(first);
  writePast(id, 4);
  await scene.restart();
  expect(scene.space.changed(id, checkpoint).count()).toBe(SEGMENTS);
});

test('while it is written to through us nothing is past us', async () => {
  const id = scene.add('disk', SEGMENTS * SEGMENT);
  const { checkpoint, id: first } = await snapshot(id);
  scene.space.release(first);
  write(id, 6);
  scene.space.volume(id);
  write(id, 7);
  expect(scene.space.changed(id, checkpoint).count()).toBe(2);
  scene.space.rest(id);
  await scene.restart();
  expect(scene.space.changed(id, checkpoint).count()).toBe(2);
});
