import { randomId } from '../../platform/ids.ts';
import type { Unprotected } from './block-runs.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { DiskLocks } from './disk-locks.ts';
import { type Frozen, freezeAll } from './freeze.ts';
import type { FrozenParts } from './frozen-image.ts';
import { nextInterval } from './intervals.ts';
import type { SegmentMap } from './segment-map.ts';
import { changesBefore, freePlace, holdOf, snapshotRow } from './space-queries.ts';
import type { SpaceRecord } from './space-record.ts';
import type { SnapshotRow } from './space-state.ts';
import { isNothing, type Volume } from './volume.ts';
import type { VolumesInUse } from './volumes-in-use.ts';

/** What a snapshot of several volumes is for. */
export interface SnapshotRequest {
  /** Ids of volumes. */
  readonly volumes: readonly string[];
  readonly purpose: SnapshotRow['purpose'];
  /** For a backup: per volume what changed since when it needs; null is everything. */
  readonly since?: ReadonlyMap<string, string | null>;
  /** How long the writes in flight may take before the attempt is given up. */
  readonly freezeMs: number;
  /** With `since`: segments are needed in groups of so many. */
  readonly group?: number;
  /** For a quiet moment: `wait` ends when there is one, or throws when it takes too long; `holds` tells whether it still is. */
  readonly still?: { wait(): Promise<void>; holds(): boolean } | undefined;
}

/** What snapshots are made of. */
export interface SnapshotParts {
  readonly record: SpaceRecord;
  readonly inUse: VolumesInUse;
  readonly checkpoints: Checkpoints;
  readonly locks: DiskLocks;
  readonly now: () => Date;
}

/** The snapshots of a home's volumes: each is of all its volumes at one moment, or is not made. */
export class Snapshots {
  readonly #record: SpaceRecord;
  readonly #inUse: VolumesInUse;
  readonly #checkpoints: Checkpoints;
  readonly #locks: DiskLocks;
  readonly #now: () => Date;

  constructor({ record, inUse, checkpoints, locks, now }: SnapshotParts) {
    this.#record = record;
    this.#inUse = inUse;
    this.#checkpoints = checkpoints;
    this.#locks = locks;
    this.#now = now;
  }

