import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { RunLevel } from '../../../shared/contract/choices.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { deadlineOf } from './admission.ts';
import { calendarOf } from './calendar.ts';
import { beginOf, type PlannedTime, plannedRuns } from './planned-runs.ts';
import { levelAt, strongest } from './run-level.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** For a longer look: PLANNED_RUNS=1000. */
const numRuns = Number(process.env.PLANNED_RUNS ?? 12);

/** Every moment one after the other, as the rule says. */
const plainly = (schedule: StoredSchedule, { now, until, pausedUntil }: PlannedTime) => {
  const calendar = calendarOf(schedule.cron, schedule.zone);
  const leveled = { level: schedule.level, rules: schedule.terms.rules, zone: schedule.zone };
  const runs: { at: number; level: RunLevel }[] = [];
  let missed: RunLevel[] = [];
  for (let [due] = calendar.next(now, 1); due !== undefined && due <= until; [due] = calendar.next(due, 1)) {
    const own = levelAt(leveled, calendar, due);
    const at = beginOf(schedule, calendar, due, pausedUntil);
    const deadline = deadlineOf(schedule, { dueAt: due, attempts: 0, notBefore: null });
    const [after] = calendar.next(due, 1);
    const over = (deadline !== null && at >= deadline) || (after !== undefined && after <= at);
    if (!over && at <= until) runs.push({ at, level: schedule.catchUp ? strongest([own, ...missed]) : own });
    missed = over ? [...missed, own] : [];
  }
  return runs;
};

const clock = fc.constantFrom('00:00', '02:00', '02:30', '03:10', '05:00', '22:00', '22:05', '23:50');
const window = fc.record({ from: clock, to: clock, atEnd: fc.constant('finish' as const) });
const rule = fc.record({
  on: fc.constantFrom('month' as const, 'sun' as const, 'mon' as const, 'fri' as const),
  level: fc.constantFrom<RunLevel>('full', 'differential', 'synthetic', 'incremental'),
});
const scheduleIn = fc.record({
  cron: fc.constantFrom('*/7 * * * *', '*/15 * * * *', '0 * * * *', '0-4 */3 * * *', '*/20 1-4,21 * * *', '10 2 * * *'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago'),
  level: fc.constantFrom('auto' as const, 'full' as const),
  catchUp: fc.boolean(),
  window: fc.option(window, { freq: 6 }),
  jitterMs: fc.constantFrom(0, 0, 10 * 60_000),
  rules: fc.array(rule, { maxLength: 2 }),
});
/** Before clocks are changed in one of the zones, and at ends of months. */
const begin = fc.constantFrom('2026-03-28', '2026-10-24', '2026-04-03', '2026-09-05', '2026-10-02', '2026-07-30');
const paused = fc.option(fc.integer({ min: 0, max: 60 * HOUR }));

type Part = Pick<StoredSchedule, 'cron' | 'zone' | 'level' | 'catchUp'> & Partial<StoredSchedule['terms']>;

const storedOf = ({ cron, zone, level, catchUp, ...terms }: Part): StoredSchedule => ({
  id: 'a'.repeat(32),
  task: 'backup',
  object: 'b'.repeat(32),
  vault: null,
  paused: false,
  passphraseFile: null,
  createdAt: 0,
  seenUntil: 0,
  cron,
  zone,
  level,
  catchUp,
  terms: { ...DEFAULT_TERMS, ...terms },
});

const plain = { zone: 'Europe/Berlin', level: 'auto', jitterMs: 0 } as const;
type Example = [typeof scheduleIn extends fc.Arbitrary<infer T> ? T : never, string, number, number | null];
/** What is closed at ten past two opens in twenty minutes, although half past two was an hour before. */
const hourTwice: Example = [
  {
    ...plain,
    cron: '*/15 * * * *',
    catchUp: false,
    rules: [],
    window: { from: '02:30', to: '03:10', atEnd: 'finish' },
  },
  '2026-10-24',
  12 * HOUR,
  null,
];
/** The first moment of a month lies within a pause. */
const monthMissed: Example = [
  { ...plain, cron: '*/15 * * * *', catchUp: true, window: null, rules: [{ on: 'month', level: 'full' }] },
  '2026-07-30',
  0,
  60 * HOUR - 1,
];

test('passes over moments without missing a run, or what one makes', () => {
  fc.assert(
    fc.property(scheduleIn, begin, fc.integer({ min: 0, max: DAY }), paused, (part, day, late, pause) => {
      const now = Date.parse(day) + late;
      const time = { now, until: now + 3 * DAY, pausedUntil: pause === null ? null : now + pause };
      const schedule = storedOf(part);
      const found = [...plannedRuns([schedule], time)].filter((run) => run !== null);
      expect(found.map(({ at, level, synthetic }) => ({ at, level: synthetic ? 'synthetic' : level }))).toEqual(
        plainly(schedule, time),
      );
    }),
    { numRuns, examples: [hourTwice, monthMissed] },
  );
});

test.each([
  ['a run that waits for a window of five minutes', { window: { from: '22:00', to: '22:05', atEnd: 'finish' } }],
  [
    'the same, which makes up for what it missed',
    { window: { from: '22:00', to: '22:05', atEnd: 'finish' }, catchUp: true },
  ],
] as const)('looks at few of the moments of every minute of months: %s', (_, part) => {
  const looked = vi.spyOn(Cron.prototype, 'nextRun');
  const now = Date.parse('2026-06-01');
  const time = { now, until: now + 90 * DAY, pausedUntil: null };
  const found = [
    ...plannedRuns(
      [storedOf({ cron: '* * * * *', zone: 'Europe/Berlin', level: 'auto', catchUp: false, ...part })],
      time,
    ),
  ];
  expect(found.filter((run) => run !== null)).toHaveLength(450);
  // Of 129,600.
  expect(looked.mock.calls.length).toBeLessThan(3000);
  looked.mockRestore();
});
