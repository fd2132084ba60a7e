import { DEFAULT_SENDS, type NoticeEvent, type NoticeSend } from '../../../shared/model/notice.ts';
import type { StoredRule } from '../store/notice-table.ts';

const HOUR_MS = 3_600_000;
/** When the news of a day are told, by the clock of this machine. */
const DAILY_AT_HOUR = 8;

/** When an event is told: as was said of its object, else of all objects, else as usual. `object`: an id, null when it is of none. */
export const sendOf = (rules: readonly StoredRule[], event: NoticeEvent, object: string | null): NoticeSend => {
  const saidOf = (wanted: string) => rules.find((rule) => rule.event === event && rule.object === wanted)?.send;
  return (object === null ? undefined : saidOf(object)) ?? saidOf('') ?? DEFAULT_SENDS[event];
};

/** When something that happened is told; null for never. The first of `events`, which all say the same, that is wanted counts. */
export const dueAt = (
  rules: readonly StoredRule[],
  events: readonly NoticeEvent[],
  object: string | null,
  now: number,
): number | null => {
  const send = events.map((event) => sendOf(rules, event, object)).find((each) => each !== 'off');
  if (send === undefined) return null;
  if (send === 'now') return now;
  if (send === 'hourly') return (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
  const next = new Date(now);
  next.setHours(DAILY_AT_HOUR, 0, 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.getTime();
};

const MINUTE_MS = 60_000;
/** Pauses after attempts that failed; the last one again and again. */
const PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS];
/** Some three days. */
const MOST_ATTEMPTS = 75;

/** When to try again after so many attempts; null when it is given up. */
export const nextTry = (attempts: number, now: number): number | null =>
  attempts >= MOST_ATTEMPTS ? null : now + (PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? MINUTE_MS);
