import { ColdframeError } from '../../../shared/errors.ts';

/** Sets that are about to go, from the last look at who holds them until what lets them go has ended. */
export class GoingSets {
  readonly #of = new Set<ReadonlySet<string>>();

  /** Runs what lets sets go. Those that it names to `demandFree`, and that are refused for no reason there, nobody can hold from then on. */
  async during<Result>(
    demandFree: (sets: readonly string[]) => void,
    work: (demandFree: (sets: readonly string[]) => void) => Promise<Result>,
  ): Promise<Result> {
    const own = new Set<string>();
    this.#of.add(own);
    try {
      return await work((sets) => {
        demandFree(sets);
        for (const set of sets) own.add(set);
      });
    } finally {
      this.#of.delete(own);
    }
  }

  /** Refuses to hold a set that goes. Throws SET_STATE. */
  demandStays(set: string): void {
    if (![...this.#of].some((sets) => sets.has(set))) return;
    throw new ColdframeError('SET_STATE', {
      message: `Set ${set.slice(0, 8)} expires, or goes with its tape, at this very moment: it is too late to hold it.`,
      guidance: 'See whether it is still there with: coldframe sets. What is still there then can be held.',
      context: { set },
    });
  }
}
