import { crc32 } from 'node:zlib';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Bytes } from '../../../shared/units.ts';
import { type OpenPositional, openPositional } from '../../platform/positional-file.ts';
import type { Allocation, BlockDevice, StatusContext } from './block-device.ts';
import { snapshotLost, snapshotReleased } from './errors.ts';
import { type ManagedParts, sizeWithin } from './managed-device.ts';
import { PreservedIndex } from './preserved-index.ts';
import type { SegmentMap } from './segment-map.ts';
import { openStorage, type SnapshotStorage } from './snapshot-storage.ts';
import { type ChangesSince, dirtyContext, protectedContext } from './status-contexts.ts';
import { VolumeMemory } from './volume-memory.ts';

/** Which snapshot a frozen image shows: the place it is held in, and the epoch by which a later one there is told from it. */
export interface FrozenParts extends ManagedParts {
  readonly place: number;
  readonly epoch: number;
  /** It serves one backup, which gives up what it has copied. */
  readonly gives: boolean;
  /** Checkpoints before the snapshot, since which changes can be asked for. */
  readonly since: readonly ChangesSince[];
}

/**
 * A volume as it was at a snapshot, read only, while others write to it: content that was preserved comes from the snapshot storage, the
 * rest from the volume. Segments that were unprotected read as zeroes unless all are preserved.
 */
