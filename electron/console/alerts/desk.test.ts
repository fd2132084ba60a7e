import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NoticeTarget } from '../../../shared/contract/notices.ts';
import type { MonthReport } from '../../../shared/contract/report.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { NOTICE_EVENTS } from '../../../shared/model/notice.ts';
import { randomId } from '../../platform/ids.ts';
import { noteFailedReport } from '../activity.ts';
import { homeFull } from '../home/reserve.ts';
import { leftUnfinished } from '../jobs/running-job.ts';
import { noticeAttention } from '../overview/notice-attention.ts';
import type { StoredJob } from '../store/job-table.ts';
import type { StoredNotice } from '../store/notice-table.ts';
import { openStore, type Store } from '../store/store.ts';
import { type DeskParts, type Finding, NoticeDesk } from './desk.ts';
import { dueReport } from './due-report.ts';
import type { Message } from './message.ts';

const MINUTE = 60_000;
const OBJECT = 'b'.repeat(32);
let folder: string;
let store: Store;
let desk: NoticeDesk;
let now: number;
let got: Message[];
let send: DeskParts['send'];
let watched = false;

const newDesk = (over: Partial<DeskParts> = {}): NoticeDesk => {
  desk = new NoticeDesk({
    store,
    jobById: (id) => store.jobs.byPrefix(id)[0] ?? null,
    overdue: [],
    send: (...delivery) => send(...delivery),
    watched: () => watched,
    now: () => now,
    ...over,
  });
  return desk;
};
/** Lets everything that is due now be told. */
const look = async (): Promise<void> => {
  desk.start();
  desk.look();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
  desk.stop();
};
const add = (name: string, target: NoticeTarget = { kind: 'command', command: 'true' }): string => {
  const id = randomId();
  store.notices.add({ id, name, target, createdAt: now, last: null });
  return id;
};
const ended = (state: StoredJob['state'], over: Partial<StoredJob> = {}): StoredJob => {
  const at = new Date(now).toISOString();
  const none = { set: null, progress: null, error: null, result: null, resumedBy: null, input: {} };
  const job = { id: randomId(), kind: 'backup' as const, state, object: 'docs', vault: '/vault' };
  const all = { ...job, createdAt: at, startedAt: at, finishedAt: at, ...none, ...over };
  store.jobs.put(all);
  return all;
};
const failedWith = (code: string): Partial<StoredJob> =>
  ({ error: { code, kind: 'failed', message: 'It broke.', guidance: '', context: {} } }) as never as Partial<StoredJob>;
const told = (): unknown[] => got.map(({ events }) => events.map(({ event }) => event));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-notices-'));
  store = openStore(join(folder, 'console.db'));
  const selection = { roots: [], unprotected: [], exclude: [] };
  store.vaults.put({ id: 'c'.repeat(32), name: 'vault', dir: '/vault', sealed: false, createdAt: null });
  store.objects.add({
    id: OBJECT,
    name: 'docs',
    kind: 'files',
    vault: 'c'.repeat(32),
    volumes: [],
    selection,
    createdAt: 0,
  });
  now = new Date(2026, 4, 1, 10, 30).getTime();
  got = [];
  watched = false;
  send = (_, message) => {
    got.push(message);
    return Promise.resolve();
  };
  newDesk();
});

afterEach(() => {
  desk.stop();
  store.close();
  rmSync(folder, { recursive: true });
});

test('what ended is told once, by its own rules, also by a process that comes after a kill', async () => {
  add('admin');
  ended('failed', failedWith('IO'));
  ended('done');
  ended('cancelled');
  const running = ended('running', { finishedAt: null });
  newDesk();
  await look();
  await look();
  expect(told()).toEqual([['backup-failed']]);
  expect(got[0]).toMatchObject({ title: 'Backup failed: docs', computer: hostname(), again: false });
  expect(got[0]?.events[0]?.text).toBe('The backup of docs failed: It broke. (IO)');
  store.jobs.interruptUnfinished(leftUnfinished);
  await look();
  expect(told()).toEqual([['backup-failed'], ['backup-failed']]);
  expect(got[1]?.events[0]).toMatchObject({ job: running.id, text: expect.stringContaining('interrupted') });
  expect(store.notices.ended()).toEqual([]);
});

