import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ScheduleTerms } from '../../../shared/contract/schedules.ts';
import type { ErrorCode } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { type KeeperScene, MINUTE, openKeeperScene } from '../testing/keeper-scene.ts';
import { WAITS } from './admission.ts';
import { isTakenUp } from './taken-up.ts';
import { isOpen } from './window.ts';

let scene: KeeperScene;
const HOUR = 60 * MINUTE;
const night = { from: '22:00', to: '06:00' };

beforeEach(() => {
  scene = openKeeperScene('2026-05-01T07:30:00Z');
});
afterEach(() => scene.close());

const add = (terms: Partial<ScheduleTerms>, part: Parameters<KeeperScene['add']>[0] = {}) =>
  scene.add({ ...part, terms: { ...scene.terms, ...terms } });

describe('a pause of all', () => {
  test('holds what is due until it ends, and then one backup makes up for it', async () => {
    scene.add({ catchUp: true });
    scene.store.schedules.pauseAll(Date.now(), Date.parse('2026-05-01T10:15:00Z'));
    scene.keeper.start();
    await scene.pass(2.5 * HOUR);
    expect(scene.begun).toEqual([]);
    expect(scene.outcomes()).toEqual([
      ['08:00', 'skipped'],
      ['09:00', 'skipped'],
      ['10:00', 'waiting'],
    ]);
    await scene.pass(20 * MINUTE);
    expect(scene.begun).toEqual(['10:15']);
    expect(scene.last()).toMatchObject({ outcome: 'done', reason: 'It waited while all schedules were paused.' });
  });

  test('that was asked for under a clock that was ahead is as long as it was to be once that is set right', async () => {
    const right = Date.now();
    vi.setSystemTime(new Date('2027-05-01T07:30:00Z'));
    scene.store.schedules.pauseAll(Date.now(), Date.now() + 2 * HOUR);
    vi.setSystemTime(right);
    scene.add({ catchUp: true });
    scene.keeper.start();
    await scene.pass(1.9 * HOUR);
    expect(scene.begun).toEqual([]);
    await scene.pass(10 * MINUTE);
    expect(scene.begun).toEqual(['09:30']);
    expect(scene.store.schedules.pause()).toBe(null);
  });

  test('is not believed to be of a clock that was ahead as soon as a machine starts that does not know the time yet', async () => {
    const until = Date.now() + 2 * HOUR;
    scene.store.schedules.pauseAll(Date.now(), until);
    vi.setSystemTime(new Date('2026-01-01T00:00:00Z'));
    scene.keeper.start();
    await scene.pass(9 * MINUTE);
    vi.setSystemTime(until - HOUR);
    await scene.pass(MINUTE);
    expect(scene.store.schedules.pausedUntil()).toBe(until);
  });

  test('that is over stays so when the clock is put back', async () => {
    scene.store.schedules.pauseAll(Date.now(), Date.now() + 2 * HOUR);
    scene.keeper.start();
    await scene.pass(2.1 * HOUR);
    vi.setSystemTime(new Date('2026-05-01T08:30:00Z'));
    scene.add();
    await scene.pass(31 * MINUTE);
    expect(scene.begun).toEqual(['09:00']);
  });

  test('survives the end of the console, and one that does not make up waits an hour', async () => {
    scene.add({ cron: '0 8 * * *' });
    scene.store.schedules.pauseAll(Date.now(), Date.parse('2026-05-01T20:00:00Z'));
    scene.keeper.start();
    await scene.pass(45 * MINUTE);
    scene.restart();
    await scene.pass(HOUR);
    expect(scene.begun).toEqual([]);
    expect(scene.last()).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/paused.*in time/) });
  });
});

