import { describe, expect, test } from 'vitest';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import type { JobRecord } from '../../shared/contract/jobs.ts';
import { afterEvent, changesData, followJobs, inOrder, jobOf, useJobs, withoutOldest } from './jobs.ts';

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

/** A console that hears `job.watch` and answers `job.list` with what `list` gives, once for each round. */
const watched = (list: (tell: (event: ConsoleEvent) => void, round: number) => readonly JobRecord[]): ConsoleClient => {
  let tell: (event: ConsoleEvent) => void = () => undefined;
  let asked = 0;
  return {
    call: async <P extends ProcedureName>(procedure: P, _input: unknown, options: CallOptions = {}) => {
      if (procedure !== 'job.watch') {
        asked += 1;
        return { jobs: list(tell, Math.ceil(asked / 2)) } as unknown as OutputOf<P>;
      }
      tell = (event) => void options.onEvent?.(event);
      return await new Promise<OutputOf<P>>(() => undefined);
    },
  };
};

test('a job that ends while all are asked for does not run on in the answer', async () => {
  await followJobs(
    watched((tell, round) => {
      if (round === 1) tell({ event: 'job', job: job({ state: 'done' }) });
      return [job({ state: round === 1 ? 'running' : 'done' })];
    }),
  );
  expect(useJobs.getState().jobs['1'.repeat(32)]?.state).toBe('done');
});

test('jobs of months do not pile up, and none that is under way is forgotten', () => {
  const id = (at: number) => at.toString(16).padStart(32, '0');
  const days = Array.from({ length: 21 }, (_, at) =>
    job({ id: id(at), state: at === 0 ? 'paused' : 'done', createdAt: new Date(at * 86_400_000).toISOString() }),
  );
  const jobs = Object.fromEntries(days.map((each) => [each.id, each]));
  expect(Object.keys(withoutOldest(jobs, 10))).toHaveLength(11);
  expect(jobOf(withoutOldest(jobs, 10), id(0))?.state).toBe('paused');
  expect(withoutOldest(jobs, 11)).toBe(jobs);
});
