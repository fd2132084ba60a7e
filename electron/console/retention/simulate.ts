import { setImmediate as turn } from 'node:timers/promises';
import type { KeepRules } from '../../../shared/model/retention.ts';
import { planRetention, type SetToJudge } from './plan.ts';

/** What is supposed of the time to come: a backup every so often, and which of them are full. */
export interface Supposed {
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly until: number;
  readonly everyMs: number;
  /** Every so many backups one is full, the others are built on the one before; 0: none is. */
  readonly fullEvery: number;
}

/** A moment at which a backup was made and the rules applied. */
export interface SimulatedStep {
  readonly at: number;
  readonly keeps: number;
  readonly expires: number;
}

export interface Simulation {
  readonly steps: readonly SimulatedStep[];
  /** Of the sets that there are now, when each goes; null when it is still there at the end. */
  readonly goes: ReadonlyMap<string, number | null>;
}

const STEPS_A_TURN = 20;

/** Makes backups that are only supposed and applies the rules after each: what would be there when. Every one of them comes out whole. */
export const simulateRetention = async (
  sets: readonly SetToJudge[],
  rules: KeepRules,
  { zone, now, until, everyMs, fullEvery }: Supposed,
): Promise<Simulation> => {
  const goes = new Map<string, number | null>(sets.map(({ id }) => [id, null]));
  const steps: SimulatedStep[] = [];
  let there: readonly SetToJudge[] = sets;
  let last = sets.filter((set) => set.good).toSorted((one, other) => other.createdAt - one.createdAt)[0]?.id ?? null;
  for (let at = now + everyMs, made = 1; at <= until; at += everyMs, made += 1) {
    const full = last === null || (fullEvery > 0 && made % fullEvery === 0);
    const set = supposedSet(`supposed ${made}`, full ? null : last, at);
    last = set.id;
    const plan = planRetention([...there, set], rules, { zone, now: at });
    there = plan.filter(({ keep }) => keep).map((judged) => judged.set);
    for (const gone of plan) if (!gone.keep && goes.has(gone.set.id)) goes.set(gone.set.id, at);
    steps.push({ at, keeps: there.length, expires: plan.length - there.length });
    if (steps.length % STEPS_A_TURN === 0) await turn();
  }
  return { steps, goes };
};

const supposedSet = (id: string, parent: string | null, createdAt: number): SetToJudge => ({
  id,
  state: 'complete',
  parent,
  createdAt,
  datedAt: createdAt,
  good: true,
  donors: [],
  hold: null,
  until: null,
  used: null,
});

/** How often a full set came lately, in backups; 0 when it came once or never. Oldest first. */
export const fullEveryOf = (levels: readonly string[]): number => {
  const isFull = (level: string): boolean => level === 'full' || level === 'synthetic';
  const newest = levels.findLastIndex(isFull);
  const before = levels.slice(0, Math.max(0, newest)).findLastIndex(isFull);
  return newest < 0 || before < 0 ? 0 : newest - before;
};
