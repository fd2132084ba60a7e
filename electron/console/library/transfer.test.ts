import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { MemoryDisk } from '../../platform/testing/memory-disk.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const error = (code: string, says = ''): ColdframeError =>
  expect.objectContaining({ code, message: expect.stringContaining(says) }) as unknown as ColdframeError;

const exportTo = async (scene: VaultScene, tape: string, file: string, home = scene.home) => {
  const session = await useCases.openVaultSession(scene.vault, scene.access, home);
  try {
    return await useCases.exportTape(session, { tape, file }, quiet());
  } finally {
    await session.close();
  }
};

const importOf = async (scene: VaultScene, file: string, partial = false, home = scene.home) =>
  await useCases.importTape(scene.vault, scene.access, home, { file, partial }, quiet());

/** A vault with two sets on its first tape, and the file of that tape. */
const madeFrom = async (scene: VaultScene) => {
  scene.write('letter', 'dear');
  scene.write('folder/noise', noise(600_000, 3));
  const full = await scene.backup({ streams: 1 });
  scene.write('more', noise(300_000, 4));
  const set = await scene.backup({ streams: 1 });
  const file = path.join(scene.folder('usb'), 'kept.tap');
  const result = await exportTo(scene, 'CF0001', file);
  return { scene, full, set, file, result };
};
const OPTIONS = { drives: 1, slots: 3, codec: 'none' } as const;

let kept: { scene: VaultScene; full: BlockSetSummary; set: BlockSetSummary; content: Buffer };
beforeAll(async () => {
  const scene = await VaultScene.forSuite(OPTIONS);
  const { full, set, file } = await madeFrom(scene);
  kept = { scene, full, set, content: fs.readFileSync(file) };
  scene.keep();
});
afterAll(() => kept?.scene.remove());

/** The same vault as it was then. */
const exported = () => {
  const { scene, full, set, content } = kept;
  scene.reset();
  const file = path.join(scene.folder('usb'), 'kept.tap');
  fs.writeFileSync(file, content);
  return { scene, full, set, file };
};

const stateOf = async (scene: VaultScene, tape: string): Promise<string | undefined> =>
  (await useCases.listTapes(scene.vault)).find(({ id }) => id === tape)?.state;
const shelf = (scene: VaultScene): string[] => fs.readdirSync(path.join(scene.vault, 'tapes')).sort();
const library = (scene: VaultScene): string => fs.readFileSync(path.join(scene.vault, 'library.json'), 'utf8');

describe.each([{ passphrase: 'open sesame' }, {}])('the file of a tape, of a vault made with %o', (options) => {
  test('is the tape to the byte and says what it takes to read it; imported when the tape is gone, everything comes back exactly', async () => {
    const { scene, full, set, file, result } = await madeFrom(await VaultScene.make({ ...OPTIONS, ...options }));
    expect(result).toMatchObject({
      sealed: 'passphrase' in options,
      needs: [],
      warnings: [],
      sets: [{ id: full.id }, { id: set.id }],
    });
    expect(fs.readFileSync(file).equals(fs.readFileSync(scene.tapeFile('CF0001')))).toBe(true);
    expect(fs.readdirSync(path.dirname(file))).toEqual(['kept.tap']);
    fs.rmSync(scene.tapeFile('CF0001'));
    if (!('passphrase' in options)) expect((await scene.restoreResult(set)).damagedElements).toBeGreaterThan(0);
    await useCases.takeInventory(scene.vault);
    expect(await importOf(scene, file)).toMatchObject({
      imported: true,
      missing: [],
      warnings: [],
      tape: { id: 'CF0001', state: 'filling', note: '', slot: 1 },
    });
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    if ('passphrase' in options) return;
    expect(listTree(scene.rescue(set))).toEqual(listTree(scene.source));
    expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], unlisted: [] });
    scene.write('letter', 'dear madam');
    expect(await scene.backup()).toMatchObject({ level: 'incremental', parent: set.id, tapes: ['CF0001'] });
  });
});

