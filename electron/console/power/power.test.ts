import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { JOB_KINDS, JOB_STATES, type JobRecord } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { identifyIn } from './identify.ts';
import { logindInhibitor } from './inhibitor.ts';
import { moverWrites } from './movers.ts';
import { type Identity, PowerDesk } from './power-desk.ts';

const gone = { gone: new ColdframeError('NO_SUCH_VAULT', { message: 'It is gone.', guidance: 'Bring it.' }) };

const scene = (found: (job: JobRecord) => Identity) => {
  const jobs: JobRecord[] = [];
  const done: string[] = [];
  const change = (id: string, state: JobRecord['state'] | null, kind: JobRecord['kind'] = 'backup') => {
    const at = jobs.findIndex((job) => job.id === id);
    if (at >= 0) jobs.splice(at, 1);
    if (state !== null) jobs.push({ id, kind, state, vault: '/v', object: 'docs' } as JobRecord);
    desk.look();
  };
  const desk: PowerDesk = new PowerDesk({
    jobs: () => jobs,
    pause: (id) => {
      done.push(`pause ${id}`);
      change(id, 'paused');
    },
    goOn: (id) => {
      done.push(`go on ${id}`);
      change(id, 'running');
    },
    fail: (id, { code }) => {
      done.push(`fail ${id} ${code}`);
      change(id, null);
    },
    keepAwake: (on) => done.push(on ? 'awake' : 'may sleep'),
    identify: async (job) => found(job),
    patience: { forMs: 30, everyMs: 5 },
  });
  onTestFinished(() => desk.close());
  return { desk, done, change };
};

test('the machine stays awake while a mover writes, and not for what waits, is paused or only reads', () => {
  const { done, change } = scene(() => ({ same: 'v' }));
  change('a', 'queued');
  change('b', 'running', 'verify');
  expect(done).toEqual([]);
  change('a', 'running');
  change('c', 'running', 'restore');
  change('a', null);
  expect(done).toEqual(['awake']);
  change('c', 'paused', 'restore');
  expect(done).toEqual(['awake', 'may sleep']);
  const writing = JOB_KINDS.filter((kind) => moverWrites([{ kind, state: 'running' }]));
  expect(writing).not.toContain('verify');
  for (const state of JOB_STATES) expect(moverWrites([{ kind: 'backup', state }])).toBe(state === 'running');
});

test('what ran goes on after a sleep once it found its vault again, and what a person paused stays paused', async () => {
  let found: Identity = { same: 'v' };
  const { desk, done, change } = scene(() => found);
  change('mine', 'running');
  change('theirs', 'paused');
  await Promise.resolve();
  desk.suspend();
  expect(done).toEqual(['awake', 'pause mine', 'may sleep']);
  found = gone;
  const resumed = desk.resume();
  found = { same: 'v' };
  await resumed;
  expect(done.filter((each) => each.startsWith('go on'))).toEqual(['go on mine']);
  expect(done.at(-1)).toBe('awake');
});

test.each([
  ['found its vault again', { same: 'v' }, 'pause mine'],
  ['found another one', { same: 'other' }, 'fail mine NOT_MOUNTED'],
] as const)('what somebody paused before it %s does not go on by itself', async (_, after, last) => {
  let found: Identity = { same: 'v' };
  const { desk, done, change } = scene(() => found);
  change('mine', 'running', 'restore-test');
  await Promise.resolve();
  desk.suspend();
  found = after;
  const resumed = desk.resume();
  desk.giveUp('mine');
  await resumed;
  expect(done.at(-1)).toBe(last);
});

test.each([
  ['is gone', gone, 'fail mine NO_SUCH_VAULT'],
  ['is another', { same: 'other' }, 'fail mine NOT_MOUNTED'],
] as const)('a job whose vault %s after a sleep fails, and does not go on', async (_, after, expected) => {
  let found: Identity = { same: 'v' };
  const { desk, done, change } = scene(() => found);
  change('mine', 'running');
  await Promise.resolve();
  found = after;
  await desk.resume();
  expect(done).toContain(expected);
  expect(done.some((each) => each.startsWith('go on'))).toBe(false);
});

test('a second sleep while the first is still looked into holds nothing for ever', async () => {
  const found: Record<string, Identity> = { one: { same: 'v' }, two: { same: 'w' } };
  const { desk, done, change } = scene(({ id }) => found[id] ?? gone);
  change('one', 'running');
  await Promise.resolve();
  desk.suspend();
  found.one = gone;
  const first = desk.resume();
  change('two', 'running');
  await Promise.resolve();
  desk.suspend();
  const second = desk.resume();
  found.one = { same: 'v' };
  await Promise.all([first, second]);
  expect(done.filter((each) => /^(pause|go on|fail)/.test(each)).toSorted()).toEqual([
    'go on one',
    'go on two',
    'pause one',
    'pause two',
  ]);
});

