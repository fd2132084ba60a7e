import { expect, test } from 'vitest';
import { exactSize, rangeProblem, rangeRuns, typedRanges } from './protect-form.ts';

const GIB = 1024 ** 3;
const range = (from: string, size: string) => ({ key: 0, from, size });

test.each([
  [range('0', '4KiB'), null],
  [range('10GiB', '10GiB'), null],
  [range('ten', '1GiB'), 'from'],
  [range('0', ''), 'size'],
  [range('0', '0'), 'size'],
  [range('100', '4KiB'), 'blocks'],
  [range('0', '5000'), 'blocks'],
  [range('10GiB', '11GiB'), 'outside'],
])('%j of a volume of 20 GiB: %s', (typed, problem) => expect(rangeProblem(typed, 20 * GIB)).toBe(problem));

test('what is there is typed as it would be typed again, and comes to the same blocks', () => {
  const measured = { volume: 'disk1', bytes: 0, holeBytes: 0, leftOutBytes: 0 };
  const unprotected = { segments: 3, more: false, runs: [[0, 1] as [number, number], [16, 16] as [number, number]] };
  const typed = typedRanges({ ...measured, size: 2 * 1024 * 1024 - 512, segmentBytes: 65_536, unprotected });
  expect(typed?.map(({ from, size }) => [from, size])).toEqual([
    ['0', '64KiB'],
    ['1MiB', '1048064'],
  ]);
  expect(rangeRuns(typed ?? [])).toEqual([
    [0, 16],
    [256, 256],
  ]);
  expect(
    typedRanges({ ...measured, size: GIB, segmentBytes: 4096, unprotected: { ...unprotected, more: true } }),
  ).toBeNull();
  expect(exactSize(5 * GIB)).toBe('5GiB');
});
