import { expect, test } from 'vitest';
import { atRate, formatCount, formatRemaining, formatSize, formatSpan, parseSize } from './sizes.ts';

test.each([
  ['64KiB', 65_536],
  ['8GiB', 8_589_934_592],
  ['10MB', 10_000_000],
  ['1.5GiB', 1_610_612_736],
  ['4096', 4096],
  ['2 tib', 2_199_023_255_552],
])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each(['', 'GiB', '-1', '1XB', '1e3', '8 GiBs', '99999999TiB'])('%j is no size', (text) =>
  expect(() => parseSize(text)).toThrow(/size/),
);

test('people read sizes, counts and spans in few digits', () => {
  expect([0, 1, 1023, 1024, 1_610_612_736].map(formatSize)).toEqual([
    '0 bytes',
    '1 byte',
    '1023 bytes',
    '1.0 KiB',
    '1.5 GiB',
  ]);
  expect([999, 1000, 1_234_567].map(formatCount)).toEqual(['999', '1 000', '1 234 567']);
  expect([12, 1500, 65_000, 600_000, 7_380_000, 7_200_000].map(formatSpan)).toEqual([
    '12 ms',
    '1.5 s',
    '1 min 5 s',
    '10 min',
    '2 h 3 min',
    '2 h',
  ]);
});

test.each([
  [0, '5 s'],
  [12_000, '15 s'],
  [55_000, '55 s'],
  [56_000, '1 min'],
  [61_000, '2 min'],
  [59 * 60_000, '59 min'],
  [61 * 60_000, '1 h 10 min'],
  [119 * 60_000, '2 h'],
])('%i ms that are left are told as %s', (ms, text) => expect(formatRemaining(ms)).toBe(text));

test('how fast something was read is told of what took a time that counts', () => {
  expect(atRate(300 * 1024 * 1024, 2000)).toBe(' at 150 MiB/s');
  expect([atRate(1000, 20), atRate(0, 5000)]).toEqual(['', '']);
});
