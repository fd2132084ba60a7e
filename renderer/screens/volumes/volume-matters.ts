import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';

/** From this share on the storage for snapshots is nearly full. */
const NEARLY_FULL = 0.85;

/** How a volume is, for a person. Being in use means that somebody is connected, not that the console has it open. */
export type VolumeCondition = 'missing' | 'in-use' | 'served' | 'idle';

export const clientsOf = ({ exports }: VolumeView): number => exports.reduce((sum, { clients }) => sum + clients, 0);

export const conditionOf = (volume: VolumeView): VolumeCondition => {
  if (volume.state === 'missing') return 'missing';
  if (volume.exports.length === 0) return 'idle';
  return clientsOf(volume) > 0 ? 'in-use' : 'served';
};

/** Whether it is known what its snapshots hold, and that they still hold it: that is only read when the volume is taken up. */
export const isRead = ({ state, snapshots }: VolumeView): boolean => state === 'in-use' || snapshots.length === 0;

export const isNearlyFull = ({ snapshots, storage }: VolumeView): boolean =>
  snapshots.length > 0 && storage.bytesUsed >= storage.bytes * NEARLY_FULL;

/** What of volumes needs a person. */
export type VolumeMatter =
  | { readonly kind: 'lost'; readonly snapshot: SnapshotView; readonly volume: string; readonly reason: string }
  | { readonly kind: 'missing'; readonly volume: VolumeView }
  | { readonly kind: 'nearly-full'; readonly volume: VolumeView }
  | { readonly kind: 'distrusted'; readonly volume: VolumeView };

const holdsWhole = ({ name }: VolumeView, snapshots: readonly SnapshotView[]): boolean =>
  snapshots.some((snapshot) => snapshot.volumes.some((one) => one.name === name && one.lost === null));

/** What is lost first, then what may be. A snapshot is lost as a whole, so it is told once. */
export const mattersOf = (volumes: readonly VolumeView[], snapshots: readonly SnapshotView[]): VolumeMatter[] => [
  ...snapshots.flatMap((snapshot): VolumeMatter[] => {
    const lost = snapshot.volumes.find((one) => one.lost !== null);
    return lost ? [{ kind: 'lost', snapshot, volume: lost.name, reason: lost.lost ?? '' }] : [];
  }),
  ...volumes.filter(({ state }) => state === 'missing').map((volume): VolumeMatter => ({ kind: 'missing', volume })),
  ...volumes
    .filter((volume) => isNearlyFull(volume) && holdsWhole(volume, snapshots))
    .map((volume): VolumeMatter => ({ kind: 'nearly-full', volume })),
  ...volumes
    .filter(({ changes, state }) => changes === 'unknown' && state !== 'missing')
    .map((volume): VolumeMatter => ({ kind: 'distrusted', volume })),
];

/** Digits of a snapshot's id that name its frozen images. */
const SNAPSHOT_DIGITS = 12;

/** The name under which the frozen image of a volume is served. */
export const frozenExport = (volume: string, snapshot: string): string =>
  `${volume}@${snapshot.slice(0, SNAPSHOT_DIGITS)}`;
