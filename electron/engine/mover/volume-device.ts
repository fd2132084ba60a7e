import { ColdframeError } from '../../../shared/errors.ts';
import { NbdDevice, type NbdSource } from '../nbd/client/nbd-device.ts';
import type { BlockDevice } from '../snapshot/block-device.ts';
import { type DeviceSpec, openDevice } from '../snapshot/open-device.ts';

/** An export of another server, as it was when the backup was asked for. */
export interface NbdSpec {
  readonly kind: 'nbd';
  readonly source: NbdSource;
  readonly size: number;
  /** The server does not say that several connections see the same: there is one at a time. */
  readonly single: boolean;
}

/** What a volume of an object is read from; it crosses ports as it is. */
export type VolumeSpec = DeviceSpec | NbdSpec;

/** Opens it in this thread. Errors: those of its kind; VOLUME_CHANGED for an export of another size. */
export const openVolume = (spec: VolumeSpec): BlockDevice => {
  if (spec.kind !== 'nbd') return openDevice(spec);
  const device = NbdDevice.open(spec.source);
  if (device.size === spec.size) return device;
  device.close();
  throw new ColdframeError('VOLUME_CHANGED', {
    message: `The export “${spec.source.export}” has ${device.size} bytes; it had ${spec.size} when the backup began.`,
    guidance: 'Back it up again, while its server leaves it as it is. Earlier sets are untouched.',
    context: { export: spec.source.export },
  });
};

/**
 * Whether whoever reads it also asks what of it is content. A scan that held a connection of its own meanwhile could be one more than the
 * server gives, and the last to come would wait in vain.
 */
export const isAskedInPlace = (spec: VolumeSpec): boolean => spec.kind === 'nbd';

/** Whether only one connection to what a volume is read from can be had. */
export const isSingle = (spec: VolumeSpec): boolean => spec.kind === 'nbd' && spec.single;
