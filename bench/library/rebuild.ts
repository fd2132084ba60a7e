import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { decimals, mebibytes, table } from '../volumes/table.ts';
import type { LibraryPlan } from './plan.ts';
import { bytesRead, cat, coldframe, setCache, sizeOf, spoilTail, tapesOf, timed, writeNoise } from './tapes.ts';

interface Rebuilt {
  readonly sets: number;
  readonly incompleteSets: number;
  readonly elements: number;
}

/**
 * How fast a catalog is made from tapes, beside `cat` of the same tapes: with their tails, and without, when every chunk is
 * looked at. The home is new, and the vault has no copy of the catalog: the tapes are all there is.
 */
export const benchRebuild = (plan: LibraryPlan): string => {
  const rows: string[][] = [];
  for (const [name, source] of sources(plan)) {
    const vault = join(plan.dir, `vault-${name}`);
    const home = join(plan.dir, `home-${name}`);
    coldframe(home, ['vault', 'create', vault, '--tape-size', '256MiB', '--slots', '64']);
    coldframe(home, ['object', 'add', 'bench', '--vault', vault, '--files', source]);
    coldframe(home, ['backup', 'bench']);
    const without = `${vault}-without-tails`;
    cpSync(vault, without, { recursive: true });
    for (const tape of tapesOf(without)) spoilTail(tape);
    for (const [kind, at] of [['tails', vault] as const, ['every chunk', without] as const])
      rows.push([`${name}, ${kind}`, ...measured(plan, at)]);
  }
  return table(
    [
      'tapes of',
      'MiB',
      'elements',
      'read, MiB',
      'read, %',
      'cat cold, s',
      'rebuild cold, s',
      'rate ÷ cat',
      'cat warm, s',
      'rebuild warm, s',
      'rate ÷ cat',
    ],
    rows,
  );
};

const sources = (plan: LibraryPlan): readonly (readonly [string, string])[] => {
  const large = join(plan.dir, 'large');
  mkdirSync(large);
  for (let n = 0; n < 16; n += 1) writeNoise(join(large, `file-${n}`), plan.largeBytes / 16, `rebuild ${n}`);
  return [
    ['large files', large],
    ['a tree', plan.tree],
  ];
};

const measured = (plan: LibraryPlan, vault: string): string[] => {
  const tapes = tapesOf(vault);
  const all = sizeOf(tapes);
  let turn = 0;
  let last: Rebuilt | null = null;
  const rebuild = (under: readonly string[] = []): void => {
    turn += 1;
    const home = join(plan.dir, `rebuilt-${turn}`);
    rmSync(join(vault, 'catalog'), { recursive: true, force: true });
    last = coldframe(home, ['vault', 'rebuild', vault], under) as Rebuilt;
    if (last.sets !== 1 || last.incompleteSets > 0) throw new Error(`the rebuild found ${JSON.stringify(last)}`);
    rmSync(home, { recursive: true });
  };
  const read = bytesRead(tapes, join(plan.dir, 'calls'), rebuild);
  const cells: string[] = [];
  for (const cold of [true, false]) {
    const [cats, rebuilds]: [number[], number[]] = [[], []];
    for (let n = 0; n < plan.repeat; n += 1) {
      setCache(tapes, cold);
      cats.push(timed(() => cat(tapes)));
      setCache(tapes, cold);
      rebuilds.push(timed(rebuild));
    }
    const [one, other] = [median(cats), median(rebuilds)];
    cells.push(decimals(one), decimals(other), decimals(one / other));
  }
  const { elements } = last as unknown as Rebuilt;
  return [mebibytes(all), String(elements), mebibytes(read), decimals((100 * read) / all), ...cells];
};