test('what is changed while something is on its way goes for the next that is told', async () => {
  const id = add('admin');
  const to: unknown[] = [];
  send = ({ name, target, keys }) => {
    to.push([name, target, keys]);
    if (to.length === 1) {
      store.notices.change(id, {
        name: 'other',
        target: { kind: 'command', command: 'false' },
        keys: { notice: 'k', signingKey: null },
      });
      ended('failed', failedWith('NO_SUCH_PATH'));
      desk.look();
    }
    return Promise.resolve();
  };
  ended('failed', failedWith('IO'));
  await look();
  expect(to).toEqual([
    ['admin', { kind: 'command', command: 'true' }, { notice: null, signingKey: null }],
    ['other', { kind: 'command', command: 'false' }, { notice: 'k', signingKey: null }],
  ]);
});

test('rules of an object come before those of all, and who wants the wider event hears of the closer one', async () => {
  const id = add('admin');
  store.notices.setRule(id, { event: 'backup-done', object: '', send: 'now' });
  store.notices.setRule(id, { event: 'backup-failed', object: OBJECT, send: 'off' });
  store.notices.setRule(id, { event: 'out-of-tapes', object: '', send: 'off' });
  ended('failed', failedWith('OUT_OF_TAPES'));
  ended('failed', { object: 'other', ...failedWith('OUT_OF_TAPES') });
  ended('done');
  ended('done', { kind: 'verify', object: null, result: { damaged: [{}, {}] } });
  await look();
  expect(told()).toEqual([['out-of-tapes', 'backup-done', 'damage-found']]);
  expect(got[0]?.events[0]?.object).toBe('other');
  // What a verification of all of a vault finds is told by the rules of the objects that it is in.
  for (const event of ['damage-found', 'check-failed'] as const)
    store.notices.setRule(id, { event, object: OBJECT, send: 'off' });
  const ofDocs = { object: 'docs', id: OBJECT, sets: ['s1'] };
  const ofOther = { object: 'docs', id: 'f'.repeat(32), sets: ['s2'] };
  const verified = { kind: 'verify', object: null } as const;
  const found = async (result: object) => {
    const before = got.length;
    ended('done', { ...verified, result: { damaged: [{ set: 's1' }], wrongIn: [ofDocs], ...result } });
    await look();
    return told().slice(before);
  };
  expect(await found({})).toEqual([]);
  // Of another home's object of the same name nobody said that, nor of what is in no set of theirs.
  expect(await found({ damaged: [{ set: 's1' }, { set: 's2' }], wrongIn: [ofDocs, ofOther] })).toEqual([
    ['damage-found'],
  ]);
  expect(await found({ damagedTapes: [{}] })).toEqual([['damage-found']]);
  expect(await found({ damaged: [{ set: 's1' }, { set: 'unheard-of' }] })).toEqual([['damage-found']]);
});

test('that retention is held back is told for each object and each finding, and once for each', async () => {
  add('admin');
  const held = (object: string, heldBy: { object: string; job: string }) =>
    ended('done-with-warnings', {
      kind: 'retention',
      object,
      result: { warnings: [{ code: 'RETENTION_HELD', path: '', message: 'nothing expires' }], heldBy },
    });
  held('docs', { object: OBJECT, job: 'a' });
  held('docs', { object: OBJECT, job: 'a' });
  held('other', { object: 'f'.repeat(32), job: 'a' });
  held('docs', { object: OBJECT, job: 'b' });
  await look();
  expect(told().flat()).toEqual(['retention-held', 'retention-held', 'retention-held']);
});

test('what fails is tried again later under the same id, says so, and holds nothing else up', async () => {
  const broken = add('broken');
  add('good');
  send = (notice, message) => {
    got.push(message);
    return notice.name === 'broken' ? Promise.reject(new Error('no route')) : Promise.resolve();
  };
  ended('failed', failedWith('IO'));
  await look();
  expect(got).toHaveLength(2);
  expect(store.notices.list().find(({ id }) => id === broken)?.last).toEqual({ at: now, error: 'no route', events: 1 });
  const waits = store.notices.counts(broken);
  expect(waits).toEqual({ waiting: 1, nextTry: now + MINUTE, givenUp: 0, attempts: 1 });
  await look();
  expect(got).toHaveLength(2);
  now += 2 * MINUTE;
  send = (_, message) => {
    got.push(message);
    return Promise.resolve();
  };
  await look();
  expect(got).toHaveLength(3);
  expect(got[2]).toMatchObject({ again: true, id: got.find(({ id }) => id === got[2]?.id)?.id });
  expect(got.slice(0, 2).map(({ id }) => id)).toContain(got[2]?.id);
  expect(store.notices.counts(broken).waiting).toBe(0);
});

