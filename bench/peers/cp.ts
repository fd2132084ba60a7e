import { basename, join } from 'node:path';
import type { Peer } from '../model.ts';

/** A plain copy: what a backup costs that keeps one state, uncompressed and unchecked. */
export function cp(dir: string): Peer {
  const repository = join(dir, 'copy');
  const copy = (...args: string[]): { argv: [string, ...string[]] } => ({
    argv: ['cp', '-a', '--reflink=never', ...args],
  });
  const copied = (source: string, path: string): string =>
    join(repository, basename(source), path.slice(source.length));
  return {
    name: 'cp -a',
    role: 'copier',
    protection: 'open',
    needs: ['cp'],
    version: { argv: ['cp', '--version'] },
    setup: () => [{ argv: ['mkdir', '-p', repository] }],
    first: (source) => copy(source, repository),
    again: (source) => copy('--update', source, repository),
    restore: (source, destination) => copy(copied(source, source), join(destination, basename(source))),
    restoreOne: (source, file, destination) => copy(copied(source, file), join(destination, basename(file))),
    restoredPath: (path, destination) => join(destination, basename(path)),
    repository,
  };
}
