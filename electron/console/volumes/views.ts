import { existsSync } from 'node:fs';
import type { ExportView, MapView, SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import type { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import type { SnapshotRow, VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';

const RUNS_MOST = 10_000;

export const mapView = (map: SegmentMap): MapView => {
  const runs: [number, number][] = [];
  let more = false;
  for (const { start, count } of map.runs()) {
    more = runs.length === RUNS_MOST;
    if (more) break;
    runs.push([start, count]);
  }
  return { segments: map.count(), runs, more };
};

export const volumeView = (space: VolumeSpace, row: VolumeRow, exports: readonly ExportView[]): VolumeView => {
  const { id, name, path, size, segmentBytes, preserve, storage, policy } = row;
  const used = (space.peek(id)?.index.used ?? 0) * segmentBytes;
  return {
    id,
    name,
    path,
    size,
    segmentBytes,
    segments: Math.ceil(size / segmentBytes),
    preserve,
    storage: { ...storage, bytesUsed: used },
    onFull: policy.onFull,
    blockMs: policy.blockMs,
    state: stateOf(space, row),
    snapshots: space.snapshots
      .filter(({ holds }) => holds.some(({ volume }) => volume === id))
      .map((snapshot) => snapshot.id),
    checkpoints: space.checkpoints
      .filter(({ volumes }) => volumes.some((one) => one.id === id))
      .map(({ id: checkpoint, createdAt, set }) => ({ id: checkpoint, createdAt, set })),
    changes: space.changesKnown(id),
    exports: [...exports],
  };
};

const stateOf = (space: VolumeSpace, { id, path }: VolumeRow): VolumeView['state'] => {
  if (!existsSync(path)) return 'missing';
  return space.inUse(id) ? 'in-use' : 'idle';
};

export const snapshotView = (
  space: VolumeSpace,
  { id, checkpoint, createdAt, purpose, holds }: SnapshotRow,
): SnapshotView => ({
  id,
  checkpoint,
  createdAt,
  purpose,
  volumes: holds.map(({ volume: volumeId, place, lost }) => {
    const { name } = space.row(volumeId);
    // To look is not to use: a volume that is in use relies on nobody else writing to its disk.
    const volume = space.peek(volumeId);
    if (volume === null) return { name, lost, read: lost !== null, preserved: 0 };
    const { memory, index } = volume;
    const lostNow = (memory.invalid & (1 << place)) === 0 ? null : memory.lostReason(place);
    return { name, lost: lostNow, read: true, preserved: index.of(place).length };
  }),
});