describe('a window', () => {
  test('is read by the clocks of its zone, over midnight and over their changes', () => {
    const open = (at: string) => isOpen(night, 'Europe/Berlin', Date.parse(at));
    expect([open('2026-05-01T19:59:00Z'), open('2026-05-01T20:00:00Z')]).toEqual([false, true]);
    expect([open('2026-05-02T03:59:00Z'), open('2026-05-02T04:00:00Z')]).toEqual([true, false]);
    // In winter an hour later.
    expect([open('2026-12-01T20:59:00Z'), open('2026-12-01T21:00:00Z')]).toEqual([false, true]);
  });

  test('makes a run wait that is due outside of it', async () => {
    add({ window: { from: '09:00', to: '10:00', atEnd: 'finish' } }, { cron: '0 8 * * *' });
    scene.keeper.start();
    await scene.pass(45 * MINUTE);
    expect(scene.last()).toMatchObject({ outcome: 'waiting', reason: 'Its window was closed.' });
    await scene.pass(50 * MINUTE);
    expect(scene.begun).toEqual(['09:00']);
  });

  test.each([
    ['finish', [], 'done'],
    ['pause', ['pause 1', 'go on 1'], 'done'],
    ['cancel', ['end 1'], 'cancelled'],
  ] as const)('that ends while a run is under way: %s', async (atEnd, steered, outcome) => {
    scene.resumable = false;
    add({ window: { from: '08:00', to: '08:30', atEnd } }, { cron: '0 8 * * *' });
    const runs = scene.longRuns('CANCELLED');
    scene.keeper.start();
    await scene.pass(24.75 * HOUR);
    expect(scene.steered).toEqual(steered);
    runs.end();
    await scene.pass(MINUTE);
    expect(scene.outcomes()[0]).toEqual(['08:00', outcome]);
  });
});

test('a backup whose window ends holds nothing until it opens, and goes on with what it had begun', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *' });
  const runs = scene.longRuns();
  scene.keeper.start();
  await scene.pass(2 * HOUR);
  expect(scene.steered).toEqual(['put off 1']);
  const opens = Date.parse('2026-05-02T08:00:00Z');
  expect(scene.last()).toMatchObject({ outcome: 'waiting', reason: WAITS.held, notBefore: opens });
  expect(isTakenUp(scene.store.schedules, '1'.repeat(32))).toBe(true);
  scene.restart();
  // The one that is to go on with it waits for its turn all the time, and goes on itself in the window after that.
  scene.queued = true;
  await scene.pass(24 * HOUR);
  expect(scene.steered.at(-1)).toBe('put off 2, not-begun');
  const run = scene.store.schedules.waiting()[0]?.run;
  expect(run).toMatchObject({ reason: WAITS.held, job: '2'.repeat(32), notBefore: opens + 24 * HOUR });
  scene.queued = false;
  await scene.pass(22.5 * HOUR + 3 * MINUTE);
  // It goes on when the window opens, before the next one is due, which finds it under way.
  expect(runs.wentOnWith).toEqual([null, '1'.repeat(32), '2'.repeat(32)]);
  runs.end();
  await scene.pass(HOUR);
  expect(scene.outcomes()[0]).toEqual(['08:05', 'done']);
  expect(scene.store.schedules.runs('a'.repeat(32), 9).at(-1)?.reason).toMatch(/went on in the next one/);
});

describe('a window that is changed', () => {
  const window = { from: '08:00', to: '08:30', atEnd: 'pause' } as const;
  const change = (terms: Partial<ScheduleTerms>) => {
    const schedule = scene.store.schedules.list()[0] as StoredSchedule;
    scene.store.schedules.update(schedule.id, { ...schedule, terms: { ...schedule.terms, ...terms } });
    scene.keeper.look();
  };
  let end: PromiseWithResolvers<{ warned: boolean }>;
  let resumed: (string | null)[];
  beforeEach(() => {
    resumed = [];
    add({ window }, { cron: '5 8 * * *' });
    scene.backUp = (_, started, interrupted) => {
      end = Promise.withResolvers();
      resumed.push(interrupted);
      started(String(resumed.length).repeat(32));
      return end.promise;
    };
    scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
    scene.keeper.start();
  });

  test.each([
    ['opened earlier', { ...window, from: '09:00', to: '11:00' }],
    ['taken away', null],
  ])('lets go on at once what it had put off: %s', async (_, changed) => {
    await scene.pass(2 * HOUR);
    expect(scene.last()).toMatchObject({ outcome: 'waiting', reason: WAITS.held });
    change({ window: changed });
    await scene.pass(MINUTE);
    expect(resumed).toEqual([null, '1'.repeat(32)]);
    end.resolve({ warned: false });
    await scene.pass(MINUTE);
    expect(scene.last()).toMatchObject({ outcome: 'done', notBefore: null });
  });

  test('holds what it had put off until it opens as it is now', async () => {
    await scene.pass(2 * HOUR);
    change({ window: { ...window, from: '12:00', to: '13:00' } });
    expect(scene.last()).toMatchObject({ reason: WAITS.held, notBefore: Date.parse('2026-05-01T12:00:00Z') });
    await scene.pass(3 * HOUR);
    expect(scene.begun).toEqual(['08:05', '12:00']);
  });

  test('holds for what is under way', async () => {
    await scene.pass(45 * MINUTE);
    change({ window: { ...window, to: '09:00' } });
    await scene.pass(30 * MINUTE);
    expect(scene.steered).toEqual([]);
    await scene.pass(30 * MINUTE);
    expect(scene.steered).toEqual(['put off 1']);
  });

  test('and was none when the run began holds for it, too', async () => {
    change({ window: null });
    await scene.pass(45 * MINUTE);
    change({ window: { ...window, to: '09:00' } });
    await scene.pass(HOUR);
    expect(scene.last()).toMatchObject({ reason: WAITS.held, notBefore: Date.parse('2026-05-02T08:00:00Z') });
  });

  test('lets go on what it held where it was', async () => {
    scene.resumable = false;
    await scene.pass(2 * HOUR);
    expect(scene.steered).toEqual(['pause 1']);
    change({ window: null });
    expect(scene.steered).toEqual(['pause 1', 'go on 1']);
  });
});

