import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ConfigStep } from '../../../shared/contract/config.ts';
import { configNow } from '../../../shared/model/config-now.ts';
import { planConfig } from '../../../shared/model/config-plan.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

/** What somebody chose, apart from when that was asked for. */
const chosen = async (scene: ConsoleScene) => {
  const { document, here } = await configNow(scene, 'test');
  return { document: { ...document, writtenAt: '2026-01-01T00:00:00.000Z' }, here };
};

/** Changes of every kind; some need others before them. */
const stepsFor = (scene: ConsoleScene): ConfigStep[] => {
  const added = path.join(scene.root, 'added');
  fs.mkdirSync(added);
  return [
    { procedure: 'settings.set', input: { overdueAfterHours: 900, theme: 'dark' } },
    { procedure: 'object.add', input: { name: 'added', vault: scene.vault, files: [{ path: added }] } },
    { procedure: 'object.update', input: { object: 'files', exclude: ['*.iso'] } },
    { procedure: 'retention.set', input: { object: 'added', rules: { keepLast: 2 }, automatic: true } },
    { procedure: 'settings.setOfObject', input: { object: 'added', verifyAfterBackup: true } },
    { procedure: 'schedule.add', input: { object: 'added', cron: '@daily', zone: 'UTC', paused: true } },
    { procedure: 'schedule.add', input: { vault: scene.vault, task: 'verify', cron: '@weekly', zone: 'UTC' } },
    { procedure: 'notice.add', input: { name: 'desk', target: { kind: 'desktop' } } },
    { procedure: 'notice.rule', input: { notice: 'desk', event: 'overdue', object: 'added', send: 'off' } },
  ];
};

test('changes are made together or not at all, unless somebody wants a part of them', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const { schedule } = await scene.call('schedule.add', { object: 'files', cron: '@hourly', zone: 'UTC' });
  const before = await chosen(scene);
  const noted = async () => (await scene.call('audit.list', {})).total;
  const acts = await noted();
  const whole: ConfigStep[] = [...stepsFor(scene), { procedure: 'schedule.pause', input: { schedule: schedule.id } }];
  const missing = { name: 'gone', vault: scene.vault, files: [{ path: path.join(scene.root, 'none') }] };
  const steps: ConfigStep[] = [
    ...whole,
    { procedure: 'object.add', input: missing },
    { procedure: 'schedule.add', input: { object: 'gone', cron: '@daily' } },
    { procedure: 'object.add', input: { ...missing, name: 'ADDED', files: [{ path: scene.source }] } },
    { procedure: 'schedule.add', input: { object: 'files', cron: 'at noon' } },
  ];
  const refused = { made: 0, refused: [{ step: 10 }, { step: 11 }, { step: 12 }, { step: 13 }] };
  const tried = await scene.call('config.change', { steps, dryRun: true });
  expect(tried).toMatchObject(refused);
  expect(tried.refused.map(({ error }) => error.code)).toEqual([
    'NO_SUCH_PATH',
    'NO_SUCH_OBJECT',
    'OBJECT_EXISTS',
    'USAGE',
  ]);
  await expect(scene.call('config.change', { steps })).rejects.toMatchObject({
    code: 'CONFIG_REFUSED',
    context: { changes: 14, refused: 4 },
  });
  expect(await chosen(scene)).toEqual(before);
  expect(await noted()).toBe(acts);

  expect(await scene.call('config.change', { steps, partly: true })).toMatchObject({ ...refused, made: 10 });
  const { document, here } = await chosen(scene);
  expect(document.objects).toMatchObject([
    { name: 'added', keep: { keepLast: 2 }, automatic: true, own: { verifyAfterBackup: true } },
    { name: 'files', exclude: ['*.iso'] },
  ]);
  // Of those that were added within one millisecond none is the first.
  expect(document.schedules).toHaveLength(3);
  expect(document.schedules).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ cron: '@hourly', paused: true }),
      expect.objectContaining({ object: 'added', paused: true }),
      expect.objectContaining({ task: 'verify', paused: false }),
    ]),
  );
  expect(document.notices).toMatchObject([{ name: 'desk', kind: 'desktop', target: { kind: 'desktop' } }]);
  // What is dangerous is in the log by its own name, begun and done.
  const { entries } = await scene.call('audit.list', {});
  const [last] = entries;
  expect(last).toMatchObject({ act: 'schedule.pause', outcome: 'done', context: { by: 'config.change' } });
  expect(new Set(entries.slice(0, (await noted()) - acts).map(({ act }) => act))).toEqual(
    new Set([
      'settings.set',
      'object.update',
      'retention.set',
      'settings.setOfObject',
      'notice.rule',
      'schedule.pause',
    ]),
  );
  // As the home is now it needs nothing more; as it was, what was added stays, and the rest goes back.
  expect(planConfig(document, document, here)).toEqual([]);
  const back = planConfig(document, before.document, here);
  const again = back.flatMap(({ step }) => (step === null ? [] : [step]));
  expect((await scene.call('config.change', { steps: again })).refused).toEqual([]);
  expect((await chosen(scene)).document).toMatchObject({
    settings: before.document.settings,
    objects: [{ name: 'added' }, before.document.objects[0]],
    schedules: [before.document.schedules[0], {}, {}],
  });
});

