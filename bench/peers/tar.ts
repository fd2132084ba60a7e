import { join } from 'node:path';
import type { Command, Peer } from '../model.ts';

/** GNU tar with its incremental format and zstd 1: no digests, no encryption, one archive a backup. */
export function tar(dir: string): Peer {
  const repository = join(dir, 'archives');
  const archive = (generation: number): string => join(repository, `${generation}.tar.zst`);
  const create = (source: string, generation: number): Command => ({
    argv: [
      'tar',
      '--create',
      '--zstd',
      `--listed-incremental=${join(repository, 'snapshot')}`,
      `--file=${archive(generation)}`,
      '-C',
      '/',
      source.slice(1),
    ],
    env: { ZSTD_CLEVEL: '1' },
  });
  const extract = (destination: string, generation: number, ...paths: string[]): string =>
    `tar --extract --zstd --listed-incremental=/dev/null --file=${archive(generation)} -C ${destination} ${paths.join(' ')}`;
  const shell = (lines: readonly string[]): Command => ({ argv: ['sh', '-c', lines.join(' && ')] });
  const generations = (last: number): number[] => Array.from({ length: last + 1 }, (_, at) => at);
  return {
    name: 'tar, zstd 1',
    role: 'copier',
    protection: 'open',
    needs: ['tar', 'zstd'],
    version: { argv: ['tar', '--version'] },
    setup: () => [{ argv: ['mkdir', '-p', repository] }],
    first: (source) => create(source, 0),
    again: create,
    restore: (_source, destination, generation) => shell(generations(generation).map((at) => extract(destination, at))),
    restoreOne: (_source, file, destination, generation) =>
      shell(
        generations(generation).map(
          (at) => `{ ${extract(destination, at, `'${file.slice(1)}'`)} 2>/dev/null || true; }`,
        ),
      ),
    restoredPath: (path, destination) => join(destination, path),
    repository,
  };
}
