import { expect, test } from 'vitest';
import { mountPlan } from './mount-plan.ts';

const tape = (name: string, bytes: number, present = true) => ({
  tape: name,
  barcode: `${name}L8`,
  chunks: 1,
  bytes,
  present,
  copyOf: null,
  slot: 1,
  drive: null,
  pool: 'data',
});

test('drives take their tapes in the order of the plan, as long as there is content to read, one plan behind the other', () => {
  const first = {
    tapes: [tape('A', 300), tape('B', 100), tape('C', 100), tape('D', 5, false)],
    mounts: [
      { tape: 'A', drive: 1, count: 1, fromBytes: 0, untilBytes: 300 },
      { tape: 'B', drive: 2, count: 1, fromBytes: 0, untilBytes: 100 },
      { tape: 'C', drive: 2, count: 1, fromBytes: 100, untilBytes: 200 },
    ],
    pace: { durationMs: 3000, restores: 2 },
  };
  const second = {
    tapes: [tape('A', 100)],
    mounts: [{ tape: 'A', drive: 1, count: 1, fromBytes: 0, untilBytes: 100 }],
    pace: { durationMs: 1000, restores: 2 },
  };
  const { lanes, away, durationMs } = mountPlan([first, second]);
  expect(
    lanes.map(({ drive, spans }) => [drive, spans.map(({ tape: on, from, until }) => [on.tape, from, until])]),
  ).toEqual([
    [
      1,
      [
        ['A', 0, 0.75],
        ['A', 0.75, 1],
      ],
    ],
    [
      2,
      [
        ['B', 0, 0.25],
        ['C', 0.25, 0.5],
      ],
    ],
  ]);
  expect(away.map(({ barcode }) => barcode)).toEqual(['DL8']);
  expect(durationMs).toBe(4000);
  expect(mountPlan([first, { ...second, pace: null }]).durationMs).toBeNull();
});

test('where no lengths are told tapes of a drive follow each other all the same', () => {
  const mounts = ['A', 'B'].map((name) => ({ tape: name, drive: 1, count: 1 }));
  const [lane] = mountPlan([{ tapes: [tape('A', 0), tape('B', 0)], mounts }]).lanes;
  expect(lane?.spans.map(({ from, until }) => [from, until])).toEqual([
    [0, 0.5],
    [0.5, 1],
  ]);
});
