import { newSecret, type SecretDigest, sameSecret, secretDigest } from './secrets.ts';

/** How long a link waits to be followed. */
const LIFETIME_MS = 60 * 60 * 1000;
/** Links that wait at a time; the oldest goes when another is asked for. */
const MOST_WAITING = 16;

export interface LinkToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** The tokens of links to the console: each good once, for an hour. A reusable one may lie in a file beside them. */
export class LinkTokens {
  readonly #now: () => number;
  readonly #reusable: SecretDigest | null;
  readonly #waiting: { readonly digest: SecretDigest; readonly expiresAt: number }[] = [];

  constructor(reusable: string | null, now: () => number = Date.now) {
    this.#now = now;
    this.#reusable = reusable === null ? null : secretDigest(reusable);
  }

  issue(): LinkToken {
    const token = newSecret();
    const expiresAt = this.#now() + LIFETIME_MS;
    this.#waiting.push({ digest: secretDigest(token), expiresAt });
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    return { token, expiresAt };
  }

  /** Whether the token opens the console; one of a link does so no more. */
  redeem(token: string): boolean {
    const digest = secretDigest(token);
    let found = -1;
    for (const [at, waiting] of this.#waiting.entries()) if (sameSecret(waiting.digest, digest)) found = at;
    const reusable = this.#reusable !== null && sameSecret(this.#reusable, digest);
    if (found < 0) return reusable;
    const [link] = this.#waiting.splice(found, 1);
    return link !== undefined && link.expiresAt > this.#now();
  }
}
