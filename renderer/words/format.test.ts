import { describe, expect, test } from 'vitest';
import { formatter } from './format.ts';

const format = formatter('en-GB', 'UTC');
const NOW = Date.parse('2026-11-18T12:00:00Z');

describe('the formatter', () => {
  test('writes sizes in binary units with three digits at most', () => {
    expect([0, 999, 1000, 1536, 13 * 2 ** 20, 1023 * 2 ** 20, 2.5 * 2 ** 40].map(format.bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 KiB',
      '1.5 KiB',
      '13.0 MiB',
      '1.0 GiB',
      '2.5 TiB',
    ]);
  });

  test('tells a time as today, yesterday, a weekday, or a date', () => {
    const times = ['2026-11-18T08:05:00Z', '2026-11-17T23:59:00Z', '2026-11-14T02:20:00Z', '2026-03-02T02:20:00Z'];
    expect(times.map((time) => format.when(time, NOW))).toEqual([
      'today 08:05',
      'yesterday 23:59',
      'Sat 02:20',
      '2 Mar, 02:20',
    ]);
  });

  test('writes seconds only among dates that share a minute', () => {
    const [one, two, later] = ['2026-11-18T08:05:01Z', '2026-11-18T08:05:42Z', '2026-11-18T08:06:00Z'] as const;
    expect([one, two].map(format.dateAmong([one, two]))).toEqual(['18 Nov 2026, 08:05:01', '18 Nov 2026, 08:05:42']);
    expect([one, later].map(format.dateAmong([one, later, one]))).toEqual(['18 Nov 2026, 08:05', '18 Nov 2026, 08:06']);
    expect([one, two].map(format.timeAmong([one, two]))).toEqual(['08:05:01', '08:05:42']);
    expect([one, later].map(format.timeAmong([one, later, one]))).toEqual(['08:05', '08:06']);
  });

  test('tells an age in the largest unit that fits, never rounding up', () => {
    expect(format.age('2026-11-18T11:59:40Z', NOW)).toBe('now');
    expect(format.age('2026-11-18T10:01:00Z', NOW)).toBe('1 hour ago');
    expect(format.age('2026-11-09T11:00:00Z', NOW)).toBe('9 days ago');
    expect(format.age('2026-11-18T15:12:00Z', NOW)).toBe('in 3 hours');
  });

  test('writes spans in their two largest units', () => {
    expect([12, 12_000, 184_000, 600_000, 7_500_000, 7_200_000, 273_600_000].map(format.duration)).toEqual([
      '12 ms',
      '12 s',
      '3 min 4 s',
      '10 min',
      '2 h 5 min',
      '2 h',
      '3 d 4 h',
    ]);
  });

  test('tells a part as a share, and never a little as nothing or nearly all as all', () => {
    expect([0, 0.2, 0.6, 1, 12.4, 99.7, 100, 120].map((part) => format.percent(part, 100))).toEqual([
      '0%',
      'under 1%',
      'under 1%',
      '1%',
      '12%',
      '99%',
      '100%',
      '100%',
    ]);
    expect(format.percent(3, 0)).toBe('0%');
    expect(formatter('de-DE', 'UTC').percent(1, 1000)).toBe('under 1\u00a0%');
  });

  test('writes numbers as the locale does', () => {
    expect(formatter('de-DE', 'UTC').count(1234567)).toBe('1.234.567');
    expect(formatter('de-DE', 'UTC').bytes(1536)).toBe('1,5 KiB');
  });
});
