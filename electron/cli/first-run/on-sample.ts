import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSample } from '../../console/sample.ts';
import { sessionOf } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize } from '../sizes.ts';
import { roundTrip } from './round-trip.ts';

/** Shows a backup and a restore where nobody can be asked: in a temporary home, on a folder made for it. */
export const onSample = async (session: Session): Promise<number> => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'coldframe-first-run-')));
  const sample = sessionOf({ ...session.options, home: join(place, 'home') }, session.signal, 'first-run');
  try {
    const say = (text: string) => session.note(text);
    say('There is no terminal to ask questions on, so this shows Coldframe on a sample folder in a temporary home.');
    const folder = join(place, 'sample');
    const vault = join(place, 'vault');
    makeSample(folder);
    await sample.call('vault.create', { dir: vault });
    const trip = await roundTrip(
      sample,
      { object: 'sample', folder, vault, restored: join(place, 'restored') },
      {},
      say,
    );
    const { set, comparison } = trip;
    session.answer({ sample: true, ...trip }, () =>
      [
        `Backed up ${counted(set.elements, 'element')} (${formatSize(set.logicalBytes)}) to tape ${set.tapes.join(', ')}, restored them, compared them:`,
        comparison.differences.length === 0
          ? `all ${formatCount(comparison.elements)} are the same. The sample, its home and its vault are gone again.`
          : `${comparison.differences.length} are NOT the same:\n${comparison.differences.join('\n')}`,
        '',
        'Run it on a terminal to be guided through a first backup of your own, or begin with:',
        '  coldframe vault create DIR',
        '  coldframe object add NAME --vault DIR --files PATH...',
        '  coldframe backup NAME',
      ].join('\n'),
    );
    return comparison.differences.length === 0 ? 0 : 13;
  } finally {
    await sample.close();
    rmSync(place, { recursive: true, force: true });
  }
};
