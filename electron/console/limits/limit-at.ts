import type { LimitRule } from '../../../shared/contract/settings.ts';
import { dayBegun, isOpen, nextEnd } from '../schedules/window.ts';

/** Bytes per second that may move; null: as fast as it goes. */
export interface Limit {
  readonly source: number | null;
  readonly vault: number | null;
}

export const NO_LIMIT: Limit = { source: null, vault: null };

const WEEK_MS = 7 * 86_400_000;

const holds = (rule: LimitRule, zone: string, at: number): boolean => {
  if (!isOpen(rule, zone, at)) return false;
  if (rule.days.length === 0) return true;
  const begun = dayBegun(rule, zone, at);
  return rule.days.some((day) => day === begun);
};

/** What may move at a moment: as the first rule says that holds, by the clocks of a zone. */
export const limitAt = (rules: readonly LimitRule[], zone: string, at: number): Limit => {
  const rule = rules.find((each) => holds(each, zone, at));
  return rule === undefined ? NO_LIMIT : { source: rule.source, vault: rule.vault };
};

/** When that is next another one, milliseconds since 1970; null: not within a week. */
export const nextChange = (rules: readonly LimitRule[], zone: string, at: number): number | null => {
  const now = limitAt(rules, zone, at);
  // Rules of some days alone change at midnight, too.
  const times = [...new Set(['00:00', ...rules.flatMap(({ from, to }) => [from, to])])];
  for (let step = at; rules.length > 0; ) {
    step = Math.min(...times.map((time) => nextEnd({ to: time }, zone, step)));
    if (step <= at || step > at + WEEK_MS) return null;
    const then = limitAt(rules, zone, step);
    if (then.source !== now.source || then.vault !== now.vault) return step;
  }
  return null;
};
