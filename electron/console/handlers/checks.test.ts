import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import { cancelledWhen, flipContent, noise } from '../testing/vault-scene.ts';
import { engineUseCases } from '../wiring.ts';

/** Past the time within which equal timestamps prove nothing. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));

test('a restore test brings a sample back, compares it with the catalog and the source, and leaves nothing', async () => {
  const scene = new ConsoleScene();
  for (let at = 0; at < 12; at += 1) scene.write(`folder/f${at}`, noise(3000 + at, at + 1));
  fs.symlinkSync('f1', path.join(scene.source, 'folder/link'));
  fs.writeFileSync(path.join(scene.source, 'sparse'), '');
  fs.truncateSync(path.join(scene.source, 'sparse'), 400_000);
  await settle();
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  scene.write('folder/f3', 'another content');
  const result = await scene.call('restore.test', { object: 'files', elements: 100 });
  expect(result).toMatchObject({ set: set.id, elements: 14, population: 14, tooLong: 0, failures: [], warnings: [] });
  expect(result).toMatchObject({ sourceSame: 13, sourceChanged: 1 });
  expect(fs.readdirSync(path.join(scene.console.home, 'jobs'))).toEqual([]);
  const few = await scene.call('restore.test', { object: 'files', elements: 3, bytes: 65_536 });
  expect(few).toMatchObject({ elements: 3, population: 14, tooLong: 1, failures: [] });
  const { checks } = await scene.call('check.list', { object: 'files' });
  expect(checks.map(({ outcome, elements }) => [outcome, elements])).toEqual([
    ['right', 3],
    ['right', 14],
  ]);
  const { objects, attention } = await scene.call('overview', {});
  expect(objects[0]?.restoreTest).toMatchObject({ last: { outcome: 'right', elements: 3 }, overdueSince: null });
  expect(attention).toEqual([]);
});

test('an element is found wherever it lies, also at a path that is longer than the system takes at once', async () => {
  const scene = new ConsoleScene();
  // No shell goes as deep.
  const dive = `const fs = require('node:fs'), name = 'd'.repeat(200);
    for (let at = 0; at < 30; at += 1) { fs.mkdirSync(name); process.chdir(name); }
    fs.writeFileSync('file', 'deep');`;
  expect(spawnSync(process.execPath, ['-e', dive], { cwd: scene.source }).status).toBe(0);
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const { elements, failures } = await scene.call('restore.test', { object: 'files' });
  expect([elements, failures]).toEqual([1, []]);
});

test('what a restore test finds damaged stays so until the same elements came back right', async () => {
  const scene = new ConsoleScene();
  scene.write('one', noise(100_000, 1));
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  flipContent(scene.console.home, vault, set.id);
  const wrong = await scene.call('restore.test', { object: 'files' });
  expect(wrong.failures).toMatchObject([{ path: path.join(scene.source, 'one'), code: 'NOT_RESTORED' }]);
  const { objects, attention } = await scene.call('overview', {});
  expect(objects[0]).toMatchObject({ state: 'failed', reason: { code: 'CHECK_WRONG' } });
  expect(attention.map(({ code }) => code)).toContain('CHECK_WRONG');
  // The next backup stores it anew, and its set is right: that says nothing of the other one.
  const next = await scene.call('backup', { object: 'files' });
  await expect(scene.call('restore.test', { object: 'files', set: next.set.id })).resolves.toMatchObject({
    failures: [],
  });
  expect((await scene.call('overview', {})).objects[0]?.state).toBe('failed');
  flipContent(scene.console.home, vault, set.id);
  // Nor does a test that has no room for it.
  const short = await scene.call('restore.test', { object: 'files', set: set.id, bytes: 65_536 });
  expect(short).toMatchObject({ elements: 0, failures: [{ code: 'NOT_TRIED_AGAIN' }] });
  expect((await scene.call('overview', {})).objects[0]?.state).toBe('failed');
  await expect(scene.call('restore.test', { object: 'files', set: set.id })).resolves.toMatchObject({ failures: [] });
  // That reads elements and not chunks: what is on record of these a verification has to find right.
  const [tested] = (await scene.call('overview', {})).objects;
  expect(tested).toMatchObject({ state: 'failed', restoreTest: { last: { outcome: 'right' } } });
  await scene.call('verify', { object: 'files' });
  expect((await scene.call('overview', {})).objects[0]?.state).toBe('ok');
});

test('what a restore found damaged stands until a verification found it right, or a full stored it anew', async () => {
  const scene = new ConsoleScene();
  scene.write('one', noise(100_000, 1));
  await scene.protect();
  const first = (await scene.call('backup', { object: 'files' })).set.id;
  scene.write('two', noise(100_000, 2));
  const { set } = await scene.call('backup', { object: 'files', level: 'full' });
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  const turn = () => flipContent(scene.console.home, vault, set.id);
  let restores = 0;
  const restored = async () => {
    restores += 1;
    const to = { path: path.join(scene.root, `to-${restores}`) };
    return (await scene.call('restore', { set: set.id, to })).damaged.length;
  };
  const damaged = async () => (await scene.call('sets', {})).sets.flatMap((each) => (each.damaged ? [each.id] : []));
  const now = async () => {
    const { objects, attention } = await scene.call('overview', {});
    const { state, reason, lastGood } = objects[0] ?? {};
    const matters = attention.map(({ code, severity, context }) => [code, severity, context.sets]);
    return { state, reason: reason?.code, good: lastGood?.id, matters };
  };
  const well = { state: 'ok', reason: 'GOOD', matters: [] };
  expect(await now()).toEqual({ ...well, good: set.id });
  turn();
  expect(await restored()).toBe(1);
  expect(await now()).toEqual({
    state: 'failed',
    reason: 'CHECK_WRONG',
    good: first,
    matters: [['CHECK_WRONG', 'lost', set.id.slice(0, 8)]],
  });
  expect(await damaged()).toEqual([set.id]);
  expect((await scene.call('metrics', {})).text).toMatch(/^coldframe_attention\{severity="lost"\} 1$/m);
  const test = await scene.call('restore.test', { object: 'files', set: first });
  expect([test.failures, test.warnings]).toMatchObject([[], [{ code: 'SET_KNOWN_DAMAGED', path: set.id }]]);
  turn();
  await scene.call('verify', { object: 'files' });
  expect([await now(), await damaged()]).toEqual([{ ...well, good: set.id }, []]);
  turn();
  expect(await restored()).toBe(1);
  // What is stored anew still builds on the damaged one, until that was all stored anew.
  const { set: next } = await scene.call('backup', { object: 'files' });
  expect(await now()).toMatchObject({ state: 'failed', good: next.id });
  const { set: anew } = await scene.call('backup', { object: 'files', level: 'full' });
  expect([await now(), await damaged()]).toEqual([
    { ...well, good: anew.id, matters: [['CHECK_WRONG', 'look', set.id.slice(0, 8)]] },
    [set.id],
  ]);
});

test('what lies on a tape that is away is neither right nor damaged: one matter says which tape, and until it was read nothing is well', async () => {
  const scene = new ConsoleScene();
  for (let at = 0; at < 4; at += 1) scene.write(`f${at}`, noise(9 << 20, at));
  await scene.protect({ tapeSize: 32 << 20, codec: 'none' });
  const { set } = await scene.call('backup', { object: 'files' });
  const file = path.join(scene.vault, 'tapes/CF0002L8.tap');
  fs.renameSync(file, `${file}-away`);
  const { elements, failures, warnings } = await scene.call('restore.test', { object: 'files', set: set.id });
  expect(elements).toBe(4);
  expect(failures.length).toBeGreaterThan(0);
  for (const { code, message } of failures)
    expect([code, message]).toEqual([
      'TAPE_AWAY',
      'Tape CF0002L8 (last in slot 2) is not here: put it back and test again.',
    ]);
  const [lacking] = warnings.filter(({ code }) => code === 'NO_SUCH_TAPE');
  expect(lacking?.message).toContain('Put it back and test again.');
  expect(JSON.stringify(warnings)).not.toContain('--on-conflict');
  const [check] = (await scene.call('check.list', { object: 'files' })).checks;
  expect(check).toMatchObject({ outcome: 'away', failures: failures.length });
  expect((await scene.call('overview', {})).objects[0]).toMatchObject({
    state: 'away',
    restoreTest: { last: { outcome: 'away' } },
  });
  const metric = async (name: string) =>
    new RegExp(`^${name}\\{object="files".*kind="restore-test"\\} (.*)$`, 'm').exec(
      (await scene.call('metrics', {})).text,
    )?.[1];
  expect([await metric('coldframe_check_wrong'), await metric('coldframe_check_away')]).toEqual(['0', '1']);
  const verified = await scene.call('verify', { vault: scene.vault });
  expect(verified).toMatchObject({ outcome: 'away', missingTapes: [{ barcode: 'CF0002L8', slot: 2, away: true }] });
  const job = (await scene.call('job.list', {})).jobs.find(({ kind }) => kind === 'verify');
  expect(job).toMatchObject({ state: 'done-with-warnings', result: { outcome: 'away' } });
  // All that wants the tape stands in one matter.
  const matters = async () => (await scene.call('overview', {})).attention;
  expect(await matters()).toMatchObject([
    {
      code: 'TAPES_AWAY',
      severity: 'look',
      object: 'files',
      context: { tapes: 'CF0002L8 (last in slot 2)', pick: 'CF0002', checks: 2, objects: 'files' },
    },
  ]);
  expect((await scene.call('report.month', {})).damage).toMatchObject([
    { kind: 'verify', unit: 'chunks', damaged: 0, missing: expect.any(Number) },
    { kind: 'restore-test', unit: 'elements', damaged: 0, missing: failures.length },
  ]);
  // Damage counts for more, whatever is away besides.
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, set.id);
  expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ outcome: 'wrong' });
  expect((await matters()).map(({ code }) => code)).toEqual(['CHECK_WRONG', 'CHECK_WRONG', 'TAPES_AWAY']);
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, set.id);
  expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ outcome: 'away' });
  expect((await matters()).map(({ code }) => code)).toContain('CHECK_WRONG');
  fs.renameSync(`${file}-away`, file);
  const back = (await matters()).filter(({ code }) => code !== 'CHECK_WRONG');
  expect(back).toMatchObject([
    { code: 'CHECK_AWAY', object: 'files', context: { tapes: 'CF0002L8' }, action: { procedure: 'restore.test' } },
  ]);
  await expect(scene.call('restore.test', { object: 'files', set: set.id })).resolves.toMatchObject({
    outcome: 'right',
    failures: [],
  });
  expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ outcome: 'right' });
  expect(await matters()).toEqual([]);
  expect((await scene.call('overview', {})).objects[0]?.state).toBe('ok');
});

test('schedules test restores and verify objects and vaults, and what they find is told', async () => {
  const scene = new ConsoleScene();
  scene.write('one', noise(50_000, 1));
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  const cron = '0 3 * * SUN';
  const add = (input: Parameters<typeof scene.call<'schedule.add'>>[1]) => scene.call('schedule.add', input);
  await expect(add({ vault: scene.vault, task: 'restore-test', cron })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(add({ object: 'files', task: 'verify', cron, level: 'full' })).rejects.toMatchObject({ code: 'USAGE' });
  const tests = await add({ object: 'files', task: 'restore-test', cron });
  const vault = await add({ vault: scene.vault, task: 'verify', cron });
  const object = await add({ object: 'files', task: 'verify', cron });
  expect(vault.schedule).toMatchObject({ task: 'verify', object: 'vault', vault: scene.vault });
  const run = async ({ schedule }: typeof tests) => (await scene.call('schedule.run', { schedule: schedule.id })).run;
  await expect(run(tests)).resolves.toMatchObject({ outcome: 'done' });
  await expect(run(vault)).resolves.toMatchObject({ outcome: 'done' });
  const good = await scene.call('overview', {});
  expect(good.attention).toEqual([]);
  // That all of the vault was read back holds for each object in it.
  expect(good.objects[0]).toMatchObject({ nextRun: null, verify: { last: { outcome: 'right' }, scheduled: true } });
  expect(good.vaults[0]?.verify).toMatchObject({ last: { outcome: 'right' }, scheduled: true });
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, set.id);
  await expect(run(object)).resolves.toMatchObject({ outcome: 'warned' });
  await expect(run(vault)).resolves.toMatchObject({ outcome: 'warned' });
  const bad = await scene.call('overview', {});
  expect(bad.attention.filter(({ code }) => code === 'CHECK_WRONG').map((each) => each.object)).toEqual([
    'files',
    null,
  ]);
  const { checks } = await scene.call('check.list', { kind: 'verify' });
  expect(checks.map((each) => [each.object, each.outcome])).toEqual([
    [null, 'wrong'],
    ['files', 'wrong'],
    [null, 'right'],
  ]);
  // It was wrong in a set: when that is gone so is what was wrong, and not before.
  await scene.call('backup', { object: 'files', level: 'full' });
  const wrong = async () => (await scene.call('overview', {})).attention.filter(({ code }) => code === 'CHECK_WRONG');
  expect(await wrong()).toHaveLength(2);
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const input = { object: 'files', sets: [set.id] };
  await expect(scene.call('retention.apply', input)).rejects.toMatchObject({ code: 'RETENTION_HELD' });
  const { holds } = await scene.call('retention.plan', { object: 'files' });
  expect(holds).toMatchObject([{ kind: 'damage', set: set.id }]);
  await scene.call('retention.apply', { ...input, although: [{ kind: 'damage', set: set.id }] });
  expect(await wrong()).toEqual([]);
  const { objects, vaults } = await scene.call('overview', {});
  expect([objects[0]?.state, vaults[0]?.verify.last?.outcome]).toEqual(['ok', 'right']);
});

test('a verification of a whole vault says nothing of an object that had no set when it ran', async () => {
  const scene = new ConsoleScene();
  scene.write('one', 'content');
  await scene.protect();
  await scene.call('object.add', { name: 'ghost', vault: scene.vault, files: [{ path: scene.source }] });
  await scene.call('backup', { object: 'files' });
  await scene.call('verify', { vault: scene.vault });
  const lastOf = async (object: string) =>
    (await scene.call('overview', {})).objects.find(({ name }) => name === object)?.verify.last;
  expect(await lastOf('files')).toMatchObject({ outcome: 'right' });
  expect(await lastOf('ghost')).toBeNull();
  const metric = /^coldframe_check_(wrong|last_timestamp_seconds)\{object="ghost"/m;
  expect((await scene.call('metrics', {})).text).not.toMatch(metric);
  // A set that was made since was not read by it.
  await scene.call('backup', { object: 'ghost' });
  expect(await lastOf('ghost')).toBeNull();
  await scene.call('verify', { vault: scene.vault });
  expect(await lastOf('ghost')).toMatchObject({ outcome: 'right' });
  expect((await scene.call('metrics', {})).text).toMatch(metric);
});

test('what a verification of a whole vault finds damaged is how it stands with the object that it belongs to, and with no other', async () => {
  const scene = new ConsoleScene();
  scene.write('one', noise(50_000, 1));
  const other = fs.mkdtempSync(path.join(scene.root, 'other-'));
  fs.writeFileSync(path.join(other, 'letter'), noise(50_000, 2));
  await scene.protect();
  await scene.call('object.add', { name: 'mail', vault: scene.vault, files: [{ path: other }] });
  const { set } = await scene.call('backup', { object: 'files' });
  const { set: letters } = await scene.call('backup', { object: 'mail' });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  const flipOne = () => flipContent(scene.console.home, vault, set.id);
  const states = async () => {
    const { objects, attention } = await scene.call('overview', {});
    const wrong = attention.filter(({ code }) => code === 'CHECK_WRONG');
    const { sets } = await scene.call('sets', {});
    return [
      objects.map(({ name, state }) => `${name} ${state}`).join(', '),
      wrong.map(({ object }) => object),
      sets.filter(({ foundWrong }) => foundWrong !== null).map(({ id }) => id),
    ];
  };
  const well = ['files ok, mail ok', [], []];
  flipOne();
  const found = await scene.call('verify', { vault: scene.vault });
  expect(found.wrongIn).toMatchObject([{ object: 'files', sets: [set.id] }]);
  expect(await states()).toEqual(['files failed, mail ok', ['files', null], [set.id]]);
  const { attention } = await scene.call('overview', {});
  expect(
    attention.map(({ object, context, action }) => [object, context.objects, context.sets, action?.input]),
  ).toEqual([
    // Looking once more would find the same: what helps is a backup that builds on nothing of it.
    ['files', null, set.id.slice(0, 8), { object: 'files', level: 'full' }],
    [null, 'files', set.id.slice(0, 8), { vault: scene.vault }],
  ]);
  expect(attention.map(({ context }) => [context.objectCount, context.setCount])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  expect((await scene.call('check.list', {})).checks[0]).toMatchObject({ object: null, wrongIn: ['files'] });
  expect((await scene.call('metrics', {})).text).toMatch(
    /^coldframe_check_wrong\{object="files",.*kind="verify"\} 1$/m,
  );

  // Another object being right says nothing of it, nor does a backup that nobody read back; and nothing of it expires by itself.
  await scene.call('verify', { object: 'mail' });
  await scene.call('backup', { object: 'files', level: 'full' });
  await scene.console.idle();
  const [retention] = (await scene.call('job.list', { kinds: ['retention'] })).jobs;
  expect(retention).toMatchObject({ result: { expired: [], warnings: [{ code: 'RETENTION_HELD', path: set.id }] } });
  expect(await states()).toEqual(['files failed, mail ok', ['files', null], [set.id]]);
  // One that is right clears it: of the object what is the object's, of all of the vault the rest.
  flipOne();
  expect(await scene.call('verify', { object: 'files' })).toMatchObject({ outcome: 'right', wrongIn: [] });
  expect(await states()).toEqual(['files ok, mail ok', [null], []]);
  await scene.call('verify', { vault: scene.vault });
  expect(await states()).toEqual(well);

  // While something of another object is damaged, the vault being read proves this one right.
  flipOne();
  await scene.call('verify', { object: 'files' });
  flipOne();
  flipContent(scene.console.home, vault, letters.id);
  await scene.call('verify', { vault: scene.vault });
  expect(await states()).toEqual(['files ok, mail failed', ['mail', null], [letters.id]]);
});

/** The objects that are not well, and the sets that are marked as damaged. */
const damage = async (scene: ConsoleScene) => {
  const { objects } = await scene.call('overview', {});
  const { sets } = await scene.call('sets', {});
  return {
    failed: objects.filter(({ state }) => state === 'failed').map(({ name }) => name),
    marked: sets.filter(({ foundWrong }) => foundWrong !== null).map(({ id }) => id),
  };
};

