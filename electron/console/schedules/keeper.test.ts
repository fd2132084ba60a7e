import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { openStore, type Store } from '../store/store.ts';
import { type KeeperParts, ScheduleKeeper } from './keeper.ts';

const MINUTE = 60_000;
const OBJECT = 'b'.repeat(32);
const ID = 'a'.repeat(32);

let folder: string;
let store: Store;
let keeper: ScheduleKeeper;
let busy = false;
/** The moments at which backups began. */
let begun: string[] = [];
let backUp: KeeperParts['backUp'];
let around: { vault: boolean; mains: boolean | null; idleMs: number | null };
let steered: string[];

const newKeeper = (): ScheduleKeeper =>
  new ScheduleKeeper({
    table: store.schedules,
    busy: () => busy,
    vaultOf: () => '/vault',
    load: () => 0,
    limit: () => 4,
    surroundings: {
      vaultThere: async () => around.vault,
      mains: async () => around.mains,
      idleMs: async () => around.idleMs,
      metered: async () => null,
      cutOff: async () => false,
    },
    steering: {
      pause: (job) => steered.push(`pause ${job.slice(0, 1)}`),
      goOn: (job) => steered.push(`go on ${job.slice(0, 1)}`),
      end: (job) => steered.push(`end ${job.slice(0, 1)}`),
      putOff: () => undefined,
      isQueued: () => false,
      isInTheWay: () => false,
      canBePutOff: () => false,
    },
    doneFor: () => null,
    backUp: (schedule, started, interrupted, level) => {
      begun.push(new Date().toISOString());
      return backUp(schedule, started, interrupted, level);
    },
    now: Date.now,
  });
const add = (part: Partial<StoredSchedule> = {}): void =>
  store.schedules.add({
    id: ID,
    task: 'backup',
    vault: null,
    object: OBJECT,
    cron: '0 * * * *',
    zone: 'UTC',
    level: 'auto',
    catchUp: false,
    paused: false,
    passphraseFile: null,
    createdAt: Date.now(),
    seenUntil: Date.now(),
    terms: DEFAULT_TERMS,
    ...part,
  });
const outcomes = (): unknown[] =>
  store.schedules
    .runs(ID, 100)
    .toReversed()
    .map(({ dueAt, outcome }) => [new Date(dueAt).toISOString().slice(11, 16), outcome]);

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-05-01T07:30:00Z') });
  folder = mkdtempSync(join(tmpdir(), 'coldframe-schedules-'));
  store = openStore(join(folder, 'console.db'));
  store.vaults.put({ id: 'c'.repeat(32), name: 'vault', dir: '/vault', sealed: false, createdAt: null });
  const selection = { roots: [], unprotected: [], exclude: [] };
  store.objects.add({
    id: OBJECT,
    name: 'docs',
    kind: 'files',
    vault: 'c'.repeat(32),
    volumes: [],
    selection,
    createdAt: 0,
  });
  busy = false;
  begun = [];
  around = { vault: true, mains: true, idleMs: 0 };
  steered = [];
  backUp = (_, started) => {
    started('d'.repeat(32));
    return Promise.resolve({ warned: false });
  };
  keeper = newKeeper();
});

afterEach(() => {
  keeper.stop();
  vi.useRealTimers();
  store.close();
  rmSync(folder, { recursive: true });
});

test('backups begin at their times, each once, and their outcomes are kept', async () => {
  add();
  keeper.start();
  await vi.advanceTimersByTimeAsync(2.75 * 60 * MINUTE);
  expect(begun.map((moment) => moment.slice(11, 16))).toEqual(['08:00', '09:00', '10:00']);
  expect(outcomes()).toEqual([
    ['08:00', 'done'],
    ['09:00', 'done'],
    ['10:00', 'done'],
  ]);
  expect(store.schedules.runs(ID, 1)[0]).toMatchObject({ job: 'd'.repeat(32), reason: null });
});

test('retention has its times as any task has: what was missed is made up for by one run', async () => {
  add({ task: 'retention', catchUp: true, seenUntil: Date.now() - 4 * 60 * MINUTE, createdAt: 0 });
  keeper.start();
  await vi.advanceTimersByTimeAsync(31 * MINUTE);
  expect(begun.map((moment) => moment.slice(11, 16))).toEqual(['07:30', '08:00']);
  expect(outcomes()).toEqual([
    ['04:00', 'skipped'],
    ['05:00', 'skipped'],
    ['06:00', 'skipped'],
    ['07:00', 'done'],
    ['08:00', 'done'],
  ]);
});

