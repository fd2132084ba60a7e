import type { SetState } from '../../../shared/model/block-set.ts';
import { type ExpireReason, hasRules, type KeepReason, type KeepRules } from '../../../shared/model/retention.ts';
import { periodsIn } from '../../platform/periods.ts';

/** What retention has to know of a block set. Ids are those of sets; times are milliseconds since 1970. */
export interface SetToJudge {
  readonly id: string;
  readonly state: SetState;
  readonly parent: string | null;
  /** Orders the sets. */
  readonly createdAt: number;
  /** When it was made, as far as can be told: see `orderedDates`. Which periods of the rules it counts for. */
  readonly datedAt: number;
  /** It is complete, and all that a restore of it needs is there and sound as far as is known. */
  readonly good: boolean;
  /** Something is unusual about it, and nobody has looked: what is newer may be made of the same. */
  readonly unusual: boolean;
  /** Interrupted sets whose chunks it may use. */
  readonly donors: readonly string[];
  /** The note of a legal hold; null without one. */
  readonly hold: string | null;
  /** It is to be kept until then, whatever the rules say; null when nobody said so. */
  readonly until: number | null;
  /** When that really ends: see `SetMark`. */
  readonly staysUntil?: number | undefined;
  /** Why it cannot go now, whatever the rules say; null otherwise. */
  readonly used: 'served' | 'wanted' | 'needed' | null;
}

export interface Reason {
  readonly kind: KeepReason | ExpireReason;
  /** See KEEP_REASONS. */
  readonly of: string | null;
}

export interface Judged<Judging extends SetToJudge = SetToJudge> {
  readonly set: Judging;
  readonly keep: boolean;
  /** At least one. */
  readonly reasons: readonly Reason[];
}

const CALENDAR_RULES = ['daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Decides for every set of one object whether it stays, and why. Pure. What holds whatever the rules are:
 * without rules nothing goes; the newest good set stays, and so does the newest before one that is unusual, until somebody has looked; while no set is good none goes; what a set that stays is built on, or has
 * chunks of, stays. A set that is not good takes no place of a rule from a good one, and goes no sooner than if it were good.
 */
export const planRetention = <Judging extends SetToJudge>(
  sets: readonly Judging[],
  rules: KeepRules,
  { zone, now }: { readonly zone: string; readonly now: number },
): Judged<Judging>[] => {
  const newestFirst = sets.toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
  if (!hasRules(rules))
    return newestFirst.map((set) => ({ set, keep: true, reasons: [{ kind: 'no-rules', of: null }] }));
  const reasons = new ReasonBook();
  const backups = newestFirst.filter(({ state }) => state === 'complete' || state === 'incomplete');
  const good = backups.filter((set) => set.good);
  holdByRules(good, rules, zone, reasons);
  holdByRules(backups, rules, zone, reasons);
  const lastGood = good[0];
  if (lastGood) reasons.add(lastGood.id, 'last-good', null);
  const unusual = newestFirst.findLast((set) => set.unusual);
  const lastUsual = unusual && good.find(({ createdAt }) => createdAt < unusual.createdAt);
  if (unusual && lastUsual) reasons.add(lastUsual.id, 'before-unusual', unusual.id);
  for (const set of newestFirst) {
    if (set.hold !== null) reasons.add(set.id, 'hold', set.hold);
    if (set.until !== null && (set.staysUntil ?? set.until) > now)
      reasons.add(set.id, 'until', new Date(set.until).toISOString());
    if (set.used !== null) reasons.add(set.id, set.used, null);
    if (!lastGood) reasons.add(set.id, 'none-good', null);
    const attempt = set.state === 'interrupted' && lastGood !== undefined && set.createdAt > lastGood.createdAt;
    if (set.state === 'writing' || attempt) reasons.add(set.id, 'unfinished', null);
  }
  holdNeeded(newestFirst, reasons);
  return newestFirst.map((set) => {
    const found = reasons.of(set.id);
    if (found.length > 0) return { set, keep: true, reasons: found };
    const kind = set.state === 'interrupted' ? 'interrupted' : 'no-rule';
    return { set, keep: false, reasons: [{ kind, of: null }] };
  });
};

/** Newest first. */
const holdByRules = (sets: readonly SetToJudge[], rules: KeepRules, zone: string, reasons: ReasonBook): void => {
  const periodsOf = periodsIn(zone);
  for (const { id } of sets.slice(0, rules.keepLast)) reasons.add(id, 'last', null);
  for (const rule of CALENDAR_RULES) {
    const seen = new Set<string>();
    for (const { id, datedAt } of sets) {
      if (seen.size >= rules[rule]) break;
      const period = periodsOf(datedAt)[rule];
      if (seen.has(period)) continue;
      seen.add(period);
      reasons.add(id, rule, period);
    }
  }
};

/** What those that stay cannot be restored without. */
const holdNeeded = (newestFirst: readonly SetToJudge[], reasons: ReasonBook): void => {
  const byId = new Map(newestFirst.map((set) => [set.id, set]));
  const left = newestFirst.filter(({ id }) => reasons.has(id));
  for (let set = left.pop(); set !== undefined; set = left.pop()) {
    for (const id of [...(set.parent === null ? [] : [set.parent]), ...set.donors]) {
      const needed = byId.get(id);
      if (needed === undefined) {
        if (id === set.parent) holdOlder(set, newestFirst, left, reasons);
        continue;
      }
      if (!reasons.has(id)) left.push(needed);
      reasons.add(id, 'needed', set.id);
    }
  }
};

/** What a set is built on lies on a tape that is away, as far as is known: that in turn may need whatever was there before it. */
const holdOlder = (
  set: SetToJudge,
  newestFirst: readonly SetToJudge[],
  left: SetToJudge[],
  reasons: ReasonBook,
): void => {
  for (const older of newestFirst) {
    if (older.createdAt >= set.createdAt) continue;
    if (!reasons.has(older.id)) left.push(older);
    reasons.add(older.id, 'needed', set.id);
  }
};

class ReasonBook {
  readonly #bySet = new Map<string, Reason[]>();

  has(set: string): boolean {
    return this.#bySet.has(set);
  }

  of(set: string): readonly Reason[] {
    return this.#bySet.get(set) ?? [];
  }

  /** One reason of a kind is enough. */
  add(set: string, kind: KeepReason, of: string | null): void {
    const known = this.#bySet.get(set) ?? [];
    if (known.some((reason) => reason.kind === kind)) return;
    this.#bySet.set(set, [...known, { kind, of }]);
  }
}