test('a verification proves no set right that was made after it had been asked for', async () => {
  const turn = Promise.withResolvers<void>();
  const read: (readonly string[] | null)[] = [];
  let made = '';
  const scene = new ConsoleScene(undefined, {
    ...engineUseCases,
    runBackup: async (...request) => {
      if (made === 'next') await turn.promise;
      return await engineUseCases.runBackup(...request);
    },
    runVerify: async (session, sets, job, part) => {
      if (sets === null) flipContent(scene.console.home, session.info, made);
      read.push(sets);
      return await engineUseCases.runVerify(session, sets, job, part);
    },
  });
  scene.write('one', noise(50_000, 1));
  await scene.protect();
  const { set: first } = await scene.call('backup', { object: 'files' });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  scene.write('two', noise(50_000, 2));
  made = 'next';
  const backup = scene.call('backup', { object: 'files' }).then(({ set }) => {
    made = set.id;
  });
  const verifications = [scene.call('verify', { vault: scene.vault }), scene.call('verify', { object: 'files' })];
  const waiting = async () => (await scene.call('job.list', { kinds: ['verify'] })).jobs.length;
  await expect.poll(waiting).toBe(2);
  turn.resolve();
  await backup;
  const [all, own] = await Promise.all(verifications);
  expect([all?.outcome, own?.outcome, read]).toEqual(['wrong', 'right', [null, [first.id]]]);
  expect(await damage(scene)).toEqual({ failed: ['files'], marked: [made] });
  await scene.call('backup', { object: 'files' });
  await scene.console.idle();
  const [retention] = (await scene.call('job.list', { kinds: ['retention'] })).jobs;
  expect(retention).toMatchObject({ result: { expired: [], warnings: [{ code: 'RETENTION_HELD', path: made }] } });
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, made);
  await scene.call('verify', { object: 'files' });
  expect(await damage(scene)).toEqual({ failed: [], marked: [] });
});

