import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { noise } from '../testing/vault-scene.ts';

let scene: ConsoleScene;
let set = '';
let to = '';

const call = <P extends Parameters<ConsoleScene['call']>[0]>(name: P, input: Parameters<typeof scene.call<P>>[1]) =>
  scene.call(name, input);
const place = (volume: string): string => path.join(scene.vault, 'tapes', `${volume}L8.tap`);
const away = (volume: string): string => path.join(scene.root, volume);
const take = (volume: string): void => fs.renameSync(place(volume), away(volume));
const put = (volume: string): void => fs.renameSync(away(volume), place(volume));

const requests = async (): Promise<readonly MountRequest[]> =>
  (await call('tape.list', { vault: scene.vault })).requests;

/** Until every job that waits wants these tapes. */
const wanted = async (tapes: readonly string[], jobs = 1): Promise<void> => {
  const wants = async () =>
    (await requests()).map((each) =>
      each.tapes
        .map(({ tape }) => tape)
        .sort()
        .join(' '),
    );
  await expect.poll(wants, { timeout: 120_000 }).toEqual(Array.from({ length: jobs }, () => tapes.join(' ')));
};

const erase = async (tape: string) => {
  const { sets, unlisted, asOf } = await call('tape.losses', { tape });
  return await call('tape.erase', { tape, sets: sets.map(({ id }) => id), unlisted, asOf });
};

const restore = () =>
  call('restore', { set, to: { path: to }, relativeTo: { path: scene.source }, waitForTapes: true });

const expectNothingWrong = (): void => {
  const source = listTree(scene.source);
  for (const [name, content] of listTree(to)) expect([name, content]).toEqual([name, source.get(name)]);
};

/** `a` lies on the first tape, `bb` on the second, `ccc` on the third; the last two are away. */
beforeEach(async () => {
  scene = new ConsoleScene();
  to = path.join(scene.root, 'back');
  await scene.protect();
  for (const [name, tape] of [
    ['a', 'CF0001'],
    ['bb', 'CF0002'],
    ['ccc', 'CF0003'],
  ] as const) {
    scene.write(name, noise(60_000, name.length));
    set = (await call('backup', { object: 'files' })).set.id;
    await call('tape.protect', { tape, on: true });
  }
  for (const volume of ['CF0002', 'CF0003']) take(volume);
});

// One that failed would wait for ever.
afterEach(() => scene.console.cancelAll());

test('a tape that a job waits for is not erased, copied or exported, and one that is carried out before it was read is waited for, too', async () => {
  const restored = restore();
  await wanted(['CF0002', 'CF0003']);
  await call('tape.protect', { tape: 'CF0003', on: false });
  const file = path.join(scene.root, 'CF0003.tap');
  const acts = [
    erase('CF0003'),
    call('tape.copy', { tape: 'CF0003', to: 'CF0005' }),
    call('tape.export', { tape: 'CF0003', file }),
  ];
  await Promise.all(acts.map((act) => expect(act).rejects.toMatchObject({ code: 'NO_SUCH_TAPE' })));
  put('CF0002');
  put('CF0003');
  await call('library.eject', { vault: scene.vault, tape: 'CF0002' });
  await wanted(['CF0002']);
  await call('library.takeIn', { vault: scene.vault, tape: 'CF0002' });
  expect(await restored).toMatchObject({ restored: 4, wanted: 4, bytes: 180_000, damaged: [], warnings: [] });
  expect(listTree(to)).toEqual(listTree(scene.source));
});

test('what is erased while jobs wait is named as gone by each of them, and what was written in its place is given to none', async () => {
  const restored = restore();
  const verified = call('verify', { sets: [set], waitForTapes: true });
  const merged = call('merge', { object: 'files', waitForTapes: true });
  await wanted(['CF0002', 'CF0003'], 3);
  await call('tape.protect', { tape: 'CF0002', on: false });
  // Before any of the jobs has its next turn.
  const erased = erase('CF0002');
  put('CF0002');
  await erased;
  scene.write('dddd', noise(60_000, 4));
  await call('backup', { object: 'files' });
  put('CF0003');
  const gone = { tape: '', elements: [path.join(scene.source, 'bb')] };
  expect(await restored).toMatchObject({ restored: 3, wanted: 4, bytes: 120_000, damaged: [gone], damagedElements: 1 });
  expect(await verified).toMatchObject({ outcome: 'wrong', damaged: [gone] });
  expectNothingWrong();
  // It begins with the newest set that is whole: the first one, which is full, before the backup, and after it the one that stored anew what went.
  expect(await merged).toMatchObject({ set: { state: 'complete', warnings: [] } });
  fs.rmSync(to, { recursive: true });
  await call('restore', { set: 'files', to: { path: to }, relativeTo: { path: scene.source } });
  expect(listTree(to)).toEqual(listTree(scene.source));
});

test('a verification reads what was moved off a tape that it waited for where it lies now, and not as read where it was', async () => {
  const verified = call('verify', { sets: [set], waitForTapes: true });
  await wanted(['CF0002', 'CF0003']);
  // Only one of the two: what is moved is read before the other tape is back.
  put('CF0003');
  await wanted(['CF0002']);
  await call('tape.protect', { tape: 'CF0002', on: false });
  // Before the verification has its next turn.
  const moved = call('tape.reclaim', { vault: scene.vault, tapes: ['CF0002'] });
  put('CF0002');
  await moved;
  const { chunks, bytes, outcome } = await verified;
  const { chunks: all, bytes: allBytes } = await call('verify', { sets: [set] });
  expect({ chunks, bytes, outcome }).toEqual({ chunks: all, bytes: allBytes, outcome: 'right' });
});

test('what waits goes on from where others moved things to meanwhile, and from a copy', async () => {
  put('CF0003');
  await call('tape.copy', { tape: 'CF0003', to: 'CF0006' });
  for (const volume of ['CF0003', 'CF0006']) take(volume);
  const restored = restore();
  await wanted(['CF0002', 'CF0003']);
  put('CF0002');
  await wanted(['CF0003']);
  for (const tape of ['CF0001', 'CF0002']) await call('tape.protect', { tape, on: false });
  const { freed } = await call('tape.reclaim', { vault: scene.vault, tapes: ['CF0001', 'CF0002'] });
  expect(freed.map(({ id }) => id)).toEqual(['CF0001', 'CF0002']);
  put('CF0006');
  expect(await restored).toMatchObject({ restored: 4, wanted: 4, bytes: 180_000, damaged: [], warnings: [] });
  expect(listTree(to)).toEqual(listTree(scene.source));
});
