import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { Meeting } from './restore-meetings.ts';

type Request = InputOf<'restore'>;
type Plan = OutputOf<'restore'>;

/** Plans with the requests that they are of. */
export interface MadePlans {
  readonly requests: readonly Request[];
  readonly plans: readonly Plan[];
  /** Where they would get in each other's way. */
  readonly meetings: readonly Meeting[];
}

/** Makes plans one after the other, of which only the last counts: what was chosen since then is not what they are of. */
export class PlanMaker {
  #turn = 0;

  /** Whatever is being made is not wanted any more. */
  forget(): void {
    this.#turn += 1;
  }

  /** Null when it was not wanted any more by the time it was made, or failed. Rejects as `plan` and `meet` do. */
  async make(
    requests: readonly Request[],
    plan: (request: Request) => Promise<Plan>,
    meet: () => Promise<readonly Meeting[]>,
  ): Promise<MadePlans | null> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const [plans, meetings] = await Promise.all([Promise.all(requests.map(plan)), meet()]);
      return turn === this.#turn ? { requests, plans, meetings } : null;
    } catch (error) {
      if (turn !== this.#turn) return null;
      throw error;
    }
  }
}

/**
 * Starts what was not started yet, and answers the jobs of all in order. `started`, by place, is added to: where one is refused, those that
 * began are not started a second time when it is tried again. Rejects with the first error, once every start is decided.
 */
export const startMissing = async <R>(
  requests: readonly R[],
  started: Map<number, string>,
  start: (request: R) => Promise<string>,
): Promise<string[]> => {
  const tried = await Promise.allSettled(
    requests.map(async (request, at) => {
      const job = started.get(at) ?? (await start(request));
      started.set(at, job);
      return job;
    }),
  );
  return tried.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
};

/** The restores that plans are of, each with what it was agreed to lose: the console compares before it overwrites. */
export const asAgreed = ({ requests, plans }: Pick<MadePlans, 'requests' | 'plans'>): Request[] =>
  requests.map((request, at) => {
    const { overwrites = null, loses = null, replaces, folder } = plans[at] as Plan;
    // A console of an older version tells neither of the two, and does not take them.
    const told = { ...(replaces === undefined ? {} : { replaces }), ...(folder === undefined ? {} : { folder }) };
    return { ...request, agreed: { overwrites, loses, ...told } };
  });
