import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcedureNature } from '../../../shared/contract/procedure.ts';

/** How long a query may go on when its console is ending: one that follows a job ends with that. Those that never end are not tracked. */
const QUERY_GRACE_MS = 2000;

/** The calls that a carrier has taken and not yet answered. */
export class CallsUnderWay {
  readonly #changing = new Set<Promise<void>>();
  readonly #queries = new Set<Promise<void>>();

  track(call: Promise<void>, nature: ProcedureNature): void {
    const calls = nature === 'query' ? this.#queries : this.#changing;
    calls.add(call);
    void call.finally(() => calls.delete(call));
  }

  /** Commands and jobs; queries are nothing to wait for. */
  get waiting(): number {
    return this.#changing.size;
  }

  /** Ends when nothing is under way that changes anything, and the queries are answered or had their time. */
  async finished(): Promise<void> {
    while (this.#changing.size > 0) await Promise.all(this.#changing);
    const grace = new AbortController();
    await Promise.race([Promise.all(this.#queries), sleep(QUERY_GRACE_MS, undefined, { signal: grace.signal })]);
    grace.abort();
  }
}
