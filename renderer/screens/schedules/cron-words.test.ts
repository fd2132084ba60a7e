import { Cron } from 'croner';
import { expect, test } from 'vitest';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import { schedulesWords } from '../../words/schedules.ts';
import { clockOf, ownZone, zonesWith } from '../../words/zone.ts';
import { HOUR_STEPS, isEitherDay, meaningOf } from './cron-words.ts';
import { kindOf, weeksOf } from './schedule-calendar.tsx';
import {
  changedSchedule,
  cronOf,
  formOf,
  NEW_SCHEDULE,
  RHYTHMS,
  type ScheduleForm,
  scheduleProblems,
  scheduleRequest,
  scheduleSubject,
  withRule,
} from './schedule-form.ts';

/** The next runs, as the library says that the console reads expressions with. Milliseconds. */
const runsOf = (cron: string, count: number): number[] =>
  new Cron(cron, { timezone: 'UTC', mode: '5-part' }).nextRuns(count).map((run) => run.getTime());

test.each([
  ['30 2 * * *', { kind: 'daily', time: '02:30' }],
  ['@daily', { kind: 'daily', time: '00:00' }],
  ['0 22 * * FRI', { kind: 'weekly', days: [5], time: '22:00' }],
  ['0 22 * * 7', { kind: 'weekly', days: [0], time: '22:00' }],
  ['5 6 * * 1-5', { kind: 'workdays', time: '06:05' }],
  ['15 * * * *', { kind: 'hourly', every: 1, first: 0, minute: 15 }],
  ['0 3 1 * *', { kind: 'monthly', on: { kind: 'day', day: 1 }, time: '03:00' }],
  ['0 3 L * *', { kind: 'monthly', on: { kind: 'last' }, time: '03:00' }],
  ['0 3 * * SUN#1', { kind: 'monthly', on: { kind: 'weekday', which: 'first', day: 0 }, time: '03:00' }],
  ['0 3 * * SUN#2', { kind: 'other' }],
  ['0 3 * * 7,FRI,1', { kind: 'weekly', days: [1, 5, 0], time: '03:00' }],
  ['30 */6 * * *', { kind: 'hourly', every: 6, first: 0, minute: 30 }],
  ['30 2-23/6 * * *', { kind: 'hourly', every: 6, first: 2, minute: 30 }],
  // Five hours do not divide a day, and of 7-23/6 the run at one is missing.
  ['0 */5 * * *', { kind: 'other' }],
  ['0 7-23/6 * * *', { kind: 'other' }],
  ['*/10 * * * *', { kind: 'minutes', every: 10 }],
  // Seven minutes do not divide an hour.
  ['*/7 * * * *', { kind: 'other' }],
  ['*/10 9-17 * * *', { kind: 'other' }],
  ['0 3 1 * 5', { kind: 'other' }],
  ['0 24 * * *', { kind: 'other' }],
  ['0 3 * 6 *', { kind: 'other' }],
])('%s', (cron, meaning) => {
  expect(meaningOf(cron)).toEqual(meaning);
});

test('what the form offers is told in words again', () => {
  const asked: readonly Partial<ScheduleForm>[] = [
    ...RHYTHMS.filter((rhythm) => rhythm !== 'own').map((rhythm) => ({ rhythm })),
    { rhythm: 'weekly', days: [1, 3, 0] },
    ...['31', 'L', '6#1', '0#L'].map((monthDay) => ({ rhythm: 'monthly', monthDay }) as const),
    ...HOUR_STEPS.map((every) => ({ rhythm: 'hourly', every, time: '01:20' }) as const),
  ];
  for (const part of asked) {
    const cron = cronOf({ ...NEW_SCHEDULE, ...part }) ?? '';
    const again = formOf({ cron, zone: 'UTC', terms: DEFAULT_TERMS, passphraseFile: null } as unknown as ScheduleView);
    expect(meaningOf(cron).kind).toBe(part.rhythm);
    expect(schedulesWords.when(cron)).not.toContain('*');
    expect(cronOf(again)).toBe(cron);
    // And the console reads them, with a run to come.
    expect(runsOf(cron, 2)).toHaveLength(2);
  }
  const when = (part: Partial<ScheduleForm>) => schedulesWords.when(cronOf({ ...NEW_SCHEDULE, ...part }) ?? '');
  expect(when({ rhythm: 'weekly', days: [0, 3, 1] })).toBe('Every Monday, Wednesday and Sunday at 02:30');
  expect(when({ rhythm: 'monthly', monthDay: '0#1' })).toBe('On the first Sunday of every month at 02:30');
  expect(when({ rhythm: 'hourly', every: 6, time: '14:05' })).toBe('Every 6 hours, the first of a day at 02:05');
  expect(scheduleProblems({ ...NEW_SCHEDULE, object: 'docs', rhythm: 'weekly', days: [] }, false)).toEqual(['days']);
});

test.each([
  ['0 3 1 * 5', true],
  ['0 3 L * SUN', true],
  ['0 3 1 * *', false],
  ['0 3 * * 5', false],
  ['0 3 1 * ?', false],
  ['@monthly', false],
])('%s runs on either of two days: %s', (cron, either) => {
  expect(isEitherDay(cron)).toBe(either);
  if (!either) return;
  // As the console reads it: on days that both fields give it would run a few times a year.
  const [first = 0, , , fourth = 0] = runsOf(cron, 4);
  expect(fourth - first).toBeLessThan(32 * 86_400_000);
});

test('a rule that is added is for a day that has none', () => {
  const one = withRule([]);
  expect(withRule(withRule(one))).toEqual([
    { on: 'sun', level: 'full' },
    { on: 'month', level: 'synthetic' },
    { on: 'mon', level: 'full' },
  ]);
});

