import { damageApart, tapesNotHere } from '../../../shared/model/damage-apart.ts';
import type { ObjectFinding } from '../store/check-table.ts';
import type { VerifyResult } from '../use-cases.ts';

/** A set that the catalog knows, with the id of its object. */
export interface KnownSet {
  readonly id: string;
  readonly object: string;
  /** What the object was called in the set. */
  readonly name: string;
  readonly complete: boolean;
}

/**
 * How a verification of all sets of some objects came out for each of them, by their ids. `read`: the complete sets among them when it began; `known`: all sets that
 * the catalog has. Where something damaged is in a set that nobody knows, none of them is right: it may be of any.
 */
export const findingsByObject = (
  result: VerifyResult,
  read: readonly KnownSet[],
  known: readonly KnownSet[],
): Map<string, ObjectFinding> => {
  const objectOf = new Map(known.map(({ id, object }) => [id, object]));
  const { damaged, away } = damageApart(result.damaged, tapesNotHere(result));
  const of = (found: VerifyResult['damaged']) => Map.groupBy(found, ({ set }) => objectOf.get(set));
  const [wrong, lacking] = [of(damaged), of(away)];
  const objects = new Set<string | undefined>([
    ...read.map(({ object }) => object),
    ...wrong.keys(),
    ...lacking.keys(),
  ]);
  const isKnown = !objects.has(undefined) && result.chunks > 0;
  const findings = new Map<string, ObjectFinding>();
  for (const object of objects) {
    if (object === undefined) continue;
    const hurt = wrong.get(object) ?? [];
    const sets = [...new Set(hurt.map(({ set }) => String(set)))];
    if (hurt.length > 0) findings.set(object, { outcome: 'wrong', failures: hurt.length, sets });
    else if (lacking.has(object)) findings.set(object, { outcome: 'away', failures: 0, sets: [] });
    else if (isKnown) findings.set(object, { outcome: 'right', failures: 0, sets: [] });
  }
  return findings;
};
