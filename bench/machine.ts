import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { run } from './measure.ts';
import type { Peer, PeerDescription } from './model.ts';

/** What the figures depend on, for people. */
export async function describeMachine(dir: string): Promise<Record<string, string>> {
  const fileSystem = (await run({ argv: ['df', '--output=fstype', dir] })).trim().split('\n').at(-1) ?? 'unknown';
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`,
    memory: `${Math.round(totalmem() / (1 << 30))} GiB`,
    system: `${systemName()}, kernel ${release()}`,
    'file system': fileSystem,
    Node: process.version,
  };
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

/** A tool's version and command lines, with the folders of this run shortened. */
export async function describePeer(peer: Peer, shorten: (text: string) => string): Promise<PeerDescription> {
  const version = (await run(peer.version)).split('\n')[0]?.trim() ?? '';
  const steps = {
    setup: peer.setup('/SOURCE'),
    first: [peer.first('/SOURCE')],
    again: [peer.again('/SOURCE', 1)],
    restore: [peer.restore('/SOURCE', '/DESTINATION', 1)],
    'restore of one file': [peer.restoreOne('/SOURCE', '/SOURCE/FILE', '/DESTINATION', 1)],
  };
  const commands = Object.fromEntries(
    Object.entries(steps).map(([step, list]) => [step, list.map(({ argv }) => shorten(quoted(argv))).join('\n')]),
  );
  return { name: peer.name, role: peer.role, protection: peer.protection, version, commands };
}

const quoted = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word}'`)).join(' ');
