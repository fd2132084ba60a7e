import { crc32 } from 'node:zlib';
import type { BlockDevice } from './block-device.ts';
import type { FullPolicy } from './full-policy.ts';
import type { PreservedIndex } from './preserved-index.ts';
import type { SnapshotStorage } from './snapshot-storage.ts';
import type { LostReason, VolumeMemory } from './volume-memory.ts';

interface PreserverParts {
  readonly memory: VolumeMemory;
  readonly index: PreservedIndex;
  readonly storage: SnapshotStorage;
  readonly disk: BlockDevice;
  readonly policy: FullPolicy;
  /** Of the volume. */
  readonly size: number;
}

/** Puts the old content of segments into the snapshot storage before they are overwritten, once for all snapshots that need it. */
export class Preserver {
  readonly #parts: PreserverParts;
  readonly #buffer: Buffer;

  constructor(parts: PreserverParts) {
    this.#parts = parts;
    this.#buffer = Buffer.allocUnsafeSlow(parts.memory.shared.segmentBytes);
  }

  /** Preserves what is still needed of the segments in `mask` of a word of the maps. */
  preserve(word: number, mask: number): void {
    for (let rest = mask & this.#pending(word); rest !== 0; rest &= rest - 1) {
      this.#preserveOne(word * 32 + 31 - Math.clz32(rest & -rest));
    }
  }

  /** Segments of a word that any held snapshot still needs. */
  #pending(word: number): number {
    const { memory } = this.#parts;
    let pending = 0;
    for (let held = memory.held; held !== 0; held &= held - 1) {
      const map = memory.pending[31 - Math.clz32(held & -held)];
      if (map !== undefined) pending |= Atomics.load(map.words, word);
    }
    return pending;
  }

  #preserveOne(segment: number): void {
    const { memory, policy } = this.#parts;
    const deadline = performance.now() + (policy.onFull === 'block' ? policy.blockMs : 0);
    for (;;) {
      const seen = memory.freed;
      if (this.#tryPreserve(segment) || (this.#reclaim() && this.#tryPreserve(segment))) return;
      const left = deadline - performance.now();
      if (left > 0) {
        memory.count('waits');
        memory.waitForRoom(seen, left);
      } else if (this.#giveUp(segment)) return;
    }
  }

  /** Takes the room of snapshots that were lost before another one is; false when none was. */
  #reclaim(): boolean {
    const { memory, index } = this.#parts;
    if (memory.invalid === 0) return false;
    index.reclaim(memory.invalid);
    return true;
  }

  /** False when the storage is full. The lock is not held while a writer waits for room: who makes room needs it. */
  #tryPreserve(segment: number): boolean {
    const { memory, index, storage } = this.#parts;
    const { locks } = memory;
    locks.lock(segment >>> 5);
    try {
      const mask = memory.needOf(segment);
      if (mask === 0) return true;
      const slot = index.take();
      if (slot === null) return false;
      let crc: number;
      try {
        const content = this.#content(segment);
        crc = crc32(content);
        storage.write(content, slot);
        storage.note({ slot, segment, mask, crc }, memory.generation);
      } catch {
        index.giveBack(slot);
        // The write must not fail because a copy could not be made; but nobody may trust the snapshot any more.
        this.#invalidate(mask, 'failed');
        return true;
      }
      index.put({ slot, segment, mask, crc });
      this.#settle(segment, mask);
      memory.count('preserved');
      return true;
    } finally {
      locks.unlock(segment >>> 5);
    }
  }

  #content(segment: number): Buffer {
    const { memory, disk, size } = this.#parts;
    const { segmentBytes } = memory.shared;
    const offset = segment * segmentBytes;
    const content = this.#buffer.subarray(0, Math.min(segmentBytes, size - offset));
    disk.read(content, offset);
    return content;
  }

  #settle(segment: number, mask: number): void {
    const { memory } = this.#parts;
    for (const [place, pending] of memory.pending.entries()) {
      if (!(mask & (1 << place))) continue;
      pending.remove(segment);
      memory.countSideFile(place, 'copied');
    }
  }

  /** Gives up the snapshots that need a segment for which there is no room. */
  #giveUp(segment: number): boolean {
    const { memory } = this.#parts;
    memory.locks.lock(segment >>> 5);
    try {
      const mask = memory.needOf(segment);
      if (mask !== 0) this.#invalidate(mask, 'full');
      return true;
    } finally {
      memory.locks.unlock(segment >>> 5);
    }
  }

  /** Says so on file before anything is overwritten; when that fails too, the write fails: a restart would trust the snapshot. */
  #invalidate(mask: number, reason: LostReason): void {
    const { memory, storage } = this.#parts;
    for (const place of memory.pending.keys()) if (mask & (1 << place)) storage.markLost(place, reason);
    memory.invalidate(mask, reason);
    memory.count('invalidated');
  }
}
