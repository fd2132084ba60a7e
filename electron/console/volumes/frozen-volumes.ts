import type { ByteString } from '../../../shared/byte-string.ts';
import { byteStringFromText, joinBytes } from '../../../shared/byte-string.ts';
import { WHOLE_DIGEST_BYTES } from '../../../shared/model/element.ts';
import type { SetId } from '../../../shared/units.ts';
import { blocksOf, together, type Unprotected, without } from '../../engine/snapshot/block-runs.ts';
import type { DeviceSpec } from '../../engine/snapshot/open-device.ts';
import type { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { segmentsInPiece } from '../backup/scan-volumes.ts';
import type { VolumeToScan } from '../backup/volume-to-scan.ts';
import type { FrozenVolumes } from '../use-cases.ts';

const FREEZE_MS = 30_000;

/** Freezes volumes for a backup that builds on the set `parent`, or on none. */
export const freezeForBackup = async (
  space: VolumeSpace,
  rows: readonly VolumeRow[],
  parent: SetId | null,
): Promise<FrozenVolumes> => {
  const since = new Map(
    rows.map((row) => [row.id, row.size <= WHOLE_DIGEST_BYTES ? null : checkpointOf(space, row.id, parent)]),
  );
  const group = Math.max(...rows.map(({ segmentBytes }) => segmentsInPiece(segmentBytes)));
  const ids = rows.map(({ id }) => id);
  const snapshot = await space.snapshot({ volumes: ids, purpose: 'backup', since, group, freezeMs: FREEZE_MS });
  try {
    const takenAt = Date.parse(snapshot.createdAt);
    const volumes = rows.map(({ id }): VolumeToScan => {
      // As it was taken up for the snapshot: its disk may have grown since it was last used.
      const row = space.row(id);
      const device: DeviceSpec = { kind: 'frozen', parts: space.frozen(snapshot.id, id), disk: diskOf(row) };
      const changed = space.changed(id, since.get(id) ?? null, snapshot.checkpoint);
      return toScan(row, { device, changed, unprotected: space.unprotectedAt(snapshot.id, id), takenAt });
    });
    return {
      volumes,
      written: (set, full) => {
        space.pin(snapshot.checkpoint, { id: set, full });
      },
      sideFile: () => space.sideFile(snapshot.id),
      end: async () => {
        space.release(snapshot.id);
      },
    };
  } catch (error) {
    try {
      space.release(snapshot.id);
    } catch {
      // The first error is the one that counts, and whoever preserved for it is free by now.
    }
    throw error;
  }
};

/** The volumes as they are now, with what a backup that builds on `parent` would copy. */
export const lookAt = (space: VolumeSpace, rows: readonly VolumeRow[], parent: SetId | null): VolumeToScan[] =>
  rows.map(({ id }) => {
    const changed = space.changed(id, checkpointOf(space, id, parent));
    const row = space.row(id);
    const { unprotected } = space.volume(id);
    return toScan(row, { unprotected, device: diskOf(row), changed, takenAt: Date.now() });
  });

const diskOf = ({ path }: VolumeRow) => ({ kind: 'file', path, readOnly: true }) as const;

/** The checkpoint of a volume at which a set was made; null when it is not known (any more): then everything counts as changed. */
const checkpointOf = ({ checkpoints }: VolumeSpace, id: string, parent: SetId | null): string | null =>
  checkpoints.find(({ set, volumes }) => parent !== null && set?.id === parent && volumes.some((one) => one.id === id))
    ?.id ?? null;

const toScan = (
  row: VolumeRow,
  {
    device,
    changed,
    unprotected: { segments, blocks },
    takenAt,
  }: {
    readonly device: DeviceSpec;
    readonly changed: SegmentMap;
    readonly unprotected: Unprotected;
    readonly takenAt: number;
  },
): VolumeToScan => {
  const { name, size, segmentBytes } = row;
  const group = segmentsInPiece(segmentBytes);
  const all = together(blocks, blocksOf(segments, segmentBytes, size));
  changed.addMap(segments);
  changed.addGroups(group);
  segments.keepWholeGroups(group);
  const path = joinBytes('/' as ByteString, byteStringFromText(name));
  const unwanted = {
    unwanted: wordsOf(segments),
    unwantedBlocks: without(all, blocksOf(segments, segmentBytes, size)),
  };
  return { path, size, segmentBytes, device, takenAt, changed: wordsOf(changed), ...unwanted };
};

const wordsOf = ({ words }: SegmentMap): Int32Array<ArrayBuffer> => new Int32Array(words);
