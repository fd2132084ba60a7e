import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const FILE_SYSTEMS = ['ext4', 'xfs', 'btrfs'] as const;
export type LoopFileSystem = (typeof FILE_SYSTEMS)[number];

type Body<T> = (mountPoint: string) => T | Promise<T>;

/** Large enough for the smallest file system that each mkfs agrees to make. */
const DEFAULT_BYTES = 512 * 1024 * 1024;
const MKFS: Readonly<Record<LoopFileSystem, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F'],
  xfs: ['mkfs.xfs', '-q', '-f'],
  btrfs: ['mkfs.btrfs', '-q', '-f'],
};

/** Whether loop images can be mounted here at all: by root on Linux. */
export const canMountLoopFileSystems = (): boolean => process.platform === 'linux' && process.getuid?.() === 0;

/**
 * Makes a file system in a sparse image, mounts it, and gives its mount point to `body`; unmounts and removes everything
 * whatever happens. `body` may be asynchronous. The size may be left out.
 */
export async function withLoopFileSystem<T>(
  kind: LoopFileSystem,
  ...rest: [sizeBytes: number, body: Body<T>] | [body: Body<T>]
): Promise<T> {
  const [size, body] = rest.length === 1 ? [DEFAULT_BYTES, rest[0]] : rest;
  const folder = mkdtempSync(join(tmpdir(), `coldframe-${kind}-`));
  try {
    const [image, mountPoint] = [join(folder, 'image'), join(folder, 'mounted')];
    makeFileSystem(kind, image, size);
    mkdirSync(mountPoint);
    execFileSync('mount', ['-o', 'loop', image, mountPoint], { stdio: 'pipe' });
    try {
      return await body(mountPoint);
    } finally {
      unmount(mountPoint);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes an image of a file system, empty and sparse. */
export function makeFileSystem(kind: LoopFileSystem, image: string, sizeBytes = DEFAULT_BYTES): void {
  writeFileSync(image, '');
  truncateSync(image, sizeBytes);
  const [program = '', ...options] = MKFS[kind];
  execFileSync(program, [...options, image], { stdio: 'pipe' });
}

/** Unmounts; what is still busy is detached, and freed with the last process that uses it. */
function unmount(mountPoint: string): void {
  try {
    execFileSync('umount', [mountPoint], { stdio: 'pipe' });
  } catch {
    execFileSync('umount', ['-l', mountPoint], { stdio: 'pipe' });
  }
}
