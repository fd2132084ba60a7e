import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LockDisk, lockDisk } from '../../platform/disk-lock.ts';
import { randomId } from '../../platform/ids.ts';
import { type OpenPositional, openPositional } from '../../platform/positional-file.ts';
import { bootId } from '../../platform/process-identity.ts';
import { type BlockRuns, NO_BLOCKS, type Unprotected } from './block-runs.ts';
import { Checkpoints } from './checkpoints.ts';
import { DiskLocks } from './disk-locks.ts';
import type { FrozenParts } from './frozen-image.ts';
import type { FullPolicy } from './full-policy.ts';
import type { ManagedParts } from './managed-device.ts';
import { protectionPath, readUnprotected } from './marks-file.ts';
import { SegmentMap } from './segment-map.ts';
import { type SnapshotRequest, Snapshots } from './snapshots.ts';
import { volumeExists, volumeInUse } from './space-errors.ts';
import { SpaceRecord } from './space-record.ts';
import type { CheckpointRow, SnapshotRow, VolumeRow } from './space-state.ts';
import { type Repeat, repeatUnref } from './use-notes.ts';
import { Volume } from './volume.ts';
import { VolumesInUse } from './volumes-in-use.ts';

export interface NewVolume {
  readonly name: string;
  /** Absolute path of the image file or block device, which has to be there. */
  readonly path: string;
  readonly size: number;
  /** A power of two of blocks. */
  readonly segmentBytes: number;
  readonly preserve: VolumeRow['preserve'];
  readonly storage: VolumeRow['storage'];
  readonly policy: FullPolicy;
}

/** Why a disk is locked while somebody can write to its volume. */
const SERVED = 'served';

export interface SpaceOptions {
  readonly folder: string;
  readonly now: () => Date;
  readonly open?: OpenPositional;
  readonly boot?: string;
  readonly repeat?: Repeat;
  readonly lock?: LockDisk;
}

/**
 * The managed volumes of a home: their maps, snapshots and checkpoints, in one state that changes as a whole. One process holds it;
 * its methods are for one thread, the devices that it describes for any.
 */
export class VolumeSpace {
  readonly #open: OpenPositional;
  readonly #record: SpaceRecord;
  readonly #inUse: VolumesInUse;
  readonly #checkpoints: Checkpoints;
  readonly #snapshots: Snapshots;
  readonly #locks: DiskLocks;
  /** Snapshots are made one after another: two that freeze the same volumes would wait for each other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor({ folder, now, open, boot, repeat, lock }: Required<SpaceOptions>) {
    const record = new SpaceRecord(folder);
    const inUse = new VolumesInUse(record, { open, boot, repeat });
    const checkpoints = new Checkpoints(record, inUse);
    const locks = new DiskLocks(lock);
    this.#open = open;
    this.#record = record;
    this.#inUse = inUse;
    this.#checkpoints = checkpoints;
    this.#locks = locks;
    this.#snapshots = new Snapshots({ record, inUse, checkpoints, locks, now });
  }

  /** Reads what there is; each volume is taken up when it is first asked for. */
  static open(options: SpaceOptions): VolumeSpace {
    const full = { open: openPositional, boot: bootId(), repeat: repeatUnref, lock: lockDisk, ...options };
    const space = new VolumeSpace(full);
    space.#snapshots.dropBackups();
    return space;
  }

  get volumes(): readonly VolumeRow[] {
    return this.#record.state.volumes;
  }

  get snapshots(): readonly SnapshotRow[] {
    return this.#record.state.snapshots;
  }

  get checkpoints(): readonly CheckpointRow[] {
    return this.#record.state.checkpoints;
  }

  row(id: string): VolumeRow {
    return this.#record.row(id);
  }

  /** A volume that is in use from here on until the space is closed. Throws as `VolumesInUse.get` does. */
  volume(id: string): Volume {
    return this.#inUse.get(id);
  }

