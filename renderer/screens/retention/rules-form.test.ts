import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { NO_RULES } from '../../../shared/model/retention.ts';
import { today } from '../../stores/today.ts';
import { endOfDay } from './kept-until.ts';
import { nothingGoes } from './never-goes.ts';
import { changedRules, formOf, refusedRule, rulesOf, sameRules, typedIn } from './rules-form.ts';

test('a form and the rules that it means are the same thing, nothing typed being none', () => {
  const rules = { ...NO_RULES, daily: 7, yearly: 10_000 };
  expect(formOf(rules)).toEqual({ keepLast: '', daily: '7', weekly: '', monthly: '', yearly: '10000' });
  expect(rulesOf(formOf(rules))).toEqual(rules);
  expect(sameRules(rules, { ...rules, daily: 8 })).toBe(false);
});

test('a form that stands open for long says nothing of rules that were not typed in it', () => {
  const kept = { ...NO_RULES, keepLast: 5, monthly: 6 };
  const typed = typedIn({ ...formOf(kept), monthly: '12' }, kept);
  expect(typed).toEqual({ monthly: '12' });
  expect(changedRules({ ...kept, monthly: 12 }, kept)).toEqual({ monthly: 12 });
  // Somebody else keeps more meanwhile: the form follows.
  const now = { ...kept, keepLast: 30 };
  const wanted = rulesOf({ ...formOf(now), ...typed });
  expect(wanted).toEqual({ ...now, monthly: 12 });
  expect(changedRules(wanted ?? now, now)).toEqual({ monthly: 12 });
});

test.each(['-1', '1.5', 'x', '10001', '1e3'])('what is no count means nothing: %s', (text) => {
  expect(rulesOf({ ...formOf(NO_RULES), weekly: text })).toBeNull();
});

const step = { at: '2026-12-01T00:00:00.000Z', keeps: 2, expires: 0 };
const lasting = { by: 'assumption' as const, active: true, schedules: [], fullEvery: 7, steps: [step], sets: [] };
const timeLine = { ...lasting, until: '2027-11-30T00:00:00.000Z' };
const schedule = { id: 'a'.repeat(32), cron: '@daily', zone: 'UTC', window: null, rules: [] };

test('rules that let nothing go say why: there are none, no full set is to come, or they hold all that was looked at', () => {
  expect(nothingGoes({ ...timeLine, active: false })).toEqual({ kind: 'no-rules' });
  expect(nothingGoes({ ...timeLine, fullEvery: 0 })).toEqual({ kind: 'chain' });
  expect(nothingGoes(timeLine)).toEqual({ kind: 'held', until: timeLine.until });
  const by = { ...timeLine, by: 'schedules' as const, fullEvery: null };
  expect(nothingGoes({ ...by, schedules: [{ ...schedule, level: 'auto' }] })).toEqual({ kind: 'chain' });
  const rules = [{ on: 'month' as const, level: 'synthetic' as const }];
  expect(nothingGoes({ ...by, schedules: [{ ...schedule, level: 'auto', rules }] })).toMatchObject({ kind: 'held' });
  expect(nothingGoes({ ...timeLine, fullEvery: 0, steps: [step, { ...step, expires: 1 }] })).toBeNull();
  expect(nothingGoes({ ...timeLine, steps: [] })).toBeNull();
});

test('what the console refuses stands at the rule that it names', () => {
  const refused = (field?: string) =>
    new ColdframeError('USAGE', { message: 'm', guidance: 'g', context: field === undefined ? {} : { field } });
  expect(refusedRule(refused('rules.daily'))).toBe('daily');
  expect(refusedRule(refused('object'))).toBeNull();
  expect(refusedRule(null)).toBeNull();
});

test('a set that is kept until a day stays through all of it', () => {
  expect(endOfDay('2033-12-31')).toBe(new Date(2034, 0, 1).toISOString());
  expect(Date.parse(endOfDay(today()) ?? '')).toBeGreaterThan(Date.now());
  for (const none of ['', '2033-02-30', '31.12.2033', '2033-13-01']) expect(endOfDay(none)).toBeNull();
});
