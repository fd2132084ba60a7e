import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeepRules, NO_RULES } from '../../../shared/model/retention.ts';
import { type Judged, planRetention, type SetToJudge } from './plan.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const when = { zone: 'UTC', now: NOON };

/** A good full set, made so many days before November 20, 2026. */
const made = (id: string, daysAgo: number, more: Partial<SetToJudge> = {}): SetToJudge => ({
  id,
  state: 'complete',
  parent: null,
  createdAt: NOON - daysAgo * DAY,
  datedAt: more.createdAt ?? NOON - daysAgo * DAY,
  good: true,
  unusual: false,
  donors: [],
  hold: null,
  until: null,
  used: null,
  ...more,
});

const keptIn = (plan: readonly Judged[]): string[] => plan.filter(({ keep }) => keep).map(({ set }) => set.id);
const kept = (sets: readonly SetToJudge[], rules: Partial<KeepRules>): string[] =>
  keptIn(planRetention(sets, { ...NO_RULES, ...rules }, when)).toSorted();
const reasonsOf = (sets: readonly SetToJudge[], rules: Partial<KeepRules>, id: string) =>
  planRetention(sets, { ...NO_RULES, ...rules }, when).find(({ set }) => set.id === id)?.reasons;

describe('a retention plan', () => {
  test('lets nothing go without rules', () => {
    const sets = [made('a', 900), made('b', 800, { state: 'interrupted', good: false }), made('c', 0)];
    expect(kept(sets, {})).toEqual(['a', 'b', 'c']);
    expect(reasonsOf(sets, {}, 'a')).toEqual([{ kind: 'no-rules', of: null }]);
  });

  test('keeps the newest of each day, week, month and year that has one, and says for which', () => {
    const sets = [made('a', 400), made('b', 40), made('c', 9), made('d', 1), made('e', 0.4), made('f', 0.1)];
    expect(kept(sets, { daily: 2 })).toEqual(['d', 'f']);
    expect(kept(sets, { weekly: 2 })).toEqual(['c', 'f']);
    expect(kept(sets, { monthly: 2 })).toEqual(['b', 'f']);
    expect(kept(sets, { yearly: 2 })).toEqual(['a', 'f']);
    expect(kept(sets, { keepLast: 3 })).toEqual(['d', 'e', 'f']);
    expect(reasonsOf(sets, { daily: 1, weekly: 1, monthly: 1, yearly: 1, keepLast: 1 }, 'f')).toEqual([
      { kind: 'last', of: null },
      { kind: 'daily', of: '2026-11-20' },
      { kind: 'weekly', of: '2026-W47' },
      { kind: 'monthly', of: '2026-11' },
      { kind: 'yearly', of: '2026' },
      { kind: 'last-good', of: null },
    ]);
  });

  test('keeps the last good one before what is unusual, for which a merge made since does not stand in', () => {
    const sets = [
      made('clean', 5),
      made('worse', 4, { good: false }),
      made('scrambled', 3, { unusual: true }),
      made('next', 2, { parent: 'scrambled', unusual: true }),
      made('synthetic', 1),
    ];
    expect(kept(sets, { keepLast: 1 })).toEqual(['clean', 'synthetic']);
    expect(reasonsOf(sets, { keepLast: 1 }, 'clean')).toEqual([{ kind: 'before-unusual', of: 'scrambled' }]);
    expect(
      kept(
        sets.map((set) => ({ ...set, unusual: false })),
        { keepLast: 1 },
      ),
    ).toEqual(['synthetic']);
  });

  test('keeps everything before a set that stays and is built on one that nobody knows', () => {
    const sets = [
      made('full', 9),
      made('other', 8),
      made('waits', 5, { state: 'incomplete', good: false, parent: 'on a tape that is away', hold: 'a case' }),
      made('new', 0),
    ];
    expect(kept(sets, { keepLast: 1 })).toEqual(['full', 'new', 'other', 'waits']);
    expect(reasonsOf(sets, { keepLast: 1 }, 'full')).toEqual([{ kind: 'needed', of: 'waits' }]);
    const free = sets.map((set) => ({ ...set, hold: null }));
    expect(kept(free.slice(0, 2).concat(free.slice(3)), { keepLast: 1 })).toEqual(['new']);
  });

  test('counts days as the calendar of the time zone does', () => {
    const sets = [made('late', 0, { createdAt: Date.UTC(2026, 10, 19, 23, 30) }), made('early', 0.3)];
    const rules = { ...NO_RULES, daily: 2 };
    expect(keptIn(planRetention(sets, rules, { zone: 'UTC', now: NOON }))).toEqual(['early', 'late']);
    expect(keptIn(planRetention(sets, rules, { zone: 'Europe/Berlin', now: NOON }))).toEqual(['early']);
  });

  test('keeps what a set that stays is built on, and what that went on from', () => {
    const sets = [
      made('try', 10.5, { state: 'interrupted', good: false }),
      made('full', 10, { donors: ['try'] }),
      made('inc', 5, { parent: 'full' }),
      made('new', 0, { parent: 'inc' }),
      made('other', 4),
    ];
    expect(kept(sets, { keepLast: 1 })).toEqual(['full', 'inc', 'new', 'try']);
    expect(reasonsOf(sets, { keepLast: 1 }, 'full')).toEqual([{ kind: 'needed', of: 'inc' }]);
    expect(reasonsOf(sets, { keepLast: 1 }, 'other')).toEqual([{ kind: 'no-rule', of: null }]);
  });

  test('keeps the last good set, and gives no place of a rule to one that is not good', () => {
    const bad = { good: false } as const;
    const sets = [made('a', 5), made('b', 4), made('c', 3, bad), made('d', 2, { ...bad, state: 'incomplete' })];
    expect(kept(sets, { keepLast: 1 })).toEqual(['b', 'd']);
    expect(kept(sets, { keepLast: 2 })).toEqual(['a', 'b', 'c', 'd']);
    expect(reasonsOf(sets, { keepLast: 1 }, 'b')).toContainEqual({ kind: 'last-good', of: null });
  });

  test('lets nothing go while no set is known to be good', () => {
    const sets = [made('a', 5, { good: false }), made('b', 4, { good: false }), made('c', 3, { state: 'interrupted' })];
    const unsound = sets.map((set) => ({ ...set, good: false }));
    expect(kept(unsound, { keepLast: 1 })).toEqual(['a', 'b', 'c']);
  });

  test('lets attempts go that were interrupted before a good set, not those after it', () => {
    const attempt = { state: 'interrupted', good: false } as const;
    const sets = [
      made('old', 3, attempt),
      made('set', 2),
      made('new', 1, attempt),
      made('now', 0, { ...attempt, state: 'writing' }),
    ];
    expect(kept(sets, { keepLast: 5 })).toEqual(['new', 'now', 'set']);
    expect(reasonsOf(sets, { keepLast: 5 }, 'old')).toEqual([{ kind: 'interrupted', of: null }]);
  });

  test('keeps what is held, is to be kept until later, or is served', () => {
    const sets = [
      made('held', 50, { hold: 'case 7' }),
      made('until', 40, { until: NOON + DAY }),
      made('over', 30, { until: NOON - DAY }),
      made('served', 20, { used: 'served' }),
      made('new', 0),
    ];
    expect(kept(sets, { keepLast: 1 })).toEqual(['held', 'new', 'served', 'until']);
    expect(reasonsOf(sets, { keepLast: 1 }, 'held')).toEqual([{ kind: 'hold', of: 'case 7' }]);
  });
});

