import type { ByteString } from '../../../shared/byte-string.ts';
import type { DeviceSpec } from '../../engine/snapshot/open-device.ts';

/** A volume to be backed up. The maps are words of segments, in whole pieces of 64 KiB. */
export interface VolumeToScan {
  /** `/NAME`. */
  readonly path: ByteString;
  readonly size: number;
  readonly segmentBytes: number;
  readonly device: DeviceSpec;
  /** When its frozen image was made, milliseconds since 1970. */
  readonly takenAt: number;
  /** Written since the set that this one builds on; everything where that is not known. */
  readonly changed: Int32Array<ArrayBuffer>;
  readonly unwanted: Int32Array<ArrayBuffer>;
}