export class FrozenImage implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly = true;
  readonly contexts: readonly StatusContext[];
  readonly #parts: FrozenParts;
  readonly #disk: BlockDevice;
  readonly #memory: VolumeMemory;
  readonly #index: PreservedIndex;
  readonly #storage: SnapshotStorage;
  readonly #slot: Buffer;

  constructor(parts: FrozenParts, disk: BlockDevice, open: OpenPositional = openPositional) {
    this.#parts = parts;
    this.#disk = disk;
    this.size = sizeWithin(parts, disk);
    this.#slot = Buffer.allocUnsafeSlow(parts.shared.segmentBytes);
    this.#memory = new VolumeMemory(parts.shared);
    this.#index = new PreservedIndex(parts.index);
    this.#storage = openStorage(parts.storage, open);
    const { segments, segmentBytes } = parts.shared;
    this.contexts = [
      protectedContext(this.#unwanted, segmentBytes),
      ...parts.since.map((since) => dirtyContext(since, { folder: parts.folder, segments, segmentBytes }, open)),
    ];
  }

  read(into: Uint8Array, offset: number): void {
    const { segmentBytes } = this.#parts.shared;
    this.#disk.read(into, offset);
    for (let done = 0; done < into.length; ) {
      const segment = Math.floor((offset + done) / segmentBytes);
      const within = offset + done - segment * segmentBytes;
      const length = Math.min(into.length - done, segmentBytes - within);
      // Asked after the volume was read: as long as a segment is pending nobody has begun to overwrite it.
      if (!this.#pending.has(segment)) this.#readSettled(into.subarray(done, done + length), segment, within);
      done += length;
    }
    this.#demandHeld();
  }

  /**
   * Gives up what is preserved of a run, and the need to preserve it: it was copied. Reading it is an error from then on. Only of a
   * snapshot that serves one backup: another one would not know, after a restart, that it lacks something.
   */
  copied(start: number, count: number): void {
    if (!this.#parts.gives) throw new RangeError('a snapshot that is kept gives nothing up');
    for (let segment = start; segment < start + count; segment += 1) this.#release(segment);
    this.#memory.roomFreed();
  }

  write(): never {
    throw readOnly(this.#parts.name);
  }

  trim(): never {
    throw readOnly(this.#parts.name);
  }

  zero(): never {
    throw readOnly(this.#parts.name);
  }

  flush(): void {
    this.#demandHeld();
  }

  /** Known for segments that were not touched since; what was preserved counts as data. */
  allocation(offset: number, length: number, limit: number): Allocation[] {
    const { segmentBytes } = this.#parts.shared;
    const found: Allocation[] = [];
    const end = offset + length;
    for (let at = offset; at < end && found.length < limit; ) {
      const segment = Math.floor(at / segmentBytes);
      const stop = Math.min(end, this.#sameUntil(segment, Math.ceil(end / segmentBytes)) * segmentBytes);
      for (const run of this.#allocationOf(segment, at, stop, limit - found.length)) found.push(run);
      const last = found.at(-1);
      at = last === undefined ? stop : last.offset + last.length;
    }
    this.#demandHeld();
    return found;
  }

  close(): void {
    this.#storage.close();
    this.#disk.close();
  }

  get #pending(): SegmentMap {
    return this.#memory.pending[this.#parts.place] as SegmentMap;
  }

  get #unwanted(): SegmentMap {
    return this.#memory.unwanted[this.#parts.place] as SegmentMap;
  }

  #readSettled(into: Uint8Array, segment: number, within: number): void {
    const slot = this.#index.find(segment, this.#parts.place);
    if (slot !== null) this.#readSlot(into, slot, segment, within);
    else if (this.#unwanted.has(segment)) into.fill(0);
    else this.#refuse(segment);
  }

  /** Whole, since its check is; a slot that was given away meanwhile holds something else. */
  #readSlot(into: Uint8Array, slot: number, segment: number, within: number): void {
    const { segmentBytes } = this.#parts.shared;
    const content = this.#slot.subarray(0, Math.min(segmentBytes, this.size - segment * segmentBytes));
    this.#storage.read(content, slot);
    const crc = this.#index.crcOf(slot);
    if (this.#index.find(segment, this.#parts.place) !== slot) this.#refuse(segment);
    if (crc32(content) !== crc) throw slotDamaged(this.#parts.name, segment);
    into.set(content.subarray(within, within + into.length));
    // Once a segment, in whatever pieces it is read.
    if (within === 0) this.#memory.countSideFile(this.#parts.place, 'read');
  }

  #refuse(segment: number): never {
    this.#demandHeld();
    throw new ColdframeError('SNAPSHOT_LOST', {
      message: `Segment ${segment} of the frozen image of ${this.#parts.name} was given up: it has been copied, or was not needed.`,
      guidance: 'Read it from the block set that it was copied into, or make a new snapshot.',
      context: { errno: 'EIO', volume: this.#parts.name, segment },
    });
  }

  #release(segment: number): void {
    const { place } = this.#parts;
    const { locks } = this.#memory;
    locks.lock(segment >>> 5);
    try {
      // Under the lock: whoever takes the snapshot away had each lock once before it gives anything back.
      this.#demandHeld();
      this.#pending.remove(segment);
      const slot = this.#index.find(segment, place);
      if (slot === null) return;
      // On file first: what is in no table any more would be found again after a restart.
      if (this.#index.maskOf(slot) === 1 << place) this.#storage.forget(slot);
      if (this.#index.drop(slot, place) === 0) this.#index.giveBack(slot);
    } finally {
      locks.unlock(segment >>> 5);
    }
  }

  /** What was read is only good if the snapshot was held all the time. */
  #demandHeld(): void {
    const { place, epoch, name } = this.#parts;
    // In this order: a later snapshot in its place is valid again.
    const { invalid } = this.#memory;
    if (this.#memory.epoch(place) !== epoch) throw snapshotReleased(name);
    if (invalid & (1 << place)) throw snapshotLost(name, this.#memory.lostReason(place));
  }

  /** The end of the run of segments of one state. */
  #sameUntil(segment: number, end: number): number {
    // A bit may go between two looks.
    return this.#pending.has(segment) ? Math.max(segment + 1, this.#pending.next(segment, end, false)) : segment + 1;
  }

  #allocationOf(segment: number, at: number, stop: number, limit: number): Allocation[] {
    if (this.#pending.has(segment)) {
      const runs = this.#disk.allocation(at, stop - at, limit);
      if (
        this.#pending.next(segment, Math.ceil(stop / this.#parts.shared.segmentBytes), false) *
          this.#parts.shared.segmentBytes >=
        stop
      )
        return runs;
    }
    const nothing = this.#unwanted.has(segment) && this.#index.find(segment, this.#parts.place) === null;
    const length = Math.min(stop, (segment + 1) * this.#parts.shared.segmentBytes) - at;
    return [{ offset: at, length, hole: nothing, zero: nothing }];
  }
}

const readOnly = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_READ_ONLY', {
    message: `A frozen image of the volume ${volume} cannot be written to.`,
    guidance: 'Write to the volume itself.',
    context: { errno: 'EPERM', volume },
  });

const slotDamaged = (volume: string, segment: number): ColdframeError =>
  new ColdframeError('SNAPSHOT_LOST', {
    message: `What was preserved of segment ${segment} of the volume ${volume} does not match its checksum.`,
    guidance:
      'Check the disk that holds the snapshot storage, and make a new snapshot. The volume itself is not affected.',
    context: { errno: 'EIO', volume, segment },
  });
