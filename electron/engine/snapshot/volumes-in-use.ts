import { existsSync } from 'node:fs';
import type { OpenPositional } from '../../platform/positional-file.ts';
import { diskIdentity, diskInode, diskSize, sameDisk, syncDisk } from './disk-identity.ts';
import { freezeAll } from './freeze.ts';
import type { ManagedParts } from './managed-device.ts';
import { beingRestored, diskMissing, diskReplaced } from './space-errors.ts';
import { heldBefore, takenUp, volumeRow } from './space-queries.ts';
import type { SpaceRecord } from './space-record.ts';
import type { DiskIdentity, VolumeRow } from './space-state.ts';
import { type Repeat, UseNotes } from './use-notes.ts';
import { Volume } from './volume.ts';

export interface UseOptions {
  readonly open: OpenPositional;
  /** By which this boot of the machine is known; empty when it is not. */
  readonly boot: string;
  readonly repeat: Repeat;
}

/**
 * The volumes that are in use, and how far what is known of them can be trusted: each is taken up when it is first asked for,
 * and anew when somebody wrote to its disk past us.
 */
export class VolumesInUse {
  readonly #record: SpaceRecord;
  readonly #options: UseOptions;
  readonly #volumes = new Map<string, Volume>();
  /** Volumes whose disks get other content now. */
  readonly #aside = new Set<string>();
  /**
   * Volumes in use that nobody can write to through us at the moment, and by what their disks are known again: whatever is
   * written to them meanwhile was written past us.
   */
  readonly #quiet = new Map<string, DiskIdentity | null>();
  /** The same for whoever takes the volumes up after a kill. */
  readonly #notes: UseNotes;
  /** Volumes of which a snapshot is being made: they are not taken up anew in the middle of it. */
  readonly #taking = new Set<string>();

  constructor(record: SpaceRecord, options: UseOptions) {
    this.#record = record;
    this.#options = options;
    this.#notes = new UseNotes(record.folder, options.repeat);
  }

