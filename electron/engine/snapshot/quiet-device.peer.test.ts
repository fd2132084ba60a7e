import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeUnlessMissing, missingPeers } from '../../platform/testing/peers.ts';
import { Scene } from './testing/scene.ts';

const SEGMENT = 4096;
const SEGMENTS = 8;
const missing = missingPeers(['losetup'], process.env);
if (process.getuid?.() !== 0) missing.push('root');

describeUnlessMissing('a block device under management', missing, () => {
  test('counts as changed everywhere while it is not served: it does not tell who wrote to it', async () => {
    const scene = new Scene();
    const file = join(scene.folder, 'behind.img');
    writeFileSync(file, '');
    truncateSync(file, SEGMENTS * SEGMENT);
    const device = spawnSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).stdout.trim();
    try {
      const id = scene.space.add({
        name: 'device',
        path: device,
        size: SEGMENTS * SEGMENT,
        segmentBytes: SEGMENT,
        preserve: 'protected',
        storage: { kind: 'file', bytes: SEGMENTS * SEGMENT },
        policy: { onFull: 'invalidate', blockMs: 0 },
      });
      const snapshot = async () => {
        const row = await scene.space.snapshot({ volumes: [id], purpose: 'backup', freezeMs: 1000 });
        return { ...row, volume: scene.space.volume(id) };
      };
      const first = await snapshot();
      // Looked at while it is held, it stays as it is.
      expect(scene.space.volume(id)).toBe(first.volume);
      scene.space.release(first.id);
      expect(scene.space.volume(id)).toBe(first.volume);
      expect(scene.space.changed(id, first.checkpoint).count()).toBe(SEGMENTS);
      const second = await snapshot();
      expect(scene.space.changed(id, first.checkpoint, second.checkpoint).count()).toBe(SEGMENTS);
      scene.space.release(second.id);
      // Served, what is written is known.
      scene.device(id).write(Buffer.alloc(SEGMENT, 1), 0, false);
      expect(scene.space.changed(id, second.checkpoint).count()).toBe(1);
    } finally {
      scene.remove();
      spawnSync('losetup', ['--detach', device]);
    }
  });
});
