import type { DiskLock, LockDisk } from '../../platform/disk-lock.ts';
import { volumeHeld } from './space-errors.ts';
import type { VolumeRow } from './space-state.ts';

/**
 * Keeps other homes off the disks of volumes that are written to or read as they were: two consoles would not see each other's
 * writes. A volume may be used for several reasons at once; its disk is given back with the last one.
 */
export class DiskLocks {
  readonly #lock: LockDisk;
  readonly #held = new Map<string, { readonly lock: DiskLock; readonly whys: Set<string> }>();

  constructor(lock: LockDisk) {
    this.#lock = lock;
  }

  /** Gives what undoes it; nothing, when it was so already. Throws `VOLUME_HELD`. */
  take({ id, name, path }: VolumeRow, why: string): () => void {
    const held = this.#held.get(id);
    if (held?.whys.has(why)) return () => undefined;
    if (held !== undefined) held.whys.add(why);
    else {
      const lock = this.#lock(path);
      if (lock === null) throw volumeHeld(name, path);
      this.#held.set(id, { lock, whys: new Set([why]) });
    }
    return () => this.drop(id, why);
  }

  drop(id: string, why: string): void {
    const held = this.#held.get(id);
    held?.whys.delete(why);
    if (held?.whys.size === 0) this.forget(id);
  }

  /** Gives a disk back, whatever for it was held. */
  forget(id: string): void {
    this.#held.get(id)?.lock.release();
    this.#held.delete(id);
  }

  close(): void {
    for (const id of this.#held.keys()) this.forget(id);
  }
}
