import type { StoredSchedule } from '../store/schedule-table.ts';
import { calendarOf } from './calendar.ts';
import { nextBegins, problemOf } from './next-run.ts';

/** What of a schedule is hardly meant so: `due` and `begins` are milliseconds since 1970. */
export type Doubt =
  | { readonly kind: 'outside-window'; readonly due: number; readonly begins: number }
  | { readonly kind: 'window-always-open' }
  | { readonly kind: 'spread-too-long'; readonly mostMs: number }
  | { readonly kind: 'rule-never-holds'; readonly rule: number };

/** Looks for what a schedule says and that means something else, or nothing. */
export const doubtsOf = (schedule: StoredSchedule, now: number): Doubt[] => {
  const { terms, cron, zone } = schedule;
  if (problemOf(schedule) !== null) return [];
  const doubts: Doubt[] = [];
  if (terms.window !== null && terms.window.from === terms.window.to) doubts.push({ kind: 'window-always-open' });
  const [first] = nextBegins(schedule, { now, pausedUntil: null }, 1);
  if (terms.window !== null && first !== undefined && first.at - first.run.dueAt > terms.jitterMs)
    doubts.push({ kind: 'outside-window', due: first.run.dueAt, begins: first.at });
  const [due, after] = calendarOf(cron, zone).next(now, 2);
  // Each run has its place in the first half of the time until the next one.
  if (due !== undefined && after !== undefined && terms.jitterMs > (after - due) / 2)
    doubts.push({ kind: 'spread-too-long', mostMs: (after - due) / 2 });
  for (const [at, { on }] of terms.rules.entries())
    if (terms.rules.slice(0, at).some((each) => each.on === on)) doubts.push({ kind: 'rule-never-holds', rule: at });
  return doubts;
};
