import { describe, expect, test } from 'vitest';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { conditionOf, isRead, mattersOf } from './volume-matters.ts';

const served = {
  export: 'disk',
  server: 's',
  uri: 'nbd://127.0.0.1:1/disk',
  readOnly: false,
  clients: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

const volume = (part: Partial<VolumeView>): VolumeView => ({
  id: 'v',
  name: 'disk',
  path: '/srv/disk.img',
  size: 1024,
  segmentBytes: 64,
  segments: 16,
  preserve: 'protected',
  storage: { kind: 'file', bytes: 100, bytesUsed: 0 },
  onFull: 'block',
  blockMs: 5000,
  state: 'in-use',
  snapshots: [],
  checkpoints: [],
  exports: [],
  ...part,
});

const snapshot = (...lost: (string | null)[]): SnapshotView => ({
  id: 'a',
  checkpoint: 'a',
  createdAt: '2026-01-01T00:00:00Z',
  purpose: 'keep',
  volumes: lost.map((reason, index) => ({ name: `disk${index}`, lost: reason, preserved: 0 })),
});

describe('a volume', () => {
  test('is in use while somebody is connected to it or to a frozen image of it', () => {
    expect(conditionOf(volume({}))).toBe('idle');
    expect(conditionOf(volume({ exports: [served] }))).toBe('served');
    expect(conditionOf(volume({ exports: [served, { ...served, export: 'disk@a', clients: 1 }] }))).toBe('in-use');
    expect(conditionOf(volume({ exports: [served], state: 'missing' }))).toBe('missing');
  });

  test('that nobody uses says nothing of what its snapshots hold', () => {
    expect(isRead(volume({ snapshots: ['a'] }))).toBe(true);
    expect(isRead(volume({ snapshots: ['a'], state: 'idle' }))).toBe(false);
    expect(isRead(volume({ snapshots: ['a'], state: 'missing' }))).toBe(false);
    expect(isRead(volume({ state: 'idle' }))).toBe(true);
  });

  test('needs a person when its disk is missing or its storage nearly full of what is held', () => {
    const full = { kind: 'file' as const, bytes: 100, bytesUsed: 85 };
    expect(mattersOf([volume({})], [])).toEqual([]);
    expect(mattersOf([volume({ storage: full })], [])).toEqual([]);
    const crowded = volume({ storage: full, snapshots: ['a'] });
    const gone = volume({ state: 'missing' });
    const held = { ...snapshot(null), volumes: [{ name: 'disk', lost: null, read: true, preserved: 9 }] };
    expect(mattersOf([crowded], [])).toEqual([]);
    expect(mattersOf([crowded, gone], [held])).toEqual([
      { kind: 'missing', volume: gone },
      { kind: 'nearly-full', volume: crowded },
    ]);
  });

  test('needs a person once for each snapshot that was lost, whatever the number of its volumes', () => {
    expect(mattersOf([], [snapshot(null, null)])).toEqual([]);
    const lost = snapshot(null, 'full', 'full');
    expect(mattersOf([], [lost])).toEqual([{ kind: 'lost', snapshot: lost, volume: 'disk1', reason: 'full' }]);
  });
});