test('a home without room is told as that, and keeps nothing of what was tried', async () => {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
  onTestFinished(() => exec.mockRestore());
  const scene = new ConsoleScene();
  const home = exec.mock.contexts[0] as unknown as DatabaseSync;
  await scene.protect();
  const before = await chosen(scene);
  const set = (overdueAfterHours: number): ConfigStep => ({ procedure: 'settings.set', input: { overdueAfterHours } });
  const large = Array.from({ length: 400 }, (_, at) => `${at}${'x'.repeat(500)}`);
  const steps: ConfigStep[] = [
    set(11),
    { procedure: 'object.update', input: { object: 'files', exclude: large } },
    { procedure: 'schedule.add', input: { object: 'files', cron: '@daily', zone: 'UTC' } },
    set(12),
  ];
  const { page_count: pages } = home.prepare('PRAGMA page_count').get() as { page_count: number };
  home.exec(`PRAGMA max_page_count = ${pages + 8}`);
  for (const how of [{ dryRun: true }, {}, { partly: true }]) {
    await expect(scene.call('config.change', { steps, ...how })).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await chosen(scene)).toEqual(before);
  }
  home.exec('PRAGMA max_page_count = 4294967294');
  expect(await scene.call('config.change', { steps })).toMatchObject({ made: 4 });
});

test('what could be made when it was tried, and cannot be any more, leaves nothing of the others', async () => {
  const scene = new ConsoleScene();
  const file = new DatabaseSync(path.join(scene.home, 'console.db'));
  onTestFinished(() => file.close());
  // What is dangerous is noted when all were tried, and before the first is made.
  file.exec(`CREATE TRIGGER torn BEFORE INSERT ON notices WHEN EXISTS (SELECT 1 FROM audit)
    BEGIN SELECT RAISE (ABORT, 'torn'); END`);
  const before = await chosen(scene);
  const steps: ConfigStep[] = [
    { procedure: 'settings.set', input: { overdueAfterHours: 900 } },
    { procedure: 'notice.add', input: { name: 'desk', target: { kind: 'desktop' } } },
  ];
  await expect(scene.call('config.change', { steps })).rejects.toThrow('torn');
  expect(await chosen(scene)).toEqual(before);
  expect((await scene.call('audit.list', {})).entries).toMatchObject([{ act: 'settings.set', outcome: 'failed' }]);
});

