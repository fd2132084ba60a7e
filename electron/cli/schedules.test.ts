import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { workplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

const held = workplaceForSuite({ beside: true });
const add = (...more: string[]) => [
  'schedule',
  'add',
  'docs',
  '--cron',
  '30 2 * * *',
  '--zone',
  'Europe/Berlin',
  ...more,
];

test('a schedule is added, listed, run, paused and removed', async () => {
  const place = held.current;
  const source = place.newFolder('source');
  writeFileSync(join(source, 'file'), 'content');
  await place.done('vault.create', ['vault', 'create', place.vault]);
  await place.done('object.add', ['object', 'add', 'docs', '--vault', place.vault, '--files', source]);
  const { schedule } = await place.done('schedule.add', add('--level', 'full', '--catch-up'));
  expect(schedule).toMatchObject({ object: 'docs', level: 'full', catchUp: true, state: 'active', last: null });
  expect(schedule.next).toHaveLength(5);

  const { run } = await place.done('schedule.run', ['schedule', 'run', schedule.id.slice(0, 6)]);
  expect(run).toMatchObject({ outcome: 'done', reason: null, job: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const { sets } = await place.done('sets', ['sets', 'docs']);
  expect(sets).toMatchObject([{ level: 'full', state: 'complete' }]);
  const listed = await place.done('schedule.list', ['schedule', 'list']);
  expect(listed).toMatchObject({ keeping: true, schedules: [{ id: schedule.id, last: { outcome: 'done' } }] });

  const paused = await place.done('schedule.pause', ['schedule', 'pause', schedule.id]);
  expect(paused.schedule).toMatchObject({ state: 'paused', next: [] });
  expect((await place.done('schedule.resume', ['schedule', 'resume', schedule.id])).schedule.next).toHaveLength(5);
  const { runs } = await place.done('schedule.runs', ['schedule', 'runs', schedule.id]);
  expect(runs).toHaveLength(1);
  await place.done('schedule.remove', ['schedule', 'remove', schedule.id]);
  expect((await place.done('schedule.list', ['schedule', 'list'])).schedules).toEqual([]);
});

test('what can never run is refused, and a run that fails says so', async () => {
  const place = held.current;
  expect(await place.fails(2, ['schedule', 'add', 'docs', '--cron', '0 0 30 2 *'])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(10, ['schedule', 'add', 'nothing', '--cron', '@daily'])).toMatchObject({
    code: 'NO_SUCH_OBJECT',
  });
  expect(await place.fails(10, ['schedule', 'run', 'ffffff'])).toMatchObject({ code: 'NO_SUCH_SCHEDULE' });
  await place.done('object.add', ['object', 'add', 'gone', '--vault', place.vault, '--files', place.newFolder('gone')]);
  const { schedule } = await place.done('schedule.add', ['schedule', 'add', 'gone', '--cron', '@weekly']);
  rmSync(place.at('gone'), { recursive: true });
  const ending = await place.run(['schedule', 'run', schedule.id]);
  expect(ending.status).not.toBe(0);
  const { code } = answerOf<{ error: { code: string } }>(ending, ending.status ?? -1).error;
  const { schedules } = await place.done('schedule.list', ['schedule', 'list']);
  expect(schedules[0]?.last).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(code) });
  expect(await place.done('object.remove', ['object', 'remove', 'gone'])).toMatchObject({
    schedules: 1,
    keepRules: false,
  });
  expect((await place.done('schedule.list', ['schedule', 'list'])).schedules).toEqual([]);
});

test('for a sealed vault it keeps the place of the passphrase, which has to be the right one', async () => {
  const place = held.current;
  const right = ['--passphrase-file', place.secret('right', 'correct horse')];
  const wrong = ['--passphrase-file', place.secret('wrong', 'battery staple')];
  mkdirSync(place.at('more'));
  await place.done('vault.create', [...right, 'vault', 'create', place.at('sealed')]);
  await place.done('object.add', [
    'object',
    'add',
    'sealed',
    '--vault',
    place.at('sealed'),
    '--files',
    place.at('more'),
  ]);
  const daily = ['schedule', 'add', 'sealed', '--cron', '@daily'];
  expect(await place.fails(2, daily)).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(1, [...wrong, ...daily])).toMatchObject({ code: 'SCHEDULE_PASSPHRASE' });
  const nothing = ['--passphrase-file', place.at('nothing'), ...daily];
  expect(await place.fails(12, nothing)).toMatchObject({ code: 'PASSPHRASE_MISSING' });
  const { schedule } = await place.done('schedule.add', [...right, ...daily]);
  expect(schedule.passphraseFile).toBe(place.at('right'));
  const run: OutputOf<'schedule.run'> = await place.done('schedule.run', ['schedule', 'run', schedule.id]);
  expect(run.run.outcome).toBe('done');
});

