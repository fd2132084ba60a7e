import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { openStore } from '../store/store.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { engineUseCases } from '../wiring.ts';
import { overdueFindings } from './overdue-findings.ts';
import type { ConsoleParts } from './parts.ts';

test('an object is never, then ok, then overdue, and each time a button says what to do', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  const before = await scene.call('overview', {});
  expect(before.objects).toMatchObject([{ name: 'files', state: 'never', lastGood: null, trend: [] }]);
  // It is calm: said of the object, and no matter for anybody to see to.
  const shared = [{ path: scene.source, by: 'fileSystem' }];
  expect(before.objects[0]?.sharedDisk).toEqual(shared);
  expect((await scene.call('object.show', { object: 'files' })).sharedDisk).toEqual(shared);
  expect(before.attention).toMatchObject([
    { code: 'NEVER_BACKED_UP', severity: 'lost', action: { procedure: 'backup', input: { object: 'files' } } },
  ]);
  const { set } = await scene.call('backup', { object: 'files' });
  const after = await scene.call('overview', {});
  expect(after.objects).toMatchObject([
    { state: 'ok', reason: { code: 'GOOD' }, lastGood: { id: set.id }, trend: [{ set: set.id }], nextRun: null },
  ]);
  expect(after.attention).toEqual([]);
  expect(after.vaults).toMatchObject([{ reachable: true, sets: 1, forecast: null, space: { slots: 8 } }]);
  const { now } = Date;
  Date.now = () => now() + 8 * 86_400_000;
  try {
    const late = await scene.call('overview', {});
    expect(late.objects).toMatchObject([{ state: 'overdue', reason: { code: 'TOO_OLD' } }]);
    expect(late.attention).toMatchObject([{ code: 'OVERDUE', action: { procedure: 'backup' } }]);
    await scene.call('settings.set', { overdueAfterHours: 24 * 30 });
    expect((await scene.call('overview', {})).objects).toMatchObject([{ state: 'ok' }]);
  } finally {
    Date.now = now;
  }
});

test('overview, metrics and report say alike that a scheduled run is missing, and not by age where one is not', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const at = new Date(Date.now() + 20 * 86_400_000);
  const cron = `0 3 ${at.getUTCDate()} * *`;
  const schedule = (await scene.call('schedule.add', { object: 'files', cron, zone: 'UTC' })).schedule.id;
  const byItself = async () => {
    const { nextRun, schedulesPaused } = (await scene.call('overview', {})).objects[0] ?? {};
    return [nextRun !== null, schedulesPaused];
  };
  expect(await byItself()).toEqual([true, false]);
  await scene.call('schedule.pause', { schedule });
  expect(await byItself()).toEqual([false, true]);
  await scene.call('schedule.resume', { schedule });
  expect(await byItself()).toEqual([true, false]);
  const told = async () => {
    const { objects, attention } = await scene.call('overview', {});
    const { text } = await scene.call('metrics', {});
    const report = await scene.call('report.month', {});
    return [
      objects[0]?.reason.code,
      objects[0]?.overdueSince?.slice(0, 10) ?? null,
      report.objects[0]?.overdueSince?.slice(0, 10) ?? null,
      /^coldframe_object_overdue\{.*\} (\d)$/m.exec(text)?.[1],
      attention.map(({ code }) => code),
    ];
  };
  const { now } = Date;
  try {
    // Older than the setting allows, and yet nothing was due.
    Date.now = () => now() + 15 * 86_400_000;
    expect(await told()).toEqual(['GOOD', null, null, '0', []]);
    Date.now = () => now() + 21 * 86_400_000;
    const day = at.toISOString().slice(0, 10);
    expect(await told()).toEqual(['RUN_MISSED', day, day, '1', ['OVERDUE']]);
    await scene.call('settings.set', { overdueAfterHours: 87_600 });
    expect(await told()).toEqual(['RUN_MISSED', day, day, '1', ['OVERDUE']]);
  } finally {
    Date.now = now;
  }
});

