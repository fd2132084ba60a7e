import { expect, test } from 'vitest';
import { NO_RULES } from '../../../shared/model/retention.ts';
import { formOf, rulesOf, sameRules } from './rules-form.ts';

test('a form and the rules that it means are the same thing, nothing typed being none', () => {
  const rules = { ...NO_RULES, daily: 7, yearly: 10_000 };
  expect(formOf(rules)).toEqual({ keepLast: '', daily: '7', weekly: '', monthly: '', yearly: '10000' });
  expect(rulesOf(formOf(rules))).toEqual(rules);
  expect(sameRules(rules, { ...rules, daily: 8 })).toBe(false);
});

test.each(['-1', '1.5', 'x', '10001', '1e3'])('what is no count means nothing: %s', (text) => {
  expect(rulesOf({ ...formOf(NO_RULES), weekly: text })).toBeNull();
});