test('terms are agreed on when it is added, changed one by one, and all are paused for a while', async () => {
  const place = held.current;
  await place.done('object.add', [
    'object',
    'add',
    'terms',
    '--vault',
    place.vault,
    '--files',
    place.newFolder('terms'),
  ]);
  writeFileSync(place.at('terms', 'file'), 'content');
  const nightly = ['schedule', 'add', 'terms', '--cron', '0 1 * * *', '--zone', 'UTC', '--level', 'differential'];
  const { schedule } = await place.done('schedule.add', [
    ...nightly,
    ...'--rule month=synthetic --rule sun=full --window 22:00-06:00 --at-window-end pause'.split(' '),
    ...'--priority high --jitter 1h30m --on-mains --unmetered --idle 10m'.split(' '),
  ]);
  expect(schedule.terms).toEqual({
    rules: [
      { on: 'month', level: 'synthetic' },
      { on: 'sun', level: 'full' },
    ],
    window: { from: '22:00', to: '06:00', atEnd: 'pause' },
    priority: 'high',
    jitterMs: 5_400_000,
    retries: 3,
    mains: true,
    unmetered: true,
    idleMs: 600_000,
  });
  expect(schedule.nextLevels).toHaveLength(5);
  const edit = ['schedule', 'edit', schedule.id, '--at-window-end', 'cancel', '--no-idle', '--retries', '0'];
  const { schedule: changed } = await place.done('schedule.update', edit);
  expect(changed.terms).toEqual({
    ...schedule.terms,
    window: { from: '22:00', to: '06:00', atEnd: 'cancel' },
    idleMs: null,
    retries: 0,
  });
  expect(changed).toMatchObject({ catchUp: false, cron: '0 1 * * *', level: 'differential' });
  const noon = [
    'schedule',
    'add',
    'terms',
    '--cron',
    '0 12 * * *',
    '--zone',
    'europe/berlin',
    '--window',
    '22:00-06:00',
  ];
  const late = (await place.done('schedule.add', noon)).schedule;
  const inBerlin = (at: string | undefined) =>
    new Date(at ?? '').toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });
  expect([late.zone, inBerlin(late.nextDue[0]), inBerlin(late.next[0])]).toEqual(['Europe/Berlin', '12:00', '22:00']);
  expect(late.doubts).toMatchObject([{ kind: 'outside-window', begins: late.next[0] }]);
  const odd = ['schedule', 'edit', late.id, '--jitter', '12h', '--window', '22:00-22:00', '--cron', '0 * * * *'];
  const { doubts } = (await place.done('schedule.update', [...odd, '--rule', 'sun=full', '--rule', 'sun=incremental']))
    .schedule;
  expect(doubts).toEqual([
    { kind: 'window-always-open' },
    { kind: 'spread-too-long', mostMs: 1_800_000 },
    { kind: 'rule-never-holds', rule: 1 },
  ]);
  await place.done('schedule.remove', ['schedule', 'remove', late.id]);
  expect(await place.fails(2, [...nightly, '--at-window-end', 'pause'])).toMatchObject({ code: 'USAGE' });
  const { days } = await place.done('schedule.calendar', ['schedule', 'calendar', '--days', '8']);
  expect(days).toHaveLength(8);
  const levels = days.flatMap(({ runs }) => runs.filter((each) => each.schedule === schedule.id));
  expect(levels.some(({ level }) => level === 'full' || level === 'synthetic')).toBe(true);

  const { pausedUntil } = await place.done('schedule.pauseAll', ['schedule', 'pause-all', '--for', '1h']);
  expect(Date.parse(pausedUntil ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  expect((await place.done('schedule.list', ['schedule', 'list'])).pausedUntil).toBe(pausedUntil);
  expect(await place.fails(2, ['schedule', 'pause-all'])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(2, ['schedule', 'pause-all', '--until', '2001-01-01'])).toMatchObject({ code: 'USAGE' });
  const tomorrow = await place.done('schedule.pauseAll', ['schedule', 'pause-all', '--until', 'tomorrow']);
  expect(new Date(tomorrow.pausedUntil ?? '').getHours()).toBe(0);
  expect((await place.done('schedule.pauseAll', ['schedule', 'resume-all'])).pausedUntil).toBe(null);
});