test.each([
  ['the same', { same: 'v' }, ['pause theirs', 'go on theirs']],
  ['another', { same: 'other' }, ['pause theirs', 'fail theirs NOT_MOUNTED']],
] as const)(
  'what was paused while the machine slept is looked at when it is to go on: %s',
  async (_, after, expected) => {
    let found: Identity = { same: 'v' };
    const { desk, done, change } = scene(() => found);
    const acts = () => done.filter((each) => each.endsWith('theirs') || each.includes('theirs '));
    change('theirs', 'running', 'verify');
    change('theirs', 'paused', 'verify');
    await Promise.resolve();
    desk.suspend();
    found = after;
    await desk.resume();
    expect(acts()).toEqual([]);
    change('theirs', 'running', 'verify');
    expect(acts()).toEqual(['pause theirs']);
    await expect.poll(acts).toEqual(expected);
    if (after.same !== 'v') return;
    // It was looked at: nothing holds it up once more.
    change('theirs', 'paused', 'verify');
    change('theirs', 'running', 'verify');
    expect(acts()).toEqual(expected);
  },
);

test('a sleep that was announced and does not come holds nothing for ever', async () => {
  const clock = { wall: 0, awake: 0 };
  const done: string[] = [];
  const jobs = [{ id: 'a', kind: 'backup', state: 'running', vault: '/v', object: 'docs' } as JobRecord];
  const turn = (state: JobRecord['state']) => jobs.splice(0, 1, { ...(jobs[0] as JobRecord), state });
  const desk = new PowerDesk({
    jobs: () => jobs,
    pause: () => done.push('pause') && turn('paused'),
    goOn: () => done.push('go on') && turn('running'),
    fail: () => done.push('fail'),
    keepAwake: () => undefined,
    identify: async () => ({ same: 'v' }),
    clocks: { wall: () => clock.wall, awake: () => clock.awake },
    lookMs: 5,
  });
  onTestFinished(() => desk.close());
  desk.look();
  desk.suspend();
  Object.assign(clock, { wall: 30_000, awake: 30_000 });
  await sleep(30);
  expect(done).toEqual(['pause']);
  Object.assign(clock, { wall: 90_000, awake: 90_000 });
  await expect.poll(() => done).toEqual(['pause', 'go on']);
  await sleep(30);
  expect(done).toEqual(['pause', 'go on']);
});

test('a clock that went on while nothing ran means a sleep', async () => {
  const clock = { wall: 0, awake: 0 };
  const done: string[] = [];
  const jobs = [{ id: 'a', kind: 'backup', state: 'running', vault: '/v', object: 'docs' } as JobRecord];
  const desk = new PowerDesk({
    jobs: () => jobs,
    pause: () => done.push('pause'),
    goOn: () => done.push('go on'),
    fail: () => done.push('fail'),
    keepAwake: () => undefined,
    identify: async () => ({ same: 'v' }),
    clocks: { wall: () => clock.wall, awake: () => clock.awake },
    lookMs: 5,
  });
  onTestFinished(() => desk.close());
  desk.look();
  Object.assign(clock, { wall: 10_000, awake: 9000 });
  await new Promise((later) => setTimeout(later, 30));
  expect(done).toEqual([]);
  Object.assign(clock, { wall: 3_600_000, awake: 10_000 });
  await expect.poll(() => done).toEqual(['pause', 'go on']);
});

test('a vault is known by its id, and the folders of a backup by their devices', async () => {
  const home = new ConsoleScene();
  await home.protect();
  const inspect = async (dir: string) => {
    if (!existsSync(join(dir, 'library.json'))) throw gone.gone;
    return JSON.parse(readFileSync(join(dir, 'library.json'), 'utf8')).vault;
  };
  const store = {
    objects: {
      byName: () => ({ selection: { roots: [{ pathBase64: Buffer.from(home.source).toString('base64') }] } }),
    },
  };
  const identify = identifyIn(store as never, { inspectVault: inspect as never });
  const job = { kind: 'backup', object: 'files', vault: home.vault } as const;
  const before = await identify(job);
  expect(before).toEqual({ same: expect.stringMatching(/ \d+:\d+$/) });
  expect(await identify(job)).toEqual(before);
  renameSync(home.source, `${home.source}-away`);
  expect(await identify(job)).toMatchObject({ gone: { code: 'NOT_MOUNTED' } });
  renameSync(`${home.source}-away`, home.source);
  expect(await identify({ ...job, vault: '/none' })).toMatchObject({ gone: { code: 'NO_SUCH_VAULT' } });
});

test('logind is asked through a process that ends with this one, and its lack is no error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-inhibit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'systemd-inhibit');
  writeFileSync(
    program,
    `#!/bin/sh\necho "$@" > ${folder}/asked\nfor last; do :; done\n$last\necho over > ${folder}/over\n`,
  );
  chmodSync(program, 0o755);
  const keepAwake = logindInhibitor(program, folder);
  keepAwake(true);
  await expect
    .poll(() => existsSync(join(folder, 'asked')) && readFileSync(join(folder, 'asked'), 'utf8'))
    .toMatch(/--what=sleep --mode=block --who=Coldframe/);
  expect(existsSync(join(folder, 'over'))).toBe(false);
  keepAwake(false);
  await expect.poll(() => existsSync(join(folder, 'over'))).toBe(true);
  const nowhere = logindInhibitor(join(folder, 'none'), folder);
  nowhere(true);
  nowhere(false);
  // Without logind nothing is started, so that what is not there is not missed.
  rmSync(join(folder, 'asked'));
  const none = logindInhibitor(program, join(folder, 'no-logind'));
  none(true);
  none(false);
  await sleep(100);
  expect(existsSync(join(folder, 'asked'))).toBe(false);
});
