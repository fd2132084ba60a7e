import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { flip, flipContent, noise } from '../testing/vault-scene.ts';

const NAMELESS = 'does not say that it is that tape';

let scene: ConsoleScene;
let set = '';

const tape = (volume: string): string => path.join(scene.vault, 'tapes', `${volume}L8.tap`);
const away = (volume: string): string => path.join(scene.root, volume);
const take = (volume: string): void => fs.renameSync(tape(volume), away(volume));
const put = (volume: string): void => fs.renameSync(away(volume), tape(volume));

/** What the job waits for, once it does. */
const requests = async (count: number): Promise<readonly MountRequest[]> => {
  const found = await expect
    .poll(async () => (await scene.call('tape.list', { vault: scene.vault })).requests, { timeout: 20_000 })
    .toHaveLength(count)
    .then(async () => (await scene.call('tape.list', { vault: scene.vault })).requests);
  return found;
};

/** `one` lies on the first tape, what is in `two` and the second half of the story on the second, `three` on the third. */
beforeEach(async () => {
  scene = new ConsoleScene();
  await scene.protect();
  scene.write('one/a', noise(70_000, 1));
  await scene.call('backup', { object: 'files' });
  await scene.call('tape.protect', { tape: 'CF0001', on: true });
  scene.write('two/b', noise(70_000, 2));
  fs.linkSync(path.join(scene.source, 'two/b'), path.join(scene.source, 'two/c'));
  await scene.call('backup', { object: 'files' });
  await scene.call('tape.protect', { tape: 'CF0002', on: true });
  scene.write('two/d', noise(70_000, 3));
  set = (await scene.call('backup', { object: 'files' })).set.id;
});

// One that failed would wait for ever.
afterEach(() => scene.console.cancelAll());

