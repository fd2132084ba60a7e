import path from 'node:path';
import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { Picture } from '../../../shared/contract/picture.ts';
import type { LimitRule } from '../../../shared/contract/settings.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { flipContent, noise } from '../testing/vault-scene.ts';
import { engineUseCases } from '../wiring.ts';

const SLOWEST = 16_384;
const allDay = (limit: Partial<LimitRule>): LimitRule => ({
  days: [],
  from: '00:00',
  to: '00:00',
  source: null,
  vault: null,
  ...limit,
});

/** The picture of the newest job once it says so. */
const pictureOf = async (scene: ConsoleScene, wanted: (picture: Picture) => boolean): Promise<Picture> => {
  const found = Promise.withResolvers<Picture>();
  const active = async () => (await scene.call('job.list', { states: ['running'] })).jobs[0];
  await expect.poll(active, { timeout: 10_000 }).toBeDefined();
  const stop = new AbortController();
  const hear = (event: ConsoleEvent): boolean => {
    if (event.event === 'picture' && wanted(event.picture)) found.resolve(event.picture);
    return true;
  };
  const follow = { onEvent: hear, signal: stop.signal };
  const following = scene.call('job.follow', { job: (await active())?.id ?? '' }, follow).catch(() => undefined);
  const picture = await found.promise;
  stop.abort();
  await following;
  return picture;
};

test('backups keep to limits, and to other ones as soon as they are chosen; restores go as fast as they can', async () => {
  // As in a real changer, where a restore has to wait for its turn.
  const scene = new ConsoleScene(undefined, { ...engineUseCases, hasTapesInFiles: async () => false });
  for (let n = 0; n < 6; n += 1) scene.write(`file-${n}`, noise(1_500_000, n + 1));
  await scene.protect();
  // By this it would take nine minutes.
  await scene.call('settings.set', { limits: [allDay({ source: SLOWEST })] });
  const slow = scene.call('backup', { object: 'files' });
  const held = await pictureOf(scene, ({ bottleneck }) => bottleneck === 'limit');
  expect(held.limit).toEqual({ source: SLOWEST, vault: null });
  expect(await scene.call('settings.get', {})).toMatchObject({ limitNow: { source: SLOWEST, until: null } });
  // Rules of its own hold for an object in place of those for all, whatever they are, from the next job on; those for all now.
  await scene.call('settings.set', { limits: [] });
  const { set } = await slow;
  expect(set.bytesRead).toBe(9_000_000);

  await scene.call('settings.setOfObject', { object: 'files', limits: [allDay({ vault: SLOWEST })] });
  const verifying = scene.call('verify', { object: 'files' });
  const cancelled = expect(verifying).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await pictureOf(scene, ({ limit }) => limit !== null)).limit).toEqual({ source: null, vault: SLOWEST });
  const [running] = (await scene.call('job.list', { states: ['running'] })).jobs;
  await scene.call('job.cancel', { job: running?.id ?? '' });
  await cancelled;
  // A restore that has to wait for a limited job has it go as fast as it can.
  scene.write('more', noise(6_000_000, 9));
  const behind = scene.call('backup', { object: 'files', level: 'full' });
  await pictureOf(scene, ({ limit }) => limit !== null);
  const to = { path: `${scene.root}/back` };
  expect(await scene.call('restore', { set: set.id, to })).toMatchObject({ bytes: 9_000_000 });
  await behind;
});

test('an object has settings of its own where they were chosen, and those for all else', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  await scene.call('settings.set', { overdueAfterHours: 30 });
  const chosen = await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  expect(chosen).toMatchObject({
    own: { verifyAfterBackup: true },
    inherited: { verifyAfterBackup: false, overdueAfterHours: 30 },
    settings: { verifyAfterBackup: true, overdueAfterHours: 30, limits: [] },
  });
  await scene.call('settings.setOfObject', { object: 'files', overdueAfterHours: 1, verifyAfterBackup: null });
  const own = await scene.call('settings.ofObject', { object: 'files' });
  expect(own.own).toEqual({ overdueAfterHours: 1 });
  const wrong = { object: 'files', limits: [{ ...allDay({}), from: '25:00' }] };
  await expect(scene.console.call('settings.setOfObject', wrong)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(scene.call('settings.ofObject', { object: 'none' })).rejects.toMatchObject({ code: 'NO_SUCH_OBJECT' });
  const audited = (await scene.call('audit.list', {})).entries.filter(({ act }) => act === 'settings.setOfObject');
  expect(audited.length).toBeGreaterThan(0);
  // What was chosen for it goes with it.
  await scene.call('object.remove', { object: 'files' });
  await scene.call('object.add', { name: 'files', vault: scene.vault, files: [{ path: scene.source }] });
  expect((await scene.call('settings.ofObject', { object: 'files' })).own).toEqual({});
});

