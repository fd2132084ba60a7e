import { newSecret, type SecretDigest, sameSecret, secretDigest } from './secrets.ts';

/** A session ends when no page of it was open for so long, and in any case at this age. */
const IDLE_MS = 12 * 60 * 60 * 1000;
const OLDEST_MS = 7 * 24 * 60 * 60 * 1000;
/** Sessions at a time; the one that was not used for longest goes when another begins. */
const MOST_SESSIONS = 64;

/** A browser that has shown a token. It lives in memory: with its console it ends. */
export interface Session {
  readonly digest: SecretDigest;
  readonly proof: SecretDigest;
  /** What this console shows the page, and the page nobody. */
  readonly seal: string;
  readonly endsAt: number;
  usedAt: number;
  /** How to end each connection of it. */
  readonly connections: Set<() => void>;
}

/** What a browser is told of a session that begins: the cookie, the proof that its page keeps and shows beside it, and the seal that it knows this console by. */
export interface Begun {
  readonly cookie: string;
  readonly proof: string;
  readonly seal: string;
}

export class Sessions {
  readonly #now: () => number;
  readonly #cookie: string;
  readonly #attributes: string;
  #sessions: Session[] = [];

  /** Cookies know no port: the name has it, so that two consoles of one machine do not take each other's. */
  constructor(port: number, secure: boolean, now: () => number = Date.now) {
    this.#now = now;
    this.#cookie = `${secure ? '__Host-' : ''}coldframe-${port}`;
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  begin(): Begun {
    this.endOver();
    const secret = newSecret();
    const proof = newSecret();
    const seal = newSecret();
    const now = this.#now();
    if (this.#sessions.length >= MOST_SESSIONS) this.end(this.#sessions.toSorted(byUse)[0]);
    this.#sessions.push({
      digest: secretDigest(secret),
      proof: secretDigest(proof),
      seal,
      endsAt: now + OLDEST_MS,
      usedAt: now,
      connections: new Set(),
    });
    return { cookie: `${this.#cookie}=${secret}; Max-Age=${OLDEST_MS / 1000}; ${this.#attributes}`, proof, seal };
  }

  /** The session that a Cookie header names and whose proof is shown with it, or null. */
  find(header: string | undefined, proof: string | undefined): Session | null {
    this.endOver();
    const shown = secretDigest(proof ?? '');
    for (const secret of valuesOf(header, this.#cookie)) {
      const digest = secretDigest(secret);
      const session = this.#sessions.find((each) => sameSecret(each.digest, digest));
      if (!session || !sameSecret(session.proof, shown)) continue;
      session.usedAt = this.#now();
      return session;
    }
    return null;
  }

  /** Ends a session and its connections; answers the cookie that makes the browser forget it. */
  end(session: Session | undefined): string {
    this.#sessions = this.#sessions.filter((each) => each !== session);
    for (const disconnect of session?.connections ?? []) disconnect();
    return `${this.#cookie}=; Max-Age=0; ${this.#attributes}`;
  }

  /** Ends those that are over. */
  endOver(): void {
    const now = this.#now();
    for (const session of this.#sessions) {
      if (session.connections.size > 0) session.usedAt = now;
      if (session.endsAt <= now || session.usedAt + IDLE_MS <= now) this.end(session);
    }
  }
}

const byUse = (one: Session, other: Session): number => one.usedAt - other.usedAt;

/** The values of a cookie in a header; a browser may send several of one name (RFC 6265, 4.2.2). */
const valuesOf = (header: string | undefined, name: string): string[] =>
  (header ?? '').split('; ').flatMap((pair) => (pair.startsWith(`${name}=`) ? [pair.slice(name.length + 1)] : []));