test('a synthetic full is put together after the backup of its schedule', async () => {
  const place = held.current;
  await place.done('object.add', [
    'object',
    'add',
    'synth',
    '--vault',
    place.vault,
    '--files',
    place.newFolder('synth'),
  ]);
  writeFileSync(place.at('synth', 'one'), 'one');
  await place.done('backup', ['backup', 'synth']);
  writeFileSync(place.at('synth', 'two'), 'two');
  const every = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].flatMap((day) => ['--rule', `${day}=synthetic`]);
  const { schedule } = await place.done('schedule.add', ['schedule', 'add', 'synth', '--cron', '@daily', ...every]);
  const { run } = await place.done('schedule.run', ['schedule', 'run', schedule.id]);
  expect(run).toMatchObject({ outcome: 'done', level: 'synthetic' });
  const { sets } = await place.done('sets', ['sets', 'synth']);
  expect(sets.map(({ level }) => level)).toEqual(['synthetic', 'incremental', 'full']);
});

test('settings and limits are chosen for all and for one object, and refused with what is wrong', async () => {
  const place = held.current;
  const limits = (...more: string[]) => place.run(['limit', ...more]).then((ending) => answerOf<object>(ending, 0));
  const hours = ['add', '--from', '00:00', '--to', '00:00'];
  const all = { days: ['mon'], from: '00:00', to: '00:00', source: null, vault: 5_000_000 };
  expect(await limits(...hours, '--days', 'mon', '--vault', '5MB')).toMatchObject({ limits: [all], own: false });
  const own = { ...all, days: [], source: 20_000_000, vault: null };
  expect(await limits(...hours, '--source', '20MB', '--object', 'docs')).toMatchObject({ limits: [own], own: true });
  const listed = await limits('list', '--object', 'docs');
  expect(listed).toMatchObject({ limitNow: { source: 20_000_000, vault: null, until: null } });
  expect(await limits('remove', '1', '--object', 'docs')).toMatchObject({ limits: [], own: true });
  expect(await limits('inherit', '--object', 'docs')).toMatchObject({ limits: [all], own: false });
  expect(await place.fails(2, ['limit', 'remove', '2'])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(2, ['limit', ...hours, '--source', '0'])).toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/--source.*16KiB a second/),
  });
  expect(await limits('clear')).toMatchObject({ limits: [] });

  await place.done('settings.set', ['settings', 'set', 'verifyAfterBackup', 'on']);
  await place.done('settings.setOfObject', ['settings', 'set', 'overdueAfterHours', '5', '--object', 'docs']);
  const docs = await place.done('settings.ofObject', ['settings', 'list', '--object', 'docs']);
  expect(docs).toMatchObject({
    own: { overdueAfterHours: 5 },
    settings: { overdueAfterHours: 5, verifyAfterBackup: true },
  });
  expect(await place.fails(2, ['settings', 'set', 'nothing', '1'])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(2, ['settings', 'set', 'runsPerDrive', 'many'])).toMatchObject({ code: 'USAGE' });
  await place.done('settings.set', ['settings', 'set', 'verifyAfterBackup', 'default']);
});
