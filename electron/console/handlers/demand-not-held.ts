import { ColdframeError } from '../../../shared/errors.ts';
import type { ConsoleParts } from './parts.ts';

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

/** Refuses what would lose sets that somebody holds, or keeps until a time that has not come: no consent covers that. */
export const demandNotHeld = ({ store }: Pick<ConsoleParts, 'store'>, sets: readonly string[]): void => {
  const now = Date.now();
  const wanted = new Set(sets);
  const { retention } = store;
  const held = retention
    .allMarks()
    .filter(({ set }) => wanted.has(set))
    .filter(({ hold, until }) => hold !== null || (until !== null && retention.staysUntil(until, now) > now))
    .map(({ set }) => set);
  if (held.length === 0) return;
  const names = held.map((set) => set.slice(0, 8)).join(', ');
  throw new ColdframeError('TAPE_NEEDED', {
    message: `${held.length === 1 ? `Block set ${names} is` : `Block sets ${names} are`} held or kept by somebody, and would be lost. Nothing was changed.`,
    guidance: 'Copy the tape first, or let go of what is held with: coldframe retention release SET',
    context: { sets: held.join(' ') },
  });
};
