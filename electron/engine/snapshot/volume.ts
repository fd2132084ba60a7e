import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../../platform/durable-write.ts';
import { largeMemory } from '../../platform/linux/memory-advice.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import type { OpenPositional } from '../../platform/positional-file.ts';
import { type BlockRuns, NO_BLOCKS, type Unprotected } from './block-runs.ts';
import type { ManagedParts } from './managed-device.ts';
import {
  marksPath,
  protectionPath,
  readMap,
  readUnprotected,
  syncMap,
  unwantedPath,
  writeMap,
  writeUnprotected,
} from './marks-file.ts';
import { createSharedIndex, PreservedIndex } from './preserved-index.ts';
import { SegmentMap } from './segment-map.ts';
import {
  indexPath,
  openStorage,
  type SnapshotStorage,
  type StorageSpec,
  type StoredState,
  storedState,
} from './snapshot-storage.ts';
import type { Interval, SnapshotRow, VolumeRow } from './space-state.ts';
import { createSharedVolume, LOCKS, VolumeMemory } from './volume-memory.ts';

/** A snapshot of a volume that is taken up after a restart. */
export interface HeldBefore {
  readonly place: number;
  readonly era: number;
  readonly lost: SnapshotRow['holds'][number]['lost'];
  /** The checkpoint whose file says what was unprotected; null when nothing was. */
  readonly unwantedAt: string | null;
}

/** A managed volume as the one thread that controls it sees it: its maps, its snapshots, its files. */
export class Volume {
  readonly memory: VolumeMemory;
  readonly parts: ManagedParts;
  readonly index: PreservedIndex;
  readonly #storage: SnapshotStorage;
  readonly #folder: string;
  readonly #open: OpenPositional;
  #unprotectedBlocks: BlockRuns = NO_BLOCKS;