test('what cannot be gone on with is held where it is until another job waits for its vault, and is begun anew in the next window', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *', task: 'verify' });
  const runs = scene.longRuns();
  scene.resumable = false;
  scene.keeper.start();
  await scene.pass(2 * HOUR);
  expect(scene.steered).toEqual(['pause 1']);
  scene.inTheWay = true;
  await scene.pass(MINUTE);
  expect(scene.steered).toEqual(['pause 1', 'put off 1, begins-anew']);
  const opens = Date.parse('2026-05-02T08:00:00Z');
  expect(scene.last()).toMatchObject({ outcome: 'waiting', reason: WAITS.anew, notBefore: opens });
  expect(isTakenUp(scene.store.schedules, '1'.repeat(32))).toBe(true);
  scene.inTheWay = false;
  await scene.pass(22.5 * HOUR + 2 * MINUTE);
  expect(runs.wentOnWith).toHaveLength(2);
  runs.end();
  await scene.pass(MINUTE);
  expect(scene.last()).toMatchObject({ outcome: 'done', reason: expect.stringMatching(/begun anew/) });
});

test.each([
  ['finish', true, { outcome: 'waiting', reason: WAITS.window }],
  ['pause', true, { outcome: 'waiting', reason: WAITS.window }],
  ['finish', false, { outcome: 'skipped', reason: expect.stringMatching(/window was closed.*in time/) }],
] as const)(
  'what still waits for its turn when its window closes does not begin outside of it: %s, catching up: %s',
  async (atEnd, catchUp, expected) => {
    add({ window: { from: '08:00', to: '08:30', atEnd } }, { cron: '5 8 * * *', catchUp });
    scene.longRuns();
    scene.queued = true;
    scene.keeper.start();
    await scene.pass(2 * HOUR);
    expect(scene.steered).toEqual(['put off 1, not-begun']);
    expect(scene.last()).toMatchObject(expected);
    scene.queued = false;
    scene.backUp = () => Promise.resolve({ warned: false });
    await scene.pass(22.5 * HOUR + 2 * MINUTE);
    expect(scene.begun).toEqual(catchUp ? ['08:05', '08:00'] : ['08:05']);
  },
);