test('what a backup wrote is read back by itself, and nothing expires while that is not right', async () => {
  let harm: ((set: string) => void) | null = null;
  const scene = new ConsoleScene(undefined, {
    ...engineUseCases,
    runVerify: async (session, sets, job, part) => {
      harm?.(sets?.[0] ?? '');
      return await engineUseCases.runVerify(session, sets, job, part);
    },
  });
  scene.write('kept', noise(200_000, 1));
  await scene.protect();
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  const backup = async () => {
    await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
    return (await scene.call('job.list', {})).jobs.map(({ kind, state }) => `${kind} ${state}`);
  };
  expect(await backup()).toEqual(['retention done', 'verify done', 'backup done']);
  expect((await backup()).slice(0, 3)).toEqual(['retention done', 'verify done', 'backup done']);
  expect((await scene.call('sets', { object: 'files' })).sets).toHaveLength(1);

  const vaults = (await scene.call('vault.list', {})).vaults;
  harm = (set) => flipContent(scene.console.home, vaults[0] as (typeof vaults)[number], set);
  expect((await backup()).slice(0, 2)).toEqual(['verify done-with-warnings', 'backup done']);
  expect((await scene.call('sets', { object: 'files' })).sets).toHaveLength(2);
  // Each is in the list of checks, and none stands for all of the object.
  const { checks } = await scene.call('check.list', { object: 'files' });
  expect(checks.map(({ kind, outcome, written, set }) => [kind, outcome, written, set !== null])).toEqual(
    ['wrong', 'right', 'right'].map((outcome) => ['verify', outcome, true, true]),
  );
  // But what is wrong with one is how it stands with the object.
  const standing = async () => {
    const { objects, attention } = await scene.call('overview', {});
    return { ...objects[0], attention };
  };
  const marked = async () => (await scene.call('sets', { object: 'files' })).sets.filter((each) => each.foundWrong);
  const [{ set: bad, job } = { set: null, job: '' }] = checks;
  expect(await standing()).toMatchObject({
    state: 'failed',
    reason: { code: 'CHECK_WRONG', job },
    verify: { last: { outcome: 'wrong', job }, scheduled: false, afterBackup: true },
    attention: [
      {
        code: 'CHECK_WRONG',
        severity: 'lost',
        object: 'files',
        context: { set: bad, job, what: expect.stringContaining(path.join(scene.source, 'kept')) },
        action: { procedure: 'backup', input: { object: 'files', level: 'full' } },
      },
    ],
  });
  expect((await marked()).map(({ id, foundWrong }) => [id, foundWrong])).toEqual([[bad, job]]);
  expect((await scene.call('report.month', {})).damage).toHaveLength(1);

  // Nothing of it is replaced by a backup that builds on others, nor by a full that nobody read back.
  harm = null;
  scene.write('more', noise(10_000, 2));
  const kept = async () => (await scene.call('sets', { object: 'files' })).sets.length;
  const before = await kept();
  await scene.call('backup', { object: 'files', level: 'incremental' });
  await scene.console.idle();
  expect((await scene.call('check.list', { object: 'files' })).checks[0]).toMatchObject({ outcome: 'right' });
  expect((await standing()).state).toBe('failed');
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: false });
  await scene.call('backup', { object: 'files', level: 'full' });
  await scene.console.idle();
  expect((await standing()).state).toBe('failed');
  // No backup would make up for it that is not read back: what is proposed is what clears it.
  expect((await standing()).attention).toMatchObject([
    { context: { readBack: false }, action: { procedure: 'verify', input: { object: 'files' } } },
  ]);
  // What is whole may be in what these replaced, so that nothing of it expires meanwhile.
  expect(await kept()).toBe(before + 2);
  await scene.call('retention.set', { object: 'files', rules: {}, automatic: false });
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  await scene.call('backup', { object: 'files', level: 'full' });
  await scene.console.idle();
  expect(await standing()).toMatchObject({ state: 'ok', attention: [], verify: { last: null } });
  // The object is well again, and that set as damaged as before.
  expect((await marked()).map(({ id }) => id)).toEqual([bad]);
});
