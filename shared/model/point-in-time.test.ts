import { expect, test } from 'vitest';
import { pointInTime } from './point-in-time.ts';

test.each([
  ['2026-01-31', '2026-01-31T23:59:59.999Z'],
  ['2026-02', '2026-02-28T23:59:59.999Z'],
  ['2026', '2026-12-31T23:59:59.999Z'],
  ['2026-01-31 17:30', '2026-01-31T17:30:59.999Z'],
  ['2026-01-31T17:30', '2026-01-31T17:30:59.999Z'],
  ['2026-01-31 17:30:05 UTC', '2026-01-31T17:30:05.999Z'],
  ['2026-01-31T17:30:05Z', '2026-01-31T17:30:05.999Z'],
  ['2026-01-31T17:30:05.250Z', '2026-01-31T17:30:05.250Z'],
  ['2026-01-31T17:30:05.123456789Z', '2026-01-31T17:30:05.123Z'],
  ['2026-01-31 17:30+01:00', '2026-01-31T16:30:59.999Z'],
  ['2026-01-31T23:30:00-0230', '2026-02-01T02:00:00.999Z'],
  ['2026-01-31 17:30 +05', '2026-01-31T12:30:59.999Z'],
])('%s is the time up to %s', (text, iso) => {
  expect(new Date(pointInTime(text) ?? Number.NaN).toISOString()).toBe(iso);
});

test.each(['', 'yesterday', 'latest', '2026-02-30', '2026-13-01', '2026-1-1', '2026-01-31 24:00', '2026-01-31 17:60'])(
  '%j is no time',
  (text) => expect(pointInTime(text)).toBeNull(),
);

test.each(['2026-01-31 17', '2026-01-31T17:30+15:00', '31.01.2026', '2026-01-31Z', '1769875200'])(
  '%j is no time, either',
  (text) => expect(pointInTime(text)).toBeNull(),
);

test('what is left out begins at the start where that is asked for', () => {
  expect(pointInTime('2026-01-31', 'start')).toBe(Date.parse('2026-01-31T00:00:00Z'));
  expect(pointInTime('2026-01-31 17:30+01:00', 'start')).toBe(Date.parse('2026-01-31T16:30:00Z'));
});