  /**
   * Freezes all, takes a snapshot of all, thaws all: what was being written is wholly before, what comes is wholly after. Until it is
   * released the disks are this process's alone. Throws `VOLUME_HELD` when another one has one of them.
   */
  async take(request: SnapshotRequest): Promise<SnapshotRow> {
    const id = randomId();
    const unlock: (() => void)[] = [];
    try {
      for (const one of request.volumes) unlock.push(this.#locks.take(this.#record.row(one), id));
      return await this.#takeLocked(request, id);
    } catch (error) {
      for (const each of unlock) each();
      throw error;
    }
  }

  /** Gives a snapshot up. Its checkpoint stays until it is dropped. */
  release(id: string): void {
    const { holds } = snapshotRow(this.#record.state, id);
    try {
      this.#record.save({ snapshots: this.#record.state.snapshots.filter((row) => row.id !== id) });
    } finally {
      // Whatever the state on disk says: nobody is to preserve for it any more.
      for (const { volume, place } of holds) {
        this.#inUse.peek(volume)?.release(place);
        this.#locks.drop(volume, id);
      }
    }
  }

  /** Segments that were copied out of turn for a snapshot, because somebody was about to overwrite them, and those of them that were read from there. */
  sideFile(snapshot: string): { readonly copied: number; readonly read: number } {
    const { holds } = snapshotRow(this.#record.state, snapshot);
    const each = holds.flatMap(({ volume, place }) => this.#inUse.peek(volume)?.memory.sideFile(place) ?? []);
    return {
      copied: each.reduce((sum, { copied }) => sum + copied, 0),
      read: each.reduce((sum, { read }) => sum + read, 0),
    };
  }

  /** For threads: what the frozen image of a volume needs besides its disk. */
  frozen(snapshot: string, id: string): FrozenParts {
    const { place } = holdOf(this.#record.state, snapshot, id);
    const volume = this.#inUse.get(id);
    return {
      ...volume.parts,
      place,
      epoch: volume.memory.epoch(place),
      gives: snapshotRow(this.#record.state, snapshot).purpose === 'backup',
      since: changesBefore(this.#record.state, id, snapshot),
    };
  }

  /** What was unprotected of a volume when a snapshot was made, whatever is now. */
  unwantedAt(snapshot: string, id: string): SegmentMap {
    const { place } = holdOf(this.#record.state, snapshot, id);
    return (this.#inUse.get(id).memory.unwanted[place] as SegmentMap).copy();
  }

  /** The same, with the unprotected blocks of segments that are protected otherwise. */
  unprotectedAt(snapshot: string, id: string): Unprotected {
    const { checkpoint } = snapshotRow(this.#record.state, snapshot);
    return { segments: this.unwantedAt(snapshot, id), blocks: this.#checkpoints.blocksAt(id, checkpoint) };
  }

  /** A snapshot that served a backup ended with its process: what the backup had copied was given up. */
  dropBackups(): void {
    const snapshots = this.#record.state.snapshots.filter(({ purpose }) => purpose === 'keep');
    if (snapshots.length < this.#record.state.snapshots.length) this.#record.save({ snapshots });
  }

  async #takeLocked(request: SnapshotRequest, id: string): Promise<SnapshotRow> {
    const { volumes: ids, purpose, since, freezeMs, group = 1, still } = request;
    if (since !== undefined && purpose !== 'backup') throw new RangeError('only a backup knows what it needs');
    const checkpoint = randomId();
    const taken = ids.map((one) => this.#prepared(one, checkpoint));
    const made = this.#inUse.taking(ids);
    try {
      const frozen = await this.#frozenStill(taken, { freezeMs, still });
      try {
        const createdAt = this.#now().toISOString();
        const pending = taken.map(({ volume, row, unwanted }) => {
          const needed = since === undefined ? null : this.#needed(row.id, since.get(row.id) ?? null, group);
          return volume.toPreserve(row.preserve, unwanted.segments, needed);
        });
        const row: SnapshotRow = {
          id,
          checkpoint,
          createdAt,
          purpose,
          holds: taken.map((one) => ({ volume: one.row.id, place: one.place, era: one.generation, lost: null })),
        };
        const volumes = taken.map((one) => ({ id: one.row.id, unwanted: !isNothing(one.unwanted) }));
        this.#record.save({
          snapshots: [...this.#record.state.snapshots, row],
          checkpoints: [...this.#record.state.checkpoints, { id: checkpoint, createdAt, volumes, set: null }],
          volumes: this.#record.state.volumes.map((one) => {
            const generation = taken.find((wanted) => wanted.row.id === one.id)?.generation;
            if (generation === undefined) return one;
            return { ...one, intervals: nextInterval(one.intervals, generation, checkpoint) };
          }),
        });
        for (const [at, { volume, place, generation, unwanted }] of taken.entries()) {
          const wanted = pending[at] as SegmentMap;
          volume.snapshot(place, generation, { wanted, unwanted: unwanted.segments });
        }
        return row;
      } finally {
        frozen.thaw();
      }
    } catch (error) {
      for (const { volume } of taken) volume.forgetUnwanted(checkpoint);
      throw error;
    } finally {
      made();
    }
  }

  /** Makes what a snapshot of a volume needs, before anybody has to wait. */
  #prepared(id: string, checkpoint: string) {
    const volume = this.#inUse.getTold(id);
    const row = this.#record.row(id);
    const place = freePlace(this.#record.state, id);
    const generation = (row.intervals.at(-1)?.generation ?? 0) + 1;
    const unwanted = volume.unprotected;
    volume.reclaimLost();
    volume.prepare(generation);
    volume.prepareSnapshot(place, checkpoint, unwanted);
    return { volume, row, place, generation, unwanted };
  }

  /** Frozen at a moment that `still` agrees with: what it saw before may be over once all gates are closed. */
  async #frozenStill(
    taken: readonly { readonly volume: Volume }[],
    { freezeMs, still }: Pick<SnapshotRequest, 'freezeMs' | 'still'>,
  ): Promise<Frozen> {
    const volumes = taken.map(({ volume }) => volume);
    for (;;) {
      await still?.wait();
      const frozen = await freezeAll(volumes, freezeMs);
      if (still === undefined || still.holds()) return frozen;
      frozen.thaw();
    }
  }

  /** Null needs everything. */
  #needed(id: string, since: string | null, group: number): SegmentMap | null {
    if (since === null) return null;
    const needed = this.#checkpoints.changed(id, since);
    // Of a group of which some is wanted, that is read whatever was written: it is one piece no longer.
    needed.addMap(this.#inUse.get(id).memory.unprotected);
    needed.addGroups(group);
    return needed;
  }
}
