import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { lacksTapesAlone } from '../../../shared/model/check-outcome.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MIB = 1 << 20;
let scene: VaultScene;
let set: BlockSetSummary;

const away = (): string => path.join(scene.root, 'away');

describe('a restore without one of its tapes', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1, tapeBytes: 32 * MIB });
    for (let file = 0; file < 4; file += 1) scene.write(`f${file}`, noise(12 * MIB, file));
    set = await scene.backup();
    fs.renameSync(scene.tapeFile('CF0002'), away());
  });

  test('says which one to put back, gives the rest, and is completed when it is back', async () => {
    const { tapes, warnings, mounts, restored, wanted } = await scene.restoreResult(set);
    expect(tapes.filter(({ present }) => !present)).toMatchObject([{ tape: 'CF0002' }]);
    expect(mounts.map(({ tape }) => tape)).toEqual(['CF0001']);
    expect(warnings).toMatchObject([{ code: 'NO_SUCH_TAPE', path: 'CF0002' }]);
    expect(warnings[0]?.message).toContain('barcode CF0002L8');
    expect([restored > 0, restored < wanted]).toEqual([true, true]);
    fs.renameSync(away(), scene.tapeFile('CF0002'));
    expect((await scene.restoreResult(set)).warnings).toEqual([]);
  });

  test('says what to do where a rebuild from the other tapes alone knows no place of its chunks', async () => {
    // The metadata lies on the last tape.
    fs.renameSync(away(), scene.tapeFile('CF0002'));
    fs.renameSync(scene.tapeFile('CF0001'), away());
    for (const name of ['catalog', 'library.json']) fs.rmSync(path.join(scene.vault, name), { recursive: true });
    const home = scene.folder('elsewhere');
    await useCases.recoverLibrary(scene.vault, scene.access);
    await scene.rebuild(home);
    const [known] = await scene.sets(home);
    expect(known?.state).toBe('incomplete');
    const { warnings } = await scene.restoreResult(set, home);
    const [lost] = warnings.filter(({ code }) => code === 'NO_SUCH_TAPE');
    expect(lost?.message).toContain('somewhere else, put them back into its folder "tapes", run "vault rebuild"');
    fs.renameSync(away(), scene.tapeFile('CF0001'));
    await scene.rebuild(home);
    expect((await scene.restoreResult(set, home)).warnings).toEqual([]);
  });

  test('says under which name the file of one lies that somebody renamed', async () => {
    fs.renameSync(away(), scene.tapeFile('ZZ0009'));
    const { warnings } = await scene.restoreResult(set);
    expect(warnings.find(({ code }) => code === 'NO_SUCH_TAPE')).toMatchObject({
      path: 'CF0002',
      message: expect.stringMatching(/its file lies in the folder "tapes" as ZZ0009L8.tap.* this one CF0002L8.tap/),
    });
  });

  test('says so of a tape in whose place another one lies', async () => {
    fs.copyFileSync(scene.tapeFile('CF0001'), scene.tapeFile('CF0002'));
    const found = await scene.restoreResult(set);
    expect(found.warnings).toMatchObject([{ code: 'TAPE_MISMATCH', path: 'CF0002' }]);
    expect(found.tapes.filter(({ present }) => !present)).toMatchObject([{ tape: 'CF0002' }]);
    expect(lacksTapesAlone(found)).toBe(true);
    // Once an inventory looked, the plan knows it, and nothing is mounted in vain.
    await useCases.takeInventory(scene.vault);
    const known = await scene.restoreResult(set);
    expect(known.warnings.find(({ code }) => code === 'NO_SUCH_TAPE')).toMatchObject({ path: 'CF0002' });
    expect(known.mounts.map(({ tape }) => tape)).toEqual(['CF0001']);
    expect(lacksTapesAlone(known)).toBe(true);
  });
});

test('who has a set served by the name of its object is told that a later one is incomplete', async () => {
  const scene = new ConsoleScene();
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 });
  const { volume } = await scene.call('volume.create', { name: 'disk', size: 1 << 20 });
  fs.writeFileSync(volume.path, Buffer.alloc(1 << 20, 7));
  await scene.call('object.add', { name: 'machine', vault: scene.vault, volumes: ['disk'] });
  await scene.call('library.setAllocation', { vault: scene.vault, policy: 'new' });
  const { set: first } = await scene.call('backup', { object: 'machine', level: 'full' });
  const { set: last } = await scene.call('backup', { object: 'machine', level: 'full' });
  const file = path.join(scene.vault, 'tapes', `${last.tapes[0]}L8.tap`);
  fs.renameSync(file, `${file}.away`);
  await scene.call('vault.rebuild', { dir: scene.vault });
  const serve = async (set: string) => {
    const socket = path.join(scene.root, `${set}.sock`);
    const { server, exports, warnings } = await scene.call('volume.serve', { volumes: [], sets: [{ set }], socket });
    await scene.call('volume.stop', { server });
    return [exports[0]?.export, warnings.map(({ code, path: of }) => [code, of])];
  };
  const prefix = `set/${first.id.slice(0, 12)}`;
  expect(await serve('machine@latest')).toEqual([prefix, [['LATER_SET_INCOMPLETE', last.id]]]);
  expect(await serve(first.id.slice(0, 12))).toEqual([prefix, []]);
});

test('a restore or a verification by a name says that a later set is incomplete, and one by an id does not', async () => {
  const scene = new ConsoleScene();
  scene.write('a', 'first');
  await scene.protect();
  await scene.call('library.setAllocation', { vault: scene.vault, policy: 'new' });
  const { set: first } = await scene.call('backup', { object: 'files', level: 'full' });
  scene.write('a', 'second');
  const { set: last } = await scene.call('backup', { object: 'files', level: 'full' });
  expect(last.tapes).not.toEqual(first.tapes);
  const file = path.join(scene.vault, 'tapes', `${last.tapes[0]}L8.tap`);
  fs.renameSync(file, `${file}.away`);
  await scene.call('vault.rebuild', { dir: scene.vault });
  const restore = async (set: string, dryRun = false) => {
    const to = { path: path.join(scene.root, `to-${set}`) };
    const { warnings } = await scene.call('restore', { set, to, dryRun });
    return warnings.map(({ code, path: of, message }) => [code, of, message.includes(first.id.slice(0, 8))]);
  };
  const later = [['LATER_SET_INCOMPLETE', last.id, true]];
  expect(await restore('files', true)).toEqual(later);
  expect(await restore('files')).toEqual(later);
  const [job] = (await scene.call('job.list', { limit: 1 })).jobs;
  expect(job).toMatchObject({ kind: 'restore', state: 'done-with-warnings' });
  expect(fs.readFileSync(path.join(scene.root, 'to-files', scene.source, 'a'), 'utf8')).toBe('first');
  expect(await restore(first.id)).toEqual([]);
  const verify = async (set: string) => {
    const { warnings, outcome } = await scene.call('verify', { sets: [set] });
    return [outcome, warnings.map(({ code, path: of, message }) => [code, of, message.includes(first.id.slice(0, 8))])];
  };
  expect(await verify('files')).toEqual(['right', later]);
  expect(await verify(first.id)).toEqual(['right', []]);
  fs.renameSync(`${file}.away`, file);
  await scene.call('vault.rebuild', { dir: scene.vault });
  expect(await restore('files@latest')).toEqual([]);
});
