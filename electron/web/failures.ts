import { ColdframeError } from '../../shared/errors.ts';
import { Refusal } from './responses.ts';

/** Wrong tokens that an address may show at once, and how soon it may show another. */
const BURST = 10;
const ONE_EVERY_MS = 6000;
/** Addresses that are remembered; the one that failed first is forgotten when there are more. */
const MOST_ADDRESSES = 1000;

/** Counts wrong tokens by the address that they come from: a bucket that leaks. */
export class Failures {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, { count: number; at: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** How long the address has to wait before it is heard; 0 when it is. */
  waitMs(address: string): number {
    const over = this.#current(address) - BURST + 1;
    return over > 0 ? Math.ceil(over * ONE_EVERY_MS) : 0;
  }

  count(address: string): void {
    const count = this.#current(address) + 1;
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { count, at: this.#now() });
    const [oldest] = this.#byAddress.keys();
    if (oldest !== undefined && this.#byAddress.size > MOST_ADDRESSES) this.#byAddress.delete(oldest);
  }

  #current(address: string): number {
    const known = this.#byAddress.get(address);
    return known ? Math.max(0, known.count - (this.#now() - known.at) / ONE_EVERY_MS) : 0;
  }
}

/** Counts a wrong token from an address. Refusal 429 when too many came from there. */
export const countFailure = (failures: Failures, address: string): void => {
  const waitMs = failures.waitMs(address);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal(
      429,
      new ColdframeError('TOO_MANY', {
        message: 'Too many wrong tokens came from here.',
        guidance: `Try again in ${seconds} seconds.`,
        context: { seconds },
      }),
      { 'Retry-After': seconds },
    );
  }
  failures.count(address);
};
