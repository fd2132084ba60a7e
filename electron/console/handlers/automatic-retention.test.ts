import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import { flipContent, noise } from '../testing/vault-scene.ts';
import type { VerifyResult } from '../use-cases.ts';
import { engineUseCases } from '../wiring.ts';

test('sets expire by themselves after a backup, and none while something is unusual at which nobody has looked', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  for (let file = 0; file < 120; file += 1) scene.write(`many/${file}.txt`, `${file}`);
  const backup = async (): Promise<string> => {
    const { set } = await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
    return set.id;
  };
  const left = async (): Promise<string[]> => (await scene.call('sets', { object: 'files' })).sets.map(({ id }) => id);
  const retentions = async () => (await scene.call('job.list', { kinds: ['retention'] })).jobs;
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const first = await backup();
  const second = await backup();
  expect(await left()).toEqual([second, first]);
  expect(await retentions()).toEqual([]);

  const policy = await scene.call('retention.set', { object: 'files', rules: {}, automatic: true });
  expect(policy).toMatchObject({ automatic: true, heldBack: [], rules: { keepLast: 1 } });
  const third = await backup();
  expect(await left()).toEqual([third]);
  expect((await retentions())[0]).toMatchObject({ state: 'done', result: { kept: 1 } });
  const { entries } = await scene.call('activity.list', {});
  expect(entries[0]).toMatchObject({ act: 'retention.apply', outcome: 'done', context: { agreed: 2 } });

  rmSync(path.join(scene.source, 'many'), { recursive: true });
  await scene.call('notice.add', { name: 'log', target: { kind: 'command', command: 'true' } });
  const emptied = await backup();
  const again = await backup();
  expect(await left()).toEqual([again, emptied, third]);
  expect((await retentions())[0]).toMatchObject({
    state: 'done-with-warnings',
    result: { expired: [], warnings: [{ code: 'RETENTION_HELD', path: emptied }] },
  });
  const plan = await scene.call('retention.plan', { object: 'files' });
  expect(plan.heldBack).toMatchObject([{ set: emptied, anomalies: [{ kind: 'many-removed', now: 121 }] }]);
  // By hand neither, until what holds it back is named; and the last one before it stays until somebody has looked.
  expect(plan.holds).toMatchObject([{ kind: 'unusual', set: emptied, about: expect.stringContaining('are gone') }]);
  expect(plan.sets.map(({ id, keep, reasons }) => [id, keep, reasons.map(({ kind }) => kind)])).toEqual([
    [again, true, ['last', 'last-good']],
    [emptied, false, ['no-rule']],
    [third, true, ['before-unusual']],
  ]);
  const byHand = { object: 'files', sets: [emptied] };
  const refused = await scene.call('retention.apply', byHand).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: 'RETENTION_HELD', guidance: expect.stringContaining('--although-held') });
  const other = [{ kind: 'damage' as const, set: null }];
  await expect(scene.call('retention.apply', { ...byHand, although: other })).rejects.toMatchObject({
    code: 'RETENTION_HELD',
  });
  const [tape] = (await scene.call('tape.list', { vault: scene.vault })).tapes;
  const erasing = { tape: String(tape?.barcode), sets: [again, emptied, third] };
  await expect(scene.call('tape.erase', erasing)).rejects.toMatchObject({ code: 'RETENTION_HELD' });
  expect((await scene.call('tape.losses', { tape: erasing.tape })).holds).toMatchObject([
    { object: 'files', set: emptied, about: expect.stringContaining('are gone') },
  ]);
  expect(await left()).toEqual([again, emptied, third]);

  const attention = async () => (await scene.call('overview', {})).attention;
  expect(await attention()).toMatchObject([
    {
      code: 'RETENTION_HELD',
      severity: 'look',
      object: 'files',
      context: { set: emptied, kind: 'many-removed', now: 121, more: 0 },
      action: null,
    },
  ]);

  // What came after a set that went is of the same: there is one to look at still.
  const although = [{ kind: 'unusual' as const, set: emptied }];
  expect(await scene.call('retention.apply', { ...byHand, although })).toMatchObject({ expired: [{ id: emptied }] });
  expect(await left()).toEqual([again, third]);
  expect(await attention()).toMatchObject([{ code: 'RETENTION_HELD', context: { set: again, kind: 'many-removed' } }]);
  expect(await scene.call('retention.acknowledge', { object: 'files' })).toMatchObject({ heldBack: [] });
  expect(await attention()).toEqual([]);
  const last = await backup();
  expect(await left()).toEqual([last]);
});

