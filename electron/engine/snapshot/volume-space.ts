import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LockDisk, lockDisk } from '../../platform/disk-lock.ts';
import { randomId } from '../../platform/ids.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import { type OpenPositional, openPositional } from '../../platform/positional-file.ts';
import { bootId } from '../../platform/process-identity.ts';
import { addSegmentsOf, type BlockRuns, differing, NO_BLOCKS, type Unprotected } from './block-runs.ts';
import { diskIdentity, diskInode, diskSize, sameDisk, syncDisk } from './disk-identity.ts';
import { DiskLocks } from './disk-locks.ts';
import { type Frozen, freezeAll } from './freeze.ts';
import type { FrozenParts } from './frozen-image.ts';
import type { FullPolicy } from './full-policy.ts';
import { mergesOf, nextInterval, withoutDropped } from './intervals.ts';
import type { ManagedParts } from './managed-device.ts';
import { protectionPath, readUnprotected } from './marks-file.ts';
import { SegmentMap } from './segment-map.ts';
import {
  beingRestored,
  diskMissing,
  diskReplaced,
  noSuchCheckpoint,
  snapshotHeld,
  volumeExists,
  volumeInUse,
} from './space-errors.ts';
import {
  changesBefore,
  freePlace,
  hadUnprotected,
  heldBefore,
  holdOf,
  snapshotRow,
  takenUp,
  volumeRow,
} from './space-queries.ts';
import {
  type CheckpointRow,
  type DiskIdentity,
  type Interval,
  readSpace,
  type SnapshotRow,
  type SpaceState,
  type VolumeRow,
  writeSpace,
} from './space-state.ts';
import { type Repeat, repeatUnref, UseNotes } from './use-notes.ts';
import { isNothing, Volume } from './volume.ts';

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
  readonly #options: Required<SpaceOptions>;
  #state: SpaceState;
  /** Volumes whose disks get other content now. */
  readonly #aside = new Set<string>();
  readonly #volumes = new Map<string, Volume>();
  /**
   * Volumes in use that nobody can write to through us at the moment, and by what their disks are known again: whatever is
   * written to them meanwhile was written past us.
   */
  readonly #quiet = new Map<string, DiskIdentity | null>();
  /** The same for whoever takes the volumes up after a kill. */
  readonly #notes: UseNotes;
  readonly #locks: DiskLocks;
  /** Volumes of which a snapshot is being made: they are not taken up anew in the middle of it. */
  readonly #taking = new Set<string>();
  /** Snapshots are made one after another: two that freeze the same volumes would wait for each other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: Required<SpaceOptions>, state: SpaceState) {
    this.#options = options;
    this.#notes = new UseNotes(options.folder, options.repeat);
    this.#locks = new DiskLocks(options.lock);
    this.#state = state;
  }

  /** Reads what there is; each volume is taken up when it is first asked for. */
  static open(options: SpaceOptions): VolumeSpace {
    makeFolder(options.folder);
    const full = { open: openPositional, boot: bootId(), repeat: repeatUnref, lock: lockDisk, ...options };
    const space = new VolumeSpace(full, readSpace(options.folder));
    space.#dropBackups();
    return space;
  }

  get volumes(): readonly VolumeRow[] {
    return this.#state.volumes;
  }

  get snapshots(): readonly SnapshotRow[] {
    return this.#state.snapshots;
  }

  get checkpoints(): readonly CheckpointRow[] {
    return this.#state.checkpoints;
  }

  row(id: string): VolumeRow {
    return volumeRow(this.#state, id);
  }

  /**
   * A volume that is in use from here on until the space is closed. Taking it up, what cannot be known for sure counts as changed, and
   * snapshots that lost something are lost. Throws `NO_SUCH_VOLUME` when its disk is not there, `VOLUME_CHANGED` when there is another one in
   * its place by now.
   */
  volume(id: string): Volume {
    const found = this.#volumes.get(id);
    if (this.#aside.has(id)) throw beingRestored(this.row(id).name);
    if (found === undefined) {
      return this.#takenUp(id);
    }
    const { use, path, name } = this.row(id);
    // One that is away now may come back; another one in its place has nothing to do with the maps.
    if (use.kind === 'open' && existsSync(path) && diskInode(path) !== use.inode) throw diskReplaced(name, path);
    return this.#wrotePast(id) ? this.#distrusted(id, found) : found;
  }

  #takenUp(id: string): Volume {
    const row = this.row(id);
    const taken = this.#takeUp(row);
    this.#volumes.set(id, taken);
    this.#rests(id, row.path);
    return taken;
  }

  #rests(id: string, path: string): void {
    const disk = diskIdentity(path);
    this.#quiet.set(id, disk);
    this.#notes.rests(id, disk);
  }

  /** Whether somebody wrote to an image file past us. */
  #wrotePast(id: string): boolean {
    const { path } = this.row(id);
    const known = this.#quiet.get(id) ?? null;
    return known !== null && !this.#taking.has(id) && existsSync(path) && !sameDisk(known, diskIdentity(path));
  }

  /** Whether somebody may have written to a disk past us: a device does not tell, and counts as written to while no snapshot of it is held. */
  #isUntold(id: string): boolean {
    return this.#quiet.get(id) === null && !this.#isHeld(id);
  }

  /** Takes a volume up anew, as one of which nothing is known. */
  #distrusted(id: string, volume: Volume): Volume {
    // Whoever reads a frozen image of it still must not be given what was written past us.
    volume.memory.invalidate(volume.memory.held, 'restart');
    volume.memory.stop();
    this.#volumes.delete(id);
    volume.close();
    this.#change(id, { use: { kind: 'clean', identity: null } });
    return this.#takenUp(id);
  }

  #isHeld(id: string): boolean {
    return this.#state.snapshots.some(({ holds }) => holds.some(({ volume }) => volume === id));
  }

  /** Nobody writes to a volume through us any more, until its parts are given out again. */
  rest(id: string): void {
    // One that rested all along may have been written to meanwhile: how it is now is not how we left it.
    if (this.#quiet.has(id)) return;
    this.#notes.forget(id);
    if (this.#volumes.has(id) && existsSync(this.row(id).path)) this.#rests(id, this.row(id).path);
    this.#locks.drop(id, SERVED);
  }

  /** A volume that is in use, to look at, whatever became of its disk; null for one that is not. */
  peek(id: string): Volume | null {
    return this.#volumes.get(id) ?? null;
  }

  /** Whether a volume has been taken up. */
  inUse(id: string): boolean {
    return this.#volumes.has(id);
  }

  /**
   * Whether the changes are known since the checkpoint of the last backup, or since the last one of all; without any there is nothing to know. To look
   * is not to use: one that is idle is not taken up.
   */
  changesKnown(id: string): 'known' | 'unknown' | 'untold' {
    const own = this.#state.checkpoints.filter(({ volumes }) => volumes.some((one) => one.id === id));
    const last = own.findLast(({ set }) => set !== null) ?? own.at(-1);
    if (last === undefined) return 'known';
    const row = this.row(id);
    const ended = row.intervals.findIndex(({ endsWith }) => endsWith === last.id);
    if (ended < 0 || row.intervals.slice(ended + 1).some(({ all }) => all)) return 'unknown';
    if (!existsSync(row.path)) return 'known';
    const disk = diskIdentity(row.path);
    if (disk === null) return this.#isHeld(id) || (this.inUse(id) && !this.#isUntold(id)) ? 'known' : 'untold';
    const trusted = this.inUse(id) ? !this.#wrotePast(id) : this.#isKnown(row) && diskSize(row.path) === row.size;
    return trusted ? 'known' : 'unknown';
  }

  /** Takes a disk under management. Everything on it counts as changed until its first checkpoint. */
  add(wish: NewVolume): string {
    if (this.#state.volumes.some(({ name }) => name === wish.name)) throw volumeExists(wish.name);
    const row: VolumeRow = {
      ...wish,
      id: randomId(),
      intervals: [{ generation: 1, all: true, endsWith: null }],
      unprotected: null,
      use: this.#openNow(wish.path),
    };
    const volume = new Volume(row, this.#options.folder, this.#options.open);
    volume.prepare(1);
    volume.memory.generation = 1;
    this.#save({ volumes: [...this.#state.volumes, row] });
    this.#volumes.set(row.id, volume);
    this.#rests(row.id, row.path);
    return row.id;
  }

  /** Forgets a volume with its maps; its disk stays as it is. */
  async remove(id: string): Promise<void> {
    await this.#inTurn(() => this.#remove(id));
  }

  #remove(id: string): void {
    const { name } = this.row(id);
    if (this.#aside.has(id)) throw beingRestored(name);
    if (this.#isHeld(id)) throw volumeInUse(name);
    const checkpoints = this.#state.checkpoints
      .map((checkpoint) => ({ ...checkpoint, volumes: checkpoint.volumes.filter((one) => one.id !== id) }))
      .filter(({ volumes }) => volumes.length > 0);
    this.#save({ volumes: this.#state.volumes.filter((one) => one.id !== id), checkpoints });
    this.#volumes.get(id)?.close();
    this.#volumes.delete(id);
    this.#quiet.delete(id);
    this.#notes.forget(id);
    this.#locks.forget(id);
    rmSync(join(this.#options.folder, id), { recursive: true, force: true });
  }

  /**
   * Takes a volume out of use whose disk is about to get other content, before it does, until it is given back: when it is next taken
   * up, everything counts as changed. Throws VOLUME_IN_USE while a snapshot of it is held, since its frozen image needs the disk, and
   * FREEZE_TIMEOUT while somebody writes to it.
   */
  async setAside(id: string, waitMs: number): Promise<{ readonly giveBack: () => void }> {
    return await this.#inTurn(async () => {
      const { name } = this.row(id);
      if (this.#aside.has(id)) throw beingRestored(name);
      if (this.#isHeld(id)) throw volumeInUse(name);
      // Its next content comes from us alone.
      const unlock = this.#locks.take(this.row(id), 'restored');
      const volume = this.#volumes.get(id);
      if (volume !== undefined) {
        volume.memory.stop();
        this.#volumes.delete(id);
        this.#quiet.delete(id);
        this.#notes.forget(id);
        try {
          // That nobody writes any more is all it takes: what its disk and its maps hold counts for nothing from here on.
          (await freezeAll([volume], waitMs)).thaw();
        } catch (error) {
          unlock();
          throw error;
        } finally {
          volume.close();
        }
      }
      this.#change(id, { use: { kind: 'clean', identity: null } });
      this.#aside.add(id);
      const giveBack = (): void => {
        this.#aside.delete(id);
        unlock();
      };
      return { giveBack };
    });
  }

  /** Whether a volume is out of use because its disk gets other content. */
  isAside(id: string): boolean {
    return this.#aside.has(id);
  }

  /**
   * For threads: what a device of the volume needs besides its disk, which is this process's alone until it rests. Throws `VOLUME_HELD`
   * when another one has it.
   */
  managed(id: string): ManagedParts {
    const unlock = this.#locks.take(this.row(id), SERVED);
    try {
      const { parts } = this.volume(id);
      this.#quiet.delete(id);
      this.#notes.written(id);
      return parts;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** For threads: what the frozen image of a volume needs besides its disk. */
  frozen(snapshot: string, id: string): FrozenParts {
    const { place } = holdOf(this.#state, snapshot, id);
    const volume = this.volume(id);
    return {
      ...volume.parts,
      place,
      epoch: volume.memory.epoch(place),
      gives: snapshotRow(this.#state, snapshot).purpose === 'backup',
      since: changesBefore(this.#state, id, snapshot),
    };
  }

  /** What is unprotected of a volume now. To look is not to use: one that is idle is not taken up. */
  unprotected(id: string): Unprotected {
    const used = this.peek(id);
    if (used !== null) return used.unprotected;
    const { size, segmentBytes, unprotected: number } = this.row(id);
    const segments = Math.ceil(size / segmentBytes);
    const path = number === null ? null : protectionPath(join(this.#options.folder, id), number);
    const read = path === null ? null : readUnprotected(path, segments, this.#options.open);
    return read ?? { segments: new SegmentMap(segments), blocks: NO_BLOCKS };
  }

  /** What was unprotected of a volume when a snapshot was made, whatever is now. */
  unwantedAt(snapshot: string, id: string): SegmentMap {
    const { place } = holdOf(this.#state, snapshot, id);
    return (this.volume(id).memory.unwanted[place] as SegmentMap).copy();
  }

  /** The same, with the unprotected blocks of segments that are protected otherwise. */
  unprotectedAt(snapshot: string, id: string): Unprotected {
    const { checkpoint } = snapshotRow(this.#state, snapshot);
    return { segments: this.unwantedAt(snapshot, id), blocks: this.#blocksAt(id, checkpoint) };
  }

  /**
   * Freezes all, takes a snapshot of all, thaws all: what was being written is wholly before, what comes is wholly after. Until it is
   * released the disks are this process's alone. Throws `VOLUME_HELD` when another one has one of them.
   */
  async snapshot(request: SnapshotRequest): Promise<SnapshotRow> {
    return await this.#inTurn(async () => await this.#takeSnapshot(request));
  }

  /** Segments that were copied out of turn for a snapshot, because somebody was about to overwrite them, and those of them that were read from there. */
  sideFile(snapshot: string): { readonly copied: number; readonly read: number } {
    const { holds } = snapshotRow(this.#state, snapshot);
    const each = holds.flatMap(({ volume, place }) => this.peek(volume)?.memory.sideFile(place) ?? []);
    return {
      copied: each.reduce((sum, { copied }) => sum + copied, 0),
      read: each.reduce((sum, { read }) => sum + read, 0),
    };
  }

  /** Gives a snapshot up. Its checkpoint stays until it is dropped. */
  release(id: string): void {
    const { holds } = snapshotRow(this.#state, id);
    try {
      this.#save({ snapshots: this.#state.snapshots.filter((row) => row.id !== id) });
    } finally {
      // Whatever the state on disk says: nobody is to preserve for it any more.
      for (const { volume, place } of holds) {
        this.#volumes.get(volume)?.release(place);
        this.#locks.drop(volume, id);
      }
    }
  }

  /** Forgets a checkpoint: changes since it can no longer be asked for. Those since others stay as they are. */
  async dropCheckpoint(id: string): Promise<void> {
    await this.#inTurn(() => this.#dropCheckpoint(id));
  }

  #dropCheckpoint(id: string): void {
    const dropped = this.#state.checkpoints.find((row) => row.id === id);
    if (dropped === undefined) throw noSuchCheckpoint(id);
    if (this.#state.snapshots.some(({ checkpoint }) => checkpoint === id)) throw snapshotHeld(id);
    const checkpoints = this.#state.checkpoints.filter((row) => row.id !== id);
    const kept = new Set(checkpoints.map((row) => row.id));
    // One whose disk is away or being restored keeps its intervals as they are: more files, and nothing lost.
    const there = dropped.volumes.filter(
      ({ id: volume }) => !this.#aside.has(volume) && existsSync(this.row(volume).path),
    );
    // Taken up before it is looked at: doing so may find out that everything counts as changed.
    for (const { id: volume } of there) this.volume(volume);
    const before = there.map(({ id: volume }) => this.row(volume));
    const after = new Map(before.map((row) => [row.id, this.#merged(row, kept)]));
    this.#save({
      checkpoints,
      volumes: this.#state.volumes.map((row) => ({ ...row, intervals: after.get(row.id) ?? row.intervals })),
    });
    for (const row of before) this.#forgetFiles(row, id);
  }

  /** The intervals of a volume without those that end at no checkpoint any more. */
  #merged({ id, intervals }: VolumeRow, kept: ReadonlySet<string>): Interval[] {
    const unknown = new Set<number>();
    for (const { from, into } of mergesOf(intervals, kept)) {
      if (!this.volume(id).mergeMarks(from, into)) unknown.add(into);
    }
    const marked = intervals.map((one) => (unknown.has(one.generation) ? { ...one, all: true } : one));
    return withoutDropped(marked, kept);
  }

  /** Notes that a block set holds the volumes as they were at a checkpoint. */
  pin(id: string, set: { readonly id: string; readonly full: boolean }): void {
    this.#save({ checkpoints: this.#state.checkpoints.map((row) => (row.id === id ? { ...row, set } : row)) });
  }

  /**
   * Segments of a volume that were written after one checkpoint and before another (null: until now), with those that were unprotected
   * at the first one: what was left out then may be wanted now. So with those of which other blocks were unprotected then than at the second.
   * All of them when `since` is null or was dropped.
   */
  changed(id: string, since: string | null, until: string | null = null): SegmentMap {
    const volume = this.volume(id);
    const { intervals } = this.row(id);
    const known = since !== null && this.#state.checkpoints.some((one) => one.id === since);
    const first = known ? intervals.findIndex(({ endsWith }) => endsWith === since) : -1;
    const last = until === null ? intervals.length - 1 : intervals.findIndex(({ endsWith }) => endsWith === until);
    const map = new SegmentMap(volume.segments);
    if (last < 0 || last < first) throw noSuchCheckpoint(until ?? '');
    if (first < 0 || (until === null && this.#isUntold(id))) map.addAll();
    else
      for (const one of intervals.slice(first + 1, last + 1))
        map.addMap(volume.changesIn(one, one === intervals.at(-1)));
    if (since === null) return map;
    const then = hadUnprotected(this.#state, id, since) ? volume.unwantedAt(since) : null;
    if (then !== null) map.addMap(then.segments);
    const now = until === null ? volume.unprotected.blocks : this.#blocksAt(id, until);
    addSegmentsOf(map, differing(then?.blocks ?? NO_BLOCKS, now), this.row(id).segmentBytes);
    return map;
  }

  /** Blocks that were unprotected at a checkpoint, of segments that were protected otherwise. */
  #blocksAt(id: string, checkpoint: string): BlockRuns {
    return hadUnprotected(this.#state, id, checkpoint) ? this.volume(id).unwantedAt(checkpoint).blocks : NO_BLOCKS;
  }

  /** From the next snapshot on these segments are unprotected, and these blocks of others. */
  async protect(id: string, segments: SegmentMap, blocks: BlockRuns = NO_BLOCKS): Promise<void> {
    await this.#inTurn(() => this.#protect(id, { segments, blocks }));
  }

  /** What was written since the last snapshot; everything, when that is not known. */
  written(id: string): SegmentMap {
    const volume = this.volume(id);
    return volume.changesIn(this.row(id).intervals.at(-1) as Interval, true);
  }

  #protect(id: string, unprotected: Unprotected): void {
    const volume = this.volume(id);
    const row = this.row(id);
    const number = (row.unprotected ?? 0) + 1;
    volume.protect(unprotected, number);
    this.#change(id, { unprotected: number });
    volume.useProtection(unprotected);
    if (row.unprotected !== null) volume.forgetProtection(row.unprotected);
  }

  /**
   * Takes all volumes out of use, when nobody has a device of them open any more, so that their maps hold beyond a power loss. One that
   * does not become still is left as it is: as after a kill. Throws the first error of what could not be settled.
   */
  async close(waitMs: number): Promise<void> {
    await this.#turn;
    const volumes = [...this.#volumes];
    for (const [, volume] of volumes) volume.memory.stop();
    const ends = await Promise.allSettled(volumes.map(async ([id, volume]) => await this.#end(id, volume, waitMs)));
    this.#volumes.clear();
    this.#notes.close();
    this.#locks.close();
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #end(id: string, volume: Volume, waitMs: number): Promise<void> {
    try {
      const frozen = await freezeAll([volume], waitMs);
      frozen.thaw();
      const row = this.row(id);
      syncDisk(row.path);
      volume.settle(row);
      const identity = diskIdentity(row.path);
      const same = row.use.kind === 'open' && identity?.inode === row.use.inode && !this.#wrotePast(id);
      this.#change(id, { use: { kind: 'clean', identity: same ? identity : null } });
    } finally {
      volume.close();
    }
  }

  /** One after another: what changes the state of several volumes must not find one half changed. */
  async #inTurn<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #takeSnapshot(request: SnapshotRequest): Promise<SnapshotRow> {
    const id = randomId();
    const unlock: (() => void)[] = [];
    try {
      for (const one of request.volumes) unlock.push(this.#locks.take(this.row(one), id));
      return await this.#takeLocked(request, id);
    } catch (error) {
      for (const each of unlock) each();
      throw error;
    }
  }

  async #takeLocked(request: SnapshotRequest, id: string): Promise<SnapshotRow> {
    const { volumes: ids, purpose, since, freezeMs, group = 1, still } = request;
    if (since !== undefined && purpose !== 'backup') throw new RangeError('only a backup knows what it needs');
    const checkpoint = randomId();
    const taken = ids.map((one) => this.#prepared(one, checkpoint));
    for (const one of ids) this.#taking.add(one);
    try {
      const frozen = await this.#frozenStill(taken, { freezeMs, still });
      try {
        const createdAt = this.#options.now().toISOString();
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
        this.#save({
          snapshots: [...this.#state.snapshots, row],
          checkpoints: [...this.#state.checkpoints, { id: checkpoint, createdAt, volumes, set: null }],
          volumes: this.#state.volumes.map((one) => {
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
      for (const one of ids) this.#taking.delete(one);
    }
  }

  /** Makes what a snapshot of a volume needs, before anybody has to wait. */
  #prepared(id: string, checkpoint: string) {
    const known = this.volume(id);
    const volume = this.#isUntold(id) ? this.#distrusted(id, known) : known;
    const row = this.row(id);
    const place = freePlace(this.#state, id);
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
    const needed = this.changed(id, since);
    // Of a group of which some is wanted, that is read whatever was written: it is one piece no longer.
    needed.addMap(this.volume(id).memory.unprotected);
    needed.addGroups(group);
    return needed;
  }

  /** A snapshot that served a backup ended with its process: what the backup had copied was given up. */
  #dropBackups(): void {
    const snapshots = this.#state.snapshots.filter(({ purpose }) => purpose === 'keep');
    if (snapshots.length < this.#state.snapshots.length) this.#save({ snapshots });
  }

  #takeUp(row: VolumeRow): Volume {
    const { id, path } = row;
    if (!existsSync(path)) throw diskMissing(row.name, path);
    const size = diskSize(path);
    const known = size === row.size && this.#isKnown(row);
    const state = takenUp(this.#state, row, { size, known, use: this.#openNow(path) });
    const taken = volumeRow(state, id);
    const volume = new Volume(taken, this.#options.folder, this.#options.open);
    volume.load(taken, heldBefore(state, id));
    this.#save(state);
    return volume;
  }

  /** Removes the files of intervals and of a checkpoint that the state no longer names. */
  #forgetFiles(before: VolumeRow, checkpoint: string): void {
    const volume = this.volume(before.id);
    const named = new Set(this.row(before.id).intervals.map(({ generation }) => generation));
    for (const { generation } of before.intervals) if (!named.has(generation)) volume.forgetMarks(generation);
    volume.forgetUnwanted(checkpoint);
  }

  /**
   * Whether the maps speak of all that was written: after a clean end to the same disk, or after any end within one boot, when nobody
   * wrote to an image since.
   */
  #isKnown({ id, use, path }: VolumeRow): boolean {
    const disk = diskIdentity(path);
    if (use.kind === 'clean') return sameDisk(use.identity, disk);
    if (use.boot === '' || use.boot !== this.#options.boot || use.inode !== (disk?.inode ?? '')) return false;
    return disk === null || this.#notes.speaksFor(id, disk);
  }

  #openNow(path: string): VolumeRow['use'] {
    return { kind: 'open', boot: this.#options.boot, inode: diskInode(path) };
  }

  #change(id: string, change: Partial<VolumeRow>): void {
    this.#save({ volumes: this.#state.volumes.map((row) => (row.id === id ? { ...row, ...change } : row)) });
  }

  #save(change: Partial<SpaceState>): void {
    const state = { ...this.#state, ...change };
    writeSpace(this.#options.folder, state);
    this.#state = state;
  }
}
