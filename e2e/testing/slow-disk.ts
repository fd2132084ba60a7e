import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

/** A folder with a disk in it, which is there until the end. */
export interface SlowDisk {
  end(): Promise<void>;
}

export const SLOW_DISK_PEERS = ['nbdkit', 'nbdfuse', 'umount'] as const;

/** Answers each read so late that no machine is fast enough to have done before a person has pressed a button. */
const SLOW = ['-U', '-', '--filter=delay', 'memory', '4G', 'delay-read=50ms', '--run'];

/** Puts a disk of 4 GiB that is slow to read into a folder. Takes root. */
export const slowDisk = async (folder: string): Promise<SlowDisk> => {
  mkdirSync(folder, { recursive: true });
  const disk = spawn('nbdkit', [...SLOW, `nbdfuse '${folder}' $uri`], { stdio: 'ignore' });
  await vi.waitFor(() => expect(existsSync(join(folder, 'nbd'))).toBe(true), { timeout: 60_000 });
  return {
    end: async () => {
      execFileSync('umount', [folder]);
      if (disk.exitCode === null) await once(disk, 'exit');
    },
  };
};
