import { noSuchSnapshot, noSuchVolume, tooManySnapshots } from './space-errors.ts';
import type { SnapshotRow, SpaceState, VolumeRow } from './space-state.ts';
import type { ChangesSince } from './status-contexts.ts';
import type { HeldBefore } from './volume.ts';
import { SNAPSHOT_PLACES } from './volume-memory.ts';

/** Throws `NO_SUCH_VOLUME`. */
export const volumeRow = ({ volumes }: SpaceState, id: string): VolumeRow => {
  const found = volumes.find((row) => row.id === id);
  if (found === undefined) throw noSuchVolume(id);
  return found;
};

/** Throws `NO_SUCH_SNAPSHOT`. */
export const snapshotRow = ({ snapshots }: SpaceState, id: string): SnapshotRow => {
  const found = snapshots.find((row) => row.id === id);
  if (found === undefined) throw noSuchSnapshot(id);
  return found;
};

/** How a snapshot holds a volume. Throws `NO_SUCH_SNAPSHOT`. */
export const holdOf = (state: SpaceState, snapshot: string, volume: string): SnapshotRow['holds'][number] => {
  const hold = snapshotRow(state, snapshot).holds.find((one) => one.volume === volume);
  if (hold === undefined) throw noSuchSnapshot(snapshot);
  return hold;
};

/** The first place of a volume that no snapshot has. Throws `TOO_MANY_SNAPSHOTS`. */
export const freePlace = (state: SpaceState, volume: string): number => {
  const holds = state.snapshots.flatMap((row) => row.holds).filter((hold) => hold.volume === volume);
  const used = new Set(holds.map(({ place }) => place));
  for (let place = 0; place < SNAPSHOT_PLACES; place += 1) if (!used.has(place)) return place;
  throw tooManySnapshots(volumeRow(state, volume).name, SNAPSHOT_PLACES);
};

/** Whether a file says what of a volume was unprotected at a checkpoint. */
export const hadUnprotected = ({ checkpoints }: SpaceState, volume: string, checkpoint: string): boolean => {
  const row = checkpoints.find(({ id }) => id === checkpoint);
  return row?.volumes.some(({ id, unwanted }) => id === volume && unwanted) ?? false;
};

/** The snapshots of a volume that an earlier process left. */
export const heldBefore = (state: SpaceState, volume: string): HeldBefore[] =>
  state.snapshots.flatMap(({ checkpoint, holds }) => {
    const unwantedAt = hadUnprotected(state, volume, checkpoint) ? checkpoint : null;
    return holds
      .filter((hold) => hold.volume === volume)
      .map(({ place, era, lost }) => ({ place, era, lost, unwantedAt }));
  });

/** The checkpoints of a volume before a snapshot, each with the files that tell what changed since. */
export const changesBefore = (state: SpaceState, volume: string, snapshot: string): ChangesSince[] => {
  const { intervals } = volumeRow(state, volume);
  const { checkpoint } = snapshotRow(state, snapshot);
  const last = intervals.findIndex(({ endsWith }) => endsWith === checkpoint);
  return intervals.slice(0, Math.max(0, last)).flatMap(({ endsWith }, at) => {
    if (endsWith === null || !state.checkpoints.some(({ id }) => id === endsWith)) return [];
    const between = intervals.slice(at + 1, last + 1);
    const generations = between.some(({ all }) => all) ? null : between.map(({ generation }) => generation);
    return [{ checkpoint: endsWith, generations, unwanted: hadUnprotected(state, volume, endsWith) }];
  });
};

/** The state in which a volume is taken up: what cannot be known for sure counts as changed, and lost snapshots are lost. */
export const takenUp = (
  state: SpaceState,
  row: VolumeRow,
  { size, known, use }: { readonly size: number; readonly known: boolean; readonly use: VolumeRow['use'] },
): SpaceState => {
  const last = row.intervals.length - 1;
  const intervals = row.intervals.map((one, at) => (at === last && !known ? { ...one, all: true } : one));
  const keeps = known && row.storage.kind === 'file';
  const snapshots = state.snapshots.map((one) => ({
    ...one,
    holds: one.holds.map((hold) =>
      hold.volume === row.id && !keeps ? { ...hold, lost: hold.lost ?? ('restart' as const) } : hold,
    ),
  }));
  const volumes = state.volumes.map((one) => (one.id === row.id ? { ...row, size, intervals, use } : one));
  return { ...state, snapshots, volumes };
};