test('what is damaged on one tape and whole on a copy is to be looked at, and lost nowhere: no set is marked, and nothing is held', async () => {
  const scene = new ConsoleScene();
  scene.write('one', noise(50_000, 1));
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  await scene.call('tape.copy', { tape: 'CF0001', to: 'CF0005' });
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, set.id);
  const found = await scene.call('verify', { object: 'files' });
  expect(found).toMatchObject({ outcome: 'wrong', damaged: [{ wholeOn: [expect.any(String)] }] });
  await scene.call('verify', { vault: scene.vault });
  const { objects, attention } = await scene.call('overview', {});
  expect(objects[0]).toMatchObject({ state: 'warnings', reason: { code: 'CHECK_WRONG' } });
  const wrong = attention.filter(({ code }) => code === 'CHECK_WRONG');
  expect(wrong.map(({ object, severity, context }) => [object, severity, context.lostNowhere])).toEqual([
    ['files', 'look', true],
    [null, 'look', true],
  ]);
  expect((await damage(scene)).marked).toEqual([]);
  await scene.call('backup', { object: 'files', level: 'full' });
  await scene.console.idle();
  const [retention] = (await scene.call('job.list', { kinds: ['retention'] })).jobs;
  expect(retention).toMatchObject({ result: { expired: [expect.anything()], warnings: [] } });
});