test('it is given up after some days, which stays known, and is tried once more when something gets there again', async () => {
  const id = add('gone');
  send = () => Promise.reject(new Error('no route'));
  ended('failed', failedWith('IO'));
  let attempts = 0;
  const troubled: unknown[] = [];
  for (; store.notices.counts(id).givenUp === 0 && attempts < 200; attempts += 1) {
    await look();
    troubled.push(noticeAttention(store.notices).map(({ context }) => context.notice));
    now += 61 * MINUTE;
  }
  expect(attempts).toBe(75);
  expect(troubled.slice(0, 5)).toEqual([[], [], [], ['gone'], ['gone']]);
  expect(troubled.at(-1)).toEqual(['gone']);
  expect(store.notices.counts(id)).toEqual({ waiting: 0, nextTry: null, givenUp: 1, attempts: 0 });
  // Something gets there, and not what was given up: that stays so, and holds up nothing.
  send = (_, message) =>
    message.events.some(({ event }) => event === 'backup-failed')
      ? Promise.reject(new Error('refused'))
      : Promise.resolve(void got.push(message));
  await desk.test(store.notices.list()[0] as StoredNotice, new AbortController().signal);
  await look();
  expect(store.notices.counts(id)).toEqual({ waiting: 0, nextTry: null, givenUp: 1, attempts: 0 });
  send = (_, message) => Promise.resolve(void got.push(message));
  ended('done-with-warnings', { result: { set: { warnings: [{}] } } });
  await look();
  now += 24 * 60 * MINUTE;
  await look();
  expect(told()).toEqual([['test'], ['backup-warned'], ['backup-failed']]);
  expect(got[2]).toMatchObject({ again: true });
  expect(noticeAttention(store.notices)).toEqual([]);
});

test('a digest comes at its time with all that happened', async () => {
  add('admin');
  for (let times = 0; times < 3; times += 1) ended('done-with-warnings', { result: { set: { warnings: [{}] } } });
  await look();
  expect(got).toEqual([]);
  now = new Date(2026, 4, 2, 8, 1).getTime();
  await look();
  expect(told()).toEqual([['backup-warned', 'backup-warned', 'backup-warned']]);
  expect(got[0]?.title).toBe('Backup done with warnings: docs (and 2 more)');
});

test('what a clock put off that was years ahead is told when the clock is right', async () => {
  const id = add('admin');
  const right = now;
  now = Date.parse('2031-01-01T10:30:00Z');
  ended('done-with-warnings');
  await look();
  send = () => Promise.reject(new Error('no server'));
  ended('failed', failedWith('IO'));
  await look();
  expect([told(), store.notices.counts(id).waiting]).toEqual([[], 2]);
  now = right;
  send = (_, message) => Promise.resolve(void got.push(message));
  await look();
  expect(new Set(told().flat())).toEqual(new Set(['backup-failed', 'backup-warned']));
  expect(store.notices.counts(id)).toMatchObject({ waiting: 0, nextTry: null });
  // A digest is put off by no more than it is meant to be.
  ended('done-with-warnings');
  await look();
  expect(store.notices.counts(id).nextTry).toBe(new Date(2026, 4, 2, 8, 0).getTime());
});

test('a job whose result is of a shape that nobody knows is told as that, and keeps nothing behind it', async () => {
  add('admin');
  ended('done', { kind: 'verify', result: { damaged: 3 } });
  ended('failed', { kind: 'of-a-newer-version' as never, error: failedWith('IO').error as never });
  ended('failed', failedWith('IO'));
  await look();
  expect(got.flatMap(({ events }) => events).map(({ event, text }) => [event, text])).toEqual([
    ['check-failed', 'The verification of docs ended (done), and its result cannot be read. Look at its job.'],
    ['backup-failed', 'The backup of docs failed: It broke. (IO)'],
  ]);
  expect(store.notices.ended()).toEqual([]);
});

test('an attempt whose process was killed is made again, and says that it is', async () => {
  add('admin');
  ended('failed', failedWith('IO'));
  send = () => new Promise(() => undefined);
  await look();
  const id = store.notices.list()[0]?.id ?? '';
  expect(store.notices.counts(id).waiting).toBe(1);
  send = (_, message) => {
    got.push(message);
    return Promise.resolve();
  };
  newDesk();
  await look();
  expect(got).toMatchObject([{ again: true }]);
});