test('a source that is gone and a backup that failed are told, a vault that is away too', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  fs.rmSync(scene.source, { recursive: true });
  await expect(scene.call('backup', { object: 'files' })).rejects.toMatchObject({ code: 'NO_SUCH_PATH' });
  const failed = await scene.call('overview', {});
  expect(failed.objects).toMatchObject([{ state: 'failed', reason: { code: 'JOB_FAILED', error: 'NO_SUCH_PATH' } }]);
  expect(failed.attention.map(({ code }) => code)).toEqual(['LAST_FAILED', 'ROOT_MISSING']);
  fs.renameSync(scene.vault, `${scene.vault}-away`);
  const away = await scene.call('overview', {});
  expect(away.vaults).toMatchObject([{ reachable: false, space: null }]);
  expect(away.attention.map(({ code }) => code)).toContain('VAULT_UNREACHABLE');
});

test('where the catalog of one vault was lost that is told, and how the others stand, too', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  const second = path.join(scene.root, 'second');
  await scene.call('vault.create', { dir: second, tapeSize: 64 << 20 });
  await scene.call('object.add', { name: 'other', vault: second, files: [{ path: scene.source }] });
  await scene.call('backup', { object: 'other' });
  const { vaults } = await scene.call('overview', {});
  const id = vaults.find(({ vault }) => vault.dir === second)?.vault.id as string;
  await scene.restart(() => {
    for (const file of fs.readdirSync(path.join(scene.home, 'catalogs')))
      if (file.startsWith(id)) fs.rmSync(path.join(scene.home, 'catalogs', file), { recursive: true });
  });
  const { objects, attention } = await scene.call('overview', {});
  expect(objects.map(({ name, state, reason }) => [name, state, reason.code, reason.error])).toEqual([
    ['files', 'never', 'NO_SET', null],
    ['other', 'failed', 'CATALOG_UNREADABLE', 'CATALOG_BEHIND'],
  ]);
  expect(attention.map(({ code, object, vault }) => [code, object, vault])).toEqual([
    ['NEVER_BACKED_UP', 'files', scene.vault],
    ['CATALOG_UNREADABLE', null, second],
  ]);
  const { text } = await scene.call('metrics', {});
  expect(text).toContain(`coldframe_object_overdue{object="other",vault="${second}"} 1`);
  await scene.call('report.month', {});

  const store = openStore(path.join(scene.home, 'console.db'));
  onTestFinished(() => store.close());
  store.settings.change({ overdueAfterHours: 1 });
  const parts = {
    home: scene.home,
    store,
    useCases: engineUseCases,
    board: { backupsOf: () => ({ running, ended: null }) },
  };
  const { now } = Date;
  let running: object | null = null;
  const late = async (hours: number): Promise<Awaited<ReturnType<typeof overdueFindings>>> => {
    try {
      Date.now = () => now() + hours * 3_600_000;
      return await overdueFindings(parts as unknown as ConsoleParts);
    } finally {
      Date.now = now;
    }
  };
  const found = await late(3);
  // One that is paused and forgotten, or never ends, speaks for nothing.
  for (const [state, hours, words] of [
    ['paused', 24, /never backed up, and the one that is paused/],
    ['running', 72, /the one that has run since .* has not ended/],
  ] as const) {
    running = { state, createdAt: new Date().toISOString() };
    const of = async (after: number) => (await late(after)).find(({ object }) => object === 'files')?.text;
    expect(await of(hours - 1)).toBe(undefined);
    expect(await of(hours + 1)).toMatch(words);
  }
  expect(found.map(({ key, object }) => [key.slice(0, 15), object])).toEqual([
    [`overdue ${objects[0]?.id.slice(0, 7)}`, 'files'],
    ['overdue unknown', null],
  ]);
  const rebuilt = attention.find(({ code }) => code === 'CATALOG_UNREADABLE')?.action?.input as { dir: string };
  await scene.call('vault.rebuild', rebuilt);
  const mended = await scene.call('overview', {});
  expect(mended.objects.map(({ state }) => state)).toEqual(['never', 'ok']);
});

