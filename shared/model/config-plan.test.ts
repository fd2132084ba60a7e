import { expect, test } from 'vitest';
import type { ConfigDocument, ConfigObject, ConfigSchedule } from '../contract/config.ts';
import { planConfig } from './config-plan.ts';
import { DEFAULT_TERMS } from './default-terms.ts';

const VAULT = { id: 'a'.repeat(32), dir: '/old/vault' };
const KNOWN = [{ id: VAULT.id, dir: '/new/vault' }];

const object = (name: string, more: Partial<ConfigObject> = {}): ConfigObject => ({
  name,
  vault: VAULT,
  kind: 'files',
  roots: [{ path: '/home', crossFileSystems: false }],
  volumes: [],
  sources: [],
  unprotected: [],
  exclude: [],
  noticeMs: null,
  keep: { keepLast: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 },
  automatic: false,
  own: {},
  ...more,
});

const schedule = (more: Partial<ConfigSchedule> = {}): ConfigSchedule => ({
  task: 'backup',
  object: 'docs',
  vault: null,
  cron: '@daily',
  zone: 'UTC',
  level: 'auto',
  catchUp: false,
  paused: false,
  passphraseFile: null,
  terms: DEFAULT_TERMS,
  ...more,
});

const document = (more: Partial<ConfigDocument> = {}): ConfigDocument => ({
  kind: 'coldframe-config',
  schema: 1,
  writtenAt: '2026-11-01T00:00:00.000Z',
  version: '1',
  settings: {},
  objects: [],
  schedules: [],
  notices: [],
  ...more,
});

test('a home that is as the document has it is left alone, and so is what it has beside', () => {
  const whole = document({ objects: [object('docs')], schedules: [schedule()], settings: { runsPerVault: 2 } });
  expect(planConfig(whole, whole, KNOWN)).toEqual([]);
  expect(planConfig(whole, document(), KNOWN)).toEqual([]);
  // Paused here or there: that is no other schedule.
  expect(planConfig(whole, document({ schedules: [schedule({ paused: true })] }), KNOWN)).toMatchObject([
    { what: 'schedule', step: null, detail: expect.stringContaining('runs here') },
  ]);
});

test('objects go where their vault lies now, with their rules and schedules, and only to a vault that is known', () => {
  const wanted = document({
    objects: [object('docs', { keep: { keepLast: 2, daily: 0, weekly: 0, monthly: 0, yearly: 0 }, automatic: true })],
    schedules: [schedule({ paused: true }), schedule({ object: null, vault: VAULT, task: 'verify' })],
  });
  expect(planConfig(document(), wanted, KNOWN).map(({ step }) => step)).toMatchObject([
    { procedure: 'object.add', input: { name: 'docs', vault: '/new/vault', files: [{ path: '/home' }] } },
    { procedure: 'retention.set', input: { object: 'docs', rules: { keepLast: 2 }, automatic: true } },
    { procedure: 'schedule.add', input: { object: 'docs', task: 'backup', paused: true } },
    { procedure: 'schedule.add', input: { vault: '/new/vault', task: 'verify', paused: false } },
  ]);
  const unknown = planConfig(document(), wanted, []);
  expect(unknown.map(({ what, step }) => [what, step])).toEqual([
    ['object', null],
    ['schedule', null],
    ['schedule', null],
  ]);
});

test('an object of that name that is another one is left to somebody, with its rules', () => {
  const other = { id: 'b'.repeat(32), dir: '/b' };
  const wanted = document({
    objects: [object('docs', { keep: { keepLast: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 } })],
  });
  const elsewhere = planConfig(document({ objects: [object('docs', { vault: other })] }), wanted, KNOWN);
  expect(elsewhere).toMatchObject([{ what: 'object', step: null }]);
  const volumes = planConfig(
    document({ objects: [object('docs', { kind: 'volumes', volumes: ['v'] })] }),
    wanted,
    KNOWN,
  );
  expect(volumes).toMatchObject([
    { what: 'object', step: null },
    { what: 'keep rules', step: {} },
  ]);
});

test('the notice before the backups of volumes is brought along, and nothing else of them is changed', () => {
  const machine = object('machine', { kind: 'volumes', roots: [], volumes: ['disk1'], noticeMs: 60_000 });
  expect(planConfig(document({ objects: [] }), document({ objects: [machine] }), KNOWN)).toMatchObject([
    { step: { procedure: 'object.add', input: { volumes: ['disk1'], noticeMs: 60_000 } } },
  ]);
  const before = { ...machine, noticeMs: null };
  expect(planConfig(document({ objects: [before] }), document({ objects: [machine] }), KNOWN)).toMatchObject([
    { detail: 'other notice', step: { input: { object: 'machine', noticeMs: 60_000 } } },
  ]);
});

test('only what differs is changed, and notices are never made', () => {
  const rule = { event: 'overdue', object: null, send: 'daily' } as const;
  const now = document({
    settings: { runsPerVault: 2, overdueAfterHours: 5 },
    objects: [object('docs', { exclude: ['*.a'] })],
    notices: [{ name: 'mail', rules: [{ ...rule, send: 'now' }] }],
  });
  const wanted = document({
    settings: { runsPerVault: 3, overdueAfterHours: 5 },
    objects: [object('docs', { exclude: ['*.b'] })],
    notices: [
      { name: 'mail', rules: [rule] },
      { name: 'chat', rules: [rule] },
    ],
  });
  expect(planConfig(now, wanted, KNOWN)).toMatchObject([
    { detail: '2 becomes 3', step: { procedure: 'settings.set', input: { runsPerVault: 3 } } },
    { step: { procedure: 'object.update', input: { object: 'docs', exclude: ['*.b'] } } },
    { step: { procedure: 'notice.rule', input: { notice: 'mail', event: 'overdue', send: 'daily' } } },
    { what: 'notice', name: 'chat', step: null },
  ]);
});

test('settings of one object alone are chosen as the document has them, and those that it does not have are as for all', () => {
  const limits = [{ days: [], from: '00:00', to: '00:00', source: 20_000, vault: null }];
  const now = document({ objects: [object('docs', { own: { overdueAfterHours: 5, limits } })] });
  const wanted = document({ objects: [object('docs', { own: { verifyAfterBackup: true, limits } })] });
  expect(planConfig(now, wanted, KNOWN)).toMatchObject([
    {
      detail: 'overdueAfterHours: 5 becomes as for all',
      step: { procedure: 'settings.setOfObject', input: { object: 'docs', overdueAfterHours: null } },
    },
    { step: { procedure: 'settings.setOfObject', input: { object: 'docs', verifyAfterBackup: true } } },
  ]);
});
