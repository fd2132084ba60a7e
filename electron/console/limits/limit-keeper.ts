import type { JobKind } from '../../../shared/contract/job-states.ts';
import type { LimitNow, LimitRule } from '../../../shared/contract/settings.ts';
import { createPace, PACED, Pace, type SharedPaces } from '../../platform/pace.ts';
import { localZone } from '../schedules/calendar.ts';
import { limitAt, NO_LIMIT, nextChange } from './limit-at.ts';

/** Jobs that keep limits: whoever restores is waited for, and what a person asked a copy or an export of is at once. */
const LIMITED: ReadonlySet<JobKind> = new Set(['backup', 'merge', 'verify', 'reclaim']);

/** How often limits are compared with the clock while there are jobs. */
const LOOK_MS = 2000;

export interface LimitParts {
  /** The rules for an object by its name; null: those for all, which also hold where a job is for no object. */
  readonly rulesOf: (object: string | null) => { readonly rules: readonly LimitRule[]; readonly own: boolean };
  /** Whether a restore waits for its turn: what it waits for goes as fast as it can then. */
  readonly restoreWaits: () => boolean;
  /** Whether any job is left. */
  readonly busy: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Keeps the limits of all jobs as the rules have them at the time; jobs that go by the same rules share one limit. */
export class LimitKeeper {
  readonly #parts: LimitParts;
  /** By object; under null those for all. */
  readonly #paces = new Map<string | null, SharedPaces>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LimitParts) {
    this.#parts = parts;
  }

  /** What a job that begins keeps; null when it keeps no limits. */
  pacesFor(kind: JobKind, object: string | null): SharedPaces | null {
    if (!LIMITED.has(kind)) return null;
    const who = object !== null && this.#parts.rulesOf(object).own ? object : null;
    const paces = this.#paces.get(who) ?? { source: createPace(), vault: createPace() };
    this.#paces.set(who, paces);
    this.#set(who, paces);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return paces;
  }

  /** What may move now, and until when. */
  now(object: string | null): LimitNow {
    const { rules } = this.#parts.rulesOf(object);
    const at = this.#parts.now();
    const until = nextChange(rules, localZone(), at);
    return { ...limitAt(rules, localZone(), at), until: until === null ? null : new Date(until).toISOString() };
  }

  /** The rules were changed. */
  refresh(): void {
    for (const [who, paces] of this.#paces) this.#set(who, paces);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    try {
      this.refresh();
    } catch {
      // The database cannot be read for the moment: what held goes on to hold.
    }
    if (!this.#parts.busy()) this.stop();
  }

  #set(who: string | null, paces: SharedPaces): void {
    const limit = this.#parts.restoreWaits()
      ? NO_LIMIT
      : limitAt(this.#parts.rulesOf(who).rules, localZone(), this.#parts.now());
    for (const what of PACED) new Pace(paces[what]).set(limit[what]);
  }
}