test('an object whose last good set needs a tape that is away is not called protected, nor damaged or overdue', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  await scene.call('tape.retire', { vault: scene.vault, tape: 'CF0001' });
  scene.write('b.txt', 'more');
  const { set } = await scene.call('backup', { object: 'files' });
  expect(set).toMatchObject({ level: 'incremental', tapes: ['CF0002'] });
  const seen = async () => {
    const { objects, attention } = await scene.call('overview', {});
    return [objects[0]?.state, objects[0]?.reason.code, attention.map(({ code }) => code)];
  };
  const tape = path.join(scene.vault, 'tapes', 'CF0001L8.tap');
  expect(await seen()).toEqual(['ok', 'GOOD', []]);
  fs.renameSync(tape, path.join(scene.root, 'away'));
  expect(await seen()).toEqual(['away', 'TAPES_AWAY', ['TAPES_AWAY']]);
  const { attention } = await scene.call('overview', {});
  expect(attention).toMatchObject([
    {
      object: 'files',
      severity: 'look',
      context: {
        set: set.id,
        tapes: 'CF0001L8 (last in slot 1)',
        pick: 'CF0001',
        count: 1,
        objects: 'files',
        checks: 0,
      },
    },
  ]);
  const setsAway = async () => (await scene.call('sets', {})).sets.map(({ tapesAway }) => tapesAway);
  expect(await setsAway()).toEqual([['CF0001L8'], ['CF0001L8']]);
  expect(await scene.call('vault.show', { dir: scene.vault })).toMatchObject({
    setsAway: 2,
    tapes: { away: [{ barcode: 'CF0001L8', slot: 1, drive: null, pool: 'data' }] },
  });
  expect((await scene.call('library.show', { vault: scene.vault })).tapes.filter(({ away }) => away)).toMatchObject([
    { id: 'CF0001', state: 'retired' },
  ]);
  fs.renameSync(path.join(scene.root, 'away'), tape);
  expect(await setsAway()).toEqual([[], []]);
  await scene.call('tape.copy', { vault: scene.vault, tape: 'CF0001', to: 'CF0003' });
  fs.renameSync(tape, path.join(scene.root, 'away'));
  expect(await seen()).toMatchObject(['ok', 'GOOD', expect.not.arrayContaining(['TAPES_AWAY'])]);
  fs.renameSync(scene.vault, `${scene.vault}-away`);
  expect(await seen()).toEqual(['away', 'TAPES_AWAY', ['VAULT_UNREACHABLE']]);
});

test('a schedule that comes to nothing is told until a backup has made up for it', async () => {
  const scene = new ConsoleScene();
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const { schedule } = await scene.call('schedule.add', { object: 'files', cron: '0 3 * * *', zone: 'UTC' });
  const codes = async () => (await scene.call('overview', {})).attention.map(({ code, severity }) => [code, severity]);
  expect(await codes()).toEqual([]);

  const run = {
    dueAt: Date.now() - 2000,
    at: Date.now(),
    outcome: 'failed',
    reason: 'SCHEDULE_PASSPHRASE: …',
    job: null,
    more: 0,
    level: null,
    attempts: 0,
    notBefore: null,
  } as const;
  const store = openStore(path.join(scene.root, 'home/console.db'));
  onTestFinished(() => store.close());
  const { schedules } = store;
  schedules.putRun(schedule.id, run);
  expect((await scene.call('overview', {})).attention).toMatchObject([
    {
      code: 'RUN_FAILED',
      object: 'files',
      context: { schedule: schedule.id, reason: run.reason },
      action: { procedure: 'backup', input: { object: 'files' } },
    },
  ]);
  schedules.putRun(schedule.id, { ...run, outcome: 'skipped', reason: 'missed', more: 3 });
  expect(await codes()).toEqual([['RUN_SKIPPED', 'look']]);
  await scene.call('schedule.pause', { schedule: schedule.id });
  expect(await codes()).toEqual([]);
  await scene.call('schedule.resume', { schedule: schedule.id });
  expect(await codes()).toEqual([['RUN_SKIPPED', 'look']]);
  await scene.call('backup', { object: 'files' });
  expect(await codes()).toEqual([]);

  // An expression that a later version reads no more.
  schedules.add({ ...(schedules.list()[0] as StoredSchedule), id: 'f'.repeat(32), cron: 'whenever' });
  expect(await codes()).toEqual([['SCHEDULE_BROKEN', 'lost']]);
});
