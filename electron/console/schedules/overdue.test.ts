import { expect, test } from 'vitest';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { type OverdueFacts, overdueOf } from './overdue.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-05-10T12:00:00Z');
const facts: OverdueFacts = { good: null, knownSince: now - 100 * HOUR, schedules: [], overdueAfterMs: DAY, now };
const setOf = (at: number, doneAt = at) => ({ at, doneAt });
const by = (part: Partial<OverdueFacts>) => overdueOf({ ...facts, ...part });

const schedule: StoredSchedule = {
  id: 'a'.repeat(32),
  task: 'backup',
  object: 'b'.repeat(32),
  vault: null,
  cron: '0 2 * * *',
  zone: 'UTC',
  level: 'auto',
  catchUp: false,
  paused: false,
  passphraseFile: null,
  createdAt: now - 60 * DAY,
  seenUntil: now - 10 * HOUR,
  terms: DEFAULT_TERMS,
};
const due = now - 10 * HOUR;
const own = (part: Partial<StoredSchedule> = {}, ...runs: Pick<StoredRun, 'dueAt' | 'outcome'>[]) => ({
  schedules: [{ schedule: { ...schedule, ...part }, runs }],
});

test('without a schedule the age of the last good set counts, or of the object', () => {
  expect(by({})).toEqual({ since: now - 76 * HOUR, by: 'setting' });
  expect(by({ good: setOf(now - 23 * HOUR) })).toBeNull();
  expect(by({ good: setOf(now - 25 * HOUR) })).toEqual({ since: now - HOUR, by: 'setting' });
});

test('with one a run that brought no good set counts, an hour after it was due', () => {
  const good = setOf(now - 34 * HOUR);
  const skipped = { dueAt: due, outcome: 'skipped' } as const;
  expect(by({ good, ...own({}, skipped) })).toEqual({ since: due, by: 'schedule' });
  // It was under way then, and came out well.
  expect(by({ good: setOf(now - 11 * HOUR, now - 9 * HOUR), ...own({}, skipped) })).toBeNull();
  expect(by({ good, ...own({}, { dueAt: now - HOUR / 2, outcome: 'failed' }) })).toBeNull();
});

test('however old the last good set is, none is missing before the next run of a rare schedule', () => {
  const monthly = { cron: '0 2 1 * *', seenUntil: now - 9 * DAY };
  const good = setOf(Date.parse('2026-05-01T02:00:10Z'));
  expect(by({ good, ...own(monthly) })).toBeNull();
  expect(by({ good, ...own(monthly), now: Date.parse('2026-06-01T02:59:00Z') })).toBeNull();
  expect(by({ good, ...own(monthly), now: Date.parse('2026-06-01T03:01:00Z') })).toMatchObject({ by: 'schedule' });
});

test('moments that no console looked at are missed, those before a schedule was made or while it was paused are not', () => {
  const good = setOf(now - 4 * DAY);
  const asleep = own({ seenUntil: now - 4 * DAY });
  expect(by({ good, ...asleep })).toEqual({ since: due - 3 * DAY, by: 'schedule' });
  // A schedule that is new, or went on again, does not make an object green that is too old.
  const resumed = own({ seenUntil: now - HOUR });
  expect(by({ good, ...resumed })).toEqual({ since: now - 3 * DAY, by: 'setting' });
  expect(by({ good, ...resumed, overdueAfterMs: 5 * DAY })).toBeNull();
});

test('a run that waits for its hours is not late, one that waits for what it needs is after a day', () => {
  const good = setOf(now - 40 * HOUR);
  const window = { from: '11:30', to: '13:00', atEnd: 'finish' } as const;
  const waits = { dueAt: due, outcome: 'waiting' } as const;
  expect(by({ good, ...own({ catchUp: true }, waits) })).toBeNull();
  expect(by({ good, ...own({ catchUp: true }, { ...waits, dueAt: due - DAY }) })).toEqual({
    since: due - DAY,
    by: 'schedule',
  });
  const seenUntil = due - HOUR;
  expect(
    by({
      good,
      ...own({ seenUntil, terms: { ...DEFAULT_TERMS, window } }, { ...waits, dueAt: due - DAY + 14 * HOUR }),
    }),
  ).toBeNull();
  expect(by({ good, ...own({ seenUntil }) })).toEqual({ since: due, by: 'schedule' });
});

test('of a set that is dated after now nobody can tell the age, so one is missing', () => {
  expect(by({ good: { at: null, doneAt: null }, ...own({ cron: '0 2 1 1 *' }) })).toMatchObject({ by: 'setting' });
});
