import { afterEach, describe, expect, test } from 'vitest';
import type { ManagedDevice } from './managed-device.ts';
import { SegmentMap } from './segment-map.ts';
import { Scene } from './testing/scene.ts';

const SEGMENT = 4096;
const scenes: Scene[] = [];
afterEach(() => {
  for (const scene of scenes.splice(0)) scene.remove();
});

/** Segments count from 1, as in figures 7 and 8 of the source document. */
const write = (device: ManagedDevice, ...changes: string[]): void => {
  for (const change of changes) {
    const segment = Number(change[0]) - 1;
    device.write(Buffer.alloc(SEGMENT, change), segment * SEGMENT, false);
  }
};

/** Sends what a backup since a checkpoint has to send, releasing each segment as it is sent, to a replica. */
const backUp = (
  scene: Scene,
  id: string,
  snapshot: string,
  since: string | null,
  replica: Map<number, string>,
): string[] => {
  const checkpoint = scene.space.snapshots.find((row) => row.id === snapshot)?.checkpoint ?? null;
  const image = scene.frozen(snapshot, id);
  const needed = scene.space.changed(id, since, checkpoint);
  needed.removeMap(scene.space.volume(id).memory.unprotected);
  const sent: string[] = [];
  for (const { start, count } of needed.runs()) {
    for (let segment = start; segment < start + count; segment += 1) {
      const content = Buffer.alloc(SEGMENT);
      image.read(content, segment * SEGMENT);
      image.copied(segment, 1);
      sent.push(content.toString('latin1', 0, 2));
      replica.set(segment + 1, content.toString('latin1', 0, 2));
    }
  }
  return sent;
};

/** What the snapshot storage holds, as `1` or `3b`. */
const preserved = (scene: Scene, id: string, snapshot: string): string[] => {
  const image = scene.frozen(snapshot, id);
  const { index } = scene.space.volume(id);
  const segments = index.of(0).map(({ segment }) => segment);
  return segments
    .toSorted((a, b) => a - b)
    .map((segment) => {
      const content = Buffer.alloc(SEGMENT);
      image.read(content, segment * SEGMENT);
      return content[0] === 0 ? String(segment + 1) : content.toString('latin1', 0, 2);
    });
};

/** Six segments of which some are unprotected, with a checkpoint before the first write. */
const begun = async (preserve: 'protected' | 'all', ...unprotected: number[]) => {
  const scene = new Scene();
  scenes.push(scene);
  const id = scene.add('disk', 6 * SEGMENT, { preserve });
  const map = new SegmentMap(6);
  for (const segment of unprotected) map.add(segment);
  await scene.space.protect(id, map);
  const start = await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
  scene.space.release(start.id);
  return { scene, id, device: scene.device(id), start };
};

describe.each(['all', 'protected'] as const)('six segments, the third unprotected, preserving %s', (preserve) => {
  const keeping = { all: ['1', '3b'], protected: ['1'] }[preserve];

  test('each backup sends the last content before its snapshot, and the third segment never', async () => {
    const { scene, id, device, start } = await begun(preserve, 2);
    const replica = new Map<number, string>();

    write(device, '3a', '4a', '3b', '4b', '6a');
    const t1 = await scene.space.snapshot({ volumes: [id], purpose: 'backup', freezeMs: 1000 });
    write(device, '1a', '3c');
    expect(preserved(scene, id, t1.id)).toEqual(keeping);

    expect(backUp(scene, id, t1.id, start.checkpoint, replica)).toEqual(['4b', '6a']);
    expect(Object.fromEntries(replica)).toEqual({ 4: '4b', 6: '6a' });

    write(device, '1b', '4c', '6b');
    expect(preserved(scene, id, t1.id)).toEqual(keeping);
    scene.space.release(t1.id);
    const t2 = await scene.space.snapshot({ volumes: [id], purpose: 'backup', freezeMs: 1000 });
    // Counted for each snapshot by itself, in whatever place it is held.
    expect(scene.space.sideFile(t2.id)).toEqual({ copied: 0, read: 0 });
    expect(backUp(scene, id, t2.id, t1.checkpoint, replica)).toEqual(['1b', '4c', '6b']);
    expect(Object.fromEntries(replica)).toEqual({ 1: '1b', 4: '4c', 6: '6b' });
  });

  test('what is overwritten before it was sent is preserved, and sent as it was', async () => {
    const { scene, id, device, start } = await begun(preserve, 2);

    write(device, '3a', '4a', '3b', '4b', '6a');
    const t1 = await scene.space.snapshot({ volumes: [id], purpose: 'backup', freezeMs: 1000 });
    write(device, '1a', '3c', '1b', '4c', '6b');
    const copied = keeping.length + 2;
    expect(scene.space.sideFile(t1.id)).toEqual({ copied, read: 0 });
    expect(preserved(scene, id, t1.id)).toEqual([...keeping, '4b', '6a']);
    expect(scene.space.sideFile(t1.id)).toEqual({ copied, read: copied });
    expect(backUp(scene, id, t1.id, start.checkpoint, new Map())).toEqual(['4b', '6a']);
    expect(scene.space.sideFile(t1.id)).toEqual({ copied, read: copied + 2 });
    expect(preserved(scene, id, t1.id)).toEqual(keeping);
  });

  test('a snapshot for one backup preserves nothing that it does not need', async () => {
    const { scene, id, device, start } = await begun(preserve);

    write(device, '4a', '6a');
    const since = new Map([[id, start.checkpoint]]);
    const t1 = await scene.space.snapshot({ volumes: [id], purpose: 'backup', since, freezeMs: 1000 });
    write(device, '1a', '4b');
    expect(preserved(scene, id, t1.id)).toEqual(['4a']);
    expect(backUp(scene, id, t1.id, start.checkpoint, new Map())).toEqual(['4a', '6a']);
    write(device, '6b');
    expect(preserved(scene, id, t1.id)).toEqual([]);
  });
});