  /**
   * A volume that is in use from here on until all are taken out of use. Taking it up, what cannot be known for sure counts as changed, and
   * snapshots that lost something are lost. Throws `NO_SUCH_VOLUME` when its disk is not there, `VOLUME_CHANGED` when there is another one in
   * its place by now.
   */
  get(id: string): Volume {
    const found = this.#volumes.get(id);
    if (this.#aside.has(id)) throw beingRestored(this.#record.row(id).name);
    if (found === undefined) {
      return this.#takenUp(id);
    }
    const { use, path, name } = this.#record.row(id);
    // One that is away now may come back; another one in its place has nothing to do with the maps.
    if (use.kind === 'open' && existsSync(path) && diskInode(path) !== use.inode) throw diskReplaced(name, path);
    return this.#wrotePast(id) ? this.#distrusted(id, found) : found;
  }

  /** The same, taken up anew where its disk does not tell whether somebody wrote to it past us. */
  getTold(id: string): Volume {
    const volume = this.get(id);
    return this.isUntold(id) ? this.#distrusted(id, volume) : volume;
  }

  /** A volume that is in use, to look at, whatever became of its disk; null for one that is not. */
  peek(id: string): Volume | null {
    return this.#volumes.get(id) ?? null;
  }

  /** Whether a volume has been taken up. */
  has(id: string): boolean {
    return this.#volumes.has(id);
  }

  /** Begins to use a volume that was made just now. */
  begin(row: VolumeRow, volume: Volume): void {
    this.#volumes.set(row.id, volume);
    this.#rests(row.id, row.path);
  }

  /** How a volume is noted whose use begins. */
  openNow(path: string): VolumeRow['use'] {
    return { kind: 'open', boot: this.#options.boot, inode: diskInode(path) };
  }

  /** What it takes to write to a volume; it does not rest any more. */
  give(id: string): ManagedParts {
    const { parts } = this.get(id);
    this.#quiet.delete(id);
    this.#notes.written(id);
    return parts;
  }

  /** Nobody writes to a volume through us any more, until its parts are given out again; false when it rested already. */
  rest(id: string): boolean {
    // One that rested all along may have been written to meanwhile: how it is now is not how we left it.
    if (this.#quiet.has(id)) return false;
    this.#notes.forget(id);
    if (this.#volumes.has(id) && existsSync(this.#record.row(id).path)) this.#rests(id, this.#record.row(id).path);
    return true;
  }

  /** Whether somebody may have written to a disk past us: a device does not tell, and counts as written to while no snapshot of it is held. */
  isUntold(id: string): boolean {
    return this.#quiet.get(id) === null && !this.#record.isHeld(id);
  }

  /** Whether what is known of an image file, or of a disk that was taken out of use cleanly, speaks of all that was written. */
  isTrusted(row: VolumeRow): boolean {
    return this.has(row.id) ? !this.#wrotePast(row.id) : this.#isKnown(row) && diskSize(row.path) === row.size;
  }

  /** While a snapshot of the volumes is made, until what is given is called. */
  taking(ids: readonly string[]): () => void {
    for (const id of ids) this.#taking.add(id);
    return () => {
      for (const id of ids) this.#taking.delete(id);
    };
  }

  /** Throws VOLUME_IN_USE while the disk of a volume gets other content. */
  refuseAside(id: string): void {
    if (this.#aside.has(id)) throw beingRestored(this.#record.row(id).name);
  }

  /** Whether a volume is out of use because its disk gets other content. */
  isAside(id: string): boolean {
    return this.#aside.has(id);
  }

  /**
   * Takes a volume out of use whose disk is about to get other content, until what is given is called. Throws FREEZE_TIMEOUT while somebody
   * writes to it.
   */
  async setAside(id: string, waitMs: number): Promise<() => void> {
    const volume = this.#volumes.get(id);
    if (volume !== undefined) {
      volume.memory.stop();
      this.#forgotten(id);
      try {
        // That nobody writes any more is all it takes: what its disk and its maps hold counts for nothing from here on.
        (await freezeAll([volume], waitMs)).thaw();
      } finally {
        volume.close();
      }
    }
    this.#record.change(id, { use: { kind: 'clean', identity: null } });
    this.#aside.add(id);
    return () => this.#aside.delete(id);
  }

  /** A volume is managed no longer. */
  remove(id: string): void {
    this.#volumes.get(id)?.close();
    this.#forgotten(id);
  }

  /**
   * Takes all out of use, when nobody has a device of them open any more, so that their maps hold beyond a power loss. One that
   * does not become still is left as it is: as after a kill. Throws the first error of what could not be settled.
   */
  async close(waitMs: number): Promise<void> {
    const volumes = [...this.#volumes];
    for (const [, volume] of volumes) volume.memory.stop();
    const ends = await Promise.allSettled(volumes.map(async ([id, volume]) => await this.#end(id, volume, waitMs)));
    this.#volumes.clear();
    this.#notes.close();
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #end(id: string, volume: Volume, waitMs: number): Promise<void> {
    try {
      const frozen = await freezeAll([volume], waitMs);
      frozen.thaw();
      const row = this.#record.row(id);
      syncDisk(row.path);
      volume.settle(row);
      const identity = diskIdentity(row.path);
      const same = row.use.kind === 'open' && identity?.inode === row.use.inode && !this.#wrotePast(id);
      this.#record.change(id, { use: { kind: 'clean', identity: same ? identity : null } });
    } finally {
      volume.close();
    }
  }

  #forgotten(id: string): void {
    this.#volumes.delete(id);
    this.#quiet.delete(id);
    this.#notes.forget(id);
  }

  #takenUp(id: string): Volume {
    const row = this.#record.row(id);
    const taken = this.#takeUp(row);
    this.#volumes.set(id, taken);
    this.#rests(id, row.path);
    return taken;
  }

  #takeUp(row: VolumeRow): Volume {
    const { id, path } = row;
    if (!existsSync(path)) throw diskMissing(row.name, path);
    const size = diskSize(path);
    const known = size === row.size && this.#isKnown(row);
    const state = takenUp(this.#record.state, row, { size, known, use: this.openNow(path) });
    const taken = volumeRow(state, id);
    const volume = new Volume(taken, this.#record.folder, this.#options.open);
    volume.load(taken, heldBefore(state, id));
    this.#record.save(state);
    return volume;
  }

  #rests(id: string, path: string): void {
    const disk = diskIdentity(path);
    this.#quiet.set(id, disk);
    this.#notes.rests(id, disk);
  }

  /** Whether somebody wrote to an image file past us. */
  #wrotePast(id: string): boolean {
    const { path } = this.#record.row(id);
    const known = this.#quiet.get(id) ?? null;
    return known !== null && !this.#taking.has(id) && existsSync(path) && !sameDisk(known, diskIdentity(path));
  }

  /** Takes a volume up anew, as one of which nothing is known. */
  #distrusted(id: string, volume: Volume): Volume {
    // Whoever reads a frozen image of it still must not be given what was written past us.
    volume.memory.invalidate(volume.memory.held, 'restart');
    volume.memory.stop();
    this.#volumes.delete(id);
    volume.close();
    this.#record.change(id, { use: { kind: 'clean', identity: null } });
    return this.#takenUp(id);
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
}
