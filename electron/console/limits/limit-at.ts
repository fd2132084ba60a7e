import { WEEKDAYS } from '../../../shared/contract/choices.ts';
import type { LimitRule } from '../../../shared/contract/settings.ts';
import { clockAt, minutesOf } from '../schedules/window.ts';

/** Bytes per second that may move; null: as fast as it goes. */
export interface Limit {
  readonly source: number | null;
  readonly vault: number | null;
}

export const NO_LIMIT: Limit = { source: null, vault: null };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 8;

type Clock = ReturnType<typeof clockAt>;

const holds = ({ days, from, to }: LimitRule, { minute, day }: Clock): boolean => {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const overnight = begin > end;
  const open = begin === end || (overnight ? minute >= begin || minute < end : begin <= minute && minute < end);
  if (!open || days.length === 0) return open;
  // In the morning it is those of the evening before.
  const begun = overnight && minute < end ? (day + 6) % 7 : day;
  return days.some((each) => each === WEEKDAYS[begun]);
};

/** What may move at a moment: as the first rule says that holds, by the clocks of a zone. */
export const limitAt = (rules: readonly LimitRule[], zone: string, at: number): Limit => {
  if (rules.length === 0) return NO_LIMIT;
  const clock = clockAt(zone, at);
  const rule = rules.find((each) => holds(each, clock));
  return rule === undefined ? NO_LIMIT : { source: rule.source, vault: rule.vault };
};

/** When that is next another one, milliseconds since 1970; null: not within a week. */
export const nextChange = (rules: readonly LimitRule[], zone: string, at: number): number | null => {
  if (rules.length === 0) return null;
  const now = limitAt(rules, zone, at);
  // Rules of some days alone change at midnight, too.
  const times = new Set([0, ...rules.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])]);
  const midnight = Math.floor(at / MINUTE_MS) * MINUTE_MS - clockAt(zone, at).minute * MINUTE_MS;
  for (let day = 0; day < DAYS; day += 1) {
    const begin = midnight + day * DAY_MS;
    // Where clocks were changed since, they show a time an hour earlier or later; what is no change is found not to be one.
    const shifts =
      clockAt(zone, begin).minute === 0 && clockAt(zone, begin + DAY_MS).minute === 0 ? [0] : [-HOUR_MS, 0, HOUR_MS];
    const moments = [...times].flatMap((minute) => shifts.map((shift) => begin + minute * MINUTE_MS + shift));
    for (const moment of moments.filter((each) => each > at).toSorted((one, other) => one - other)) {
      const then = limitAt(rules, zone, moment);
      if (then.source !== now.source || then.vault !== now.vault) return moment;
    }
  }
  return null;
};