test('a catalog that was made without the tape has its sets again when it is imported, in whichever home', async () => {
  const { scene, set, file } = exported();
  const before = await scene.catalog();
  fs.rmSync(scene.tapeFile('CF0001'));
  fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
  fs.rmSync(path.join(scene.vault, 'library.json'));
  const home = scene.folder('bare');
  fs.writeFileSync(path.join(scene.vault, 'tapes', 'CF0001L8.tap'), fs.readFileSync(file));
  await useCases.recoverLibrary(scene.vault, scene.access);
  fs.rmSync(scene.tapeFile('CF0001'));
  await scene.rebuild(home);
  expect(await scene.sets(home)).toEqual([]);
  await importOf(scene, file, false, home);
  expect(await scene.catalog(home)).toEqual(before);
  expect(listTree(await scene.restore(set, home))).toEqual(listTree(scene.source));
});

describe('a file that is not the whole tape', () => {
  const kinds: readonly (readonly [string, (file: string) => void])[] = [
    ['cut in a chunk', (file: string) => fs.truncateSync(file, 700_000)],
    ['damaged in its label', (file: string) => flip(file, 10)],
    ['of an earlier time', () => undefined],
    ['damaged in a chunk', (file: string) => flip(file, 300_000)],
    ['cut in its tail', (file: string) => fs.truncateSync(file, fs.statSync(file).size - 70)],
  ];
  test.each(everySecond(kinds))(
    'because it is %s is taken in only when that was asked for, and what is missing is named',
    async (how, spoil) => {
      const { scene, full, set, file } = exported();
      spoil(file);
      if (how === 'of an earlier time') {
        scene.write('later', noise(200_000, 9));
        await scene.backup();
      }
      fs.rmSync(scene.tapeFile('CF0001'));
      const before = library(scene);
      await expect(importOf(scene, file)).rejects.toEqual(error('TAPE_DAMAGED', 'is not the whole of tape CF0001L8'));
      expect(shelf(scene)).toEqual([]);
      expect(JSON.parse(library(scene)).tapes).toEqual(JSON.parse(before).tapes);
      const taken = await importOf(scene, file, true);
      expect(taken.tape).toMatchObject({ id: 'CF0001', state: 'damaged' });
      expect(taken.warnings).toMatchObject([{ code: 'TAPE_DAMAGED', path: 'CF0001L8' }]);
      expect(taken.missing.map(({ set: id }) => id).includes(full.id)).toBe(how === 'damaged in a chunk');
      expect(taken.missing.map(({ set: id }) => id).includes(set.id)).toBe(how === 'cut in a chunk');
      const lost = new Set((await scene.restoreResult(set)).damaged.flatMap(({ elements }) => elements));
      expect(lost.size > 0).toBe(how.endsWith('chunk'));
      const next = await scene.backup();
      expect(next.tapes).not.toContain('CF0001');
      expect(listTree(await scene.restore(next))).toEqual(listTree(scene.source));
      await useCases.takeInventory(scene.vault);
      expect(await stateOf(scene, 'CF0001')).toBe('damaged');
      if (how === 'of an earlier time') return;
      fs.rmSync(scene.tapeFile('CF0001'));
      fs.writeFileSync(file, kept.content);
      if (how === 'cut in a chunk') {
        expect((await importOf(scene, file)).tape).toMatchObject({ state: 'filling', note: '' });
        return;
      }
      // What a kill between the file and the note of it leaves: made again, the import finds the file there.
      fs.copyFileSync(file, scene.tapeFile('CF0001'));
      expect(await importOf(scene, file)).toMatchObject({ imported: false, tape: { state: 'filling', note: '' } });
    },
  );
});

