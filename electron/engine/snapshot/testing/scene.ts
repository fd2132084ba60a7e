import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenPositional, openPositional } from '../../../platform/positional-file.ts';
import type { BlockDevice } from '../block-device.ts';
import { FileDevice } from '../file-device.ts';
import { FrozenImage } from '../frozen-image.ts';
import { ManagedDevice } from '../managed-device.ts';
import { type NewVolume, VolumeSpace } from '../volume-space.ts';

/** Memory where there is some: thousands of runs make thousands of files durable. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Thrown in place of a system call: as if the process had been killed there. */
export class ProcessEnded extends Error {}

/** What a scene may be told to break. */
export interface Faults {
  /** Called before each write to a file or disk; throws to break it. */
  beforeWrite: (path: string) => void;
}

/** A folder with managed volumes whose process can be killed, and whose machine can stop. */
export class Scene {
  readonly folder = mkdtempSync(join(base, 'coldframe-volumes-'));
  readonly faults: Faults = { beforeWrite: () => undefined };
  space: VolumeSpace;
  #boot = 1;
  /** What a power loss leaves of each file: what was made durable last. */
  readonly #durable = new Map<string, Buffer>();
  #devices: BlockDevice[] = [];

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
    this.#closeDevices();
    this.space = this.#start();
  }

  /** The machine stopped: of its own files a volume has what was flushed. */
  losePower(): void {
    this.#boot += 1;
    this.#closeDevices();
    this.#forgetUnflushed();
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
    this.#closeDevices();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(): VolumeSpace {
    return VolumeSpace.open({
      folder: join(this.folder, 'space'),
      now: () => new Date(0),
      boot: `boot-${this.#boot}`,
      open: this.#open,
    });
  }

  #forgetUnflushed(): void {
    for (const [path, content] of this.#durable) if (existsSync(path)) writeFileSync(path, content);
  }

  #closeDevices(): void {
    for (const device of this.#devices.splice(0)) device.close();
  }

  #disk(id: string): BlockDevice {
    const { path } = this.space.row(id);
    const disk = new FileDevice(path, { readOnly: false });
    const write = disk.write.bind(disk);
    disk.write = (from, offset, durable) => {
      this.faults.beforeWrite(path);
      write(from, offset, durable);
    };
    return disk;
  }

  readonly #open: OpenPositional = (path, mode) => {
    const file = openPositional(path, mode);
    if (!this.#durable.has(path)) this.#durable.set(path, readFileSync(path));
    return {
      ...file,
      sync: () => {
        file.sync();
        this.#durable.set(path, readFileSync(path));
      },
      write: (from, offset) => {
        this.faults.beforeWrite(path);
        file.write(from, offset);
      },
    };
  };
}
