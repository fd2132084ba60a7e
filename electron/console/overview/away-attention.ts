import type { Attention } from '../../../shared/contract/attention.ts';
import { type PlacedTape, placedNames } from '../../../shared/model/tape-place.ts';
import { item } from './attention.ts';
import { checkAgain, type SeenChecks } from './check-attention.ts';

/** Objects that are named before the rest is only counted. */
const MOST_NAMED = 5;

/** What of a vault wants tapes, or wanted them, and which of its tapes are not here. */
export interface AwayMatters {
  readonly vault: string;
  readonly tapes: readonly PlacedTape[];
  /** Those that an inventory did not find in their places. */
  readonly missing: readonly PlacedTape[];
  /** Objects whose last good sets need some of these tapes, volume ids. */
  readonly needed: readonly { readonly object: string; readonly set: string; readonly tapes: readonly string[] }[];
  /** Checks of all of it, or of an object, with the newest one that could not look at everything. */
  readonly checks: readonly { readonly object?: string; readonly seen: SeenChecks }[];
}

/**
 * What a person should look at of tapes that are away: one matter for all that want them now, one for those that nothing wants, and one for each
 * check that can be carried out in full again.
 */
export const awayAttention = ({ vault, tapes, missing, needed, checks }: AwayMatters): Attention[] => {
  const away = new Map([...missing, ...tapes].map((tape) => [tape.tape, tape]));
  const partly = checks.flatMap(({ object, seen }) =>
    seen.away === null
      ? []
      : [{ object, seen, check: seen.away, still: seen.away.detail.tapesAway.filter(({ tape }) => away.has(tape)) }],
  );
  const waiting = partly.filter(({ still }) => still.length > 0);
  const wanted = new Set(
    [...needed, ...waiting.map(({ still }) => ({ tapes: still.map(({ tape }) => tape) }))].flatMap(
      (each) => each.tapes,
    ),
  );
  const found: Attention[] = [];
  if (wanted.size > 0) found.push(wantedMatter(vault, named(wanted, away), needed, waiting.length));
  // Where one is that somebody put on a shelf is known: it waits for nobody until it is wanted.
  const others = missing.filter(({ tape, shelf }) => !wanted.has(tape) && typeof shelf !== 'string');
  if (others.length > 0) found.push(item('TAPES_MISSING', 'look', { vault }, tapesContext(others)));
  for (const { object, seen, check, still } of partly)
    if (still.length === 0) {
      const where = object === undefined ? { vault } : { object, vault };
      const barcodes = check.detail.tapesAway.map(({ barcode }) => barcode).join(', ');
      const context = { kind: seen.kind, job: check.job, tapes: barcodes };
      found.push(item('CHECK_AWAY', 'look', where, context, checkAgain(seen.kind, where)));
    }
  return found;
};

const named = (wanted: ReadonlySet<string>, away: ReadonlyMap<string, PlacedTape>): PlacedTape[] =>
  [...wanted].sort().flatMap((tape) => away.get(tape) ?? []);

/** `pick`: by what a screen picks them out. */
const tapesContext = (tapes: readonly PlacedTape[]): Attention['context'] => ({
  tapes: placedNames(tapes),
  count: tapes.length,
  pick: tapes.map(({ tape }) => tape).join(','),
});

const wantedMatter = (
  vault: string,
  tapes: readonly PlacedTape[],
  needed: AwayMatters['needed'],
  checks: number,
): Attention => {
  const [first] = needed;
  const only = needed.length === 1 && first !== undefined ? first : null;
  const objects = needed.map(({ object }) => object);
  return item('TAPES_AWAY', 'look', only === null ? { vault } : { object: only.object, vault }, {
    ...tapesContext(tapes),
    set: only?.set ?? null,
    objects: objects.slice(0, MOST_NAMED).join(', '),
    moreObjects: Math.max(0, objects.length - MOST_NAMED),
    checks,
  });
};
