import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ScheduleTerms } from '../../../shared/contract/schedules.ts';
import type { ErrorCode } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { parseMounts } from '../../platform/drives/mounts.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { type KeeperScene, MINUTE, openKeeperScene } from '../testing/keeper-scene.ts';
import { WAITS } from './admission.ts';
import { calendarOf } from './calendar.ts';
import { isReachable, meteredOf, networkServerOf } from './network.ts';
import { levelAt, levelsBetween } from './run-level.ts';
import { idleSince, machineSurroundings, readMains } from './surroundings.ts';
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
    ['pause', ['pause d', 'go on d'], 'done'],
    ['cancel', ['end d'], 'cancelled'],
  ] as const)('that ends while a run is under way: %s', async (atEnd, steered, outcome) => {
    scene.resumable = false;
    add({ window: { from: '08:00', to: '08:30', atEnd } }, { cron: '0 8 * * *' });
    const end = Promise.withResolvers<{ warned: boolean }>();
    scene.backUp = (_, started) => {
      started('d'.repeat(32));
      return end.promise;
    };
    scene.onCancel = () => end.reject(new ColdframeError('CANCELLED', { message: 'It was.', guidance: '' }));
    scene.keeper.start();
    await scene.pass(24.75 * HOUR);
    expect(scene.steered).toEqual(steered);
    end.resolve({ warned: false });
    await scene.pass(MINUTE);
    expect(scene.outcomes()[0]).toEqual(['08:00', outcome]);
  });
});

test('a backup whose window ends holds nothing until it opens, and goes on with what it had begun', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *' });
  let end = Promise.withResolvers<{ warned: boolean }>();
  const resumed: (string | null)[] = [];
  scene.backUp = (_, started, interrupted) => {
    end = Promise.withResolvers();
    resumed.push(interrupted);
    started(String(resumed.length).repeat(32));
    return end.promise;
  };
  scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
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
  expect(resumed).toEqual([null, '1'.repeat(32), '2'.repeat(32)]);
  end.resolve({ warned: false });
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
  let end = Promise.withResolvers<{ warned: boolean }>();
  let jobs = 0;
  scene.resumable = false;
  scene.backUp = (_, started) => {
    end = Promise.withResolvers();
    jobs += 1;
    started(String(jobs).repeat(32));
    return end.promise;
  };
  scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
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
  expect(jobs).toBe(2);
  end.resolve({ warned: false });
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
    const end = Promise.withResolvers<{ warned: boolean }>();
    scene.queued = true;
    scene.backUp = (_, started) => {
      started('1'.repeat(32));
      return end.promise;
    };
    scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
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
  let end = Promise.withResolvers<{ warned: boolean }>();
  const resumed: (string | null)[] = [];
  scene.backUp = (_, started, interrupted) => {
    end = Promise.withResolvers();
    resumed.push(interrupted);
    started(String(resumed.length).repeat(32));
    return end.promise;
  };
  scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
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
  end.resolve({ warned: false });
  await scene.pass(2 * MINUTE);
  expect(resumed).toEqual([null, '1'.repeat(32)]);
  expect(scene.outcomes()).toEqual([
    ['08:05', 'interrupted'],
    ['08:05', 'done'],
  ]);
  expect(isTakenUp(scene.store.schedules, '1'.repeat(32))).toBe(false);
});

