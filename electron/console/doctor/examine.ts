import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { Check } from '../../../shared/contract/system.ts';
import { VERSION } from '../version.ts';
import { limited, runProbe } from './check.ts';
import { homeProbes } from './home-probes.ts';
import { runtimeProbes } from './runtime-probes.ts';
import { sourceProbes } from './source-probes.ts';
import { surroundingsProbes } from './surroundings-probes.ts';
import { threadProbes } from './thread-probes.ts';

/** Tries everything that this machine has to offer, in a folder of the home that is gone afterwards. */
export const examine = async (home: string): Promise<OutputOf<'doctor'>> => {
  const folder = mkdtempSync(join(home, 'doctor-'));
  try {
    const file = join(folder, 'probe');
    writeFileSync(file, Buffer.alloc(1 << 20, 1));
    const checks: Check[] = [];
    for (const probe of [
      ...runtimeProbes,
      ...sourceProbes(folder, file),
      ...homeProbes(home, folder),
      ...surroundingsProbes(),
      ...threadProbes(),
    ]) {
      checks.push(await runProbe(probe));
    }
    return {
      version: VERSION,
      platform: `${process.platform} ${process.arch}`,
      home,
      checks: [...checks, ...absences],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What no machine can make work, because this version does not have it. */
const absences: readonly Check[] = [
  {
    area: 'Not in this version',
    name: 'Frozen images',
    ...limited(
      'files are read live, and checked for changes while they are read; there are no snapshot providers',
      'Stop what writes to them, or back up a snapshot that you mounted yourself.',
    ),
  },
];