test('damage in what an interrupted set wrote is right again once a set that uses it was read and right', async () => {
  let isFirst = true;
  const scene = new ConsoleScene(undefined, {
    ...engineUseCases,
    runBackup: async (session, object, options, job, volumes) => {
      const control = isFirst ? cancelledWhen(({ bytesStored }) => (bytesStored ?? 0) > 9 << 20) : job;
      isFirst = false;
      return await engineUseCases.runBackup(session, object, options, control, volumes);
    },
  });
  for (let file = 0; file < 3; file += 1) scene.write(`f${file}`, noise(9 << 20, file + 1));
  await settle();
  await scene.protect({ codec: 'none' });
  await expect(scene.call('backup', { object: 'files', streams: 1 })).rejects.toMatchObject({ code: 'CANCELLED' });
  await scene.call('backup', { object: 'files', streams: 1 });
  const { sets } = await scene.call('sets', {});
  const attempt = sets.find(({ state }) => state === 'interrupted')?.id ?? '';
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  for (const again of [{ vault: scene.vault }, { object: 'files' }]) {
    flipContent(scene.console.home, vault, attempt);
    expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ wrongIn: [{ sets: [attempt] }] });
    expect(await damage(scene)).toEqual({ failed: ['files'], marked: [attempt] });
    flipContent(scene.console.home, vault, attempt);
    expect(await scene.call('verify', again)).toMatchObject({ outcome: 'right' });
    expect(await damage(scene)).toEqual({ failed: [], marked: [] });
  }
});

