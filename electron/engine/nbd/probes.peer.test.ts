import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { peerOutput } from '../../platform/testing/run-peer.ts';
import type { ManagedDevice } from '../snapshot/managed-device.ts';
import { SegmentMap } from '../snapshot/segment-map.ts';
import { Scene } from '../snapshot/testing/scene.ts';
import { Serving } from './testing/serving.ts';

const SEGMENT = 4096;
const SEGMENTS = 40;
const script = join(import.meta.dirname, 'testing/fixtures/probes.py');

describeWithPeers('nbdsh', ['nbdsh'], () => {
  test('is told what the protocol demands, of options in any order, of every flag, and of what is out of bounds', async () => {
    const scene = new Scene();
    const serving = await Serving.start();
    try {
      const id = scene.add('disk', SEGMENTS * SEGMENT, { segmentBytes: SEGMENT });
      const unwanted = new SegmentMap(SEGMENTS);
      unwanted.add(2);
      await scene.space.protect(id, unwanted);
      const first = await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
      const disk = { kind: 'file', path: scene.space.row(id).path, readOnly: false } as const;
      const device: ManagedDevice = scene.device(id);
      device.write(Buffer.alloc(2 * SEGMENT, 'b'), 5 * SEGMENT, false);
      const second = await scene.space.snapshot({ volumes: [id], purpose: 'keep', freezeMs: 1000 });
      serving.server.addExport('disk', { kind: 'managed', parts: scene.space.managed(id), disk });
      serving.server.addExport('frozen', { kind: 'frozen', parts: scene.space.frozen(second.id, id), disk });
      serving.image('other', SEGMENTS * SEGMENT);
      serving.image('large', 40 << 20);
      const said = await peerOutput('env', [
        // The system's Python has the module, whatever else is on PATH.
        `PATH=/usr/bin:/bin`,
        `PROBE_SOCKET=${serving.path('nbd.sock')}`,
        `PROBE_CHECKPOINT=${first.checkpoint.slice(0, 12)}`,
        'nbdsh',
        '-c',
        `exec(open(${JSON.stringify(script)}).read())`,
      ]);
      expect(said.trim()).toMatch(/^probes [5-9]\d$/);
    } finally {
      await serving.end();
      scene.remove();
    }
  });
});
