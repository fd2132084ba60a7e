import { OverlayDevice } from '../restore/instant/overlay-device.ts';
import type { OverlaySpec } from '../restore/instant/overlay-volume.ts';
import { SetDevice } from '../restore/instant/set-device.ts';
import type { SetVolumeSpec } from '../restore/instant/set-volume.ts';
import type { PlaceFound } from '../restore/instant/unit-source.ts';
import type { BlockDevice } from '../snapshot/block-device.ts';
import { type DeviceSpec, openDevice } from '../snapshot/open-device.ts';

/** All that can be served; it crosses ports as it is. */
export type ExportSpec = DeviceSpec | SetVolumeSpec | OverlaySpec;

/** Opens what is served in this thread. `onFound` hears of places on tapes at which content could not be had. Errors: those of its kind. */
export const openExport = (spec: ExportSpec, onFound: (found: PlaceFound) => void): BlockDevice => {
  if (spec.kind === 'set') return new SetDevice(spec, onFound);
  return spec.kind === 'overlay' ? openOverlay(spec, onFound) : openDevice(spec);
};

const openOverlay = (spec: OverlaySpec, onFound: (found: PlaceFound) => void): BlockDevice => {
  const base = new SetDevice(spec.base, onFound);
  try {
    return new OverlayDevice(spec, base);
  } catch (error) {
    base.close();
    throw error;
  }
};
