import { damageApart, tapesNotHere } from '../../../shared/model/damage-apart.ts';
import type { ObjectFinding } from '../store/check-table.ts';
import type { VerifyResult } from '../use-cases.ts';

/** A set that the catalog knows, with the id of its object. */
export interface KnownSet {
  readonly id: string;
  readonly object: string;
  /** What the object was called in the set. */
  readonly name: string;
}

export interface ReadSets {
  /** Those of which all that is needed of them was to be read. */
  readonly read: readonly string[];
  /** All that the catalog has. */
  readonly known: readonly KnownSet[];
  /** Id of the object whose sets alone were to be read; null where they are of several. */
  readonly owner: string | null;
}

/**
 * How a verification came out for each object of which it read something, by their ids. Where something damaged is in a set that nobody knows, and all
 * of the vault was read, none of them is right: it may be of any.
 */
export const findingsByObject = (
  result: VerifyResult,
  { read, known, owner }: ReadSets,
): Map<string, ObjectFinding> => {
  const objects = new Map(known.map(({ id, object }) => [id, object]));
  const objectOf = (set: string): string | undefined => objects.get(set) ?? owner ?? undefined;
  const { damaged, away } = damageApart(result.damaged, tapesNotHere(result));
  const of = (found: VerifyResult['damaged']) => Map.groupBy(found, ({ set }) => objectOf(set));
  const [wrong, lacking] = [of(damaged), of(away)];
  const all = new Set([...read.map(objectOf), ...wrong.keys(), ...lacking.keys()]);
  const isKnown = !wrong.has(undefined) && !lacking.has(undefined) && result.chunks > 0;
  const findings = new Map<string, ObjectFinding>();
  for (const object of all) {
    if (object === undefined) continue;
    const [hurt, gone] = [wrong.get(object) ?? [], lacking.get(object) ?? []];
    const sets = setsOf(hurt.filter(({ wholeOn }) => wholeOn.length === 0));
    const copied = setsOf(hurt).filter((set) => !sets.includes(set));
    const awaySets = setsOf(gone);
    const unknown = [...sets, ...copied, ...awaySets].some((set) => !objects.has(set));
    const found = { failures: hurt.length, sets, copied, away: awaySets, ...(unknown ? { unknown } : {}) };
    if (hurt.length > 0) findings.set(object, { outcome: 'wrong', ...found });
    else if (gone.length > 0) findings.set(object, { outcome: 'away', ...found });
    else if (isKnown) findings.set(object, { outcome: 'right', ...found });
  }
  return findings;
};

const setsOf = (found: VerifyResult['damaged']): string[] => [...new Set(found.map(({ set }) => String(set)))];

/** The sets that were read, and of which nothing was found damaged or away. */
export const foundRight = ({ damaged }: VerifyResult, read: readonly string[]): string[] => {
  const not = new Set(damaged.map(({ set }) => String(set)));
  return read.filter((set) => !not.has(set));
};