test('a failure is written down with its reason, and the next run comes all the same', async () => {
  add();
  let fails = true;
  backUp = () => {
    const error = new ColdframeError('OUT_OF_TAPES', { message: 'No tape is left.', guidance: 'Add one.' });
    return fails ? Promise.reject(error) : Promise.resolve({ warned: true });
  };
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(store.schedules.runs(ID, 1)[0]).toMatchObject({ outcome: 'failed', reason: 'OUT_OF_TAPES: No tape is left.' });
  fails = false;
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(outcomes()).toEqual([
    ['08:00', 'failed'],
    ['09:00', 'warned'],
  ]);
});

test('what came due while nothing kept the schedules is listed as missed', async () => {
  add();
  vi.setSystemTime(new Date('2026-05-01T10:30:00Z'));
  keeper.start();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(begun).toEqual([]);
  expect(outcomes()).toEqual([
    ['08:00', 'skipped'],
    ['09:00', 'skipped'],
    ['10:00', 'skipped'],
  ]);
});

test('one that makes up for what it missed does so once, also after a sleep', async () => {
  add({ catchUp: true });
  keeper.start();
  vi.setSystemTime(new Date('2026-05-01T10:30:00Z'));
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(begun).toHaveLength(1);
  expect(outcomes()).toEqual([
    ['08:00', 'skipped'],
    ['09:00', 'skipped'],
    ['10:00', 'done'],
  ]);
  expect(store.schedules.runs(ID, 1)[0]?.reason).toMatch(/while no console served/);
});

test('a clock that is put back brings no run twice', async () => {
  add();
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  vi.setSystemTime(new Date('2026-05-01T07:40:00Z'));
  await vi.advanceTimersByTimeAsync(85 * MINUTE);
  expect(outcomes()).toEqual([
    ['08:00', 'done'],
    ['09:00', 'done'],
  ]);
  expect(begun).toHaveLength(2);
});

test('a clock that was years ahead for a while does not end a schedule', async () => {
  add({ seenUntil: Date.parse('2099-01-01T00:00:00Z') });
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(outcomes()).toEqual([['08:00', 'done']]);
});

test.each([true, false])(
  'what was decided under a clock that was weeks ahead for a while is decided anew when its moment comes: %s',
  async (catchUp) => {
    add({ catchUp });
    keeper.start();
    vi.setSystemTime(new Date('2026-05-20T07:30:00Z'));
    const { promise, resolve } = Promise.withResolvers<{ warned: boolean }>();
    backUp = () => promise;
    await vi.advanceTimersByTimeAsync(45 * MINUTE);
    expect(begun).toHaveLength(1);
    vi.setSystemTime(new Date('2026-05-01T07:40:00Z'));
    await vi.advanceTimersByTimeAsync(15 * MINUTE);
    resolve({ warned: false });
    backUp = () => Promise.resolve({ warned: false });
    await vi.advanceTimersByTimeAsync(100 * MINUTE);
    const of = (day: string) =>
      store.schedules
        .runs(ID, 1000)
        .toReversed()
        .flatMap(({ dueAt, at, outcome }) => {
          const due = new Date(dueAt).toISOString();
          return due.startsWith(day) ? [[due.slice(11, 16), outcome, at - dueAt < 2 * MINUTE]] : [];
        });
    expect(of('2026-05-01')).toEqual([
      ['08:00', 'done', true],
      ['09:00', 'done', true],
    ]);
    const before = begun.length;
    vi.setSystemTime(new Date('2026-05-20T06:50:00Z'));
    await vi.advanceTimersByTimeAsync(100 * MINUTE);
    expect(of('2026-05-20').slice(-3)).toEqual([
      ['06:00', catchUp ? 'done' : 'skipped', false],
      ['07:00', 'done', true],
      ['08:00', 'done', true],
    ]);
    expect(begun.length - before).toBe(catchUp ? 3 : 2);
  },
);

