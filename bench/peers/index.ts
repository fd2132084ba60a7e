import { join } from 'node:path';
import type { Peer } from '../model.ts';
import type { BenchOptions } from '../options.ts';
import { BORG_SETTINGS, borg } from './borg.ts';
import { coldframe } from './coldframe.ts';
import { cp } from './cp.ts';
import { RESTIC_SETTINGS, restic } from './restic.ts';
import { tar } from './tar.ts';

/** Every tool under test, each with a folder of its own below `dir`. */
export function peersIn(dir: string, options: BenchOptions): Peer[] {
  const makers: ((own: string) => Peer)[] = [
    (own) => coldframe(own, options.coldframe, true),
    (own) => coldframe(own, options.coldframe, false),
    ...RESTIC_SETTINGS.map((settings) => (own: string) => restic(own, settings)),
    ...BORG_SETTINGS.map((settings) => (own: string) => borg(own, settings)),
    tar,
    cp,
  ];
  return makers
    .map((make, at) => make(join(dir, String(at))))
    .filter(
      ({ name }) =>
        options.peers.length === 0 || options.peers.some((word) => name.toLowerCase().includes(word.toLowerCase())),
    );
}