test('of a run with two jobs the window ends the one that runs, and a console that ends leaves it undone with the second', async () => {
  add(
    { window: { from: '08:00', to: '08:30', atEnd: 'pause' }, rules: [{ on: 'fri', level: 'synthetic' }] },
    { cron: '5 8 * * *', catchUp: true },
  );
  const [backup, merge] = ['1'.repeat(32), '2'.repeat(32)];
  const job = { object: 'b', vault: '/vault', set: null, progress: null, error: null, result: null, resumedBy: null };
  const at = { createdAt: new Date().toISOString(), startedAt: null, finishedAt: null, input: {} };
  const put = (id: string, kind: 'backup' | 'merge', state: 'running' | 'done' | 'interrupted') =>
    scene.store.jobs.put({ ...job, ...at, id, kind, state });
  let goOn = Promise.withResolvers<void>();
  scene.resumable = false;
  scene.backUp = async (_, started) => {
    put(backup, 'backup', 'running');
    started(backup);
    await goOn.promise;
    put(backup, 'backup', 'done');
    scene.endedJobs.add(backup);
    goOn = Promise.withResolvers();
    await goOn.promise;
    put(merge, 'merge', 'running');
    started(merge);
    return await new Promise(() => undefined);
  };
  scene.keeper.start();
  await scene.pass(40 * MINUTE);
  goOn.resolve();
  await scene.pass(25 * MINUTE);
  // Between the two there is nothing that could be paused.
  expect(scene.steered).toEqual([]);
  const state = () => {
    scene.store.schedules.interruptUnfinished();
    const [run] = scene.store.schedules.runs('a'.repeat(32), 1);
    scene.store.schedules.putRun('a'.repeat(32), { ...(run as StoredRun), outcome: 'running' });
    return [run?.job, run?.outcome];
  };
  expect(state()).toEqual([backup, 'interrupted']);
  goOn.resolve();
  await scene.pass(MINUTE);
  expect(scene.steered).toEqual(['pause 2']);
  expect(scene.last()).toMatchObject({ job: merge, reason: WAITS.held });
  put(merge, 'merge', 'interrupted');
  expect(state()).toEqual([merge, 'interrupted']);
  put(merge, 'merge', 'done');
  expect(state()).toEqual([merge, 'done']);
});

test('a backup that was put off is gone on with by the next one alone, also when the console ends before that begins', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *', catchUp: true });
  const runs = scene.longRuns();
  scene.keeper.start();
  await scene.pass(2 * HOUR);
  scene.busy = true;
  await scene.pass(22.5 * HOUR + 7 * MINUTE);
  expect(scene.outcomes()).toEqual([
    ['08:05', 'interrupted'],
    ['08:05', 'waiting'],
  ]);
  scene.restart();
  scene.busy = false;
  await scene.pass(MINUTE);
  runs.end();
  await scene.pass(2 * MINUTE);
  expect(runs.wentOnWith).toEqual([null, '1'.repeat(32)]);
  expect(scene.outcomes()).toEqual([
    ['08:05', 'interrupted'],
    ['08:05', 'done'],
  ]);
  expect(isTakenUp(scene.store.schedules, '1'.repeat(32))).toBe(false);
});

test('a backup that was put off and gone on with by hand is not made again when its window opens', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *' });
  scene.longRuns();
  scene.keeper.start();
  await scene.pass(2 * HOUR);
  scene.busy = true;
  await scene.pass(22.5 * HOUR + 2 * MINUTE);
  expect(scene.last()).toMatchObject({ outcome: 'waiting', reason: WAITS.held });
  scene.doneFor = (job) => (job === '1'.repeat(32) ? { job: '2'.repeat(32), outcome: 'warned' } : null);
  scene.busy = false;
  await scene.pass(MINUTE);
  expect(scene.begun).toEqual(['08:05']);
  expect(scene.last()).toMatchObject({ outcome: 'warned', job: '2'.repeat(32), notBefore: null });
});

test('a full one that is due while the object is busy is made up for when it is free, once, by one that catches up', async () => {
  add({ rules: [{ on: 'fri', level: 'full' }] }, { cron: '0 8 * * *', catchUp: true, level: 'incremental' });
  const levels: unknown[] = [];
  scene.backUp = (_, __, ___, level) => {
    levels.push(level);
    return Promise.resolve({ warned: false });
  };
  scene.busy = true;
  scene.keeper.start();
  await scene.pass(3 * HOUR);
  expect([levels, scene.last()]).toMatchObject([[], { outcome: 'waiting', reason: WAITS.busy }]);
  scene.busy = false;
  await scene.pass(MINUTE);
  expect(levels).toEqual(['full']);
  expect(scene.last()).toMatchObject({ outcome: 'done', reason: 'It waited for another backup of the object.' });
  await scene.pass(3 * HOUR);
  expect(levels).toEqual(['full']);
});