test('a few small files that are encrypted in their places hold sets from before back, also where the rules keep one', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const write = (content: (file: number) => string | Buffer) => {
    for (let file = 0; file < 12; file += 1) scene.write(`texts/${file}.txt`, content(file));
  };
  const backup = async (): Promise<string> => {
    const { set } = await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
    return set.id;
  };
  const left = async () => (await scene.call('sets', { object: 'files' })).sets.map(({ id }) => id);
  const held = async () =>
    (await scene.call('retention.show', { object: 'files' })).heldBack.map(({ set, anomalies }) => ({
      set,
      kinds: anomalies.map(({ kind }) => kind),
    }));
  write((file) => `the same words over and over, ${file}; `.repeat(500));
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  await backup();
  const sound = await backup();
  write((file) => noise(15_000, file));
  const encrypted = await backup();
  const again = await backup();
  expect(await left()).toEqual([again, encrypted, sound]);
  expect(await held()).toEqual([{ set: encrypted, kinds: ['incompressible', 'many-changed'] }]);
  // What was found since somebody looked nobody has seen.
  await scene.call('retention.acknowledge', { object: 'files', sets: [again] });
  expect(await held()).toHaveLength(1);
  await scene.call('retention.acknowledge', { object: 'files', sets: [encrypted] });
  expect(await held()).toEqual([]);
  // Once it was looked at twice, what is written anew each time is usual.
  write((file) => noise(15_000, 100 + file));
  const anew = await backup();
  expect(await held()).toEqual([{ set: anew, kinds: ['many-changed'] }]);
  await scene.call('retention.acknowledge', { object: 'files' });
  write((file) => noise(15_000, 200 + file));
  const usual = await backup();
  expect([await held(), await left()]).toEqual([[], [usual]]);
});

test('a set that is kept until a time stays where a clock was ahead for a while, and goes a week after the time', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const DAY = 86_400_000;
  const began = Date.now();
  onTestFinished(() => void vi.useRealTimers());
  const backupAt = async (day: number): Promise<string> => {
    vi.useFakeTimers({ toFake: ['Date'], now: began + day * DAY });
    scene.write('file', `of day ${day}`);
    const { set } = await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
    return set.id;
  };
  const left = async () => (await scene.call('sets', { object: 'files' })).sets.map(({ id }) => id);
  const kept = await backupAt(0);
  const until = new Date(began + 30 * DAY).toISOString();
  await scene.call('retention.keep', { set: kept, until });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  const ahead = await backupAt(1500);
  expect(await left()).toEqual([ahead, kept]);
  const [tape] = (await scene.call('tape.list', { vault: scene.vault })).tapes;
  const erasing = scene.call('tape.erase', { tape: String(tape?.barcode), sets: await left() });
  await expect(erasing).rejects.toMatchObject({ code: 'TAPE_NEEDED' });
  expect(await left()).toContain(kept);
  await backupAt(20);
  await backupAt(31);
  expect(await left()).toContain(kept);
  const { sets } = await scene.call('retention.plan', { object: 'files' });
  expect(sets.at(-1)).toMatchObject({ id: kept, keep: true, reasons: [{ kind: 'until', of: until }] });
  await backupAt(37.9);
  expect(await left()).toContain(kept);
  const last = await backupAt(38.1);
  expect(await left()).toEqual([last]);
});