test('nothing is imported in the place of what is there, or as what it is not', async () => {
  const { scene, file } = exported();
  const before = library(scene);
  expect(await importOf(scene, file)).toMatchObject({ imported: false, missing: [] });
  scene.write('later', 'x');
  await scene.backup();
  await expect(importOf(scene, file)).rejects.toEqual(error('TAPE_EXISTS', 'with other content'));
  const stray = scene.tapeFile('CF0077');
  fs.renameSync(scene.tapeFile('CF0001'), stray);
  await expect(importOf(scene, file)).rejects.toEqual(error('TAPE_EXISTS', 'under the name of CF0077L8'));
  fs.writeFileSync(scene.tapeFile('CF0001'), 'something else');
  fs.rmSync(stray);
  await expect(importOf(scene, file)).rejects.toEqual(error('TAPE_EXISTS', 'something else'));
  expect(fs.readFileSync(scene.tapeFile('CF0001'), 'utf8')).toBe('something else');
  fs.rmSync(scene.tapeFile('CF0001'));
  const paper = path.join(scene.root, 'paper');
  fs.writeFileSync(paper, noise(5000, 1));
  await expect(importOf(scene, paper)).rejects.toEqual(error('TAPE_DAMAGED', 'cannot be taken for a tape'));
  await expect(importOf(scene, `${paper}-not`)).rejects.toEqual(error('NO_SUCH_TAPE'));
  const other = await VaultScene.make();
  await useCases.labelTapes(other.vault, ['CF0001L8'], 'data');
  await expect(importOf(scene, other.tapeFile('CF0001'))).rejects.toMatchObject({
    code: 'TAPE_MISMATCH',
    message: expect.stringContaining('of the vault "v"'),
    guidance: expect.stringContaining('vault open DIR --tape '),
  });
  // As that says: a folder of nothing but its tapes is made a vault beside.
  const beside = path.join(scene.root, 'beside');
  fs.mkdirSync(path.join(beside, 'tapes'), { recursive: true });
  fs.copyFileSync(other.tapeFile('CF0001'), path.join(beside, 'tapes/CF0001L8.tap'));
  await useCases.recoverLibrary(beside, {});
  expect((await useCases.listTapes(beside)).map(({ barcode }) => barcode)).toContain('CF0001L8');
  expect(shelf(scene)).toEqual([]);
  expect(before).toContain('CF0001');
});

test('a file from before its tape was labelled anew is another tape', async () => {
  const { scene, full, set, file } = exported();
  const session = await useCases.openVaultSession(scene.vault, {}, scene.home);
  const agreed = { sets: [full.id, set.id], unlisted: 0, asOf: Date.now() };
  await useCases.eraseTape(session, { tape: 'CF0001', agreed, demandFree: () => undefined }, quiet());
  await session.close();
  fs.rmSync(scene.tapeFile('CF0001'));
  await expect(importOf(scene, file)).rejects.toEqual(error('TAPE_MISMATCH', 'was labelled anew since'));
});

test('an export overwrites nothing, goes into no folder of its own vault, and makes no file of a tape that is not whole', async () => {
  const { scene, file } = exported();
  const before = fs.readFileSync(file);
  await expect(exportTo(scene, 'CF0001', file)).rejects.toEqual(error('DESTINATION_TAKEN'));
  expect(fs.readFileSync(file).equals(before)).toBe(true);
  await expect(exportTo(scene, 'CF0001', scene.tapeFile('CF0099'))).rejects.toEqual(error('USAGE'));
  await expect(exportTo(scene, 'CF0003', `${file}-3`)).rejects.toEqual(error('NO_SUCH_TAPE', 'blank'));
  for (const at of [10, 300_000]) {
    flip(scene.tapeFile('CF0001'), at);
    await expect(exportTo(scene, 'CF0001', `${file}-2`)).rejects.toEqual(error('TAPE_DAMAGED', 'no file was made'));
    flip(scene.tapeFile('CF0001'), at);
  }
  expect(fs.readdirSync(path.dirname(file))).toEqual(['kept.tap']);
});

describeWithPeers('on a disk that gets full', ['mount'], () => {
  test.skipIf(process.getuid?.() !== 0)('neither an export nor an import leaves anything behind', async () => {
    const { scene, file } = exported();
    fs.rmSync(scene.tapeFile('CF0001'));
    const disk = MemoryDisk.mount(path.join(scene.vault, 'tapes'));
    onTestFinished(() => disk.unmount());
    disk.leave(400_000);
    await expect(importOf(scene, file)).rejects.toMatchObject({ code: 'DISK_FULL', kind: 'no-space' });
    expect(shelf(scene)).toEqual([]);
    disk.grow();
    expect(await importOf(scene, file)).toMatchObject({ imported: true });
    const usb = MemoryDisk.mount(scene.folder('full'));
    onTestFinished(() => usb.unmount());
    usb.leave(400_000);
    const to = path.join(scene.root, 'full', 'x.tap');
    await expect(exportTo(scene, 'CF0001', to)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(fs.readdirSync(path.dirname(to))).toEqual([]);
  });
});
