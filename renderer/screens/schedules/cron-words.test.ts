import { expect, test } from 'vitest';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { meaningOf } from './cron-words.ts';
import { weeksOf } from './schedule-calendar.tsx';
import {
  cronOf,
  formOf,
  NEW_SCHEDULE,
  RHYTHMS,
  scheduleProblems,
  scheduleRequest,
  scheduleSubject,
} from './schedule-form.ts';

test.each([
  ['30 2 * * *', { kind: 'daily', time: '02:30' }],
  ['@daily', { kind: 'daily', time: '00:00' }],
  ['0 22 * * FRI', { kind: 'weekly', day: 5, time: '22:00' }],
  ['0 22 * * 7', { kind: 'weekly', day: 0, time: '22:00' }],
  ['5 6 * * 1-5', { kind: 'workdays', time: '06:05' }],
  ['15 * * * *', { kind: 'hourly', minute: 15 }],
  ['0 3 1 * *', { kind: 'monthly', day: 1, time: '03:00' }],
  ['*/10 * * * *', { kind: 'other' }],
  ['0 3 1 * 5', { kind: 'other' }],
  ['0 24 * * *', { kind: 'other' }],
  ['0 3 * 6 *', { kind: 'other' }],
])('%s', (cron, meaning) => {
  expect(meaningOf(cron)).toEqual(meaning);
});

test('what the form offers is told in words again', () => {
  for (const rhythm of RHYTHMS)
    if (rhythm !== 'own') expect(meaningOf(cronOf({ ...NEW_SCHEDULE, rhythm }) ?? '').kind).toBe(rhythm);
});

test.each(['', '24:00', '2:60', 'noon', '2'])('the time %j is asked for again', (time) => {
  expect(scheduleProblems({ ...NEW_SCHEDULE, object: 'docs', time }, false)).toEqual(['time']);
});

test('an own expression is left to the console, and a sealed vault needs a file', () => {
  const own = { ...NEW_SCHEDULE, rhythm: 'own', object: 'docs', cron: ' */5 * * * * ' } as const;
  expect(cronOf(own)).toBe('*/5 * * * *');
  expect(scheduleProblems({ ...own, cron: ' ' }, true)).toEqual(['cron', 'passphraseFile']);
});

test('a schedule that is changed comes back as it was, rules that the form has no field for included', () => {
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
  const asked = { cron: '15 22 * * 5', level: 'differential', catchUp: true, terms };
  const what = { task: 'backup', object: 'docs', vault: null, passphraseFile: null };
  const form = formOf({ ...asked, ...what } as unknown as ScheduleView);
  expect(scheduleRequest(form, false)).toEqual(asked);
  expect(scheduleProblems({ ...form, from: '25:00', jitter: 'x', idle: '0' }, false)).toEqual(['from', 'jitter']);
  // What is no backup has no level, and a whole vault can only be verified.
  const whole = { ...asked, task: 'verify', object: 'vault', vault: '/srv/vault', passphraseFile: null };
  const check = formOf(whole as unknown as ScheduleView);
  expect(scheduleSubject(check)).toEqual({ task: 'verify', vault: '/srv/vault' });
  expect(Object.keys(scheduleRequest(check, false))).toEqual(['cron', 'catchUp', 'terms']);
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
