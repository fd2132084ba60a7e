/** Steps of the search for fewer tapes than the quick choice gives; a few milliseconds. */
const MOST_STEPS = 2_000;

interface Choice {
  /** Any one of these tapes will do. */
  readonly tapes: readonly string[];
  /** How much hangs on it, in any unit. */
  readonly weight: number;
}

/**
 * As few tapes as hold one of each choice: the fewest there are, or of very many choices nearly so. The same for the same choices in the same
 * order; of tapes that do as well the one that is named first. Pure.
 */
export const fewestTapes = (choices: readonly Choice[]): Set<string> => {
  const open = narrowest(choices.filter(({ tapes }) => tapes.length > 0));
  let best = quickChoice(open);
  let steps = 0;
  const search = (left: readonly Choice[], taken: readonly string[]): void => {
    steps += 1;
    const [next] = left;
    if (next === undefined) {
      if (taken.length < best.length) best = taken;
      return;
    }
    if (taken.length + atLeast(left) >= best.length || steps > MOST_STEPS) return;
    for (const tape of next.tapes)
      search(
        left.filter(({ tapes }) => !tapes.includes(tape)),
        [...taken, tape],
      );
  };
  search(open, []);
  return new Set(best);
};

/** Choices without those that another one decides: whoever takes one of fewer tapes has one of more. Those of fewest tapes come first. */
const narrowest = (choices: readonly Choice[]): Choice[] => {
  const kept: Choice[] = [];
  for (const choice of choices.toSorted((one, other) => one.tapes.length - other.tapes.length))
    if (!kept.some(({ tapes }) => tapes.every((tape) => choice.tapes.includes(tape)))) kept.push(choice);
  return kept;
};

/** Choices of which no two have a tape in common take a tape each. */
const atLeast = (choices: readonly Choice[]): number => {
  const seen = new Set<string>();
  let apart = 0;
  for (const { tapes } of choices) {
    if (tapes.some((tape) => seen.has(tape))) continue;
    apart += 1;
    for (const tape of tapes) seen.add(tape);
  }
  return apart;
};

/** The tape that most hangs on, then the next one. */
const quickChoice = (choices: readonly Choice[]): readonly string[] => {
  const taken: string[] = [];
  for (let left = choices; left.length > 0; ) {
    const sums = new Map<string, { choices: number; weight: number }>();
    for (const { tapes, weight } of left)
      for (const tape of tapes) {
        const sum = sums.get(tape) ?? { choices: 0, weight: 0 };
        sums.set(tape, { choices: sum.choices + 1, weight: sum.weight + weight });
      }
    const [[most] = ['']] = [...sums].sort(
      ([, one], [, other]) => other.choices - one.choices || other.weight - one.weight,
    );
    taken.push(most);
    left = left.filter(({ tapes }) => !tapes.includes(most));
  }
  return taken;
};
