import { setImmediate as turn } from 'node:timers/promises';
import type { KeepRules } from '../../../shared/model/retention.ts';
import type { PlannedRetention, PlannedRun } from '../schedules/planned-runs.ts';
import { planRetention, type SetToJudge } from './plan.ts';

/** A moment at which a backup was made, the rules were applied, or both. */
export interface SimulatedStep {
  readonly at: number;
  readonly keeps: number;
  readonly expires: number;
}

export interface Simulation {
  readonly steps: readonly SimulatedStep[];
  /** Of the sets that there are now, when each goes; null when it is still there at the end. */
  readonly goes: ReadonlyMap<string, number | null>;
  /** Whether all backups were looked at: it ends before the last where that would take too long. */
  readonly whole: boolean;
}

/** After so long others have a turn, milliseconds. */
const TURN_MS = 10;
/**
 * Backups that are looked at, sets that are judged for that, each anew after each of them, and moments at which schedules were due, whether
 * anything begins then or not: what takes a few seconds.
 */
const MOST = { steps: 4000, sets: 2_000_000, moments: 20_000 };
export const MOST_STEPS = MOST.steps;

export interface Bounds {
  readonly most?: typeof MOST;
  /** Whether the rules are applied after each backup, and not only at moments of their own. */
  readonly afterEach?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes the backups that are to come, and applies the rules after each or at moments of their own: what would be there when. Every one of them
 * comes out whole. A null among them is a moment at which none begins. Lets others have turns; throws the reason of the signal when nobody waits any more.
 */
export const simulateRetention = async (
  sets: readonly SetToJudge[],
  rules: KeepRules,
  coming: Iterable<PlannedRun | PlannedRetention | null>,
  zone: string,
  { most = MOST, afterEach = true, signal }: Bounds = {},
): Promise<Simulation> => {
  const goes = new Map<string, number | null>(sets.map(({ id }) => [id, null]));
  const steps: SimulatedStep[] = [];
  const chain = new Chain(sets);
  let there: readonly SetToJudge[] = sets;
  let judged = 0;
  let moments = 0;
  let turnAt = performance.now() + TURN_MS;
  for (const run of coming) {
    if (performance.now() >= turnAt) {
      await turn();
      signal?.throwIfAborted();
      turnAt = performance.now() + TURN_MS;
    }
    moments += 1;
    if (moments > most.moments) return { steps, goes, whole: false };
    if (run === null) continue;
    if (steps.length === most.steps || judged > most.sets) return { steps, goes, whole: false };
    const { at } = run;
    const isBackup = 'level' in run;
    if (isBackup) there = [...there, chain.add(run)];
    let expires = 0;
    if (afterEach || !isBackup) {
      const plan = planRetention(there, rules, { zone, now: at });
      there = plan.filter(({ keep }) => keep).map(({ set }) => set);
      for (const gone of plan) if (!gone.keep && goes.has(gone.set.id)) goes.set(gone.set.id, at);
      expires = plan.length - there.length;
      judged += plan.length;
    }
    const merged = isBackup && run.synthetic ? chain.merge(at) : null;
    if (merged !== null) there = [...there, merged];
    steps.push({ at, keeps: there.length, expires });
  }
  return { steps, goes, whole: true };
};

interface Link {
  readonly id: string;
  readonly isFull: boolean;
  readonly createdAt: number;
}

/** What further sets are built on: a differential on the last full one, others on the last of any level. */
class Chain {
  #last: string | null;
  #lastFull: string | null;
  #made = 0;

  constructor(sets: readonly SetToJudge[]) {
    const good: Link[] = sets
      .filter((set) => set.good)
      .map(({ id, parent, createdAt }) => ({ id, isFull: parent === null, createdAt }))
      .toSorted((one, other) => one.createdAt - other.createdAt);
    this.#last = good.at(-1)?.id ?? null;
    this.#lastFull = good.findLast(({ isFull }) => isFull)?.id ?? null;
  }

  add({ at, level }: PlannedRun): SetToJudge {
    const base = level === 'differential' ? this.#lastFull : this.#last;
    return this.#next(level === 'full' ? null : base, at);
  }

  /** Puts the newest one together with what it is built on; null when it is a full one already. */
  merge(at: number): SetToJudge | null {
    return this.#last === this.#lastFull ? null : this.#next(null, at);
  }

  #next(parent: string | null, at: number): SetToJudge {
    this.#made += 1;
    const id = `supposed ${String(this.#made).padStart(5, '0')}`;
    this.#last = id;
    if (parent === null) this.#lastFull = id;
    const nothing = { unusual: false, donors: [], hold: null, until: null, used: null };
    return { id, state: 'complete', parent, createdAt: at, datedAt: at, good: true, ...nothing };
  }
}

/** What is supposed where no schedule says: a backup every so often, and which of them are full. */
export interface Supposed {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly until: number;
  readonly everyMs: number;
  /** Every so many backups one is full, the others are built on the one before; 0: none is. */
  readonly fullEvery: number;
}

export function* supposedRuns({ now, until, everyMs, fullEvery }: Supposed): Generator<PlannedRun> {
  for (let at = now + everyMs, made = 1; at <= until; at += everyMs, made += 1)
    yield { at, level: fullEvery > 0 && made % fullEvery === 0 ? 'full' : 'auto', synthetic: false };
}

/** How often a full set came lately, in backups; 0 when it came once or never. Oldest first. */
export const fullEveryOf = (levels: readonly string[]): number => {
  const isFull = (level: string): boolean => level === 'full' || level === 'synthetic';
  const newest = levels.findLastIndex(isFull);
  const before = levels.slice(0, Math.max(0, newest)).findLastIndex(isFull);
  return newest < 0 || before < 0 ? 0 : newest - before;
};
