import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import type { ByteString } from '../../../shared/byte-string.ts';
import type { JobKind } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { LaneBook } from '../pictures/lane-book.ts';
import { jobTable, type StoredJob } from '../store/job-table.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import type { JobControl } from '../use-cases.ts';
import { JobBoard } from './board.ts';

const newTable = () => {
  const database = new DatabaseSync(':memory:');
  for (const script of MIGRATIONS) database.exec(script);
  return jobTable(database);
};

const newBoard = () => new JobBoard(newTable());

/** A board whose home is full from the first change that `when` tells. */
const boardOfFullHome = (when: (job: StoredJob) => boolean) => {
  const table = newTable();
  let full = false;
  const put = (job: StoredJob): void => {
    full ||= when(job);
    if (full) throw Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    table.put(job);
  };
  return new JobBoard({ ...table, put });
};

const request = (vault: string, run: (control: JobControl) => Promise<string>, object = 'documents') => ({
  kind: 'backup' as const,
  object,
  vault,
  input: {},
  run,
  warned: (result: string) => result === 'warned',
});

test('tells where the heads of a vault are in whose drives something moves, as long as it does', async () => {
  const board = newBoard();
  const gate = Promise.withResolvers<void>();
  const book = new LaneBook();
  const { id, outcome } = board.submit(
    request('/a', async ({ picture }) => {
      picture.lanes(book);
      for (const drive of [1, 2]) {
        book.entered(drive, 'at-beginning');
        book.mounted(drive, { tape: `CF000${drive}`, bytesCapacity: 1000, bytesUsed: 100 });
      }
      book.entered(2, 'writing');
      book.moved(2, 'ab'.repeat(16), 50, 'data', 190);
      await gate.promise;
      return 'done';
    }),
  );
  await vi.waitFor(() => expect(board.heads('/a')).toHaveLength(1));
  expect(board.heads('/a')).toEqual([
    { drive: 2, tape: 'CF0002', job: id, doing: 'writing', position: 190, bytesPerSecond: 0 },
  ]);
  expect(board.heads('/b')).toEqual([]);
  gate.resolve();
  await outcome;
  await board.idle();
  expect(board.heads('/a')).toEqual([]);
});

test('backups of one object run one after the other, those of two vaults side by side', async () => {
  const board = newBoard();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const step = (name: string, wait: Promise<void>) => async () => {
    order.push(`${name} begins`);
    await wait;
    order.push(`${name} ends`);
    return 'done';
  };
  const first = board.submit(request('/a', step('first', gate.promise)));
  const second = board.submit(request('/a', step('second', Promise.resolve())));
  const other = board.submit(request('/b', step('other', Promise.resolve())));
  await other.outcome;
  expect(board.find(second.id).state).toBe('queued');
  gate.resolve();
  await Promise.all([first.outcome, second.outcome]);
  await board.idle();
  expect(order).toEqual(['first begins', 'other begins', 'other ends', 'first ends', 'second begins', 'second ends']);
  expect(board.active).toBe(0);
});

test('what is to be done once a job is on record as done is not where it fails, or cannot be kept', async () => {
  const told: string[] = [];
  const run = (name: string, fails: boolean) => async (control: JobControl) => {
    control.onDone(() => void told.push(name));
    if (fails) throw new Error('no');
    return 'warned';
  };
  const board = newBoard();
  await board.submit(request('/a', run('warned', false))).outcome;
  await board.submit(request('/a', run('failed', true))).outcome.catch(() => undefined);
  const full = boardOfFullHome(({ state }) => state.startsWith('done'));
  await full.submit(request('/a', run('not kept', false))).outcome.catch(() => undefined);
  expect(told).toEqual(['warned']);
});

test('backups of different objects share a vault; what reads its tapes waits, and holds up what comes later', async () => {
  const board = newBoard();
  const gate = Promise.withResolvers<string>();
  const first = board.submit(request('/a', () => gate.promise, 'documents'));
  const second = board.submit(request('/a', async () => 'done', 'pictures'));
  await second.outcome;
  const verify = board.submit({ ...request('/a', async () => 'done'), kind: 'verify' as const, object: null });
  const third = board.submit(request('/a', async () => 'done', 'music'));
  await new Promise((done) => setTimeout(done, 5));
  expect([verify, third].map(({ id }) => board.find(id).state)).toEqual(['queued', 'queued']);
  gate.resolve('done');
  await Promise.all([first.outcome, verify.outcome, third.outcome]);
});

