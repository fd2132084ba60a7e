import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DiskLock, lockDisk } from '../../../platform/disk-lock.ts';
import { type OpenPositional, openPositional, type PositionalFile } from '../../../platform/positional-file.ts';
import type { BlockDevice } from '../block-device.ts';
import { FileDevice } from '../file-device.ts';
import { FrozenImage } from '../frozen-image.ts';
import { ManagedDevice } from '../managed-device.ts';
import { type NewVolume, VolumeSpace } from '../volume-space.ts';

/** Memory where there is some: thousands of runs make thousands of files durable. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What a disk writes as a whole, whatever happens. */
export const SECTOR = 512;

/** One write as it reaches a file: `put` carries out a part of it, `start` to `end` of its bytes. */
export interface Write {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly put: (start: number, end: number) => void;
}

/** Which sectors of several, by their number, reach the disk. */
export type Sectors = (nth: number) => boolean;

const NO_SECTOR: Sectors = () => false;

export const whole = ({ length, put }: Write): void => put(0, length);

/** Carries out of a write what lies in some of the sectors that it touches, counted from its first one. */
export const torn = ({ offset, length, put }: Write, reached: Sectors): void => {
  const first = Math.floor(offset / SECTOR);
  for (let at = 0; at < length; ) {
    const sector = Math.floor((offset + at) / SECTOR);
    const end = Math.min(length, (sector + 1) * SECTOR - offset);
    if (reached(sector - first)) put(at, end);
    at = end;
  }
};

/** A file of which some sectors of what was written since it was flushed are on the disk. */
const mixed = (flushed: Buffer, written: Buffer, reached: Sectors): Buffer => {
  const left = Buffer.from(flushed);
  let [file, nth] = [left, 0];
  for (let at = 0; at < written.length; at += SECTOR) {
    const sector = written.subarray(at, at + SECTOR);
    if (sector.equals(left.subarray(at, at + SECTOR)) || !reached(nth++)) continue;
    if (at + sector.length > file.length) file = Buffer.concat([file, Buffer.alloc(at + sector.length - file.length)]);
    sector.copy(file, at);
  }
  return file;
};

/** Thrown in place of a system call: as if the process had been killed there. */
export class ProcessEnded extends Error {}

/** What a scene may be told to break. */
export interface Faults {
  /** Carries out each write to a file or disk: as a whole, in parts of it only, or not at all, and then throws. */
  write: (write: Write) => void;
}

/** A folder with managed volumes whose process can be killed, and whose machine can stop. */
export class Scene {
  readonly folder = mkdtempSync(join(base, 'coldframe-volumes-'));
  readonly faults: Faults = { write: whole };
  space: VolumeSpace;
  #boot = 1;
  /** What a power loss leaves of each file: what was made durable last. */
  readonly #durable = new Map<string, Buffer>();
  #devices: BlockDevice[] = [];
  /** What the process does again and again, until it ends. */
  readonly #repeated = new Set<() => void>();
  readonly #locks = new Set<DiskLock>();
  /** What the process has open: the system closes it when it ends. */
  readonly #files = new Set<PositionalFile>();

  constructor() {
    this.space = this.#start();
  }

  /** A new disk of zeroes under management; gives its id. */
  add(name: string, size: number, wish: Partial<NewVolume> = {}): string {
    const path = join(this.folder, `${name}.img`);
    writeFileSync(path, '');
    truncateSync(path, size);
    return this.space.add({
      name,
      path,
      size,
      segmentBytes: 4096,
      preserve: 'protected',
      storage: { kind: 'file', bytes: size },
      policy: { onFull: 'invalidate', blockMs: 0 },
      ...wish,
    });
  }

