import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { decimals, mebibytes, table } from '../volumes/table.ts';
import { boundTapes } from './bounded-tapes.ts';
import type { LibraryPlan } from './plan.ts';
import { coldframe, setCache, sizeOf, tapesOf, timed, writeNoise } from './tapes.ts';

const TAPES = 12;
const DRIVES = [1, 2, 4];

interface Restored {
  readonly bytes: number;
  readonly mounts: readonly { readonly tape: string; readonly count: number }[];
}

/**
 * How fast a set that is spread over twelve tapes comes back, by the drives that read it, open and sealed. With a rate each tape gives no more than that, so that no restore is
 * faster than its drives together.
 */
export const benchDrives = (plan: LibraryPlan): string => {
  const source = join(plan.dir, 'spread');
  mkdirSync(source);
  for (let n = 0; n < 64; n += 1) writeNoise(join(source, `file-${n}`), plan.largeBytes / 64, `drives ${n}`);
  const secret = join(plan.dir, 'passphrase');
  writeFileSync(secret, 'correct horse\n', { mode: 0o600 });
  const rows = ['open', 'sealed'].flatMap((name) => {
    const more = name === 'sealed' ? ['--passphrase-file', secret] : [];
    const [home, vault] = [join(plan.dir, `drives-home-${name}`), join(plan.dir, `drives-vault-${name}`)];
    // So that the set needs all tapes, whatever stands at the ends of them.
    const size = Math.ceil((plan.largeBytes * 1.04) / TAPES + (12 << 20));
    coldframe(home, ['vault', 'create', vault, '--drives', '4', '--slots', '64', '--tape-size', String(size), ...more]);
    coldframe(home, ['object', 'add', 'bench', '--vault', vault, '--files', source, ...more]);
    coldframe(home, ['backup', 'bench', ...more]);
    return DRIVES.map((count) => [`${count}, ${name}`, ...measured(plan, home, vault, count, more)]);
  });
  return table(['drives', 'tapes', 'mounts of each', 'restored, MiB', 'seconds', 'MiB/s', 'limit, MiB/s'], rows);
};

const measured = (
  plan: LibraryPlan,
  home: string,
  vault: string,
  drives: number,
  more: readonly string[],
): string[] => {
  setDrives(vault, drives);
  const tapes = tapesOf(vault).filter((tape) => sizeOf([tape]) > 1 << 20);
  const seconds: number[] = [];
  let last: Restored | null = null;
  for (let n = 0; n < plan.repeat; n += 1) {
    const to = join(plan.dir, 'restored');
    setCache(tapes, false);
    using _ = plan.rate === null ? null : boundTapes(tapes, plan.rate, `${vault}-served`);
    seconds.push(
      timed(() => {
        last = coldframe(home, ['restore', 'bench', '--to', to, ...more]) as Restored;
      }),
    );
    rmSync(to, { recursive: true });
  }
  const { bytes, mounts } = last as unknown as Restored;
  const times = [...new Set(mounts.map(({ count }) => count))].join(', ');
  const middle = median(seconds);
  const rate = decimals(bytes / 2 ** 20 / middle, 0);
  const limit = plan.rate === null ? '–' : decimals((drives * plan.rate) / 2 ** 20, 0);
  return [String(mounts.length), times, mebibytes(bytes), decimals(middle), rate, limit];
};

/** Leaves a library so many drives. */
const setDrives = (vault: string, count: number): void => {
  const file = join(vault, 'library.json');
  const drives = Array.from({ length: count }, (_, at) => ({ number: at + 1, tape: null, mounts: 0 }));
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), drives }));
};
