import type { ByteString } from '../../../shared/byte-string.ts';
import type { VolumeSpec } from '../../engine/mover/volume-device.ts';
import { type BlockRuns, blocksOf, together } from '../../engine/snapshot/block-runs.ts';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';

/** A volume to be backed up. The maps are words of segments, in whole pieces of 64 KiB. */
export interface VolumeToScan {
  /** `/NAME`. */
  readonly path: ByteString;
  readonly size: number;
  readonly segmentBytes: number;
  readonly device: VolumeSpec;
  /** When its frozen image was made, or its export looked at, milliseconds since 1970. */
  readonly takenAt: number;
  /** Written since the set that this one builds on; everything where that is not known. */
  readonly changed: Int32Array<ArrayBuffer>;
  readonly unwanted: Int32Array<ArrayBuffer>;
  /** Blocks that are not wanted of segments of which others are: each of these counts as changed, unless the same were left out before. */
  readonly unwantedBlocks: BlockRuns;
}

/** The volume with all its unprotected blocks. */
export const unprotectedIn = ({
  path,
  size,
  segmentBytes,
  unwanted,
  unwantedBlocks,
}: VolumeToScan): { readonly path: ByteString; readonly unprotected: BlockRuns } => {
  const segments = new SegmentMap(Math.ceil(size / segmentBytes), unwanted);
  return { path, unprotected: together(unwantedBlocks, blocksOf(segments, segmentBytes, size)) };
};