test('a restore beside the drives goes past what waits for a backup, and no more once that has ended', async () => {
  const board = newBoard();
  const gates = new Map<string, PromiseWithResolvers<string>>();
  const ids = new Map<string, string>();
  const submit = (name: string, kind: JobKind, beside?: readonly string[]) => {
    const gate = Promise.withResolvers<string>();
    gates.set(name, gate);
    const places = beside === undefined ? {} : { beside: beside as ByteString[] };
    ids.set(name, board.submit({ ...request('/a', () => gate.promise, name), kind, ...places }).id);
  };
  const end = async (name: string) => {
    gates.get(name)?.resolve('done');
    await expect.poll(() => board.find(ids.get(name) ?? '').state).toBe('done');
  };
  const running = async () => {
    await new Promise((done) => setTimeout(done, 1));
    return [...ids].filter(([, id]) => board.find(id).state === 'running').map(([name]) => name);
  };
  submit('backup', 'backup');
  submit('retention', 'retention');
  submit('device', 'restore');
  submit('first', 'restore', ['/to']);
  submit('within', 'restore', ['/to/folder']);
  submit('second', 'restore', ['/to-there']);
  submit('plan', 'restore', []);
  submit('late backup', 'backup');
  expect(await running()).toEqual(['backup', 'first', 'second', 'plan']);
  await end('first');
  expect(await running()).toEqual(['backup', 'within', 'second', 'plan']);
  for (const name of ['backup', 'within', 'plan']) await end(name);
  submit('later', 'restore', ['/elsewhere']);
  // It waits for the restores that went past it, and for no others.
  expect(await running()).toEqual(['second']);
  await end('second');
  expect(await running()).toEqual(['retention']);
  await end('retention');
  expect(await running()).toEqual(['device']);
  await end('device');
  expect(await running()).toEqual(['late backup', 'later']);
  submit('verify', 'verify');
  submit('beside', 'restore', ['/else']);
  expect(await running()).toEqual(['late backup', 'later', 'beside']);
  await end('late backup');
  expect(await running()).toEqual(['later', 'verify', 'beside']);
  for (const name of ['later', 'verify', 'beside']) await end(name);
  await board.idle();
});

test('a queued job that is cancelled never runs, and holds nobody up', async () => {
  const board = newBoard();
  const gate = Promise.withResolvers<void>();
  let ran = false;
  const first = board.submit(request('/a', () => gate.promise.then(() => 'done')));
  const second = board.submit(
    request('/a', async () => {
      ran = true;
      return 'done';
    }),
  );
  board.cancel(second.id);
  await expect(second.outcome).rejects.toMatchObject({ code: 'CANCELLED' });
  gate.resolve();
  await first.outcome;
  expect(ran).toBe(false);
  expect(board.find(second.id).state).toBe('cancelled');
});

test('the outcome of a job is its state: warned, failed', async () => {
  const board = newBoard();
  const warned = board.submit(request('/a', async () => 'warned'));
  await warned.outcome;
  const failed = board.submit(request('/a', () => Promise.reject(new Error('broken'))));
  await expect(failed.outcome).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(board.find(warned.id)).toMatchObject({ state: 'done-with-warnings', result: 'warned' });
  expect(board.find(failed.id)).toMatchObject({ state: 'failed', error: { message: 'broken' } });
});

test('pausing sets the word that workers sleep on, cancelling wakes them', async () => {
  const board = newBoard();
  const words: Int32Array[] = [];
  const job = board.submit(
    request('/a', async (control) => {
      words.push(control.paused);
      await new Promise((_, fail) => control.signal.addEventListener('abort', () => fail(control.signal.reason)));
      return 'done';
    }),
  );
  await new Promise((done) => setTimeout(done, 5));
  board.pause(job.id);
  expect(words[0]?.[0]).toBe(1);
  expect(board.find(job.id).state).toBe('paused');
  board.cancel(job.id);
  expect(words[0]?.[0]).toBe(0);
  await expect(job.outcome).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a job whose window or console ends is interrupted, says why, and holds nobody up', async () => {
  const board = newBoard();
  const untilEnded = (control: { readonly signal: AbortSignal }) =>
    new Promise<string>((_, fail) => control.signal.addEventListener('abort', () => fail(control.signal.reason)));
  for (const [why, code, state] of [
    ['window-pauses', 'WINDOW_ENDED', 'interrupted'],
    ['window-over', 'WINDOW_ENDED', 'cancelled'],
    ['console-ends', 'CONSOLE_ENDED', 'interrupted'],
  ] as const) {
    const job = board.submit(request('/a', untilEnded));
    const behind = board.submit(request('/a', async () => 'done'));
    await new Promise((done) => setTimeout(done, 5));
    board.stop(job.id, why);
    await expect(job.outcome).rejects.toMatchObject({ code });
    expect(await behind.outcome).toBe('done');
    expect(board.find(job.id)).toMatchObject({ state, error: { code } });
  }
});

test('a job is found by the first digits of its id, and by none that two share', async () => {
  const board = newBoard();
  const job = board.submit(request('/a', async () => 'done'));
  await job.outcome;
  expect(board.find(job.id.slice(0, 6)).id).toBe(job.id);
  expect(() => board.find('0123456789')).toThrow(/no job/);
});

