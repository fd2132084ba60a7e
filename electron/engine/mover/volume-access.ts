import type { ByteString } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import type { BlockDevice } from '../snapshot/block-device.ts';
import { FrozenImage } from '../snapshot/frozen-image.ts';
import type { ContentRun } from './content-run.ts';
import { dataIn } from './data-in.ts';
import type { OpenSource, SourceAccess } from './source-access.ts';
import { isAskedInPlace, isSingle, openVolume, type VolumeSpec } from './volume-device.ts';

/** A volume of an object: the path of its element, and the frozen image or export that it is read from. */
export interface VolumeSource {
  readonly path: ByteString;
  readonly segmentBytes: number;
  readonly device: VolumeSpec;
}

/** Frozen images of volumes, and exports of other servers, each opened when it is first read. */
export const volumeAccess = (sources: readonly VolumeSource[]): SourceAccess => {
  const devices = new Map<ByteString, BlockDevice>();
  const close = (): void => {
    for (const device of devices.values()) device.close();
    devices.clear();
  };
  return {
    open(path) {
      const source = sources.find((one) => one.path === path);
      if (source === undefined) throw new RangeError(`${path} is no volume of this object`);
      const known = devices.get(path);
      if (known !== undefined) return openImage(source, known);
      // Another export may be of the same server, which has no second connection to give.
      if (isSingle(source.device)) close();
      const device = reading(path, () => openVolume(source.device));
      devices.set(path, device);
      return openImage(source, device);
    },
    close,
  };
};

const openImage = ({ path, segmentBytes, device: spec }: VolumeSource, device: BlockDevice): OpenSource => ({
  read: (into, length, position) => {
    reading(path, () => device.read(into.subarray(0, length), position));
    return length;
  },
  copied: (start, end) => {
    if (!(device instanceof FrozenImage)) return;
    const first = Math.floor(start / segmentBytes);
    reading(path, () => device.copied(first, Math.ceil(end / segmentBytes) - first));
  },
  ...(isAskedInPlace(spec) && { data: (run: ContentRun) => reading(path, () => dataIn(device, run)) }),
  // A frozen image does not change: when it cannot be kept, reading it is an error. An export does not tell.
  unchanged: () => true,
  attributes: unasked,
  runs: unasked,
  close: () => undefined,
});

/** A volume with a hole where it could not be read would look whole: such an error ends the backup. */
const reading = <Result>(path: ByteString, act: () => Result): Result => {
  try {
    return act();
  } catch (error) {
    if (error instanceof ColdframeError && error.code.startsWith('NBD_')) throw unserved(path, error);
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

const unserved = (path: ByteString, error: ColdframeError): ColdframeError =>
  new ColdframeError(error.code, {
    message: `The volume ${path.slice(1)} could not be read: ${error.message}`,
    guidance:
      'Check that its server runs and can be reached, then back it up again, from its beginning. Earlier sets are untouched.',
    context: { ...error.context, volume: path.slice(1) },
    cause: error,
  });

const unasked = (): never => {
  throw new Error('A frozen image was taken for one that changes.');
};