  device(id: string): ManagedDevice {
    const device = new ManagedDevice(this.space.managed(id), this.#disk(id), this.#open);
    this.#devices.push(device);
    return device;
  }

  frozen(snapshot: string, id: string): FrozenImage {
    const image = new FrozenImage(this.space.frozen(snapshot, id), this.#disk(id), this.#open);
    this.#devices.push(image);
    return image;
  }

  /** The process is gone and another one takes up what it left. */
  kill(): void {
    // However long the thread that a test runs on had no time for it.
    for (const act of this.#repeated) act();
    this.#endProcess();
    this.space = this.#start();
  }

  /**
   * The machine stopped: files have what was flushed, and of what was written since the sectors that had reached the disk. So have the disks
   * of volumes if it is said which; otherwise all of theirs had.
   */
  losePower(reached?: Sectors): void {
    this.#boot += 1;
    this.#endProcess();
    this.#forgetUnflushed(reached);
    this.space = this.#start();
  }

  async restart(): Promise<void> {
    this.#closeDevices();
    await this.space.close(1000);
    // After a clean end a power loss takes nothing any more.
    this.#forgetUnflushed();
    this.#boot += 1;
    this.space = this.#start();
  }

  remove(): void {
    this.#endProcess();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(): VolumeSpace {
    return VolumeSpace.open({
      folder: join(this.folder, 'space'),
      now: () => new Date(0),
      boot: `boot-${this.#boot}`,
      open: this.#open,
      lock: (path) => {
        const lock = lockDisk(path);
        if (lock === null) return null;
        const held: DiskLock = {
          release: () => {
            if (this.#locks.delete(held)) lock.release();
          },
        };
        this.#locks.add(held);
        return held;
      },
      repeat: (_ms, act) => {
        this.#repeated.add(act);
        return () => this.#repeated.delete(act);
      },
    });
  }

  #forgetUnflushed(reached?: Sectors): void {
    const disks = new Set(reached === undefined ? this.space.volumes.map(({ path }) => path) : []);
    for (const [path, flushed] of this.#durable) {
      if (!existsSync(path)) continue;
      const written = readFileSync(path);
      const left = disks.has(path) ? written : mixed(flushed, written, reached ?? NO_SECTOR);
      // A file that is written to at all is another one to whoever looks at its times.
      if (!left.equals(written)) writeFileSync(path, left);
      this.#durable.set(path, left);
    }
  }

  #closeDevices(): void {
    for (const device of this.#devices.splice(0)) device.close();
  }

  #endProcess(): void {
    this.#closeDevices();
    for (const file of this.#files) file.close();
    this.#repeated.clear();
    for (const lock of this.#locks) lock.release();
  }

  /** What was asked to be durable by itself is, and nothing else with it. */
  #makeDurable(path: string, offset: number, length: number): void {
    const kept = this.#durable.get(path);
    if (kept !== undefined) readFileSync(path).copy(kept, offset, offset, offset + length);
  }

  #disk(id: string): BlockDevice {
    const { path } = this.space.row(id);
    const disk = new FileDevice(path, { readOnly: false });
    if (!this.#durable.has(path)) this.#durable.set(path, readFileSync(path));
    const faulty = (offset: number, length: number, durable: boolean, part: Write['put']): void => {
      this.faults.write({ path, offset, length, put: part });
      if (durable) this.#makeDurable(path, offset, length);
    };
    return {
      size: disk.size,
      readOnly: disk.readOnly,
      contexts: disk.contexts,
      read: (into, offset) => disk.read(into, offset),
      write: (from, offset, durable) =>
        faulty(offset, from.length, durable, (start, end) =>
          disk.write(from.subarray(start, end), offset + start, durable),
        ),
      trim: (offset, length, durable) =>
        faulty(offset, length, durable, (start, end) => disk.trim(offset + start, end - start, durable)),
      zero: (offset, length, options) =>
        faulty(offset, length, options.durable, (start, end) => disk.zero(offset + start, end - start, options)),
      // What fails in a flush counts as a write of nothing.
      flush: () =>
        this.faults.write({
          path,
          offset: 0,
          length: 0,
          put: () => {
            disk.flush();
            this.#durable.set(path, readFileSync(path));
          },
        }),
      allocation: (offset, length, limit) => disk.allocation(offset, length, limit),
      close: () => disk.close(),
    };
  }

  readonly #open: OpenPositional = (path, mode) => {
    const file = openPositional(path, mode);
    if (!this.#durable.has(path)) this.#durable.set(path, readFileSync(path));
    const opened: PositionalFile = {
      ...file,
      close: () => {
        if (this.#files.delete(opened)) file.close();
      },
      sync: () => {
        file.sync();
        this.#durable.set(path, readFileSync(path));
      },
      write: (from, offset) => {
        const put = (start: number, end: number): void => file.write(from.subarray(start, end), offset + start);
        this.faults.write({ path, offset, length: from.length, put });
      },
    };
    this.#files.add(opened);
    return opened;
  };
}