test('what got there is not sent again while that cannot be noted', async () => {
  add('admin');
  let full = true;
  const notices: Store['notices'] = {
    ...store.notices,
    delivered: (...args) => {
      if (full) throw new Error('database or disk is full');
      store.notices.delivered(...args);
    },
  };
  newDesk({ store: { ...store, notices } });
  ended('failed', failedWith('IO'));
  await look();
  now += 120 * MINUTE;
  await look();
  expect(got).toHaveLength(1);
  full = false;
  await look();
  expect(got).toHaveLength(1);
  expect(store.notices.counts(store.notices.list()[0]?.id ?? '').waiting).toBe(0);
});

test('what is overdue is told once for each last good backup', async () => {
  add('admin');
  const late = (key: string): Finding => ({
    events: ['overdue'],
    key,
    at: now,
    object: 'docs',
    vault: null,
    text: 'Late.',
  });
  for (const key of ['overdue docs 1', 'overdue docs 1', 'overdue docs 2']) desk.happened(late(key));
  await look();
  expect(told()).toEqual([['overdue', 'overdue']]);
});

test('a notice on the desktop waits until somebody is there', async () => {
  const id = add('screen', { kind: 'desktop' });
  ended('failed', failedWith('IO'));
  await look();
  expect(got).toEqual([]);
  watched = true;
  await look();
  expect(got).toHaveLength(1);
  expect(store.notices.counts(id).waiting).toBe(0);
});

test('a console that ends waits a moment, and what did not get there stays', async () => {
  const id = add('admin');
  send = (_, __, signal) =>
    new Promise((_done, fail) => signal.addEventListener('abort', () => fail(new Error('ended'))));
  ended('failed', failedWith('IO'));
  const began = performance.now();
  await desk.flush(100);
  expect(performance.now() - began).toBeLessThan(1500);
  expect(store.notices.counts(id).waiting).toBe(1);
});

test('what heeds no signal holds up neither its channel nor the end, is not begun beside itself, and goes on once it answers', async () => {
  const id = add('share', { kind: 'folder', folder: '/share' });
  const answer = Promise.withResolvers<void>();
  let begun = 0;
  send = async () => {
    begun += 1;
    await answer.promise;
  };
  const state = () => {
    const [notice] = store.notices.list();
    return [begun, notice?.last?.error, store.notices.counts(id).waiting];
  };
  ended('failed', failedWith('IO'));
  const before = performance.now();
  await desk.flush(50);
  expect(performance.now() - before).toBeLessThan(3000);
  expect(state()).toEqual([1, 'There was no answer in time', 1]);
  await expect(desk.test(store.notices.list()[0] as StoredNotice, AbortSignal.timeout(9000))).rejects.toThrow(
    /earlier/,
  );
  expect(begun).toBe(1);
  answer.resolve();
  await new Promise((done) => setImmediate(done));
  await desk.test(store.notices.list()[0] as StoredNotice, AbortSignal.timeout(9000));
  expect(state()).toEqual([2, null, 1]);
});

test('a report that cannot be written is told of once, with why, and told itself once it can be', async () => {
  add('admin');
  const broken = () => Promise.reject(new ColdframeError('CATALOG_DAMAGED', { message: 'Torn.', guidance: '' }));
  const due = () =>
    dueReport(store, { now: Date.parse('2026-06-01T12:00:00Z'), zone: 'UTC' }, broken, (month, thrown) =>
      noteFailedReport(store, month, thrown),
    );
  for (const finding of await due()) desk.happened(finding);
  expect(await due()).toEqual([]);
  expect(store.activity.list({ object: null, vault: null, before: null, limit: 9 }).entries).toMatchObject([
    { act: 'report.month', outcome: 'failed', error: 'CATALOG_DAMAGED', context: { month: '2026-05', why: 'Torn.' } },
  ]);
  await look();
  expect(got.flatMap(({ events }) => events)).toMatchObject([
    { event: 'month-report', text: expect.stringMatching(/^The report of 2026-05 .*: Torn\. \(CATALOG_DAMAGED\)/) },
  ]);
  expect(got[0]?.events[0]?.report).toBeUndefined();
  expect(store.notices.isKnown('report 2026-05')).toBe(false);
});

