import { ColdframeError } from '../../../shared/errors.ts';
import { type Bytes, bytes } from '../../../shared/units.ts';
import { monotonicMillis } from '../../platform/monotonic.ts';
import { type OpenPositional, openPositional } from '../../platform/positional-file.ts';
import type { Allocation, BlockDevice, StatusContext, ZeroOptions } from './block-device.ts';
import { volumeStopped } from './errors.ts';
import type { FullPolicy } from './full-policy.ts';
import { MarksFile } from './marks-file.ts';
import { PreservedIndex, type SharedIndex } from './preserved-index.ts';
import { Preserver } from './preserver.ts';
import { maskOf } from './segment-map.ts';
import { openStorage, type SnapshotStorage, type StorageSpec } from './snapshot-storage.ts';
import { protectedContext } from './status-contexts.ts';
import { type SharedVolume, VolumeMemory } from './volume-memory.ts';

/** Everything a thread needs to work on a managed volume, apart from the disk itself; structured-cloneable. */
export interface ManagedParts {
  readonly name: string;
  /** As the maps have it; the disk has to be as large. */
  readonly size: number;
  readonly shared: SharedVolume;
  readonly index: SharedIndex;
  readonly storage: StorageSpec;
  /** Folder of the volume's own files. */
  readonly folder: string;
  readonly policy: FullPolicy;
}

/** How long a request waits at the gate of a snapshot before it fails. */
const GATE_MS = 60_000;

/**
 * A managed volume as one thread sees it: the one function that every write passes through (DESIGN.md 3.2). Before a segment is
 * overwritten its old content is preserved for the snapshots that need it, and its mark is on file.
 */
export class ManagedDevice implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly: boolean;
  readonly contexts: readonly StatusContext[];
  readonly #name: string;
  readonly #disk: BlockDevice;
  readonly #memory: VolumeMemory;
  readonly #marks: MarksFile;
  readonly #storage: SnapshotStorage;
  readonly #preserver: Preserver;
  readonly #shift: number;

  constructor(parts: ManagedParts, disk: BlockDevice, open: OpenPositional = openPositional) {
    this.#name = parts.name;
    this.#disk = disk;
    this.size = sizeWithin(parts, disk);
    this.readOnly = disk.readOnly;
    this.#memory = new VolumeMemory(parts.shared);
    this.#marks = new MarksFile(parts.folder, open);
    this.#storage = openStorage(parts.storage, open);
    const index = new PreservedIndex(parts.index);
    this.#preserver = new Preserver({
      size: parts.size,
      memory: this.#memory,
      index,
      storage: this.#storage,
      disk,
      policy: parts.policy,
    });
    this.#shift = Math.log2(parts.shared.segmentBytes);
    this.contexts = [protectedContext(this.#memory.unprotected, parts.shared.segmentBytes)];
  }

  read(into: Uint8Array, offset: number): void {
    this.#disk.read(into, offset);
  }

  write(from: Uint8Array, offset: number, durable: boolean): void {
    this.#change(offset, from.length, () => this.#disk.write(from, offset, durable));
  }

  trim(offset: number, length: number, durable: boolean): void {
    this.#change(offset, length, () => this.#disk.trim(offset, length, durable));
  }

  zero(offset: number, length: number, options: ZeroOptions): void {
    this.#change(offset, length, () => this.#disk.zero(offset, length, options));
  }

  flush(): void {
    this.#disk.flush();
  }

  allocation(offset: number, length: number, limit: number): Allocation[] {
    return this.#disk.allocation(offset, length, limit);
  }

  close(): void {
    this.#marks.close();
    this.#storage.close();
    this.#disk.close();
  }

  /** Runs a change of [offset, offset + length) once everything that it needs has been done. */
  #change(offset: number, length: number, act: () => void): void {
    if (length === 0) return;
    this.#enter();
    try {
      this.#memory.lastWrite = monotonicMillis() & 0x7fff_ffff;
      this.#prepare(this.#segmentOf(offset), this.#segmentOf(offset + length - 1));
      act();
    } finally {
      this.#memory.lastWrite = monotonicMillis() & 0x7fff_ffff;
      this.#memory.gate.leave();
    }
  }

  #enter(): void {
    const { gate } = this.#memory;
    if (this.#memory.stopping) throw volumeStopped(this.#name);
    if (!gate.enter(GATE_MS)) {
      throw new ColdframeError('VOLUME_FROZEN', {
        message: `The volume ${this.#name} has been frozen for longer than ${GATE_MS / 1000} s.`,
        guidance: 'Thaw it, or release the snapshot that is being made; then try the write again.',
        context: { errno: 'EIO', volume: this.#name },
      });
    }
    if (!this.#memory.stopping) return;
    gate.leave();
    throw volumeStopped(this.#name);
  }

  /** Segments are 2^shift bytes; division rather than a shift of bits, since offsets exceed 32 bits. */
  #segmentOf(offset: number): number {
    return Math.floor(offset / 2 ** this.#shift);
  }

  #prepare(first: number, last: number): void {
    const { written } = this.#memory;
    for (let segment = first; segment <= last; segment = ((segment >>> 5) + 1) * 32) {
      const word = segment >>> 5;
      const mask = maskOf(segment, last);
      this.#preserver.preserve(word, mask);
      if ((Atomics.load(written.words, word) & mask) !== mask) this.#mark(word, mask);
    }
  }

  /** Marks on file first, then in memory: who finds the mark in memory may write at once. */
  #mark(word: number, mask: number): void {
    const { locks, written, generation } = this.#memory;
    locks.lock(word);
    try {
      const marked = Atomics.load(written.words, word) | mask;
      this.#marks.write(generation, word, marked);
      Atomics.store(written.words, word, marked);
    } catch (error) {
      this.#memory.marksInDoubt = true;
      throw error;
    } finally {
      locks.unlock(word);
    }
    this.#memory.count('firstTouches');
  }
}

/** Throws `VOLUME_CHANGED` for a disk that became smaller than its maps: what is missing is nobody's content. */
export const sizeWithin = ({ name, size }: Pick<ManagedParts, 'name' | 'size'>, disk: BlockDevice): Bytes => {
  if (disk.size >= size) return bytes(size);
  throw new ColdframeError('VOLUME_CHANGED', {
    message: `The disk of the volume ${name} has ${disk.size} bytes; it had ${size} when it was taken into use.`,
    guidance:
      'Put the disk back, or end the console and start it again: then the volume has the size of its disk, and everything counts as changed.',
    context: { errno: 'EIO', volume: name },
  });
};