test('a machine that does not know the time yet makes nothing of what was done undone', async () => {
  add({ catchUp: true });
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  keeper.stop();
  for (const stay of [MINUTE, 30 * MINUTE]) {
    vi.setSystemTime(new Date('1970-01-01T00:00:00Z'));
    keeper = newKeeper();
    keeper.start();
    await vi.advanceTimersByTimeAsync(stay);
    vi.setSystemTime(new Date('2026-05-01T08:30:00Z'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(outcomes()).toEqual([['08:00', 'done']]);
    expect(begun.filter((moment) => moment.startsWith('2026'))).toHaveLength(1);
    keeper.stop();
  }
});

test('nothing is begun beside a backup that runs, and the reason is kept', async () => {
  add();
  busy = true;
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(begun).toEqual([]);
  expect(store.schedules.runs(ID, 1)[0]).toMatchObject({
    outcome: 'skipped',
    reason: expect.stringMatching(/running/),
  });
});

test('of two that come at once for one object the full one is run', async () => {
  add();
  add({ id: 'e'.repeat(32), level: 'full' });
  const end = Promise.withResolvers<{ warned: boolean }>();
  backUp = () => end.promise;
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(begun).toHaveLength(1);
  expect(store.schedules.runs('e'.repeat(32), 1)[0]?.outcome).toBe('running');
  expect(outcomes()).toEqual([['08:00', 'skipped']]);
  end.resolve({ warned: false });
});

test.each([
  ['goes well', { warned: false }, 1, ['done', 'skipped']],
  ['goes well, with warnings', { warned: true }, 1, ['warned', 'skipped']],
  ['fails', null, 2, ['failed', 'done']],
] as const)('a run that waits for one that makes up for it: which %s', async (_, result, times, expected) => {
  add({ catchUp: true });
  add({ id: 'e'.repeat(32), level: 'full', catchUp: true });
  const end = Promise.withResolvers<{ warned: boolean }>();
  backUp = () => end.promise;
  keeper.start();
  await vi.advanceTimersByTimeAsync(40 * MINUTE);
  expect(outcomes()).toEqual([['08:00', 'waiting']]);
  backUp = () => Promise.resolve({ warned: false });
  if (result === null) end.reject(new ColdframeError('OUT_OF_TAPES', { message: 'No tape.', guidance: 'Add one.' }));
  else end.resolve(result);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(begun).toHaveLength(times);
  expect([store.schedules.runs('e'.repeat(32), 1)[0]?.outcome, store.schedules.runs(ID, 1)[0]?.outcome]).toEqual(
    expected,
  );
});

test('a pause lets moments pass, which are neither run nor missed', async () => {
  add({ paused: true });
  keeper.start();
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  store.schedules.setPaused(ID, false, Date.now());
  keeper.look();
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(outcomes()).toEqual([['10:00', 'done']]);
});

test('a run that was cut short is taken up once, where its job was, and what was due meanwhile is run for after it', async () => {
  add({ catchUp: true });
  backUp = (_, started) => {
    started('d'.repeat(32));
    return new Promise(() => undefined);
  };
  keeper.start();
  await vi.advanceTimersByTimeAsync(100 * MINUTE);
  const taken: unknown[] = [];
  backUp = (_, __, interrupted) => {
    taken.push(interrupted);
    return new Promise(() => undefined);
  };
  for (let death = 0; death < 3; death += 1) {
    keeper.stop();
    store.schedules.interruptUnfinished();
    keeper = newKeeper();
    keeper.start();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(taken).toEqual(['d'.repeat(32), null, null]);
  expect(outcomes()).toEqual([
    ['08:00', 'interrupted'],
    ['09:00', 'running'],
  ]);
});

test.each([true, false])(
  'a run that the end of the process cut short is begun again only by one that makes up: %s',
  async (catchUp) => {
    add({ catchUp });
    backUp = () => new Promise(() => undefined);
    keeper.start();
    await vi.advanceTimersByTimeAsync(45 * MINUTE);
    keeper.stop();
    store.schedules.interruptUnfinished();
    backUp = () => Promise.resolve({ warned: false });
    keeper = newKeeper();
    keeper.start();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(outcomes()).toEqual([['08:00', catchUp ? 'done' : 'interrupted']]);
  },
);

test.each([
  ['CONSOLE_ENDED', 'interrupted'],
  ['CANCELLED', 'cancelled'],
] as const)('%s before the schedules are let go: the run is %s', async (code, outcome) => {
  add();
  backUp = () => Promise.reject(new ColdframeError(code, { message: 'It ended.', guidance: 'None.' }));
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(outcomes()).toEqual([['08:00', outcome]]);
});

test('one that was removed while it ran leaves nothing behind', async () => {
  add();
  const end = Promise.withResolvers<{ warned: boolean }>();
  backUp = () => end.promise;
  keeper.start();
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  store.schedules.remove(ID);
  end.resolve({ warned: false });
  await vi.advanceTimersByTimeAsync(90 * MINUTE);
  expect(store.schedules.list()).toEqual([]);
  expect(begun).toHaveLength(1);
});

test('the beginning of an id is no pattern', () => {
  add();
  const found = (prefix: string) => store.schedules.byPrefix(prefix).length;
  expect(['aa', 'AA', ID].map(found)).toEqual([1, 1, 1]);
  expect(['', '%', '_', 'a_', 'ab', `${ID}a`, 'g'].map(found)).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