test('the rules are applied at times of their own, with every hold, to one object or to all of a vault that have rules', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  scene.write('file', noise(100_000, 1));
  await scene.call('object.add', { name: 'free', vault: scene.vault, files: [{ path: scene.source }] });
  const backup = async (object: string): Promise<string> => {
    const { set } = await scene.call('backup', { object, level: 'full' });
    await scene.console.idle();
    return set.id;
  };
  const left = async (object: string) => (await scene.call('sets', { object })).sets.map(({ id }) => id);
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const times = { task: 'retention', zone: 'UTC', catchUp: true } as const;
  const { schedule: own } = await scene.call('schedule.add', { object: 'files', cron: '0 4 * * *', ...times });
  const { schedule: all } = await scene.call('schedule.add', { vault: scene.vault, cron: '0 5 * * *', ...times });
  expect((await scene.call('audit.list', { act: 'schedule.add' })).entries).toMatchObject([
    { vault: scene.vault, context: { task: 'retention', cron: '0 5 * * *' } },
    { object: 'files', context: { task: 'retention', cron: '0 4 * * *' } },
  ]);
  const { times: shown, automatic } = await scene.call('retention.show', { object: 'files' });
  expect([automatic, shown]).toMatchObject([
    false,
    [
      { schedule: own.id, ofVault: false, cron: '0 4 * * *', next: own.next[0] },
      { schedule: all.id, ofVault: true, cron: '0 5 * * *', next: all.next[0] },
    ],
  ]);
  const run = async ({ id }: { readonly id: string }) => {
    const { outcome, reason } = (await scene.call('schedule.run', { schedule: id })).run;
    const [job] = (await scene.call('job.list', { kinds: ['retention'] })).jobs;
    return { outcome, reason, warnings: (job?.result as { warnings: unknown } | undefined)?.warnings };
  };

  const free = [await backup('free'), await backup('free')].toReversed();
  const first = await backup('files');
  const second = await backup('files');
  expect(await run(all)).toEqual({ outcome: 'done', reason: null, warnings: [] });
  expect([await left('files'), await left('free')]).toEqual([[second], free]);
  const { entries } = await scene.call('audit.list', { act: 'retention.apply' });
  expect(entries).toMatchObject([{ object: 'files', outcome: 'done', context: { ids: first, automatic: true } }]);

  // Damage that a verification found holds all until the object was found right.
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  const third = await backup('files');
  flipContent(scene.console.home, vault, second);
  await scene.call('verify', { object: 'files' });
  expect(await run(own)).toMatchObject({ outcome: 'warned', warnings: [{ code: 'RETENTION_HELD', path: second }] });
  expect(await run(all)).toMatchObject({ outcome: 'warned' });
  expect(await left('files')).toEqual([third, second]);
  flipContent(scene.console.home, vault, second);
  await scene.call('verify', { object: 'files' });
  // So does what is to be read back first, and was not.
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  await scene.call('retention.hold', { set: second });
  expect(await run(own)).toMatchObject({ outcome: 'done' });
  expect(await left('files')).toEqual([third, second]);
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: false });
  const fourth = await backup('files');
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  expect(await run(own)).toMatchObject({ outcome: 'warned', warnings: [{ code: 'RETENTION_HELD', path: fourth }] });
  expect(await left('files')).toEqual([fourth, third, second]);
  await scene.call('verify', { sets: [fourth] });
  expect(await run(own)).toMatchObject({ outcome: 'done' });
  expect(await left('files')).toEqual([fourth, second]);

  // A merged set is read back when it was made; one of which that was not done is no reason that what it was made of goes.
  const merge = async (): Promise<string> => {
    await scene.call('backup', { object: 'files', level: 'incremental' });
    const { set, merged } = await scene.call('merge', { object: 'files' });
    expect(merged).toBe(true);
    await scene.console.idle();
    return set.id;
  };
  const whole = await merge();
  expect(await run(own)).toMatchObject({ outcome: 'done' });
  expect(await left('files')).toEqual([whole, second]);
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: false });
  const unread = await merge();
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  expect(await run(own)).toMatchObject({ outcome: 'warned', warnings: [{ code: 'RETENTION_HELD', path: unread }] });
  expect(await left('files')).toHaveLength(4);
});

test('nothing expires while a folder lacks its disk, however often it is backed up, nor after the few files of an object are gone', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  scene.write('stays.txt', 'stays');
  const disk = path.join(scene.root, 'disk');
  mkdirSync(disk);
  writeFileSync(path.join(disk, 'file'), 'on the disk, and more than what stays');
  const files = [{ path: scene.source }, { path: disk }];
  await scene.call('object.add', { name: 'two', vault: scene.vault, files });
  await scene.call('retention.set', { object: 'two', rules: { keepLast: 1 }, automatic: true });
  const backup = async (level: 'full' | 'incremental') => {
    const { set } = await scene.call('backup', { object: 'two', level });
    await scene.console.idle();
    return set;
  };
  const left = async (): Promise<string[]> => (await scene.call('sets', { object: 'two' })).sets.map(({ id }) => id);
  const held = async () =>
    (await scene.call('retention.plan', { object: 'two' })).heldBack.map(({ set, anomalies }) => ({
      set,
      kinds: anomalies.map(({ kind }) => kind),
    }));
  const { id: first } = await backup('full');
  renameSync(disk, `${disk}-away`);
  const { id: second, warnings } = await backup('full');
  expect(warnings).toMatchObject([{ code: 'NOT_MOUNTED', path: disk }]);
  expect(await held()).toEqual([{ set: second, kinds: ['many-removed', 'not-mounted'] }]);
  await scene.call('retention.acknowledge', { object: 'two' });
  const { id: third } = await backup('incremental');
  expect(await held()).toEqual([{ set: third, kinds: ['not-mounted'] }]);
  expect(await left()).toEqual([third, second, first]);

  renameSync(`${disk}-away`, disk);
  const { id: fourth } = await backup('full');
  expect([await held(), await left()]).toEqual([[], [fourth]]);
  rmSync(path.join(disk, 'file'));
  rmSync(path.join(scene.source, 'stays.txt'));
  const { id: emptied } = await backup('full');
  expect([await held(), await left()]).toEqual([[{ set: emptied, kinds: ['many-removed'] }], [emptied, fourth]]);
});

