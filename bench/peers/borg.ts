import { join } from 'node:path';
import type { Command, Peer, Protection } from '../model.ts';
import { PASSPHRASE } from './passphrase.ts';

export interface BorgSettings {
  readonly name: string;
  readonly encryption: 'none' | 'repokey' | 'repokey-blake2';
  readonly compression: 'lz4' | 'zstd,1';
}

/** Borg; its default compression is lz4. */
export function borg(dir: string, { name, encryption, compression }: BorgSettings): Peer {
  const repository = join(dir, 'repository');
  const env = {
    BORG_REPO: repository,
    BORG_PASSPHRASE: PASSPHRASE,
    BORG_BASE_DIR: join(dir, 'base'),
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
  };
  const protection: Protection = encryption === 'none' ? 'open' : 'sealed';
  const command = (...args: string[]): Command => ({ argv: ['borg', ...args], env });
  const create = (source: string, generation: number): Command =>
    command('create', '--compression', compression, `::generation-${generation}`, source);
  const extract = (destination: string, generation: number, ...paths: string[]): Command => ({
    ...command('extract', `::generation-${generation}`, ...paths),
    cwd: destination,
  });
  return {
    name,
    role: 'rival',
    protection,
    needs: ['borg'],
    version: { argv: ['borg', '--version'] },
    setup: () => [command('init', '--encryption', encryption)],
    first: (source) => create(source, 0),
    again: create,
    restore: (_source, destination, generation) => extract(destination, generation),
    restoreOne: (_source, file, destination, generation) => extract(destination, generation, file.slice(1)),
    restoredPath: (path, destination) => join(destination, path),
    repository,
  };
}

export const BORG_SETTINGS: readonly BorgSettings[] = [
  { name: 'Borg, none, lz4', encryption: 'none', compression: 'lz4' },
  { name: 'Borg, none, zstd 1', encryption: 'none', compression: 'zstd,1' },
  { name: 'Borg, repokey, lz4', encryption: 'repokey', compression: 'lz4' },
  { name: 'Borg, repokey-blake2, lz4', encryption: 'repokey-blake2', compression: 'lz4' },
  { name: 'Borg, repokey-blake2, zstd 1', encryption: 'repokey-blake2', compression: 'zstd,1' },
];
