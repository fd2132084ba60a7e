import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../store/store.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { AuditLog } from './audit-log.ts';

/** A log of three acts in a database of its own, and a way to change that past its triggers. */
const written = () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-audit-'));
  const file = join(folder, 'console.db');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let store = openStore(file);
  onTestFinished(() => store.close());
  const log = () => new AuditLog(store.audit, () => 1000);
  const first = log();
  first.begin('tape.erase', { vault: '/v', context: { tape: 'A' } }).end({ warned: false });
  first.begin('object.remove', { object: 'docs' }).end({ thrown: new Error('no') });
  first.begin('retention.apply', { object: 'docs' }).end({ warned: true });
  return {
    file,
    store: () => store,
    log,
    tamper: (sql: string) => {
      store.close();
      const database = new DatabaseSync(file);
      database.exec(`DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_removed; ${sql}`);
      database.close();
      store = openStore(file);
    },
  };
};

test('each act has a beginning and an end, and the chain of them is whole', async () => {
  const { log, store } = written();
  const { head, problem, records } = await log().verify(null);
  expect({ problem, records, sequence: head?.sequence }).toEqual({ problem: null, records: 6, sequence: 6 });
  await expect(log().verify(head)).resolves.toMatchObject({ problem: null });
  const { acts } = store().audit.list({ act: null, object: 'docs', vault: null, before: null, limit: 9 });
  expect(acts.map(({ begun, ended }) => [begun.act, ended?.phase])).toEqual([
    ['retention.apply', 'warned'],
    ['object.remove', 'failed'],
  ]);
});

test.each([
  [
    'a field that is changed',
    `UPDATE audit SET context = '{"tape":"B"}' WHERE sequence = 1`,
    { kind: 'changed', sequence: 1 },
  ],
  ['a time that is changed', 'UPDATE audit SET at = 1001 WHERE sequence = 4', { kind: 'changed', sequence: 4 }],
  ['a record that is taken out', 'DELETE FROM audit WHERE sequence = 3', { kind: 'missing', sequence: 3 }],
  ['the first ones', 'DELETE FROM audit WHERE sequence < 3', { kind: 'missing', sequence: 1 }],
  ['an end that is cut off', 'DELETE FROM audit WHERE sequence > 4', { kind: 'cut', sequence: 5 }],
  ['all of it', 'DELETE FROM audit', { kind: 'cut', sequence: 1 }],
  [
    'a record behind the last that the database remembers',
    `UPDATE audit SET object = 'other' WHERE sequence = 5; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'audit'`,
    { kind: 'changed', sequence: 5 },
  ],
  [
    'two that change places',
    'UPDATE audit SET sequence = 99 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 99',
    { kind: 'changed', sequence: 3 },
  ],
])('the chain tells of %s', async (_, sql, problem) => {
  const { tamper, log } = written();
  tamper(sql);
  await expect(log().verify(null)).resolves.toMatchObject({ problem });
});

test('an end that is cut off together with the memory of it, or a log that is made anew, differs from a head that was noted', async () => {
  const { tamper, log } = written();
  const { head } = await log().verify(null);
  tamper(`DELETE FROM audit WHERE sequence > 4; UPDATE sqlite_sequence SET seq = 4 WHERE name = 'audit'`);
  await expect(log().verify(null)).resolves.toMatchObject({ problem: null });
  await expect(log().verify(head)).resolves.toMatchObject({ problem: { kind: 'cut', sequence: 5 } });
  log().begin('tape.erase', {}).end({ warned: false });
  await expect(log().verify(head)).resolves.toMatchObject({ problem: { kind: 'changed', sequence: 6 } });
});

test('an end that is cut off stays missed when the log goes on', async () => {
  const { tamper, log } = written();
  tamper('DELETE FROM audit WHERE sequence > 4');
  log().begin('tape.erase', {}).end({ warned: false });
  await expect(log().verify(null)).resolves.toMatchObject({ problem: { kind: 'missing', sequence: 5 } });
});

test('a log whose table was taken out is told as a database that lacks it, while a console runs, which does nothing dangerous any more, and at the next start', async () => {
  const { file, store, log, tamper } = written();
  const running = log();
  const other = new DatabaseSync(file);
  other.exec('DROP TABLE audit');
  other.close();
  const told = expect.objectContaining({ code: 'HOME_DATABASE_DAMAGED', message: expect.stringContaining('audit') });
  let done = false;
  const erase = async () => {
    done = true;
  };
  await expect(running.around('tape.erase', {}, erase)).rejects.toThrow(told);
  expect(done).toBe(false);
  expect(() => store().audit.last()).toThrow(told);
  tamper('CREATE TABLE other (one)');
  expect(log).toThrow(told);
});

test('the database itself refuses to change or remove a record', () => {
  const { file } = written();
  const database = new DatabaseSync(file);
  expect(() => database.exec('UPDATE audit SET at = 0')).toThrow(/only grows/);
  expect(() => database.exec('DELETE FROM audit')).toThrow(/only grows/);
  database.close();
});

test('an act that a killed process left begun is closed as unknown by the next', async () => {
  const { log, store } = written();
  log().begin('tape.erase', { vault: '/v' });
  const next = log();
  const [newest] = store().audit.list({ act: null, object: null, vault: null, before: null, limit: 1 }).acts;
  expect(newest).toMatchObject({ begun: { act: 'tape.erase', vault: '/v' }, ended: { phase: 'unknown' } });
  expect(store().audit.unended()).toEqual([]);
  await expect(next.verify(null)).resolves.toMatchObject({ problem: null, records: 8 });
});

