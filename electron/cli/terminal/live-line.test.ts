import { expect, test } from 'vitest';
import { LiveLine, progressText, type Sample } from './live-line.ts';

const MIB = 1024 ** 2;
const sample: Sample = {
  event: 'progress',
  job: '0'.repeat(32),
  kind: 'backup',
  state: 'running',
  phase: 'copying',
  bytesRead: 25 * MIB,
  bytesTotal: 100 * MIB,
  bytesStored: 12 * MIB,
  elementsDone: 1234,
  elementsTotal: 5000,
  rate: 5 * MIB,
  etaMs: 15_200,
};

test('a sample is one line: how far, how much, how fast, how many, how long', () => {
  expect(progressText(sample)).toBe(
    'copying  25%  25 MiB of 100 MiB  5.0 MiB/s  1 234 of 5 000 elements  12 MiB stored  20 s left',
  );
});

test('what cannot be told is left out', () => {
  const scanning = { phase: 'scanning', bytesRead: 0, bytesTotal: null, bytesStored: 0, elementsTotal: null, rate: 0 };
  expect(progressText({ ...sample, ...scanning, elementsDone: 1, etaMs: null })).toBe('scanning  1 element');
  expect(progressText({ ...sample, ...scanning, elementsDone: 0, etaMs: null })).toBe('scanning');
});

test('a job that is paused has no rate and no time left', () => {
  expect(progressText({ ...sample, state: 'paused' })).toBe(
    'paused  25%  25 MiB of 100 MiB  1 234 of 5 000 elements  12 MiB stored',
  );
});

test('on a narrow terminal the least telling parts go first, and the line never takes two', () => {
  expect(progressText(sample, 60)).toBe('copying  25%  25 MiB of 100 MiB  5.0 MiB/s  20 s left');
  expect(progressText(sample, 30)).toBe('copying  25%  5.0 MiB/s');
  expect(progressText(sample, 8)).toBe('copying');
  for (let room = 1; room < 120; room += 1) expect(progressText(sample, room).length).toBeLessThanOrEqual(room);
});

test('the line is written over, and gone at the end', () => {
  const written: string[] = [];
  const line = new LiveLine({ columns: 20, write: (text: string) => written.push(text) > 0 } as never);
  line.clear();
  line.show(sample);
  line.clear();
  line.clear();
  expect(written).toEqual(['\r\u001b[Kcopying  25%', '\r\u001b[K']);
});