describe('a restore that is to wait for tapes that are away', () => {
  test('does the rest, asks for them, lets others work meanwhile, and goes on with each as it comes back', async () => {
    for (const volume of ['CF0002', 'CF0003']) take(volume);
    const to = path.join(scene.root, 'back');
    const heard: string[] = [];
    const restored = scene.call(
      'restore',
      { set, to: { path: to }, relativeTo: { path: scene.source }, waitForTapes: true },
      { onEvent: (event) => void heard.push(event.event) },
    );
    const [request] = await requests(1);
    expect(request).toMatchObject({ kind: 'restore', object: 'files', vault: scene.vault });
    expect(request?.tapes).toMatchObject([
      { barcode: 'CF0002L8', slot: 2, pool: 'data', chunks: 1, note: '' },
      { barcode: 'CF0003L8', slot: 3, chunks: 1 },
    ]);
    expect([...listTree(to).keys()]).toEqual(['one', 'one/a', 'two']);
    const { requests: shown } = await scene.call('library.show', { vault: scene.vault });
    expect(shown).toEqual([request]);
    await expect
      .poll(async () => (await scene.call('job.show', { job: request?.job ?? '' })).job, { timeout: 10_000 })
      .toMatchObject({ state: 'running', progress: { phase: 'waiting for tapes' } });
    // What a person does with what came back already stays.
    fs.writeFileSync(path.join(to, 'one/a'), 'edited since');
    scene.write('four', 'four');
    await scene.call('backup', { object: 'files' });

    // Half of a tape that is still being copied is not taken for the tape.
    const whole = fs.readFileSync(away('CF0003'));
    fs.writeFileSync(tape('CF0003'), whole.subarray(0, whole.length / 2));
    // Nor is another tape.
    fs.copyFileSync(tape('CF0001'), tape('CF0002'));
    await expect.poll(async () => (await requests(1))[0]?.tapes[0]?.note, { timeout: 20_000 }).toContain('CF0001');
    // Nor is what has its length and says nowhere that it is that tape, also while others come back.
    fs.writeFileSync(tape('CF0002'), noise(fs.statSync(away('CF0002')).size, 9));
    await expect.poll(async () => (await requests(1))[0]?.tapes[0]?.note, { timeout: 20_000 }).toContain(NAMELESS);
    fs.writeFileSync(tape('CF0003'), whole);
    await expect.poll(async () => (await requests(1))[0]?.tapes.length, { timeout: 20_000 }).toBe(1);
    expect(fs.readdirSync(path.join(to, 'two'))).toEqual(['d']);
    put('CF0002');

    const result = await restored;
    expect(result).toMatchObject({ restored: 7, wanted: 7, skipped: 0, damaged: [], damagedElements: 0, warnings: [] });
    expect(Object.fromEntries(result.mounts.map(({ tape: volume, count }) => [volume, count]))).toEqual({
      CF0001: 1,
      CF0002: 1,
      CF0003: 1,
    });
    expect(result.tapes.every(({ present }) => present)).toBe(true);
    // Again with each thing that is wrong with what was put there.
    expect(heard.filter((event) => event === 'mount').length).toBeGreaterThan(3);
    expect(await requests(0)).toEqual([]);
    expect(fs.readFileSync(path.join(to, 'one/a'), 'utf8')).toBe('edited since');
    const [there, source] = [listTree(path.join(to, 'two')), listTree(path.join(scene.source, 'two'))];
    expect(there).toEqual(source);
    expect(fs.readdirSync(path.join(scene.console.home, 'jobs'))).toEqual([]);
  });

  test('names the import/export slot that one of them lies in, and goes on when it is taken in', async () => {
    await scene.call('library.eject', { vault: scene.vault, tape: 'CF0003' });
    const input = { set, to: { path: path.join(scene.root, 'back') }, relativeTo: { path: scene.source } };
    const { tapes, warnings } = await scene.call('restore', { ...input, dryRun: true });
    expect(tapes.find(({ present }) => !present)).toMatchObject({ barcode: 'CF0003L8', slot: 3, importExport: 1 });
    expect(warnings[0]?.message).toMatch(/CF0003L8, in import\/export slot 1\) is where no job/);
    expect(warnings[0]?.message).toContain(`library take-in ${scene.vault} CF0003L8. When`);
    const restored = scene.call('restore', { ...input, waitForTapes: true });
    const [request] = await requests(1);
    expect(request?.tapes).toMatchObject([{ barcode: 'CF0003L8', slot: 3, importExport: 1 }]);
    await scene.call('library.takeIn', { vault: scene.vault, tape: 'CF0003' });
    expect(await restored).toMatchObject({ restored: 7, wanted: 7, warnings: [] });
  });

  test('that is cancelled meanwhile has ended with what is there, and is completed when it is run again', async () => {
    take('CF0003');
    const to = path.join(scene.root, 'back');
    const input = { set, to: { path: to }, relativeTo: { path: scene.source } };
    const restored = scene.call('restore', { ...input, waitForTapes: true });
    const [request] = await requests(1);
    await scene.call('job.cancel', { job: request?.job ?? '' });
    expect(await restored).toMatchObject({
      restored: 6,
      wanted: 7,
      warnings: [{ code: 'NO_SUCH_TAPE', path: 'CF0003' }],
    });
    expect((await scene.call('job.show', { job: request?.job ?? '' })).job.state).toBe('done-with-warnings');
    put('CF0003');
    expect(await scene.call('restore', { ...input, onConflict: 'skip' })).toMatchObject({ warnings: [] });
    expect(listTree(to)).toEqual(listTree(scene.source));
  });

  test('restores nothing into what took the place of its destination, and goes on from all that it did when it is run again', async () => {
    for (const volume of ['CF0002', 'CF0003']) take(volume);
    const to = path.join(scene.root, 'back');
    const input = { set, to: { path: to }, relativeTo: { path: scene.source } };
    const restored = scene.call('restore', { ...input, waitForTapes: true });
    await requests(1);
    put('CF0002');
    await expect.poll(async () => (await requests(1))[0]?.tapes.length, { timeout: 20_000 }).toBe(1);
    // As when a disk is unmounted meanwhile.
    fs.renameSync(to, `${to}-aside`);
    fs.mkdirSync(to);
    put('CF0003');
    await expect(restored).rejects.toMatchObject({ code: 'DESTINATION_TAKEN', context: { path: to } });
    expect(fs.readdirSync(to)).toEqual([]);
    fs.rmdirSync(to);
    fs.renameSync(`${to}-aside`, to);
    expect(await scene.call('restore', input)).toMatchObject({ conflicts: [], warnings: [] });
    expect(listTree(to)).toEqual(listTree(scene.source));
  });

  test('leaves what appeared in the place of the rest, and replaces what it was told to', async () => {
    take('CF0003');
    const [to, over] = [path.join(scene.root, 'back'), path.join(scene.root, 'over')];
    fs.mkdirSync(path.join(over, 'two'), { recursive: true });
    fs.writeFileSync(path.join(over, 'two/d'), 'an older one');
    const common = { set, relativeTo: { path: scene.source }, waitForTapes: true };
    const careful = scene.call('restore', { ...common, to: { path: to } });
    const careless = scene.call('restore', { ...common, to: { path: over }, onConflict: 'overwrite' });
    await requests(2);
    fs.writeFileSync(path.join(to, 'two/d'), 'mine');
    put('CF0003');
    expect(await careful).toMatchObject({
      restored: 6,
      wanted: 7,
      skipped: 1,
      conflicts: [{ action: 'skip' }],
      warnings: [{ code: 'DESTINATION_TAKEN', path: path.join(to, 'two/d') }],
    });
    expect(fs.readFileSync(path.join(to, 'two/d'), 'utf8')).toBe('mine');
    expect(await careless).toMatchObject({ restored: 7, wanted: 7, conflictCount: 1, warnings: [] });
    expect(listTree(over)).toEqual(listTree(scene.source));
  });
});

