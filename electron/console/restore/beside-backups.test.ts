import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leftBehind, listTree } from '../../engine/restore/testing/tree-listing.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { programToStart } from '../../platform/testing/bundled-program.ts';
import { BesideScene } from '../testing/beside-scene.ts';
import { openVaultSession } from '../vault-session.ts';
import { libraryDrives } from './library-drives.ts';

const fixture = path.join(import.meta.dirname, '../testing/fixtures/restore-beside.ts');

const newFolder = (): string => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-beside-')));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  return root;
};

const opened = (root = newFolder()): BesideScene => {
  const scene = new BesideScene(root);
  onTestFinished(async () => {
    scene.console.cancelAll();
    await scene.console.idle();
    await scene.console.close();
  });
  return scene;
};

const expectRight = async (scene: BesideScene): Promise<void> => {
  expect(await scene.call('verify', { vault: scene.vault })).toMatchObject({ outcome: 'right', sets: 4 });
};

const expectRestorable = async (scene: BesideScene): Promise<void> => {
  for (const object of ['one', 'two']) {
    await scene.restore(object, `${object}-back`);
    expect(listTree(scene.at(`${object}-back`))).toEqual(listTree(scene.at(object)));
  }
};

const mountsOf = ({ tapes }: LibraryState, tape: string): number =>
  tapes.find(({ volume }) => volume === tape)?.mounts ?? 0;

test('restores from the tapes of two backups end before those do, which lose nothing by them', async () => {
  const scene = opened();
  const set = await scene.twoTapes();
  const backups = await scene.heldBackups();
  const before = scene.library();

  // One is cancelled on its way, which is short, and a plan is no more than a look.
  const caller = new AbortController();
  scene.atProgress = () => caller.abort();
  fs.mkdirSync(scene.at('given-up'));
  const given = scene.restore(set, 'given-up', { signal: caller.signal });
  await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
  scene.atProgress = null;
  expect(leftBehind(scene.at('given-up'))).toEqual([]);
  expect(await scene.call('restore', { set, to: { path: scene.at('none') }, dryRun: true })).toMatchObject({
    wanted: 4,
  });
  const afterPlan = mountsOf(scene.library(), 'CF0001');

  const restored = await Promise.all([scene.restore(set, 'back'), scene.restore(set, 'back-too')]);
  expect(await scene.statesOf('backup')).toEqual(['running', 'running']);
  for (const result of restored) expect(result).toMatchObject({ restored: 4, damaged: [], warnings: [] });
  for (const name of ['back', 'back-too']) expect(listTree(scene.at(name))).toEqual(listTree(scene.source));
  // The tape in the drive of a backup stays there; that of nobody goes into the drive that is free, and all of it is on record.
  const now = scene.library();
  expect(mountsOf(now, 'CF0002')).toBe(mountsOf(before, 'CF0002'));
  const mounted = restored.flatMap(({ mounts }) => mounts);
  expect(mounted.map(({ tape }) => tape)).toContain('CF0001');
  expect(mountsOf(now, 'CF0001') - afterPlan).toBe(mounted.length);

  await scene.release();
  for (const done of await Promise.all(backups)) expect(done.set).toMatchObject({ state: 'complete', warnings: [] });
  await expectRight(scene);
  await expectRestorable(scene);
});

test('a backup that wants a tape and a drive which a restore has takes both, and the restore reads on', async () => {
  const scene = opened();
  await scene.twoTapes();
  await scene.call('tape.protect', { tape: 'CF0001', on: false });
  const session = await openVaultSession(scene.vault, {}, scene.console.home);
  const drives = libraryDrives(session.opened);
  const { library } = session.opened.vault;
  const signal = new AbortController().signal;
  const reading = [];
  for (const tape of ['CF0001', 'CF0002', 'CF0001', 'CF0002']) reading.push(await drives.mount(tape, signal));
  expect(reading.map(({ hold }) => hold.drive)).toEqual([1, 2, null, null]);
  expect(() => library.demandErasable(library.tape('CF0001').volume)).toThrow(
    expect.objectContaining({ code: 'TAPE_IN_USE' }),
  );
  fs.writeFileSync(path.join(scene.source, 'more'), 'of it');
  expect((await scene.call('backup', { object: 'files' })).set.tapes).toEqual(['CF0001']);
  expect(reading.map(({ hold }) => hold.drive)).toEqual([null, 2, null, null]);
  // Nobody labels anew what is read, whatever is said of it.
  library.noteExpired([library.tape('CF0001').volume]);
  expect(library.nextWritableTape('data', () => true).volume).not.toBe('CF0001');
  for (const { hold } of reading) hold.letGo();
  expect(library.state.drives.map(({ tape }) => tape)).toEqual([null, null, null]);
  expect(() => library.demandErasable(library.tape('CF0001').volume)).not.toThrow();
  await session.close();
});

test('a kill in the middle of both leaves the backups to be taken up, and the restore to be done again', async () => {
  const root = newFolder();
  const env = { ...process.env, COLDFRAME_FAILPOINT: 'restore:before-rename:2' };
  const child = spawn(process.execPath, [await programToStart(fixture), root], { env, stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const scene = opened(root);
  const { jobs } = await scene.call('job.list', { states: ['interrupted'] });
  expect(jobs.map(({ kind }) => kind).sort()).toEqual(['backup', 'backup', 'restore']);
  expect(await scene.restore('files', 'killed')).toMatchObject({ damaged: [], warnings: [] });
  expect(listTree(scene.at('killed'))).toEqual(listTree(scene.source));
  await scene.release();
  for (const { id, kind } of jobs) if (kind === 'backup') await scene.call('job.resume', { job: id });
  await expectRight(scene);
});
