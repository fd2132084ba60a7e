import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

const SEGMENT = 4096;

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});
afterEach(() => scene.remove());

test('a volume whose disk gets other content counts as changed everywhere, also on the same machine after a kill', async () => {
  const id = scene.add('disk', 8 * SEGMENT);
  const { checkpoint } = await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
  for (const { id: snapshot } of scene.space.snapshots) scene.space.release(snapshot);
  expect(scene.space.changed(id, checkpoint).count()).toBe(0);
  expect(scene.space.changesKnown(id)).toBe('known');
  await scene.space.setAside(id, 1000);
  expect(scene.space.inUse(id)).toBe(false);
  scene.kill();
  // Told before somebody takes it up, and after that until there is a new checkpoint.
  expect(scene.space.changesKnown(id)).toBe('unknown');
  expect(scene.space.inUse(id)).toBe(false);
  scene.space.volume(id);
  expect(scene.space.changed(id, checkpoint).count()).toBe(8);
  expect(scene.space.changesKnown(id)).toBe('unknown');
  await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
  expect(scene.space.changesKnown(id)).toBe('known');
});

test('a volume that holds a snapshot is not set aside: its frozen image needs the disk', async () => {
  const id = scene.add('disk', 8 * SEGMENT);
  await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
  await expect(scene.space.setAside(id, 1000)).rejects.toMatchObject({ code: 'VOLUME_IN_USE' });
  expect(scene.space.inUse(id)).toBe(true);
});

test('while it is set aside nobody takes it up, and what is known of the others goes on', async () => {
  const [id, other] = [scene.add('disk', 8 * SEGMENT), scene.add('other', 8 * SEGMENT)];
  const { checkpoint } = await scene.space.snapshot({ volumes: [id, other], purpose: 'keep', freezeMs: 1000 });
  for (const { id: snapshot } of scene.space.snapshots) scene.space.release(snapshot);
  const { giveBack } = await scene.space.setAside(id, 1000);
  const refused = { code: 'VOLUME_IN_USE' };
  expect(() => scene.space.volume(id)).toThrow(expect.objectContaining(refused));
  await expect(scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 })).rejects.toMatchObject(refused);
  await expect(scene.space.setAside(id, 1000)).rejects.toMatchObject(refused);
  await expect(scene.space.remove(id)).rejects.toMatchObject(refused);
  await scene.space.dropCheckpoint(checkpoint);
  expect(scene.space.inUse(id)).toBe(false);
  giveBack();
  scene.space.volume(id);
  expect(scene.space.changed(id, null).count()).toBe(8);
});

test('its disk may be gone: it is to be replaced', async () => {
  const id = scene.add('disk', 8 * SEGMENT);
  scene.space.volume(id);
  rmSync(scene.space.row(id).path);
  await scene.space.setAside(id, 1000);
  expect(scene.space.inUse(id)).toBe(false);
});

test('what is no volume is not removed, and of two removals one is', async () => {
  const id = scene.add('disk', 8 * SEGMENT);
  const nobody = { code: 'NO_SUCH_VOLUME' };
  for (const none of ['nope', '']) await expect(scene.space.remove(none)).rejects.toMatchObject(nobody);
  await expect(scene.space.setAside('nope', 1000)).rejects.toMatchObject(nobody);
  expect(scene.space.changed(id, null).count()).toBe(8);
  const [one, other] = await Promise.allSettled([scene.space.remove(id), scene.space.remove(id)]);
  expect(one.status).toBe('fulfilled');
  expect(other).toMatchObject({ status: 'rejected', reason: nobody });
});
