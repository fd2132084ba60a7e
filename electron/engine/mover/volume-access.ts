import type { ByteString } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import type { BlockDevice } from '../snapshot/block-device.ts';
import { FrozenImage } from '../snapshot/frozen-image.ts';
import { type DeviceSpec, openDevice } from '../snapshot/open-device.ts';
import type { OpenSource, SourceAccess } from './source-access.ts';

/** A volume of an object: the path of its element, and the frozen image that it is read from. */
export interface VolumeSource {
  readonly path: ByteString;
  readonly segmentBytes: number;
  readonly device: DeviceSpec;
}

/** Frozen images of volumes, each opened when it is first read. */
export const volumeAccess = (sources: readonly VolumeSource[]): SourceAccess => {
  const devices = new Map<ByteString, BlockDevice>();
  return {
    open(path) {
      const source = sources.find((one) => one.path === path);
      if (source === undefined) throw new RangeError(`${path} is no volume of this object`);
      const device = devices.get(path) ?? openDevice(source.device);
      devices.set(path, device);
      return openImage(source, device);
    },
    close: () => {
      for (const device of devices.values()) device.close();
      devices.clear();
    },
  };
};

const openImage = ({ path, segmentBytes }: VolumeSource, device: BlockDevice): OpenSource => ({
  read: (into, length, position) => {
    reading(path, () => device.read(into.subarray(0, length), position));
    return length;
  },
  copied: (start, end) => {
    if (!(device instanceof FrozenImage)) return;
    const first = Math.floor(start / segmentBytes);
    reading(path, () => device.copied(first, Math.ceil(end / segmentBytes) - first));
  },
  // A frozen image does not change: when it cannot be kept, reading it is an error.
  unchanged: () => true,
  attributes: unasked,
  runs: unasked,
  close: () => undefined,
});

/** A volume with a hole where it could not be read would look whole: such an error ends the backup. */
const reading = (path: ByteString, act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    throw new ColdframeError('VOLUME_UNREADABLE', {
      message: `The volume ${path.slice(1)} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      guidance:
        'Check its disk: the system log says more. Earlier sets are untouched, and the changes are known for the next backup.',
      context: { volume: path.slice(1) },
      cause: error,
    });
  }
};

const unasked = (): never => {
  throw new Error('A frozen image was taken for one that changes.');
};