  /** Opens the files of a volume; its maps are those of a new one until they are loaded. */
  constructor(row: VolumeRow, space: string, open: OpenPositional) {
    this.#folder = join(space, row.id);
    this.#open = open;
    makeFolder(this.#folder);
    const { segmentBytes, size } = row;
    const shared = createSharedVolume(Math.ceil(size / segmentBytes), segmentBytes);
    const slots = Math.max(1, Math.floor(row.storage.bytes / segmentBytes));
    const storage: StorageSpec =
      row.storage.kind === 'file'
        ? { kind: 'file', path: join(this.#folder, 'preserved'), slots, segmentBytes }
        : { kind: 'memory', bytes: largeMemory(slots * segmentBytes), slots, segmentBytes };
    const index = createSharedIndex(slots);
    this.memory = new VolumeMemory(shared);
    this.index = new PreservedIndex(index);
    this.parts = { name: row.name, size, shared, index, storage, folder: this.#folder, policy: row.policy };
    this.#storage = openStorage(storage, open);
  }

  get segments(): number {
    return this.memory.shared.segments;
  }

  /** Takes up the maps where an earlier process left them. A map that is not whole is one of which nothing is known. */
  load(row: VolumeRow, holds: readonly HeldBefore[]): void {
    const current = row.intervals.at(-1) as Interval;
    this.memory.generation = current.generation;
    const marks = this.#marks(current.generation);
    if (marks === null) {
      this.memory.written.addAll();
      writeMap(marksPath(this.#folder, current.generation), this.memory.written, this.#open);
    } else this.memory.written.addMap(marks);
    const unprotected =
      row.unprotected === null ? null : this.#readUnprotected(protectionPath(this.#folder, row.unprotected));
    // Without it everything is protected: more is kept than was wished, and nothing less.
    if (unprotected !== null) this.useProtection(unprotected);
    this.#loadSnapshots(row, holds);
  }

  /** Begins the marks of a generation that has no writes yet. */
  prepare(generation: number): void {
    writeMap(marksPath(this.#folder, generation), new SegmentMap(this.segments), this.#open);
  }

  /** What a snapshot is to know of itself after a restart; before it is noted in the state. */
  prepareSnapshot(place: number, checkpoint: string, unwanted: Unprotected): void {
    this.#storage.markLost(place, null);
    if (!isNothing(unwanted)) writeUnprotected(unwantedPath(this.#folder, checkpoint), unwanted, this.#open);
  }

  /** Takes the snapshot in memory. Only while nobody is inside the gate. */
  snapshot(
    place: number,
    generation: number,
    pending: { readonly wanted: SegmentMap; readonly unwanted: SegmentMap },
  ): void {
    this.#hold(place, pending.wanted, pending.unwanted);
    this.memory.generation = generation;
    this.memory.written.clear();
    this.memory.marksInDoubt = false;
  }

  /** What a snapshot has to preserve: all, or what is protected; of that what is needed, if that is known. */
  toPreserve(preserve: VolumeRow['preserve'], unwanted: SegmentMap, needed: SegmentMap | null): SegmentMap {
    const wanted = new SegmentMap(this.segments);
    wanted.addAll();
    if (preserve === 'protected') wanted.removeMap(unwanted);
    if (needed !== null) wanted.keepMap(needed);
    return wanted;
  }

  /** What was unprotected at a checkpoint for which there is a file; everything, when that is not whole. */
  unwantedAt(checkpoint: string): Unprotected {
    const found = this.#readUnprotected(unwantedPath(this.#folder, checkpoint));
    return found ?? { segments: this.#everything(), blocks: NO_BLOCKS };
  }

  forgetUnwanted(checkpoint: string): void {
    rmSync(unwantedPath(this.#folder, checkpoint), { force: true });
  }

  /** Gives a snapshot up with everything that it alone preserved. */
  release(place: number): void {
    this.memory.release(place);
    this.#giveBack(place);
  }

  /** Gives back the room of snapshots that were lost. */
  reclaimLost(): void {
    for (const place of this.memory.pending.keys()) if (this.memory.invalid & (1 << place)) this.#giveBack(place);
  }

  /** What is unprotected from the next snapshot on. Whoever writes to the volume needs to know of whole segments alone. */
  get unprotected(): Unprotected {
    return { segments: this.memory.unprotected.copy(), blocks: this.#unprotectedBlocks };
  }

  /** Replaces the protection map from the next snapshot on; `number` names its file. */
  protect(unprotected: Unprotected, number: number): void {
    writeUnprotected(protectionPath(this.#folder, number), unprotected, this.#open);
  }

  useProtection({ segments, blocks }: Unprotected): void {
    this.memory.unprotected.words.set(segments.words);
    this.#unprotectedBlocks = blocks;
  }

  forgetProtection(number: number): void {
    rmSync(protectionPath(this.#folder, number), { force: true });
  }

  forgetMarks(generation: number): void {
    rmSync(marksPath(this.#folder, generation), { force: true });
  }

  /** Adds what was written in one closed interval to the next one; false when one of the maps is not whole. */
  mergeMarks(from: number, into: number): boolean {
    const [one, other] = [this.#marks(from), this.#marks(into)];
    if (one === null || other === null) return false;
    other.addMap(one);
    writeMap(marksPath(this.#folder, into), other, this.#open);
    return true;
  }

  /** What was written in an interval; everything, when that is not known. */
  changesIn({ generation, all }: Interval, current: boolean): SegmentMap {
    if (all) return this.#everything();
    if (!current) return this.#marks(generation) ?? this.#everything();
    const written = this.memory.written.copy();
    // Once the interval is closed its file is what counts, so a backup must be ready for all of that.
    if (this.memory.marksInDoubt) written.addMap(this.#marks(generation) ?? this.#everything());
    return written;
  }

  /** Makes the maps and what is preserved durable; only when nobody writes any more. */
  settle({ intervals }: VolumeRow): void {
    writeMap(marksPath(this.#folder, this.memory.generation), this.memory.written, this.#open);
    for (const { generation, all } of intervals.slice(0, -1)) {
      if (!all) syncMap(marksPath(this.#folder, generation), this.#open);
    }
    this.#storage.sync();
    syncDirectory(this.#folder);
  }

  close(): void {
    this.#storage.close();
  }

  #hold(place: number, wanted: SegmentMap, unwanted: SegmentMap): void {
    this.memory.unwanted[place]?.words.set(unwanted.words);
    this.memory.pending[place]?.words.set(wanted.words);
    this.memory.hold(place);
  }

  #giveBack(place: number): void {
    // Whoever began to work for it has its lock; when we had each once, all of them are through and nobody begins again.
    for (let key = 0; key < LOCKS; key += 1) {
      this.memory.locks.lock(key);
      this.memory.locks.unlock(key);
    }
    for (const { slot } of this.index.of(place)) if (this.index.drop(slot, place) === 0) this.index.giveBack(slot);
    this.memory.roomFreed();
  }

  /** Holds again what was held; what was preserved since is taken off what is pending. */
  #loadSnapshots(row: VolumeRow, holds: readonly HeldBefore[]): void {
    const lost = new Map(holds.map((hold) => [hold.place, hold.lost]));
    for (const { place, unwantedAt } of holds) {
      const unwanted =
        unwantedAt === null
          ? new SegmentMap(this.segments)
          : (this.#readUnprotected(unwantedPath(this.#folder, unwantedAt))?.segments ?? null);
      if (unwanted === null) lost.set(place, lost.get(place) ?? 'failed');
      const known = unwanted ?? new SegmentMap(this.segments);
      this.#hold(place, this.toPreserve(row.preserve, known, null), known);
    }
    const eras = new Map(holds.filter(({ place }) => lost.get(place) === null).map(({ place, era }) => [place, era]));
    const stored = this.#stored(eras);
    for (const preserved of stored.preserved) this.#take(preserved);
    for (const { place, era } of holds) {
      const why =
        lost.get(place) ?? stored.lost.get(place) ?? (this.#isWhole(place, era, row.intervals) ? null : 'failed');
      if (why !== null) this.memory.invalidate(1 << place, why);
    }
  }

  /**
   * Whether a snapshot preserved all that it had to: what was written since is preserved before it is marked, so nothing that is
   * marked may still be pending.
   */
  #isWhole(place: number, era: number, intervals: readonly Interval[]): boolean {
    const pending = (this.memory.pending[place] as SegmentMap).copy();
    const written = new SegmentMap(this.segments);
    for (const one of intervals)
      if (one.generation >= era) written.addMap(this.changesIn(one, one === intervals.at(-1)));
    pending.keepMap(written);
    return pending.empty;
  }

  #stored(eras: ReadonlyMap<number, number>): StoredState {
    const { storage } = this.parts;
    if (storage.kind === 'memory') return { lost: new Map(), preserved: [] };
    const file = this.#open(indexPath(storage.path), 'read');
    try {
      return storedState(file, eras);
    } finally {
      file.close();
    }
  }

  #take(preserved: StoredState['preserved'][number]): void {
    // A storage that is smaller now: what lay beyond its end is not whole, which shows in what is pending.
    if (preserved.slot >= this.index.slots) return;
    this.index.restore(preserved);
    for (const [place, pending] of this.memory.pending.entries()) {
      if (preserved.mask & (1 << place)) pending.remove(preserved.segment);
    }
  }

  #everything(): SegmentMap {
    const map = new SegmentMap(this.segments);
    map.addAll();
    return map;
  }

  /** The marks of a generation; null when they are not whole. */
  #marks(generation: number): SegmentMap | null {
    return this.#whole(marksPath(this.#folder, generation));
  }

  #whole(path: string): SegmentMap | null {
    return readMap(path, this.segments, this.#open);
  }

  #readUnprotected(path: string): Unprotected | null {
    return readUnprotected(path, this.segments, this.#open);
  }
}

/** Whether everything is protected. */
export const isNothing = ({ segments, blocks }: Unprotected): boolean => blocks.length === 0 && segments.empty;
