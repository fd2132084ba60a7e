import { expect, test } from 'vitest';
import type { BenchResult, Operation, PeerDescription, Sample } from './model.ts';
import { report } from './report.ts';
import { verdicts } from './verdict.ts';

const peer = (
  name: string,
  role: PeerDescription['role'],
  protection: PeerDescription['protection'],
): PeerDescription => ({
  name,
  role,
  protection,
  version: `${name} 1`,
  commands: { first: `${name} --back-up` },
});
const PEERS = [
  peer('subject sealed', 'subject', 'sealed'),
  peer('subject open', 'subject', 'open'),
  peer('rival sealed quick', 'rival', 'sealed'),
  peer('rival sealed slow', 'rival', 'sealed'),
  peer('rival open', 'rival', 'open'),
  peer('copier', 'copier', 'open'),
];

/** A run in which each tool took, for one operation, so many seconds and MiB. */
function resultOf(
  operation: Operation,
  figures: Readonly<Record<string, readonly [seconds: number, mebibytes: number]>>,
): BenchResult {
  const samples = Object.entries(figures).map(
    ([name, [seconds, mebibytes]]): Sample => ({
      input: 'tree',
      operation,
      peer: name,
      repetition: 1,
      wallMs: seconds * 1000,
      flushMs: 0,
      cpuMs: 1,
      peakTreeBytes: mebibytes << 20,
      peakProcessBytes: mebibytes << 20,
      storedBytes: 1 << 20,
    }),
  );
  return {
    startedAt: '2026-01-02T03:04:05Z',
    finishedAt: '2026-01-02T04:04:05Z',
    machine: { memory: '1 GiB' },
    settings: { repetitions: 1, quick: false, cache: 'warm' },
    inputs: [{ name: 'tree', title: 'some files', files: 1, bytes: 1 }],
    peers: PEERS,
    samples,
    limits: [],
    failures: ['one tool, first of tree: broke'],
  };
}

test('Coldframe is judged against the quickest rival with the same protection, never against a copier', () => {
  const result = resultOf('first', {
    'subject sealed': [4, 50],
    'rival sealed quick': [10, 100],
    'rival sealed slow': [20, 10],
    'subject open': [6, 100],
    'rival open': [8, 50],
    copier: [1, 1],
  });
  const seen = verdicts(result).map(({ subject, rival, ratio, met, goal }) => [
    subject.name,
    rival.name,
    ratio,
    met,
    goal.atMost,
  ]);
  expect(seen).toEqual([
    ['subject sealed', 'rival sealed quick', 0.4, true, 0.5],
    ['subject open', 'rival open', 0.75, false, 0.5],
    ['subject sealed', 'rival sealed quick', 0.5, true, 1],
    ['subject open', 'rival open', 2, false, 1],
  ]);
});

test('a ratio that is exactly the goal meets it', () => {
  const result = resultOf('unchanged', { 'subject open': [2, 5], 'rival open': [8, 5] });
  expect(verdicts(result).map(({ met }) => met)).toEqual([true, true]);
});

test('without a rival there is no verdict', () => {
  expect(verdicts(resultOf('first', { 'subject open': [1, 1], copier: [2, 2] }))).toEqual([]);
});

test('the report says the losses and the failures, too', () => {
  const text = report(resultOf('first', { 'subject open': [6, 100], 'rival open': [8, 50] }));
  expect(text).toContain(
    '| first backup of the tree in half the time | First backup, tree | subject open | rival open | 0.50 | 0.75 | **missed** |',
  );
  expect(text).toContain('* one tool, first of tree: broke');
  expect(text).toContain('| rival open | 8.00 | 1.00 | 0.00 | 50 | 50 | 1.0 |');
  expect(text).toContain('# first\nrival open --back-up');
});
