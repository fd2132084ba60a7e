import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';

const ROOMY_BYTES = 1 << 30;

/** A file system of its own in memory: it fills up as a disk does, and can be given room again while it is in use. */
export class MemoryDisk {
  readonly mountPoint: string;

  private constructor(mountPoint: string) {
    this.mountPoint = mountPoint;
  }

  /** Mounts one at a place; only root on Linux can. */
  static mount(mountPoint: string): MemoryDisk {
    mkdirSync(mountPoint, { recursive: true });
    mount(['-t', 'tmpfs', '-o', `size=${ROOMY_BYTES},mode=700`, 'memory', mountPoint]);
    return new MemoryDisk(mountPoint);
  }

  /** Takes all room but this. */
  leave(bytes: number): void {
    const { blocks, bfree, bsize } = statfsSync(this.mountPoint);
    this.#resize((blocks - bfree) * bsize + bytes);
  }

  /** Gives all room back. */
  grow(): void {
    this.#resize(ROOMY_BYTES);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.mountPoint], { stdio: 'pipe' });
  }

  #resize(bytes: number): void {
    mount(['-o', `remount,size=${bytes}`, this.mountPoint]);
  }
}

const mount = (args: readonly string[]): void => {
  execFileSync('mount', args, { stdio: 'pipe' });
};