test('a console notes what is dangerous before it does it, refused or not, and nothing else', async () => {
  const scene = new ConsoleScene();
  scene.write('one', 'content');
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  await scene.call('restore', { set: set.id, to: { path: join(scene.root, 'back') } });
  expect((await scene.call('audit.list', {})).entries).toEqual([]);
  await scene.call('restore', { set: set.id, to: { path: join(scene.root, 'back') }, onConflict: 'overwrite' });
  await scene.call('retention.hold', { set: 'files@latest', note: 'court' });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  await scene.call('settings.set', { overdueAfterHours: 1000 });
  await scene.call('settings.set', { overdueAfterHours: 24 });
  const { schedule } = await scene.call('schedule.add', { object: 'files', cron: '0 2 * * *', paused: true });
  await scene.call('schedule.remove', { schedule: schedule.id.slice(0, 8) });
  await expect(scene.call('object.remove', { object: 'nothing' })).rejects.toMatchObject({ code: 'NO_SUCH_OBJECT' });
  const { entries, total } = await scene.call('audit.list', {});
  expect(entries.map(({ act, outcome, error }) => [act, error ?? outcome])).toEqual([
    ['object.remove', 'NO_SUCH_OBJECT'],
    ['schedule.remove', 'done'],
    ['settings.set', 'done'],
    ['retention.set', 'done'],
    ['retention.hold', 'done'],
    ['restore', 'done'],
  ]);
  expect(total).toBe(6);
  // Named by what it was for, which its number alone does not tell any more.
  expect(entries[1]).toMatchObject({ object: 'files', vault: scene.vault });
  expect(entries[2]?.context).toEqual({ overdueAfterHours: 1000, before: 168 });
  expect(entries[5]?.context).toMatchObject({ set: set.id, to: join(scene.root, 'back'), onConflict: 'overwrite' });
  expect(entries[4]?.context).toEqual({ set: 'files@latest', setId: set.id, note: 'court' });
  await expect(scene.call('audit.verify', {})).resolves.toMatchObject({ records: 12, problem: null });
});

test('conditions that keep a schedule from running, and news that come later than usual, are in the log', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const { schedule } = await scene.call('schedule.add', { object: 'files', cron: '0 2 * * *', paused: true });
  await scene.call('schedule.update', { schedule: schedule.id, catchUp: false, terms: { mains: true, retries: 0 } });
  await scene.call('notice.add', { name: 'screen', target: { kind: 'desktop' } });
  for (const send of ['daily', 'now', 'off', 'default'] as const)
    await scene.call('notice.rule', { notice: 'screen', event: 'backup-failed', send });
  const { entries } = await scene.call('audit.list', {});
  expect(entries.map(({ act, context }) => [act, context])).toMatchObject([
    ['notice.rule', { event: 'backup-failed', send: 'off' }],
    ['notice.rule', { event: 'backup-failed', send: 'daily' }],
    ['schedule.update', { changed: 'catchUp, retries, mains' }],
  ]);
});

test('what a sealed vault refuses for want of a passphrase is no act: no log has it, and no job; a wrong one is noted', async () => {
  const scene = new ConsoleScene();
  scene.write('one', 'content');
  const right = { secrets: { passphrase: 'correct horse' } };
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, right);
  await scene.call('object.add', { name: 'files', vault: scene.vault, files: [{ path: scene.source }] });
  const { set } = await scene.call('backup', { object: 'files' }, right);
  const acts = async () => (await scene.call('activity.list', {})).entries.map(({ act, error }) => [act, error]);
  const before = { acts: await acts(), jobs: (await scene.call('job.list', {})).jobs.length };
  const overwrite = { set: set.id, to: { path: join(scene.root, 'back') }, onConflict: 'overwrite' as const };
  const { vault } = scene;
  for (const refused of [
    () => scene.call('restore', overwrite),
    () => scene.call('verify', { vault }),
    () => scene.call('tape.erase', { tape: 'CF0001', sets: [] }),
    () => scene.call('tape.reclaim', { vault, tapes: ['CF0001'] }),
    () => scene.call('retention.apply', { object: 'files', sets: [set.id] }),
    () => scene.call('vault.passphrase', { dir: vault }),
  ])
    await expect(refused()).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
  expect((await scene.call('audit.list', {})).entries).toEqual([]);
  expect({ acts: await acts(), jobs: (await scene.call('job.list', {})).jobs.length }).toEqual(before);
  // A plan reads no tape: what this home knows is enough, and it says what it did not look at.
  scene.write('two', 'more content');
  const planned = { level: 'incremental', parent: set.id, elements: 3 };
  const plan = async (options = {}) => await scene.call('plan', { object: 'files' }, options);
  expect(await plan()).toMatchObject({ ...planned, tapesRead: false });
  expect(await plan(right)).toEqual({ ...(await plan()), tapesRead: true });
  const [tape] = readdirSync(join(vault, 'tapes'));
  renameSync(join(vault, 'tapes', tape ?? ''), join(scene.root, 'away'));
  expect(await plan()).toMatchObject({ level: 'full', parent: null });
  expect((await plan(right)).level).toBe('full');
  renameSync(join(scene.root, 'away'), join(vault, 'tapes', tape ?? ''));
  const wrong = { secrets: { passphrase: 'another horse' } };
  await expect(scene.call('restore', overwrite, wrong)).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  expect((await acts())[0]).toEqual(['restore', 'PASSPHRASE_WRONG']);
  const [noted] = (await scene.call('audit.list', { vault })).entries;
  expect([noted?.act, noted?.error]).toEqual(['restore', 'PASSPHRASE_WRONG']);
});