test('samples are taken a few times a second, the last one always', async () => {
  const board = newBoard();
  const seen: number[] = [];
  board.onChange(({ progress }, what) => {
    if (what === 'progress') seen.push(progress?.bytesRead ?? -1);
  });
  const job = board.submit(
    request('/a', async (control) => {
      for (let bytesRead = 1; bytesRead <= 1000; bytesRead += 1) {
        control.report({
          phase: 'copying',
          elementsDone: 0,
          elementsTotal: null,
          bytesRead,
          bytesStored: 0,
          bytesTotal: null,
        });
      }
      await new Promise((done) => setTimeout(done, 400));
      return 'done';
    }),
  );
  await job.outcome;
  expect(seen).toEqual([1, 1000]);
});

test('who has to wait is told for whom; a vault knows who uses it', async () => {
  const board = newBoard();
  const gate = Promise.withResolvers<string>();
  const first = board.submit(request('/a', () => gate.promise));
  const verify = board.submit({ ...request('/a', async () => 'done'), kind: 'verify' as const, object: null });
  expect(first.waitsFor).toEqual([]);
  expect(verify.waitsFor).toMatchObject([{ id: first.id, kind: 'backup', object: 'documents' }]);
  expect(board.usersOf('/a').map(({ id }) => id)).toEqual([first.id, verify.id]);
  expect(board.usersOf('/b')).toEqual([]);
  gate.resolve('done');
  await Promise.all([first.outcome, verify.outcome]);
  expect(board.usersOf('/a')).toEqual([]);
});

test('a job that has ended shows how far it came, and no rate or remaining time', async () => {
  const board = newBoard();
  const counters = { phase: 'copying', elementsDone: 7, elementsTotal: 9, bytesRead: 5, bytesStored: 3, bytesTotal: 9 };
  const job = board.submit(
    request('/a', async (control) => {
      control.report(counters);
      return 'done';
    }),
  );
  await job.outcome;
  const atRest = { ...counters, phase: 'ended', rate: 0, etaMs: null };
  expect(board.find(job.id).progress).toEqual(atRest);
  expect(board.list(1)[0]?.progress).toEqual(atRest);
});

test('a sample that the home has no room for disturbs nobody; the end of a job does', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  const counters = {
    phase: 'copying',
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: 1,
    bytesStored: 0,
    bytesTotal: null,
  };
  let ran = false;
  const board = boardOfFullHome(({ progress }) => progress !== null);
  const job = board.submit(
    request('/a', async (control) => {
      vi.advanceTimersByTime(10_000);
      control.report(counters);
      ran = true;
      return 'done';
    }),
  );
  await expect(job.outcome).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(ran).toBe(true);
  vi.useRealTimers();
});

test('a job that failed says why even if that cannot be kept', async () => {
  const board = boardOfFullHome(({ state }) => state === 'failed');
  const states: string[] = [];
  board.onChange(({ state }) => states.push(state));
  const job = board.submit(request('/a', () => Promise.reject(new Error('broken'))));
  await expect(job.outcome).rejects.toMatchObject({ code: 'INTERNAL', message: 'broken' });
  expect(states.at(-1)).toBe('failed');
});

test('without records jobs that write end as failed with the reason, what only reads goes on, and nothing begins', async () => {
  const table = newTable();
  const gone = new ColdframeError('HOME_DATABASE_MISSING', { message: 'Moved.', guidance: '' });
  let isGone = false;
  const demandRecords = () => {
    if (isGone) throw gone;
  };
  const put = (job: StoredJob) => {
    demandRecords();
    table.put(job);
  };
  const board = new JobBoard({ ...table, put }, { demandRecords });
  const untilAborted = ({ signal }: JobControl) =>
    new Promise<string>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason as Error)));
  const gate = Promise.withResolvers<string>();
  const ended: unknown[] = [];
  board.onChange(({ kind, state, finishedAt }) => finishedAt !== null && ended.push([kind, state]));
  const backup = board.submit(request('/a', untilAborted)).outcome;
  const restore = board.submit({ ...request('/b', () => gate.promise), kind: 'restore' }).outcome;
  await vi.waitFor(() => expect(board.list(2).map(({ state }) => state)).toEqual(['running', 'running']));
  isGone = true;
  await expect(backup).rejects.toBe(gone);
  expect(() => board.submit(request('/a', untilAborted))).toThrow(gone);
  gate.resolve('restored');
  expect(await restore).toBe('restored');
  expect(ended).toEqual([
    ['backup', 'failed'],
    ['restore', 'done'],
  ]);
  expect(table.list(2).map(({ finishedAt }) => finishedAt)).toEqual([null, null]);
});