  /** Nobody writes to a volume through us any more, until its parts are given out again. */
  rest(id: string): void {
    if (this.#inUse.rest(id)) this.#locks.drop(id, SERVED);
  }

  /** A volume that is in use, to look at, whatever became of its disk; null for one that is not. */
  peek(id: string): Volume | null {
    return this.#inUse.peek(id);
  }

  /** Whether a volume has been taken up. */
  inUse(id: string): boolean {
    return this.#inUse.has(id);
  }

  /** Whether a volume is out of use because its disk gets other content. */
  isAside(id: string): boolean {
    return this.#inUse.isAside(id);
  }

  /** Takes a disk under management. Everything on it counts as changed until its first checkpoint. */
  add(wish: NewVolume): string {
    if (this.volumes.some(({ name }) => name === wish.name)) throw volumeExists(wish.name);
    const row: VolumeRow = {
      ...wish,
      id: randomId(),
      intervals: [{ generation: 1, all: true, endsWith: null }],
      unprotected: null,
      use: this.#inUse.openNow(wish.path),
    };
    const volume = new Volume(row, this.#record.folder, this.#open);
    volume.prepare(1);
    volume.memory.generation = 1;
    this.#record.save({ volumes: [...this.volumes, row] });
    this.#inUse.begin(row, volume);
    return row.id;
  }

  /** Forgets a volume with its maps; its disk stays as it is. */
  async remove(id: string): Promise<void> {
    await this.#inTurn(() => this.#remove(id));
  }

  #remove(id: string): void {
    this.#refuseBusy(id);
    const checkpoints = this.checkpoints
      .map((checkpoint) => ({ ...checkpoint, volumes: checkpoint.volumes.filter((one) => one.id !== id) }))
      .filter(({ volumes }) => volumes.length > 0);
    this.#record.save({ volumes: this.volumes.filter((one) => one.id !== id), checkpoints });
    this.#inUse.remove(id);
    this.#locks.forget(id);
    rmSync(join(this.#record.folder, id), { recursive: true, force: true });
  }

  #refuseBusy(id: string): void {
    const { name } = this.row(id);
    this.#inUse.refuseAside(id);
    if (this.#record.isHeld(id)) throw volumeInUse(name);
  }

  /**
   * Takes a volume out of use whose disk is about to get other content, before it does, until it is given back: when it is next taken
   * up, everything counts as changed. Throws VOLUME_IN_USE while a snapshot of it is held, since its frozen image needs the disk, and
   * FREEZE_TIMEOUT while somebody writes to it.
   */
  async setAside(id: string, waitMs: number): Promise<{ readonly giveBack: () => void }> {
    return await this.#inTurn(async () => {
      this.#refuseBusy(id);
      // Its next content comes from us alone.
      const unlock = this.#locks.take(this.row(id), 'restored');
      try {
        const back = await this.#inUse.setAside(id, waitMs);
        return {
          giveBack: () => {
            back();
            unlock();
          },
        };
      } catch (error) {
        unlock();
        throw error;
      }
    });
  }

  /**
   * For threads: what a device of the volume needs besides its disk, which is this process's alone until it rests. Throws `VOLUME_HELD`
   * when another one has it.
   */
  managed(id: string): ManagedParts {
    const unlock = this.#locks.take(this.row(id), SERVED);
    try {
      return this.#inUse.give(id);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** From the next snapshot on these segments are unprotected, and these blocks of others. */
  async protect(id: string, segments: SegmentMap, blocks: BlockRuns = NO_BLOCKS): Promise<void> {
    await this.#inTurn(() => this.#protect(id, { segments, blocks }));
  }

  #protect(id: string, unprotected: Unprotected): void {
    const volume = this.volume(id);
    const row = this.row(id);
    const number = (row.unprotected ?? 0) + 1;
    volume.protect(unprotected, number);
    this.#record.change(id, { unprotected: number });
    volume.useProtection(unprotected);
    if (row.unprotected !== null) volume.forgetProtection(row.unprotected);
  }

  /** What is unprotected of a volume now. To look is not to use: one that is idle is not taken up. */
  unprotected(id: string): Unprotected {
    const used = this.peek(id);
    if (used !== null) return used.unprotected;
    const { size, segmentBytes, unprotected: number } = this.row(id);
    const segments = Math.ceil(size / segmentBytes);
    const path = number === null ? null : protectionPath(join(this.#record.folder, id), number);
    const read = path === null ? null : readUnprotected(path, segments, this.#open);
    return read ?? { segments: new SegmentMap(segments), blocks: NO_BLOCKS };
  }

  /** As `Snapshots.take`; others that change the state wait until it is made. */
  async snapshot(request: SnapshotRequest): Promise<SnapshotRow> {
    return await this.#inTurn(async () => await this.#snapshots.take(request));
  }

  /** For threads: what the frozen image of a volume needs besides its disk. */
  frozen(snapshot: string, id: string): FrozenParts {
    return this.#snapshots.frozen(snapshot, id);
  }

  /** What was unprotected of a volume when a snapshot was made, whatever is now. */
  unwantedAt(snapshot: string, id: string): SegmentMap {
    return this.#snapshots.unwantedAt(snapshot, id);
  }

  /** The same, with the unprotected blocks of segments that are protected otherwise. */
  unprotectedAt(snapshot: string, id: string): Unprotected {
    return this.#snapshots.unprotectedAt(snapshot, id);
  }

  /** As `Snapshots.sideFile`. */
  sideFile(snapshot: string): { readonly copied: number; readonly read: number } {
    return this.#snapshots.sideFile(snapshot);
  }

  /** Gives a snapshot up. Its checkpoint stays until it is dropped. */
  release(id: string): void {
    this.#snapshots.release(id);
  }

  /** As `Checkpoints.known`. */
  changesKnown(id: string): 'known' | 'unknown' | 'untold' {
    return this.#checkpoints.known(id);
  }

  /** As `Checkpoints.changed`. */
  changed(id: string, since: string | null, until: string | null = null): SegmentMap {
    return this.#checkpoints.changed(id, since, until);
  }

  /** What was written since the last snapshot; everything, when that is not known. */
  written(id: string): SegmentMap {
    return this.#checkpoints.written(id);
  }

  /** Notes that a block set holds the volumes as they were at a checkpoint. */
  pin(id: string, set: { readonly id: string; readonly full: boolean }): void {
    this.#checkpoints.pin(id, set);
  }

  /** Forgets a checkpoint: changes since it can no longer be asked for. Those since others stay as they are. */
  async dropCheckpoint(id: string): Promise<void> {
    await this.#inTurn(() => this.#checkpoints.drop(id));
  }

  /**
   * Takes all volumes out of use, when nobody has a device of them open any more, so that their maps hold beyond a power loss. One that
   * does not become still is left as it is: as after a kill. Throws the first error of what could not be settled.
   */
  async close(waitMs: number): Promise<void> {
    await this.#turn;
    try {
      await this.#inUse.close(waitMs);
    } finally {
      this.#locks.close();
    }
  }

  /** One after another: what changes the state of several volumes must not find one half changed. */
  async #inTurn<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }
}
