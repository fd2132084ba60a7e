import { join } from 'node:path';
import type { Command, Peer } from '../model.ts';
import { PASSPHRASE_FILE } from './passphrase.ts';

/** Coldframe with its defaults; sealed with a passphrase or open. */
export function coldframe(dir: string, program: readonly [string, ...string[]], sealed: boolean): Peer {
  const [home, vault] = [join(dir, 'home'), join(dir, 'vault')];
  const command = (...args: string[]): Command => ({
    argv: [
      ...program,
      '--home',
      home,
      '--json',
      '--yes',
      ...(sealed ? ['--passphrase-file', PASSPHRASE_FILE] : []),
      ...args,
    ],
  });
  return {
    name: sealed ? 'Coldframe, sealed' : 'Coldframe, open',
    role: 'subject',
    protection: sealed ? 'sealed' : 'open',
    needs: [program[0]],
    version: { argv: [...program, '--version'] },
    setup: (source) => [
      command('vault', 'create', vault),
      command('object', 'add', 'bench', '--vault', vault, '--files', source),
    ],
    first: () => command('backup', 'bench', '--level', 'full'),
    again: () => command('backup', 'bench', '--level', 'incremental'),
    restore: (_source, destination) => command('restore', 'bench@latest', '--to', destination),
    restoreOne: (_source, file, destination) => command('restore', 'bench@latest', file, '--to', destination),
    restoredPath: (path, destination) => join(destination, path),
    repository: vault,
  };
}