describe('what can pass', () => {
  const failing = (code: ErrorCode) => {
    scene.backUp = () => Promise.reject(new ColdframeError(code, { message: 'No.', guidance: 'Do.' }));
  };

  test.each(['DEVICE_UNREACHABLE', 'DRIVE_RESET', 'VOLUME_HELD', 'NO_SUCH_EXPORT', 'NO_SUCH_PATH'] as const)(
    '%s is a thing that is not there, busy, or does not answer',
    async (code) => {
      scene.add({ cron: '0 8 * * *' });
      failing(code);
      scene.keeper.start();
      await scene.pass(31 * MINUTE);
      expect(scene.last()).toMatchObject({ outcome: 'waiting', attempts: 1 });
    },
  );

  test('is tried again, each time after longer, as often as was agreed on', async () => {
    add({ retries: 2 }, { cron: '0 8 * * *' });
    failing('NO_SUCH_VAULT');
    scene.keeper.start();
    await scene.pass(31 * MINUTE);
    expect(scene.last()).toMatchObject({ outcome: 'waiting', attempts: 1, reason: 'NO_SUCH_VAULT: No.' });
    await scene.pass(3 * HOUR);
    expect(scene.begun).toEqual(['08:00', '08:05', '08:20']);
    expect(scene.last()).toMatchObject({ outcome: 'failed', attempts: 3 });
  });

  test('is not tried again days later by one that does not make up', async () => {
    scene.add({ cron: '0 8 * * *' });
    failing('NO_SUCH_VAULT');
    scene.keeper.start();
    await scene.pass(31 * MINUTE);
    scene.keeper.stop();
    vi.setSystemTime(new Date('2026-05-01T20:00:00Z'));
    scene.restart();
    await scene.pass(MINUTE);
    expect(scene.begun).toEqual(['08:00']);
    expect(scene.last()).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/NO_SUCH_VAULT.*in time/) });
  });

  test('and then goes well is a run that was done', async () => {
    scene.add({ cron: '0 8 * * *' });
    failing('NO_SUCH_VAULT');
    scene.keeper.start();
    await scene.pass(31 * MINUTE);
    scene.backUp = () => Promise.resolve({ warned: false });
    await scene.pass(10 * MINUTE);
    expect(scene.outcomes()).toEqual([['08:00', 'done']]);
  });

  test.each(['SCHEDULE_PASSPHRASE', 'NO_SUCH_OBJECT', 'OUT_OF_TAPES'] as const)('%s cannot', async (code) => {
    scene.add({ cron: '0 8 * * *' });
    failing(code);
    scene.keeper.start();
    await scene.pass(5 * HOUR);
    expect(scene.begun).toEqual(['08:00']);
    expect(scene.last()).toMatchObject({ outcome: 'failed', reason: `${code}: No.` });
  });
});

describe('conditions', () => {
  test.each([
    ['vault', {}, { vault: false }, { vault: true }],
    ['mains', { mains: true }, { mains: false }, { mains: true }],
    ['idle', { idleMs: 10 * MINUTE }, { idleMs: MINUTE }, { idleMs: 11 * MINUTE }],
    ['metered', { unmetered: true }, { metered: true }, { metered: false }],
    ['network', {}, { cutOff: true }, { cutOff: false }],
  ] as const)('%s: a run waits for it, and says so', async (_, terms, without, having) => {
    add(terms, { cron: '0 8 * * *' });
    Object.assign(scene.around, without);
    scene.keeper.start();
    await scene.pass(50 * MINUTE);
    expect(scene.begun).toEqual([]);
    expect(scene.last()).toMatchObject({
      outcome: 'waiting',
      reason: expect.stringMatching(/vault|battery|in use|metered|no network/),
    });
    Object.assign(scene.around, having);
    await scene.pass(MINUTE);
    expect(scene.begun).toEqual(['08:20']);
  });

  test('that are changed while they are asked for hold for the run that waits', async () => {
    add({}, { cron: '0 8 * * *' });
    scene.around.mains = false;
    Object.defineProperty(scene.around, 'vault', {
      get: () => {
        const [schedule] = scene.store.schedules.list();
        if (schedule?.terms.mains === false)
          scene.store.schedules.update(schedule.id, { ...schedule, terms: { ...schedule.terms, mains: true } });
        return true;
      },
    });
    scene.keeper.start();
    await scene.pass(32 * MINUTE);
    expect([scene.begun, scene.last()]).toMatchObject([[], { outcome: 'waiting', reason: WAITS.mains }]);
    scene.around.mains = true;
    await scene.pass(MINUTE);
    expect(scene.last()).toMatchObject({ outcome: 'done' });
  });

  test('what cannot be known counts as fulfilled', async () => {
    add({ mains: true, unmetered: true, idleMs: 10 * MINUTE }, { cron: '0 8 * * *' });
    Object.assign(scene.around, { mains: null, idleMs: null, metered: null });
    scene.keeper.start();
    await scene.pass(31 * MINUTE);
    expect(scene.begun).toEqual(['08:00']);
  });
});