test('nothing expires while a tape is damaged on which what was just written is to be read back', async () => {
  let damagedTapes: VerifyResult['damagedTapes'] = [];
  const runVerify: typeof engineUseCases.runVerify = async (...verification) => ({
    ...(await engineUseCases.runVerify(...verification)),
    damagedTapes,
  });
  const scene = new ConsoleScene(onTestFinished, { ...engineUseCases, runVerify });
  await scene.protect();
  scene.write('a', 'content');
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  await scene.call('settings.setOfObject', { object: 'files', verifyAfterBackup: true });
  const left = async (): Promise<number> => (await scene.call('sets', { object: 'files' })).sets.length;
  const backup = async (): Promise<void> => {
    await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
  };
  await backup();
  damagedTapes = [{ tape: 'CF0001', barcode: 'CF0001L8', reason: 'its label is damaged' }];
  await backup();
  expect(await left()).toBe(2);
  damagedTapes = [];
  await backup();
  expect(await left()).toBe(1);
});

test('nothing expires once what was read before cannot be read any more, until it can again or somebody has looked', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  scene.write('a', 'read by every backup');
  const file = scene.write('b', 'readable at first');
  const folder = path.dirname(scene.write('closed/c', 'in a folder'));
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 }, automatic: true });
  const backup = async (): Promise<string> => {
    const { set } = await asSomebody(scene, () => scene.call('backup', { object: 'files', level: 'full' }));
    await asSomebody(scene, () => scene.console.idle());
    return set.id;
  };
  const close = (name: string, mode: number): void => {
    chmodSync(name, mode);
    if (isRoot) chownSync(name, 0, 0);
  };
  const left = async (): Promise<string[]> => (await scene.call('sets', { object: 'files' })).sets.map(({ id }) => id);
  const held = async () => (await scene.call('retention.plan', { object: 'files' })).heldBack;

  const first = await backup();
  close(file, 0);
  const second = await backup();
  const third = await backup();
  expect(await left()).toEqual([third, second, first]);
  const unreadable = (now: number) => ({ kind: 'unreadable', usual: 5, now });
  expect(await held()).toEqual([{ set: second, anomalies: [unreadable(1)] }]);
  const plan = await scene.call('retention.plan', { object: 'files' });
  expect(plan.sets.find(({ id }) => id === first)).toMatchObject({ keep: true, reasons: [{ kind: 'before-unusual' }] });
  close(file, 0o644);
  const fourth = await backup();
  expect([await held(), await left()]).toEqual([[], [fourth]]);

  close(folder, 0);
  const fifth = await backup();
  expect([await held(), await left()]).toEqual([[{ set: fifth, anomalies: [unreadable(1)] }], [fifth, fourth]]);
  // What somebody has looked at is no reason any more, however long it lasts.
  await scene.call('retention.acknowledge', { object: 'files' });
  const sixth = await backup();
  expect([await held(), await left()]).toEqual([[], [sixth]]);
});

const isRoot = process.getuid?.() === 0;
const NOBODY_ID = 65_534;

/** Does something as one whom modes of files mean something to. */
const asSomebody = async <T>(scene: ConsoleScene, work: () => Promise<T>): Promise<T> => {
  if (!isRoot) return await work();
  give(scene.root, [scene.source]);
  process.seteuid?.(NOBODY_ID);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
};

const give = (name: string, but: readonly string[]): void => {
  if (but.includes(name)) return;
  chownSync(name, NOBODY_ID, NOBODY_ID);
  for (const entry of readdirSync(name, { withFileTypes: true }))
    if (entry.isDirectory()) give(path.join(name, entry.name), but);
    else chownSync(path.join(name, entry.name), NOBODY_ID, NOBODY_ID);
};