test('the report of a month is told once it is over, with what is overdue, and not of a month in which nothing was protected', async () => {
  const asked: string[] = [];
  const written = (month: string) => {
    asked.push(month);
    const objects = [
      { object: 'docs', overdueSince: '2026-05-30T02:00:00Z' },
      { object: 'mail', overdueSince: null },
    ];
    return Promise.resolve({
      month,
      host: 'here',
      objects,
      damage: [],
      failuresTotal: 3,
      auditTotal: 0,
    } as never as MonthReport);
  };
  // In Auckland it is June by then, half a day before it is in UTC.
  now = Date.parse('2026-05-31T12:30:00Z');
  const due = (zone = 'Pacific/Auckland') => dueReport(store, { now, zone }, written);
  expect(await due()).toEqual([]);
  add('admin');
  // How a job ends that began before midnight would be in no report: it is waited for, though not for ever.
  const began = now - 3_600_000;
  const withJob = (at: number) => dueReport(store, { now: at, zone: 'Pacific/Auckland', underWay: [began] }, written);
  expect(await withJob(now)).toEqual([]);
  expect(await withJob(now + 24 * 3_600_000)).toHaveLength(1);
  const since = dueReport(store, { now, zone: 'Pacific/Auckland', underWay: [now] }, written);
  expect(await since).toHaveLength(1);
  asked.length = 0;
  const [finding] = await due();
  expect(finding).toMatchObject({ events: ['month-report'], object: null });
  expect(finding?.text).toMatch(
    /^Backup report of May 2026, computer here: .*3 jobs that did not finish.*Overdue now: docs\.$/,
  );
  desk.happened(finding as Finding);
  await look();
  expect(got[0]?.events).toMatchObject([{ event: 'month-report', report: '2026-05' }]);
  expect(await due()).toEqual([]);
  expect(await due('UTC')).toMatchObject([{ key: 'report 2026-04' }]);
  expect(asked).toEqual(['2026-05', '2026-04']);
  store.objects.add({
    ...(store.objects.byName('docs') as NonNullable<ReturnType<typeof store.objects.byName>>),
    id: 'd'.repeat(32),
    name: 'new',
    createdAt: now,
  });
  store.objects.remove(OBJECT);
  expect(await due('UTC')).toEqual([]);
});

test('that the database of the home is gone is told at once, whatever the rules, though nothing can wait in it', async () => {
  const id = add('admin');
  for (const event of NOTICE_EVENTS) store.notices.setRule(id, { event, object: '', send: 'off' });
  const file = join(folder, 'console.db');
  await look();
  expect(told()).toEqual([]);
  const ids: string[] = [];
  send = (_, message) => {
    ids.push(message.id);
    return Promise.reject(new Error('the server is away'));
  };
  renameSync(file, `${file}-away`);
  await look();
  await look();
  expect(ids).toHaveLength(1);
  send = (_, message) => {
    got.push(message);
    return Promise.resolve();
  };
  now += 60_000;
  await look();
  await look();
  expect(told()).toEqual([['home-database-missing']]);
  expect(got[0]).toMatchObject({ id: ids[0], again: true, title: 'The database of Coldframe is gone' });
  expect(got[0]?.events[0]?.text).toContain(file);
  // It is back, and gone once more.
  renameSync(`${file}-away`, file);
  await look();
  renameSync(file, `${file}-away`);
  await look();
  expect(told()).toEqual([['home-database-missing'], ['home-database-missing']]);
  renameSync(`${file}-away`, file);
});

test('a database that is met damaged is told of once, whatever the rules', async () => {
  add('admin');
  await look();
  const other = new DatabaseSync(join(folder, 'console.db'));
  other.exec('DROP TABLE audit; DROP TABLE notices');
  other.close();
  expect(() => store.audit.unended()).toThrow(/damaged/);
  await look();
  await look();
  expect(told()).toEqual([['home-database-damaged']]);
  expect(got[0]?.events[0]?.text).toContain('no such table');
});

test('that nothing can be noted down for want of room is told at once, and no more than once a day', async () => {
  const id = add('admin');
  for (const event of NOTICE_EVENTS) store.notices.setRule(id, { event, object: '', send: 'off' });
  let full = true;
  newDesk({ homeTrouble: () => (full ? homeFull('/proc') : null) });
  await look();
  full = false;
  await look();
  full = true;
  now += 60 * MINUTE;
  await look();
  expect(told()).toEqual([['home-full']]);
  expect(got[0]?.events[0]?.text).toContain('/proc');
  full = false;
  now += 24 * 60 * MINUTE;
  await look();
  full = true;
  await look();
  expect(told()).toEqual([['home-full'], ['home-full']]);
});