test('of a volume that is too long for a test places are read, and damage there is found', async () => {
  const scene = new ConsoleScene();
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20, codec: 'none' });
  const { volume } = await scene.call('volume.create', { name: 'disk', size: 4 << 20 });
  fs.writeFileSync(volume.path, noise(4 << 20, 5));
  await scene.call('object.add', { name: 'disks', vault: scene.vault, volumes: ['disk'] });
  const { set } = await scene.call('backup', { object: 'disks' });
  const whole = await scene.call('restore.test', { object: 'disks', bytes: 8 << 20 });
  expect(whole).toMatchObject({ elements: 1, bytes: 4 << 20, inPieces: 0, tooLong: 0, failures: [] });
  const places = await scene.call('restore.test', { object: 'disks', bytes: 3 << 20 });
  expect(places).toMatchObject({ elements: 1, bytes: 3 << 20, inPieces: 1, tooLong: 1, failures: [] });
  flipContent(scene.console.home, (await scene.call('vault.show', { dir: scene.vault })).vault, set.id);
  const damaged = await scene.call('restore.test', { object: 'disks', bytes: 8 << 20 });
  expect(damaged.failures).toMatchObject([{ path: '/disk' }]);
  // Which places are read is left to chance.
  const found = async () => (await scene.call('restore.test', { object: 'disks', bytes: 3 << 20 })).failures;
  let codes = new Set<string>();
  for (let times = 0; times < 40 && !codes.has('NOT_RESTORED'); times += 1)
    codes = new Set((await found()).map(({ code }) => code));
  expect(codes).toContain('NOT_RESTORED');
});