test('a verification that is to wait reads what is here, and what was away once it is back', async () => {
  take('CF0002');
  const verified = scene.call('verify', { sets: [set], waitForTapes: true });
  const [request] = await requests(1);
  expect(request?.kind).toBe('verify');
  fs.writeFileSync(tape('CF0002'), noise(fs.statSync(away('CF0002')).size, 9));
  await expect.poll(async () => (await requests(1))[0]?.tapes[0]?.note, { timeout: 20_000 }).toContain(NAMELESS);
  put('CF0002');
  const waited = await verified;
  const { chunks, bytes, sets } = await scene.call('verify', { sets: [set] });
  expect(waited).toMatchObject({ chunks, bytes, sets, damaged: [], missingTapes: [] });

  // What is damaged on a copy of a copy is whole on the tape that came back.
  await scene.call('tape.copy', { tape: 'CF0002', to: 'CF0004' });
  await scene.call('tape.copy', { tape: 'CF0004', to: 'CF0005' });
  await scene.call('tape.protect', { tape: 'CF0002', on: false });
  await scene.call('tape.protect', { tape: 'CF0003', on: true });
  scene.write('two/e', noise(70_000, 4));
  const later = (await scene.call('backup', { object: 'files' })).set;
  expect(later.tapes).toEqual(['CF0002']);
  const content = fs.readFileSync(tape('CF0005')).indexOf(noise(70_000, 2).subarray(100, 164));
  expect(content).toBeGreaterThan(0);
  flip(tape('CF0005'), content);
  for (const volume of ['CF0002', 'CF0004']) take(volume);
  const again = scene.call('verify', { sets: [later.id], waitForTapes: true });
  expect(await requests(1)).toMatchObject([{ kind: 'verify', tapes: [{ barcode: 'CF0002L8', instead: [] }] }]);
  put('CF0002');
  expect((await again).damaged.map(({ tape: on, wholeOn }) => [on, wholeOn])).toEqual([['CF0005', ['CF0002']]]);

  // What an earlier set wants lies on copies of copies as well, also once the first is labelled anew: what comes back first will do.
  for (const volume of ['CF0002', 'CF0005']) take(volume);
  const to = path.join(scene.root, 'back');
  const restored = scene.call('restore', {
    set,
    to: { path: to },
    relativeTo: { path: scene.source },
    waitForTapes: true,
  });
  const wanted = (await requests(1))[0]?.tapes[0];
  const three = ['CF0002L8', 'CF0004L8', 'CF0005L8'];
  expect(new Set([wanted?.barcode, ...(wanted?.instead ?? [])])).toEqual(new Set(three));
  put('CF0004');
  expect(await restored).toMatchObject({ damaged: [], warnings: [] });
});

