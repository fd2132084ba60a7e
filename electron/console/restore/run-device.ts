import { displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';
import type { DamagedChunk } from '../../engine/catalog/index.ts';
import { totalOf } from '../../engine/extents/extent-algebra.ts';
import { claimDevice } from '../../engine/restore/device/claim-device.ts';
import type { LostRun } from '../../engine/restore/device/copy-protocol.ts';
import { copyToDevice } from '../../engine/restore/device/copy-to-device.ts';
import { whatIsThere } from '../../engine/restore/device/what-is-there.ts';
import { TakenElsewhere } from '../../engine/restore/execute/taken-elsewhere.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';
import type { SetVolumeSpec } from '../../engine/restore/instant/set-volume.ts';
import type { PlaceFound } from '../../engine/restore/instant/unit-source.ts';
import { type BlockRuns, bytesWithin } from '../../engine/snapshot/block-runs.ts';
import { bytesOfPath } from '../paths.ts';
import type { JobControl, RestoreRequest, RestoreResult, SetVolume } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import type { JobSwitch } from './job-switch.ts';
import { volumesIn } from './set-volumes.ts';

/** A volume of a set that goes onto a device. */
export interface DeviceWish {
  readonly device: string;
  readonly volume: SetVolumeSpec;
  /** Blocks that stay as they are. */
  readonly unprotected: BlockRuns;
}

/** What a request says of a device; null when it is about none. */
export const deviceWish = (opened: OpenVault, { set, paths, device }: RestoreRequest): DeviceWish | null => {
  if (device === undefined) return null;
  const path = paths[0] === undefined ? null : bytesOfPath(paths[0]);
  const volume = volumesOf(opened, set).find(({ spec }) => spec.path === path);
  if (volume === undefined) throw new RangeError('a device was asked for without one volume');
  return { device, volume: volume.spec, unprotected: volume.unprotected };
};

/** Refuses a device that cannot be taken, or that may not be overwritten; says what is on it. Changes nothing. */
export const lookAtDevice = ({ device, volume, unprotected }: DeviceWish): string => {
  using claimed = claimDevice(device, volume.size);
  const left = totalOf(bytesWithin(unprotected, 0, volume.size));
  const but = left === 0 ? '' : `, but for ${left} that were unprotected and stay`;
  return `${device} (${claimed.size} bytes) holds ${whatIsThere(device)}; its first ${volume.size} bytes are overwritten${but}.`;
};

/** Under the policy `fail` a device is never written to: there is always something on it. */
export const refuseDevice = (plan: RestorePlan, loses: string): void => {
  const missing = plan.tapes.filter(({ present }) => !present).map(({ tape }) => tape);
  if (missing.length > 0 || plan.lostChunks > 0) throw incomplete(missing);
  if (plan.destination.policy !== 'fail') return;
  throw new ColdframeError('DESTINATION_TAKEN', {
    message: `${loses} Nothing was restored.`,
    guidance: 'Give --on-conflict overwrite if that is what you want; --dry-run shows it first.',
  });
};

/** Writes the volume. `wrong`: chunks that were found damaged. Rejects with CANCELLED, IO, DEVICE_BUSY, DEVICE_TOO_SMALL. */
export const ontoDevice = async (
  { device, volume, unprotected }: DeviceWish,
  plan: RestorePlan,
  { control }: JobSwitch,
  job: JobControl,
): Promise<
  Pick<RestoreResult, 'restored' | 'bytes' | 'damaged' | 'damagedElements' | 'warnings'> & {
    readonly wrong: readonly DamagedChunk[];
  }
> => {
  using _claimed = claimDevice(device, volume.size);
  const report = (bytesRead: number): void =>
    job.report({
      phase: 'restoring',
      elementsDone: 0,
      elementsTotal: 1,
      bytesRead,
      bytesStored: 0,
      bytesTotal: plan.bytes,
    });
  const { bytes, lost, lostBytes, found } = await copyToDevice(volume, device, {
    control,
    unprotected,
    onProgress: report,
  });
  const name = displayText(volume.path);
  return {
    restored: lost.length === 0 ? 1 : 0,
    bytes,
    damaged: damageOf(lost, name),
    damagedElements: lost.length === 0 ? 0 : 1,
    warnings: [
      ...takenElsewhere(placesOf(found.filter(({ elsewhere }) => elsewhere))),
      ...lost.map(({ offset, length, message }) => ({
        code: 'BLOCKS_DAMAGED',
        path: name,
        message: `Bytes ${offset} to ${offset + length - 1} are zeroes on ${device} (${lostBytes} bytes in all): ${message}`,
      })),
    ],
    wrong: placesOf(found.filter(({ wrong }) => wrong)),
  };
};

/** Each place once, whichever threads met it. */
const placesOf = (found: readonly PlaceFound[]): DamagedChunk[] => {
  const key = ({ set, sequence, tape, block }: DamagedChunk): string => `${set} ${sequence} ${tape} ${block}`;
  return [...new Map(found.map(({ place }) => [key(place), place])).values()];
};

const takenElsewhere = (places: readonly DamagedChunk[]): Warning[] => {
  const taken = new TakenElsewhere();
  for (const place of places) taken.add(place);
  return taken.warnings();
};

/** Each chunk once. */
const damageOf = (lost: readonly LostRun[], element: string): RestoreResult['damaged'] => {
  const chunks = Map.groupBy(lost, ({ tape, set, chunk }) => `${tape} ${set} ${chunk}`);
  return [...chunks.values()].map((each) => {
    const { tape, set, chunk } = each[0] as LostRun;
    return { tape, set, chunk, elements: [element] };
  });
};

const volumesOf = ({ vault, home, keys }: OpenVault, set: SetId): SetVolume[] =>
  volumesIn(vault.dir, vault.library.state, keys, home, set);

/** A device is overwritten as a whole, so what its tapes do not give would be lost there for nothing. */
const incomplete = (tapes: readonly string[]): ColdframeError =>
  new ColdframeError('NO_SUCH_TAPE', {
    message: `${tapes.length === 0 ? 'Tapes' : tapes.join(', ')} with a part of the volume cannot be found, and a device is overwritten as a whole. Nothing was restored.`,
    guidance: 'Insert the missing tapes ("tape list" shows them), or restore what there is to an image file with --to.',
    context: { tapes: tapes.join(' ') },
  });
