import { expect, test } from 'vitest';
import { meaningOf } from './cron-words.ts';
import { cronOf, NEW_SCHEDULE, RHYTHMS, scheduleProblems } from './schedule-form.ts';

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