test('an object keeps each change that is made of it: several together, of one that is only added, and those of others meanwhile', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const second = { path: path.join(scene.root, 'second') };
  fs.mkdirSync(second.path);
  const update = (input: Extract<ConfigStep, { procedure: 'object.update' }>['input']): ConfigStep => ({
    procedure: 'object.update',
    input,
  });
  const steps: ConfigStep[] = [
    update({ object: 'files', exclude: ['*.iso'] }),
    update({ object: 'files', unprotect: ['temp'] }),
    { procedure: 'object.add', input: { name: 'new', vault: scene.vault, files: [second] } },
    update({ object: 'new', exclude: ['*.tmp'] }),
    update({ object: 'new', crossFileSystems: true }),
  ];
  const changed = scene.call('config.change', { steps });
  const asked = scene.call('object.update', { object: 'files', files: [second] });
  expect(await changed).toEqual({ made: 5, refused: [] });
  await asked;
  const { objects } = await scene.call('object.list', {});
  expect(objects).toMatchObject([
    { name: 'files', exclude: ['*.iso'], unprotected: ['temp'], roots: [second] },
    { name: 'new', exclude: ['*.tmp'], roots: [{ ...second, crossFileSystems: true }] },
  ]);
});

test('what is held, or kept until a time, comes back with its object before the rules do', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  const until = '2099-01-01T00:00:00.000Z';
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  await scene.call('retention.hold', { set: set.id, note: 'court' });
  await scene.call('retention.keep', { set: set.id, until });
  const { document } = await chosen(scene);
  expect(document.objects[0]?.marks).toEqual([{ set: set.id, hold: 'court', until }]);
  await scene.call('retention.release', { set: set.id });
  await scene.call('object.remove', { object: 'files' });

  const now = await chosen(scene);
  const steps = planConfig(now.document, document, now.here).flatMap(({ step }) => (step === null ? [] : [step]));
  const acts = (await scene.call('audit.list', {})).total;
  expect(await scene.call('config.change', { steps })).toMatchObject({ refused: [] });
  expect(await scene.call('retention.show', { object: 'files' })).toMatchObject({
    automatic: true,
    marks: [{ set: set.id, hold: 'court', until }],
  });
  const { entries, total } = await scene.call('audit.list', {});
  expect(entries.slice(0, total - acts).map(({ act }) => act)).toEqual(
    expect.arrayContaining(['retention.hold', 'retention.keep', 'retention.set']),
  );
  // A set that no vault of this home has cannot be held, and that is said.
  const unknown: ConfigStep[] = [{ procedure: 'retention.hold', input: { set: 'f'.repeat(32), note: '' } }];
  await expect(scene.call('config.change', { steps: unknown })).rejects.toMatchObject({ code: 'CONFIG_REFUSED' });
});

test('of a webhook a file has what is not secret, of a command nothing, and both have to be filled in elsewhere', async () => {
  const [one, other] = [new ConsoleScene(), new ConsoleScene()];
  const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const secrets = { notice: 'https://chat.example.org/hooks/T0/secret-part', signingKey: key };
  const target = { kind: 'webhook', format: 'slack', signed: true } as const;
  await one.call('notice.add', { name: 'chat', target, secretIn: 'file' }, { secrets });
  const run = { kind: 'command', command: 'curl -u me:inline-password http://h' } as const;
  await one.call('notice.add', { name: 'run', target: run });
  // All are paused for a while: that is how things are just now, and no choice of what is to be.
  await one.call('schedule.pauseAll', { forMs: 3_600_000 });
  const { document, here } = await chosen(one);
  expect(document.notices).toMatchObject([
    { name: 'chat', kind: 'webhook', target },
    { name: 'run', kind: 'command', target: null },
  ]);
  const text = JSON.stringify(document);
  for (const secret of ['secret-part', 'chat.example.org', key, 'inline-password']) expect(text).not.toContain(secret);
  expect(planConfig(document, document, here)).toEqual([]);
  const elsewhere = await chosen(other);
  expect(planConfig(elsewhere.document, document, elsewhere.here)).toMatchObject([
    { name: 'chat', step: null, detail: expect.stringContaining('its address and its signing key are in no file') },
    { name: 'run', step: null, detail: expect.stringContaining('its command is in no file') },
  ]);
});