test.each(['vault', 'drives'] as const)(
  'of those that wait for one vault the more urgent go first, and no more than its %s may have at once',
  async (of) => {
    if (of === 'vault') scene.limit = 1;
    else scene.byDrives = 1;
    scene.addObject('e');
    scene.addObject('f');
    add({ priority: 'low' }, { id: '1'.repeat(32), cron: '0 8 * * *' });
    add({ priority: 'high' }, { id: '2'.repeat(32), cron: '0 8 * * *', object: 'e'.repeat(32) });
    add({}, { id: '3'.repeat(32), cron: '0 8 * * *', object: 'f'.repeat(32) });
    const order: string[] = [];
    scene.backUp = async ({ id }) => {
      order.push(id.slice(0, 1));
      expect(order.length - scene.ended).toBe(1);
      await new Promise((done) => setTimeout(done, 5 * MINUTE));
      scene.ended += 1;
      return { warned: false };
    };
    scene.keeper.start();
    await scene.pass(32 * MINUTE);
    const low = scene.store.schedules.runs('1'.repeat(32), 1)[0];
    expect(low).toMatchObject({ outcome: 'waiting', reason: of === 'vault' ? WAITS.limit : WAITS.drives });
    await scene.pass(18 * MINUTE);
    expect(order).toEqual(['2', '3', '1']);
  },
);

test('runs are spread, each to a place of its own that stays before the next one', async () => {
  add({ jitterMs: 12 * HOUR });
  scene.keeper.start();
  await scene.pass(4.5 * HOUR);
  expect(scene.begun).toHaveLength(4);
  expect(scene.begun.every((at) => !at.endsWith(':00') && Number(at.slice(3)) <= 30)).toBe(true);
  expect(new Set(scene.begun.map((at) => at.slice(3))).size).toBeGreaterThan(1);
});

test('runs are spread within their window, however short that is, and a run of each day begins', async () => {
  const window = { from: '14:00', to: '14:20', atEnd: 'finish' } as const;
  scene.addObject('2');
  add({ jitterMs: 12 * HOUR, window }, { cron: '0 14 * * *' });
  add({ jitterMs: 12 * HOUR, window }, { cron: '30 9 * * *', id: '2'.repeat(32), object: '2'.repeat(32) });
  scene.keeper.start();
  await scene.pass(1.5 * 24 * HOUR);
  expect(scene.begun).toHaveLength(4);
  expect(scene.begun.every((at) => at.startsWith('14:') && Number(at.slice(3)) <= 10)).toBe(true);
  expect(new Set(scene.begun).size).toBeGreaterThan(2);
});

test('a run that makes up for a missed Sunday is the full one', async () => {
  vi.setSystemTime(new Date('2026-05-02T12:00:00Z'));
  add({ rules: [{ on: 'sun', level: 'full' }] }, { cron: '0 1 * * *', level: 'differential', catchUp: true });
  vi.setSystemTime(new Date('2026-05-05T09:00:00Z'));
  scene.keeper.start();
  await scene.pass(MINUTE);
  expect(scene.last()).toMatchObject({ outcome: 'done', level: 'full' });
  await scene.pass(24 * HOUR);
  expect(scene.last()).toMatchObject({ level: 'differential' });
});

test('a run that makes up for a missed first of the month is of its level, however many moments were missed since', async () => {
  vi.setSystemTime(new Date('2026-05-30T07:30:00Z'));
  const rules = [{ on: 'month', level: 'full' } as const];
  add({ rules }, { cron: '*/10 * * * *', level: 'differential', catchUp: true });
  vi.setSystemTime(new Date('2026-06-20T07:30:00Z'));
  scene.keeper.start();
  await scene.pass(MINUTE);
  expect(scene.last()).toMatchObject({ outcome: 'done', level: 'full' });
  await scene.pass(10 * MINUTE);
  expect(scene.last()).toMatchObject({ outcome: 'done', level: 'differential' });
});