test('times are told by the clocks of their own zone, which is named unless it is that of whoever looks', () => {
  const at = '2026-12-06T01:30:00.000Z';
  const zone = ownZone() === 'Asia/Tokyo' ? 'America/New_York' : 'Asia/Tokyo';
  const clock = clockOf(zone);
  expect(clock.format.time(at)).toMatch(zone === 'Asia/Tokyo' ? /10:30/ : /(20|08):30/);
  expect(clock.own).toBe(false);
  expect(clockOf('Pacific/Kiritimati').fullDay('2026-12-05T12:00:00Z')).toMatch(/Sunday.*6|6.*Sunday/);
  expect(clockOf(ownZone()).own).toBe(true);
  // What this browser does not know is told by its own clocks, and named so.
  expect(clockOf('Mars/Olympus')).toMatchObject({ zone: ownZone(), own: true });
  expect(zonesWith('Mars/Olympus')).toEqual(expect.arrayContaining(['Mars/Olympus', 'UTC', 'Europe/Berlin']));
});

test.each(['', '24:00', '2:60', 'noon', '2'])('the time %j is asked for again', (time) => {
  expect(scheduleProblems({ ...NEW_SCHEDULE, object: 'docs', time }, false)).toEqual(['time']);
});

test('an own expression is left to the console, and a sealed vault needs a file', () => {
  const own = { ...NEW_SCHEDULE, rhythm: 'own', object: 'docs', cron: ' */5 * * * * ' } as const;
  expect(cronOf(own)).toBe('*/5 * * * *');
  expect(scheduleProblems({ ...own, cron: ' ' }, true)).toEqual(['cron', 'passphraseFile']);
});

test('a schedule that is changed comes back as it was, its rules in their order included', () => {
  const terms: ScheduleView['terms'] = {
    rules: [
      { on: 'month', level: 'synthetic' },
      { on: 'sun', level: 'full' },
      { on: 'wed', level: 'incremental' },
    ],
    window: { from: '22:00', to: '06:00', atEnd: 'pause' },
    priority: 'high',
    jitterMs: 900_000,
    retries: 0,
    mains: true,
    unmetered: true,
    idleMs: 600_000,
  };
  const asked = { cron: '15 22 * * 5', zone: 'Asia/Tokyo', level: 'differential', catchUp: true, terms };
  const what = { task: 'backup', object: 'docs', vault: null, passphraseFile: null };
  const form = formOf({ ...asked, ...what } as unknown as ScheduleView);
  expect(scheduleRequest(form, false)).toEqual(asked);
  expect(scheduleProblems({ ...form, from: '25:00', jitter: 'x', idle: '0' }, false)).toEqual(['from', 'jitter']);
  // What is no backup has no level, and a whole vault can only be verified.
  const whole = { ...asked, task: 'verify', object: 'vault', vault: '/srv/vault', passphraseFile: null };
  const check = formOf(whole as unknown as ScheduleView);
  expect(scheduleSubject(check)).toEqual({ task: 'verify', vault: '/srv/vault' });
  expect(Object.keys(scheduleRequest(check, false))).toEqual(['cron', 'zone', 'catchUp', 'terms']);
  expect(scheduleProblems(check, false)).toEqual([]);
  expect(scheduleProblems({ ...check, task: 'restore-test' }, false)).toEqual(['object']);
});

test('days stand in weeks from Monday on', () => {
  const days = ['2026-05-02', '2026-05-03', '2026-05-04'].map((date) => ({ date }));
  const [first, second, ...more] = weeksOf(days).map((week) => week.map((day) => day?.date ?? null));
  expect(first?.slice(-3)).toEqual([null, '2026-05-02', '2026-05-03']);
  expect(second?.slice(0, 2)).toEqual(['2026-05-04', null]);
  expect(more).toEqual([]);
});

test('the calendar calls a check a check, not a backup of the level that stands with it', () => {
  const marked = (['verify', 'restore-test', 'retention', 'backup'] as const).map((task) =>
    kindOf({ task, level: 'auto' }),
  );
  expect(marked).toEqual(['verify', 'restore-test', 'retention', 'auto']);
  expect(marked.map((kind) => schedulesWords.kinds[kind])).toEqual([
    'Verify',
    'Test a restore',
    'Apply retention',
    'incremental (full if there is none)',
  ]);
});

test('a run that begins later than it is due says when that was, with the day where it is another one', () => {
  const clock = clockOf('UTC');
  const said = (due: string, at: string) => schedulesWords.dueBefore(due, at, clock);
  expect(said('2026-11-30T02:30:00Z', '2026-11-30T02:41:00Z')).toMatch(/^due at 02:30\b/);
  expect(said('2026-11-30T23:55:00Z', '2026-12-01T00:05:00Z')).toMatch(/^due on .*30.* at .*55/);
});

test('a form that stands open for long asks for what was changed in it, and for nothing else', () => {
  const opened: ScheduleForm = { ...NEW_SCHEDULE, object: 'docs', jitter: '15', windowed: true };
  expect(changedSchedule(opened, opened, false)).toEqual({});
  expect(changedSchedule({ ...opened, time: '03:00' }, opened, false)).toEqual({ cron: '0 3 * * *' });
  expect(changedSchedule({ ...opened, jitter: '', catchUp: false }, opened, false)).toEqual({
    catchUp: false,
    terms: { jitterMs: 0 },
  });
  expect(changedSchedule({ ...opened, windowed: false }, opened, false)).toEqual({ terms: { window: null } });
});
