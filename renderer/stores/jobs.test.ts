import { describe, expect, test } from 'vitest';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import type { JobRecord } from '../../shared/contract/jobs.ts';
import { afterEvent, changesData, inOrder, jobOf } from './jobs.ts';

const job = (part: Partial<JobRecord>): JobRecord => ({
  id: '1'.repeat(32),
  kind: 'backup',
  state: 'running',
  object: 'letters',
  vault: '/v',
  set: null,
  createdAt: '2026-11-18T10:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  progress: null,
  error: null,
  result: null,
  resumedBy: null,
  ...part,
});

const progress = (part: Partial<Extract<ConsoleEvent, { event: 'progress' }>>): ConsoleEvent => ({
  event: 'progress',
  job: '1'.repeat(32),
  kind: 'backup',
  state: 'running',
  phase: 'copying',
  elementsDone: 1,
  elementsTotal: 2,
  bytesRead: 10,
  bytesStored: 5,
  bytesTotal: 20,
  rate: 1,
  etaMs: 10,
  ...part,
});

describe('the jobs that the screens know', () => {
  test('take the latest sample and forget the one before it', () => {
    const one = afterEvent({ ['1'.repeat(32)]: job({}) }, progress({}));
    const two = afterEvent(one, progress({ bytesRead: 15, state: 'paused' }));
    expect(two['1'.repeat(32)]).toMatchObject({ state: 'paused', progress: { bytesRead: 15 } });
  });

  test('do not wake a job that has ended when a late sample comes in', () => {
    const jobs = afterEvent({ ['1'.repeat(32)]: job({ state: 'done' }) }, progress({}));
    expect(jobs['1'.repeat(32)]?.state).toBe('done');
  });

  test('leave out samples of jobs that they do not know', () => {
    expect(afterEvent({}, progress({}))).toEqual({});
  });

  test('stand newest first', () => {
    const older = job({ id: '2'.repeat(32), createdAt: '2026-11-17T10:00:00.000Z' });
    expect(inOrder({ a: older, b: job({}) }).map(({ id }) => id[0])).toEqual(['1', '2']);
  });
});

test('what every object has is no job', () => {
  expect(['__proto__', 'constructor', 'x'].map((id) => jobOf({}, id))).toEqual([undefined, undefined, undefined]);
});

test('a job that begins changes what screens show, as one that ends does; one that goes on does not', () => {
  const running = { ['1'.repeat(32)]: job({}) };
  const told = (state: JobRecord['state']): ConsoleEvent => ({ event: 'job', job: job({ state }) });
  expect(changesData({}, told('queued'))).toBe(true);
  expect(changesData(running, told('running'))).toBe(false);
  expect(changesData(running, progress({}))).toBe(false);
  expect(changesData(running, told('paused'))).toBe(true);
  expect(changesData(running, told('cancelled'))).toBe(true);
});
