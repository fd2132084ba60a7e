import { expect, test } from 'vitest';
import { CONFIG_SCHEMA, type ConfigDocument, type ConfigObject, type ConfigSchedule } from '../contract/config.ts';
import { type KnownHere, planConfig } from './config-plan.ts';
import { DEFAULT_TERMS } from './default-terms.ts';

const VAULT = { id: 'a'.repeat(32), dir: '/old/vault' };
const KNOWN: KnownHere = { vaults: [{ id: VAULT.id, dir: '/new/vault' }], schedules: [{ id: 'e'.repeat(32) }] };
const OF = { kind: 'desktop', target: { kind: 'desktop' } } as const;

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
  marks: [],
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
  schema: CONFIG_SCHEMA,
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
  const paused = document({ objects: [object('docs')], schedules: [schedule({ paused: true }), schedule()] });
  expect(planConfig(whole, { ...paused, schedules: paused.schedules.slice(0, 1) }, KNOWN)).toMatchObject([
    { what: 'schedule', step: { procedure: 'schedule.pause', input: { schedule: 'e'.repeat(32) } } },
  ]);
  // Two that are the same are two: the one that is here is taken once.
  expect(planConfig(whole, paused, KNOWN).map(({ step }) => step?.procedure)).toEqual([
    'schedule.pause',
    'schedule.add',
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
  const unknown = planConfig(document(), wanted, { vaults: [], schedules: [] });
  expect(unknown.map(({ what, step }) => [what, step])).toEqual([
    ['object', null],
    ['schedule', null],
    ['schedule', null],
  ]);
});

test('what changes is told from what to what', () => {
  const here = object('docs', { roots: [{ path: '/srv', crossFileSystems: false }], exclude: ['*.tmp'] });
  const many = ['1', '2', '3', '4', '5', '6'].map((each) => `*.${each}`);
  const details = (change: Partial<ConfigObject>) =>
    planConfig(document({ objects: [here] }), document({ objects: [{ ...here, ...change }] }), KNOWN).map(
      ({ detail }) => detail,
    );
  expect(details({ roots: [{ path: '/home', crossFileSystems: true }], exclude: [] })).toEqual([
    'folders and files: /srv becomes /home with the file systems mounted in it; exclusions: *.tmp becomes none',
  ]);
  expect(details({ exclude: many })).toEqual([
    'exclusions: 1 become 6, without *.tmp, with *.1, *.2, *.3, *.4 and 2 more',
  ]);
  const kept = { ...here, exclude: many };
  const turned = planConfig(
    document({ objects: [kept] }),
    document({ objects: [{ ...kept, exclude: many.toReversed() }] }),
    KNOWN,
  );
  expect(turned[0]?.detail).toBe('exclusions: 6 become 6, in another order');

  const one = schedule({ object: 'docs', passphraseFile: '/etc/one' });
  const of = (schedules: (typeof one)[]) => document({ objects: [here], schedules });
  const [added] = planConfig(of([one]), of([{ ...one, passphraseFile: '/etc/two' }]), KNOWN);
  expect(added?.detail).toContain('passphrase file is /etc/two, and the one that is there, with /etc/one, stays');
});

test('an object of that name that is another one is left to somebody, with its rules', () => {
  const other = { id: 'b'.repeat(32), dir: '/b' };
  const wanted = document({
    objects: [object('docs', { keep: { keepLast: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 } })],
    schedules: [schedule()],
    notices: [{ name: 'desk', ...OF, rules: [{ event: 'backup-done', object: 'docs', send: 'now' }] }],
  });
  const elsewhere = planConfig(document({ objects: [object('docs', { vault: other })] }), wanted, KNOWN);
  expect(elsewhere.map(({ what, step }) => [what, step?.procedure])).toEqual([
    ['object', undefined],
    ['schedule', undefined],
    ['notice', 'notice.add'],
    ['notice', undefined],
  ]);
  const volumes = planConfig(
    document({ objects: [object('docs', { kind: 'volumes', volumes: ['v'] })] }),
    wanted,
    KNOWN,
  );
  expect(volumes).toMatchObject([
    { what: 'object', step: null },
    { what: 'keep rules', step: {} },
    { what: 'schedule', step: {} },
    { what: 'notice', step: {} },
    { what: 'notice', step: {} },
  ]);
});

test('the notice before the backups of volumes is brought along, and nothing else of them is changed', () => {
  const machine = object('machine', { kind: 'volumes', roots: [], volumes: ['disk1'], noticeMs: 60_000 });
  expect(planConfig(document({ objects: [] }), document({ objects: [machine] }), KNOWN)).toMatchObject([
    { step: { procedure: 'object.add', input: { volumes: ['disk1'], noticeMs: 60_000 } } },
  ]);
  const before = { ...machine, noticeMs: null };
  expect(planConfig(document({ objects: [before] }), document({ objects: [machine] }), KNOWN)).toMatchObject([
    { detail: 'notice: none becomes 60 s', step: { input: { object: 'machine', noticeMs: 60_000 } } },
  ]);
});