test('a backup that was put off and gone on with by hand is not made again when its window opens', async () => {
  add({ window: { from: '08:00', to: '08:30', atEnd: 'pause' } }, { cron: '5 8 * * *' });
  const end = Promise.withResolvers<{ warned: boolean }>();
  scene.backUp = (_, started) => {
    started('1'.repeat(32));
    return end.promise;
  };
  scene.onCancel = () => end.reject(new ColdframeError('WINDOW_ENDED', { message: 'It ended.', guidance: '' }));
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

  test('power supplies are read as Linux shows them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-supplies-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const supply = (name: string, files: Readonly<Record<string, string>>) => {
      mkdirSync(join(folder, name), { recursive: true });
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
    };
    expect(await readMains(join(folder, 'nothing'))).toBe(null);
    expect(await readMains(folder)).toBe(true);
    supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    expect(await readMains(folder)).toBe(true);
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    supply('AC', { type: 'Mains', online: '0' });
    expect(await readMains(folder)).toBe(false);
    supply('AC', { type: 'Mains', online: '1' });
    supply('BAT0', { type: 'Battery', status: 'Charging' });
    expect(await readMains(folder)).toBe(true);
  });

  test('networks are read as Linux shows them, and only those that lead out of the machine', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-net-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const link = (name: string, operstate: string, carrier = '0') => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'operstate'), `${operstate}\n`);
      writeFileSync(join(folder, name, 'carrier'), `${carrier}\n`);
    };
    const reached = (server: string | null, at = folder) =>
      isReachable(server, at, { docker0: [{ cidr: '172.17.0.1/16', family: 'IPv4' } as NetworkInterfaceInfo] });
    expect(await reached('nas', join(folder, 'nothing'))).toBe(null);
    link('lo', 'unknown', '1');
    link('docker0', 'down');
    link('wlan0', 'down');
    for (const server of ['nas', '172.17.0.2', null]) expect(await reached(server)).toBe(false);
    // A container or a virtual machine of this host may be the server.
    link('docker0', 'up', '1');
    for (const server of ['nas', '172.17.0.2', null]) expect(await reached(server)).toBe(null);
    for (const server of ['192.168.1.2', 'fe80::1']) expect(await reached(server)).toBe(false);
    link('wwan0', 'unknown', '1');
    expect(await reached('192.168.1.2')).toBe(true);
    rmSync(join(folder, 'wwan0'), { recursive: true });
    link('wlan0', 'up', '1');
    expect(await reached('192.168.1.2')).toBe(true);
  });

  test('a source lies on a network by its innermost mount', () => {
    const mounts = parseMounts(
      [
        '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
        '2 1 0:50 / /srv/share rw - nfs4 server:/export rw',
        '3 2 8:2 / /srv/share/local rw - ext4 /dev/sdb1 rw',
        '4 1 0:51 / /mnt/two\\040words rw - fuse.sshfs me@there: rw',
      ].join('\n'),
    );
    const paths = [
      '/home',
      '/srv/share',
      '/srv/share/docs',
      '/srv/share/local/docs',
      '/srv/shared',
      '/mnt/two words/a',
    ];
    const none = undefined;
    expect(paths.map((path) => networkServerOf(path, mounts))).toEqual([none, 'server', 'server', none, none, 'there']);
  });

  test('a mount names its server in the way of its file system, and this very machine needs no network', () => {
    const servers = [
      ['nfs4', '192.168.122.5:/export', '192.168.122.5'],
      ['nfs4', '[fe80::2%virbr0]:/export', 'fe80::2%virbr0'],
      ['cifs', '//nas.lan/share', 'nas.lan'],
      ['cifs', '//fe80::2/share', 'fe80::2'],
      ['fuse.sshfs', 'me@[fd00::2]:docs', 'fd00::2'],
      ['fuse.davfs', 'https://dav.example:8443/a', 'dav.example'],
      ['fuse.davfs', 'https://[fd00::2]:8443/a', 'fd00::2'],
      ['9p', 'host-share', null],
      ['ceph', '10.0.0.1,10.0.0.2:/', null],
      ['nfs4', 'localhost:/export', undefined],
      ['nfs4', '[::1]:/export', undefined],
      ['cifs', '//127.0.0.1/share', undefined],
      ['fuse.sshfs', 'me@127.3.2.1:', undefined],
    ];
    const found = servers.map(([fileSystem, source]) => {
      const mounts = parseMounts(`1 0 0:50 / /mnt rw - ${fileSystem} ${source} rw`);
      return [fileSystem, source, networkServerOf('/mnt/docs', mounts)];
    });
    expect(found).toEqual(servers);
  });

  test('exports of other machines want a network, those of this one do not', async () => {
    const cutOff = async (...exports: string[]) => {
      const asked: unknown[] = [];
      const surroundings = machineSurroundings(
        undefined,
        () => ({ roots: [], exports }),
        'linux',
        async (server) => {
          asked.push(server);
          return false;
        },
      );
      return [await surroundings.cutOff('o'), ...asked];
    };
    expect(await cutOff('nbd://nas.lan/disk')).toEqual([true, 'nas.lan']);
    expect(await cutOff('nbd+unix:///disk?socket=/run/nbd', 'nbds://me@10.0.0.2:1234/disk?tls-psk-file=/k')).toEqual([
      true,
      '10.0.0.2',
    ]);
    expect(
      await cutOff('nbd://localhost/disk', 'nbd://127.0.0.1:1234/a', 'nbd+unix:///d?socket=/s', 'nbd:what'),
    ).toEqual([false]);
    expect(await cutOff()).toEqual([false]);
  });

  test('what NetworkManager says of its link is read, and what it does not know is not made up', () => {
    expect(['u 1\n', 'u 2\n', 'u 3\n', 'u 4\n', 'u 0\n', ''].map(meteredOf)).toEqual([
      true,
      false,
      true,
      false,
      null,
      null,
    ]);
  });

  test('what logind says of idleness is read, and what it does not say is not made up', () => {
    expect(idleSince('IdleHint=no\nIdleSinceHint=0\n', 5000)).toBe(0);
    expect(idleSince('IdleHint=yes\nIdleSinceHint=2000000\n', 5000)).toBe(3000);
    expect(idleSince('', 5000)).toBe(null);
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

test('one schedule makes a full set on Sundays, a synthetic one each month, and differential ones else', () => {
  const rules = [{ on: 'month', level: 'synthetic' } as const, { on: 'sun', level: 'full' } as const];
  const calendar = calendarOf('0 1 * * *', 'Europe/Berlin');
  const levels = calendar
    .next(Date.parse('2026-02-26T12:00:00Z'), 6)
    .map((at) => levelAt({ level: 'differential', rules, zone: 'Europe/Berlin' }, calendar, at));
  // Friday 27th, Saturday 28th, Sunday 1st of March, ...
  expect(levels).toEqual(['differential', 'differential', 'synthetic', 'differential', 'differential', 'differential']);
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

test('of many moments the levels are found that each of them has, also on days on which clocks are changed', () => {
  const calendar = calendarOf('0 */2 * * *', 'Europe/Berlin');
  const rules = [
    { on: 'month', level: 'synthetic' } as const,
    { on: 'sun', level: 'full' } as const,
    { on: 'mon', level: 'incremental' } as const,
  ];
  const leveled = { level: 'differential', rules, zone: 'Europe/Berlin' } as const;
  // In the last night of March 2024 an hour is left out, in that of October 2026 one comes twice.
  for (const from of ['2024-03-28T12:00:00Z', '2024-03-30T23:45:00Z', '2026-10-23T12:00:00Z', '2026-10-25T00:10:00Z']) {
    for (const days of [0, 1, 3, 9]) {
      const [begin, end] = [Date.parse(from), Date.parse(from) + days * 24 * HOUR + HOUR];
      const each = new Set(
        calendar.between(begin, end, 5000).moments.map((moment) => levelAt(leveled, calendar, moment)),
      );
      expect(levelsBetween(leveled, calendar, begin, end).toSorted()).toEqual([...each].toSorted());
    }
  }
});
