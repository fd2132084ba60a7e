import { join } from 'node:path';
import type { Command, Peer } from '../model.ts';
import { PASSPHRASE_FILE } from './passphrase.ts';

/** Settings of its page "Tuning backup parameters". */
export interface ResticSettings {
  readonly name: string;
  /** Global options, of every command. */
  readonly options: readonly string[];
}

/** restic: encrypted always, compressed by default since repository version 2. */
export function restic(dir: string, { name, options }: ResticSettings): Peer {
  const repository = join(dir, 'repository');
  const env = {
    RESTIC_REPOSITORY: repository,
    RESTIC_PASSWORD_FILE: PASSPHRASE_FILE,
    RESTIC_CACHE_DIR: join(dir, 'cache'),
  };
  const command = (...args: string[]): Command => ({ argv: ['restic', '--quiet', ...options, ...args], env });
  const backup = (source: string): Command => command('backup', source);
  return {
    name,
    role: 'rival',
    protection: 'sealed',
    needs: ['restic'],
    version: { argv: ['restic', 'version'] },
    setup: () => [command('init', '--repository-version', '2')],
    first: backup,
    again: backup,
    restore: (_source, destination) => command('restore', 'latest', '--target', destination),
    restoreOne: (_source, file, destination) =>
      command('restore', 'latest', '--target', destination, '--include', file),
    restoredPath: (path, destination) => join(destination, path),
    repository,
  };
}

export const RESTIC_SETTINGS: readonly ResticSettings[] = [
  { name: 'restic', options: [] },
  { name: 'restic, packs of 64 MiB', options: ['--pack-size', '64'] },
];