test('what others find damaged while a verification waits it proves right in no set', async () => {
  const marks = async () =>
    (await scene.call('sets', {})).sets.filter(({ foundWrong }) => foundWrong !== null).map(({ id }) => id);
  const { vault } = await scene.call('vault.show', { dir: scene.vault });
  const first = (await scene.call('sets', {})).sets.at(-1)?.id ?? '';
  take('CF0002');
  // What is away is not marked as damaged beside what is.
  flipContent(scene.console.home, vault, first);
  expect(await scene.call('verify', { sets: [set] })).toMatchObject({ outcome: 'wrong', missingTapes: [{}] });
  expect(await marks()).toEqual([first]);
  flipContent(scene.console.home, vault, first);
  const waiting = scene.call('verify', { vault: scene.vault, waitForTapes: true });
  await requests(1);
  scene.write('late', noise(70_000, 7));
  const { set: late } = await scene.call('backup', { object: 'files' });
  for (const each of [late.id, first]) flipContent(scene.console.home, vault, each);
  expect(await scene.call('verify', { sets: [late.id], written: true })).toMatchObject({ outcome: 'wrong' });
  expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ outcome: 'wrong' });
  put('CF0002');
  expect(await waiting).toMatchObject({ outcome: 'right', damaged: [], missingTapes: [] });
  const { objects, vaults } = await scene.call('overview', {});
  expect([objects[0]?.state, vaults[0]?.verify.last?.outcome]).toEqual(['failed', 'wrong']);
  expect(await marks()).toEqual([late.id, first]);
});

test('a merge that is to wait begins when all that it takes is there, and writes nothing before that', async () => {
  for (const volume of ['CF0001', 'CF0002']) take(volume);
  await expect(scene.call('merge', { object: 'files' })).rejects.toMatchObject({
    code: 'TAPES_AWAY',
    message: expect.stringContaining('CF0001L8 (last in slot 1), CF0002L8 (last in slot 2) are not at hand'),
  });
  const merged = scene.call('merge', { object: 'files', waitForTapes: true });
  expect((await requests(1))[0]).toMatchObject({ kind: 'merge', tapes: [{ tape: 'CF0001' }, { tape: 'CF0002' }] });
  put('CF0001');
  await expect.poll(async () => (await requests(1))[0]?.tapes.length, { timeout: 20_000 }).toBe(1);
  expect((await scene.call('sets', { object: 'files' })).sets).toHaveLength(3);
  put('CF0002');
  expect(await merged).toMatchObject({ merged: true, set: { level: 'synthetic', state: 'complete', warnings: [] } });
});

test('a set that a job waits for tapes of does not expire before the job has ended, whatever was agreed to', async () => {
  await scene.call('merge', { object: 'files' });
  take('CF0001');
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const goingNow = async () =>
    (await scene.call('retention.plan', { object: 'files' })).sets.filter(({ keep }) => !keep).map(({ id }) => id);
  const agreed = await goingNow();
  expect(agreed).toContain(set);
  const to = path.join(scene.root, 'back');
  const restored = scene.call('restore', {
    set,
    to: { path: to },
    relativeTo: { path: scene.source },
    waitForTapes: true,
  });
  await requests(1);
  const { sets } = await scene.call('retention.plan', { object: 'files' });
  expect(sets.find(({ id }) => id === set)).toMatchObject({ keep: true, reasons: [{ kind: 'wanted' }] });
  expect(await scene.call('retention.apply', { object: 'files', sets: agreed })).toMatchObject({
    expired: [],
    kept: 4,
  });
  put('CF0001');
  expect(await restored).toMatchObject({ damaged: [], warnings: [] });
  expect(listTree(to)).toEqual(listTree(scene.source));
  expect(await goingNow()).toEqual(agreed);
});
