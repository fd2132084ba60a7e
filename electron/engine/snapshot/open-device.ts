import type { BlockDevice } from './block-device.ts';
import { FileDevice } from './file-device.ts';
import { FrozenImage, type FrozenParts } from './frozen-image.ts';
import { ManagedDevice, type ManagedParts } from './managed-device.ts';
import { ReplicaImage, type ReplicaSpec } from './replica/replica-image.ts';

/** An image file or block device, as it is. */
export interface FileSpec {
  readonly kind: 'file';
  readonly path: string;
  readonly readOnly: boolean;
}

/** A managed volume. */
export interface ManagedSpec {
  readonly kind: 'managed';
  readonly parts: ManagedParts;
  readonly disk: FileSpec;
}

/** What a managed volume was at a snapshot. */
export interface FrozenSpec {
  readonly kind: 'frozen';
  readonly parts: FrozenParts;
  readonly disk: FileSpec;
}

/** What a thread needs to know to open a device by itself; it crosses ports as it is. */
export type DeviceSpec = FileSpec | ManagedSpec | FrozenSpec | ReplicaSpec;

/** Opens a device in this thread. Errors: those of its kind. */
export const openDevice = (spec: DeviceSpec): BlockDevice => {
  switch (spec.kind) {
    case 'file':
      return new FileDevice(spec.path, { readOnly: spec.readOnly });
    case 'managed':
      return new ManagedDevice(spec.parts, openDevice(spec.disk));
    case 'frozen':
      return new FrozenImage(spec.parts, openDevice(spec.disk));
    case 'replica':
      return new ReplicaImage(spec);
  }
};