test('only what differs is changed, and notices are made where that takes no secret and runs nothing', () => {
  const rule = { event: 'overdue', object: null, send: 'daily' } as const;
  const post = { kind: 'email', server: 'smtp://h', from: 'a@b', to: ['c@d'] } as const;
  const now = document({
    settings: { runsPerVault: 2, overdueAfterHours: 5 },
    objects: [object('docs', { exclude: ['*.a'] })],
    notices: [
      { name: 'mail', ...OF, rules: [{ ...rule, send: 'now' }] },
      { name: 'same', kind: 'webhook', target: { kind: 'webhook', format: 'teams' }, rules: [] },
      { name: 'other', kind: 'webhook', target: { kind: 'webhook', format: 'teams' }, rules: [] },
    ],
  });
  const wanted = document({
    settings: { runsPerVault: 3, overdueAfterHours: 5 },
    objects: [object('docs', { exclude: ['*.b'] })],
    notices: [
      { name: 'mail', ...OF, rules: [rule] },
      { name: 'chat', kind: 'webhook', target: { kind: 'webhook', format: 'slack', signed: true }, rules: [rule] },
      { name: 'hook', kind: 'webhook', target: { kind: 'webhook', format: 'json' }, rules: [] },
      { name: 'older', kind: 'webhook', target: null, rules: [rule] },
      { name: 'same', kind: 'webhook', target: null, rules: [] },
      { name: 'other', kind: 'webhook', target: { kind: 'webhook', format: 'json' }, rules: [] },
      { name: 'run', kind: 'command', target: { kind: 'command', command: 'true' }, rules: [rule] },
      { name: 'old', kind: null, target: null, rules: [] },
      {
        name: 'post',
        kind: 'email',
        target: { ...post, to: [...post.to] },
        rules: [
          { ...rule, send: 'now' },
          { ...rule, event: 'backup-done' },
        ],
      },
      { name: 'signed', kind: 'email', target: { ...post, to: [...post.to], user: 'u' }, rules: [] },
    ],
  });
  expect(planConfig(now, wanted, KNOWN)).toMatchObject([
    { detail: '2 becomes 3', step: { procedure: 'settings.set', input: { runsPerVault: 3 } } },
    { step: { procedure: 'object.update', input: { object: 'docs', exclude: ['*.b'] } } },
    { step: { procedure: 'notice.rule', input: { notice: 'mail', event: 'overdue', send: 'daily' } } },
    {
      what: 'notice',
      name: 'chat',
      detail:
        'is not there, and its address and its signing key are in no file: add it with "notice add --url-file FILE --format slack --signing-key-file FILE", and import again',
      step: null,
    },
    { what: 'notice', name: 'hook', detail: expect.stringMatching(/its address is .*--format json"/), step: null },
    { what: 'notice', name: 'older', detail: expect.stringContaining('signing key if it has one'), step: null },
    { what: 'notice', name: 'other', detail: expect.stringContaining('goes elsewhere'), step: null },
    { what: 'notice', name: 'run', step: null },
    { what: 'notice', name: 'old', step: null },
    { name: 'post', step: { procedure: 'notice.add', input: { target: post } } },
    { name: 'post', step: { procedure: 'notice.rule', input: { event: 'backup-done', send: 'daily' } } },
    { what: 'notice', name: 'signed', detail: expect.stringContaining('the password of u at smtp://h'), step: null },
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

test('single sets are held before any rule comes, those that are held stay so, and a time that is over is none', () => {
  const [one, other] = ['1'.repeat(32), '2'.repeat(32)];
  const keep = { keepLast: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  const marks = [
    { set: one, hold: 'court', until: '2027-06-30T00:00:00.000Z' },
    { set: other, hold: null, until: '2026-10-01T00:00:00.000Z' },
  ];
  const wanted = document({ objects: [object('docs', { keep, automatic: true, marks })] });
  const steps = (now: ConfigDocument) => planConfig(now, wanted, KNOWN).map(({ step }) => step);
  expect(steps(document())).toMatchObject([
    { procedure: 'object.add' },
    { procedure: 'retention.hold', input: { set: one, note: 'court' } },
    { procedure: 'retention.keep', input: { set: one, until: '2027-06-30T00:00:00.000Z' } },
    { procedure: 'retention.set' },
  ]);
  const longer = [{ set: one, hold: 'another case', until: '2028-01-01T00:00:00.000Z' }];
  expect(steps(document({ objects: [object('docs', { keep, automatic: true, marks: longer })] }))).toEqual([]);
  expect(steps(document({ objects: [object('docs', { keep, automatic: true, marks })] }))).toEqual([]);
});