const anySets = fc
  .array(
    fc.record({
      state: fc.constantFrom('complete', 'complete', 'complete', 'incomplete', 'interrupted', 'writing'),
      parent: fc.option(fc.nat(40)),
      donor: fc.option(fc.nat(40)),
      hours: fc.nat(20_000),
      good: fc.boolean(),
      unusual: fc.constantFrom(false, false, false, true),
      hold: fc.constantFrom(null, null, null, 'note'),
      until: fc.constantFrom(null, null, NOON - DAY, NOON + DAY),
      used: fc.constantFrom(null, null, 'served', 'needed'),
    }),
    { maxLength: 40 },
  )
  .map((drawn) =>
    drawn.map(({ parent, donor, hours, ...set }, at): SetToJudge => {
      const earlier = (index: number | null): string | null => (index === null || index >= at ? null : `set ${index}`);
      const from = earlier(donor);
      return {
        ...set,
        id: `set ${at}`,
        createdAt: NOON - hours * 3_600_000,
        datedAt: NOON - hours * 3_600_000,
        good: set.good && set.state === 'complete',
        parent: earlier(parent),
        donors: from === null ? [] : [from],
      };
    }),
  );
const anyRules = fc.record({
  keepLast: fc.nat(5),
  daily: fc.nat(5),
  weekly: fc.nat(5),
  monthly: fc.nat(5),
  yearly: fc.nat(5),
});
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati');

describe('whatever the sets and the rules are', () => {
  test('the last good set stays, every set has a reason, and nothing that stays lacks what it needs', () => {
    fc.assert(
      fc.property(anySets, anyRules, zones, (sets, rules, zone) => {
        const plan = planRetention(sets, rules, { zone, now: NOON });
        expect(plan).toHaveLength(sets.length);
        const stays = new Set(keptIn(plan));
        const good = sets.filter((set) => set.good).toSorted((one, other) => other.createdAt - one.createdAt);
        if (good.length > 0)
          expect(good.some(({ id, createdAt }) => stays.has(id) && createdAt === good[0]?.createdAt)).toBe(true);
        else expect(stays.size).toBe(sets.length);
        for (const { set, keep, reasons } of plan) {
          expect(reasons.length).toBeGreaterThan(0);
          if (!keep) expect([set.hold, set.used, set.state === 'writing']).toEqual([null, null, false]);
          else
            for (const needed of [set.parent, ...set.donors]) expect(needed === null || stays.has(needed)).toBe(true);
        }
      }),
    );
  });

  test('stronger rules keep at least as much, and the order in which sets are named is of no matter', () => {
    fc.assert(
      fc.property(
        anySets,
        anyRules,
        fc.constantFrom('keepLast', 'daily', 'weekly', 'monthly', 'yearly'),
        (sets, rules, which) => {
          fc.pre(Object.values(rules).some((count) => count > 0));
          const weak = keptIn(planRetention(sets, rules, when));
          const strong = new Set(keptIn(planRetention(sets, { ...rules, [which]: rules[which] + 1 }, when)));
          expect(weak.filter((id) => !strong.has(id))).toEqual([]);
          expect(planRetention(sets.toReversed(), rules, when)).toEqual(planRetention(sets, rules, when));
        },
      ),
    );
  });

  test('what is let go changes nothing for what stays: the same plan follows from what is left', () => {
    fc.assert(
      fc.property(anySets, anyRules, (sets, rules) => {
        const stays = planRetention(sets, rules, when).filter(({ keep }) => keep);
        const left = stays.map(({ set }) => set);
        expect(keptIn(planRetention(left, rules, when))).toEqual(left.map(({ id }) => id));
      }),
    );
  });
});
