import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { tapeId, vaultId } from '../../../shared/units.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { encodeTail, type Tail } from '../../engine/tape/tail.ts';
import type { TapeCatalog } from '../../engine/tape/tail-content.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { bytesOnTapes, cancelledWhen, flip, noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MIB = 1 << 20;
let scene: VaultScene;

/** A chain with every level, removed and renamed elements, hard links, a file in parts, and a merged set. */
const chain = async (): Promise<void> => {
  for (let at = 0; at < 120; at += 1) scene.write(`small/file-${at}`, `content ${at}\n`.repeat(at));
  scene.write('going', 'soon gone');
  scene.write('sub/moving', noise(200_000, 2));
  scene.write('linked', noise(100_000, 3));
  fs.linkSync(scene.at('linked'), scene.at('linked-too'));
  const fd = fs.openSync(scene.at('long'), 'w');
  fs.writeSync(fd, noise(200_000, 4), 0, 200_000, 100 * MIB);
  fs.ftruncateSync(fd, 140 * MIB);
  fs.closeSync(fd);
  await scene.backup();
  fs.rmSync(scene.at('going'));
  fs.renameSync(scene.at('sub'), scene.at('sub-renamed'));
  scene.write('small/file-3', 'changed');
  await scene.backup();
  scene.write('small/file-4', 'changed as well');
  fs.rmSync(scene.at('small/file-5'));
  await scene.backup({ level: 'differential' });
  scene.write('going', 'back again');
  await scene.backup();
  await scene.merge();
  scene.write('last', 'last');
  await scene.backup();
};

describe('a rebuild of a chain', () => {
  beforeAll(async () => {
    scene = await VaultScene.forSuite();
    await chain();
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());

  test('gives the catalog that there was, whatever the order of the tapes', async () => {
    const before = await scene.catalog();
    const history = await scene.versions('going');
    const counts = (await scene.sets()).length;
    const rebuilt = await scene.rebuild();
    expect(rebuilt).toMatchObject({ sets: counts, incompleteSets: 0, warnings: [] });
    expect(await scene.catalog()).toEqual(before);
    expect(await scene.versions('going')).toEqual(history);
    const library = path.join(scene.vault, 'library.json');
    const state = JSON.parse(fs.readFileSync(library, 'utf8')) as { tapes: unknown[] };
    fs.writeFileSync(library, JSON.stringify({ ...state, tapes: state.tapes.toReversed() }));
    await scene.rebuild();
    expect(await scene.catalog()).toEqual(before);
    expect(listTree(await scene.restore({ id: Object.keys(before).at(-1) as never }))).toEqual(listTree(scene.source));
  });

  test('works for a home that never saw the vault, and scans tapes without a tail', async () => {
    const before = await scene.catalog();
    for (const name of fs.readdirSync(path.join(scene.vault, 'tapes'))) {
      const file = path.join(scene.vault, 'tapes', name);
      fs.truncateSync(file, Math.max(0, fs.statSync(file).size - 100));
    }
    const home = scene.folder('elsewhere');
    expect(await scene.rebuild(home)).toMatchObject({ incompleteSets: 0, warnings: [] });
    expect(await scene.catalog(home)).toEqual(before);
    expect(fs.readdirSync(path.join(home, 'jobs'))).toEqual([]);
  });
});

describe('a rebuild', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
  });

  test('marks what a missing tape takes away as incomplete, and takes it back when the tape is there', async () => {
    scene = await VaultScene.make({ tapeBytes: 32 * MIB, codec: 'none' });
    for (let at = 0; at < 5; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
    const full = await scene.backup();
    scene.write('later', 'later');
    const last = await scene.backup();
    const before = await scene.catalog();
    for (const tape of full.tapes) {
      const file = scene.tapeFile(tape);
      fs.renameSync(file, `${file}.away`);
      const rebuilt = await scene.rebuild();
      expect(rebuilt.warnings).toContainEqual(expect.objectContaining({ code: 'NO_SUCH_TAPE', path: tape }));
      const states = new Map((await scene.sets()).map(({ id, state }) => [id, state]));
      for (const id of [full.id, last.id]) expect(['incomplete', undefined]).toContain(states.get(id));
      expect(rebuilt.incompleteSets).toBeGreaterThan(0);
      fs.renameSync(`${file}.away`, file);
    }
    expect(await scene.rebuild()).toMatchObject({ sets: 2, incompleteSets: 0, warnings: [] });
    expect(await scene.catalog()).toEqual(before);
  });

  test('goes on with the other tapes where the system does not open one, as restores, verifications and backups do', async () => {
    const sets: BlockSetSummary[] = [];
    for (const text of ['one', 'two']) {
      scene.write('file', text);
      sets.push(await scene.backup({ level: 'full', streams: 1 }));
      for (const tape of sets[0]?.tapes ?? []) await useCases.protectTape(scene.vault, tape, true);
    }
    const [one, two] = sets as [BlockSetSummary, BlockSetSummary];
    const [tape = ''] = two.tapes;
    expect(one.tapes.some((each) => each === tape)).toBe(false);
    const file = scene.tapeFile(tape);
    fs.renameSync(file, `${file}.away`);
    fs.symlinkSync(file, file);
    expect(fs.readFileSync(path.join(await scene.restore(one), 'file'), 'utf8')).toBe('one');
    expect(await scene.restoreResult(two)).toMatchObject({
      damagedElements: 1,
      warnings: [{ code: 'IO', path: tape }],
    });
    expect((await scene.verify(null)).missingTapes).toMatchObject([{ tape }]);
    const rebuilt = await scene.rebuild();
    expect(rebuilt.warnings).toContainEqual(expect.objectContaining({ code: 'IO', path: tape }));
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete', 'incomplete']);
    const next = await scene.backup({ streams: 1 });
    expect([next.state, next.tapes.some((each) => each === tape)]).toEqual(['complete', false]);
    fs.rmSync(file);
    fs.renameSync(`${file}.away`, file);
    expect(await scene.rebuild()).toMatchObject({ sets: 3, incompleteSets: 0, warnings: [] });
    expect(fs.readFileSync(path.join(await scene.restore(two), 'file'), 'utf8')).toBe('two');
  });

  test('reports damaged metadata, and takes in what does not depend on it', async () => {
    scene.write('file', 'one');
    const full = await scene.backup({ streams: 1 });
    scene.write('file', 'two');
    const second = await scene.backup({ streams: 1 });
    const chunks = (await scene.catalog())[second.id] as { chunks: { kind: string; tape: string; offset: number }[] };
    const metadata = chunks.chunks.find(({ kind }) => kind === 'metadata');
    flip(scene.tapeFile(metadata?.tape ?? ''), (metadata?.offset ?? 0) + 300);
    const rebuilt = await scene.rebuild();
    expect(rebuilt).toMatchObject({ sets: 2, incompleteSets: 1 });
    expect(rebuilt.warnings.map(({ code }) => code)).toContain('METADATA_LOST');
    expect((await scene.sets()).map(({ id, state }) => [id, state])).toEqual([
      [full.id, 'complete'],
      [second.id, 'incomplete'],
    ]);
    const next = await scene.backup();
    expect(next.parent).toBe(full.id);
    expect(listTree(await scene.restore(next))).toEqual(listTree(scene.source));
  });

  test('takes a set for incomplete when the directory of a tape names a chunk whose header is damaged', async () => {
    scene.write('file', noise(200_000, 1));
    const full = await scene.backup({ streams: 1 });
    const { chunks } = (await scene.catalog())[full.id] as {
      chunks: { kind: string; tape: string; offset: number }[];
    };
    const data = chunks.find(({ kind }) => kind === 'data');
    flip(scene.tapeFile(data?.tape ?? ''), (data?.offset ?? 0) + 20);
    const rebuilt = await scene.rebuild();
    expect(rebuilt).toMatchObject({ sets: 1, incompleteSets: 1 });
    expect(rebuilt.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['TAPE_DAMAGED', 'CHUNKS_MISSING']),
    );
    flip(scene.tapeFile(data?.tape ?? ''), (data?.offset ?? 0) + 20);
    expect(await scene.rebuild()).toMatchObject({ incompleteSets: 0, warnings: [] });
  });

  test('believes the chunks of a tape rather than a directory that says something else', async () => {
    scene.write('file', noise(200_000, 1));
    const { tapes, object } = await scene.backup({ streams: 1 });
    const volume = tapeId(tapes[0] ?? '');
    const vault = vaultId((await useCases.inspectVault(scene.vault)).id);
    const tape = TapeReader.open({ path: scene.tapeFile(volume), vault, volume, vaultKey: null });
    const { trailer, catalog, directory, ...tail } = tape.tail() as Tail;
    tape.close();
    const chunks = (directory?.chunks ?? []).map((chunk) => ({ ...chunk, set: object.id }));
    const stale = { ...tail, volume, vault, trailer, full: false, codec: 'none', tapeKey: null } as const;
    const items = encodeTail({ ...stale, directory: { volume, chunks }, catalog: catalog as TapeCatalog });
    fs.truncateSync(scene.tapeFile(volume), trailer.directoryOffset);
    for (const item of items) {
      const word = Buffer.alloc(4);
      word.writeUInt32LE(item?.length ?? 0);
      fs.appendFileSync(scene.tapeFile(volume), item === null ? word : Buffer.concat([word, item, word]));
    }
    const rebuilt = await scene.rebuild();
    expect(rebuilt).toMatchObject({ sets: 1, incompleteSets: 0 });
    expect(rebuilt.warnings.map(({ code }) => code)).toContain('TAPE_DAMAGED');
  });

  test('keeps what an interrupted backup left on tape, so that the next one uses it', async () => {
    scene.write('first', 'first');
    await scene.backup();
    for (let at = 0; at < 10; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
    // What was changed just now is read again: it must be older than the backup that is interrupted.
    for (let at = 0; at < 10; at += 1) fs.utimesSync(scene.at(`large-${at}`), 1e9, 1e9);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    // What waits for a drive when it is cancelled is discarded.
    const stop = cancelledWhen(() => bytesOnTapes(scene.vault) > 15 * MIB);
    await expect(scene.backup({}, stop)).rejects.toMatchObject({ kind: 'cancelled' });
    await scene.rebuild();
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete', 'interrupted']);
    const next = await scene.backup();
    expect(next.bytesStored).toBeLessThan(85 * MIB);
    expect(listTree(await scene.restore(next))).toEqual(listTree(scene.source));
  });

  test('takes a set for incomplete when chunks are missing that it has from an interrupted one', async () => {
    scene = await VaultScene.make({ tapeBytes: 32 * MIB, codec: 'none', drives: 1 });
    for (let at = 0; at < 8; at += 1) {
      scene.write(`large-${at}`, noise(9 * MIB, at));
      fs.utimesSync(scene.at(`large-${at}`), 1e9, 1e9);
    }
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const stop = cancelledWhen(({ bytesStored }) => bytesStored > 40 * MIB);
    await expect(scene.backup({}, stop)).rejects.toMatchObject({ kind: 'cancelled' });
    const [interrupted] = await scene.sets();
    const full = await scene.backup();
    expect(full.id).not.toBe(interrupted?.id);
    const file = scene.tapeFile('CF0001');
    fs.renameSync(file, `${file}.away`);
    const rebuilt = await scene.rebuild();
    expect(rebuilt.warnings.map(({ code }) => code)).toContain('CHUNKS_MISSING');
    expect((await scene.sets()).find(({ id }) => id === full.id)?.state).toBe('incomplete');
    fs.renameSync(`${file}.away`, file);
    expect(await scene.rebuild()).toMatchObject({ incompleteSets: 0 });
    expect((await scene.sets()).find(({ id }) => id === full.id)?.state).toBe('complete');
  });

  test('leaves the catalog as it is when the passphrase is wrong or it is cancelled', async () => {
    scene = await VaultScene.make({ passphrase: 'secret' });
    scene.write('file', 'one');
    await scene.backup();
    const before = await scene.catalog();
    scene.access = { passphrase: 'wrong' };
    await expect(scene.rebuild()).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG', kind: 'passphrase' });
    scene.access = { passphrase: 'secret' };
    const stop = cancelledWhen(() => true);
    stop.report({ phase: '', elementsDone: 0, elementsTotal: 0, bytesRead: 0, bytesStored: 0, bytesTotal: 0 });
    await expect(scene.rebuild(scene.home, scene.vault, stop)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await scene.catalog()).toEqual(before);
    await scene.rebuild();
    expect(await scene.catalog()).toEqual(before);
  });
});

describe('a rebuild while tapes are missing', () => {
  let first: BlockSetSummary;
  let second: BlockSetSummary;
  let before: Record<string, unknown>;

  /** A full set on the first tape; an incremental one on the first and the second, its metadata on the second. */
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ tapeBytes: 32 * MIB, codec: 'none', drives: 1 });
    scene.write('large', noise(20 * MIB, 1));
    scene.write('gone-later', 'only in the first set');
    first = await scene.backup();
    scene.write('large-too', noise(20 * MIB, 2));
    fs.rmSync(scene.at('gone-later'));
    second = await scene.backup();
    before = await scene.catalog();
    expect([first.tapes, second.tapes]).toEqual([['CF0001'], ['CF0001', 'CF0002']]);
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());

  const away = (tape: string): void => fs.renameSync(scene.tapeFile(tape), `${scene.tapeFile(tape)}.away`);
  const back = (tape: string): void => fs.renameSync(`${scene.tapeFile(tape)}.away`, scene.tapeFile(tape));
  const states = async (home = scene.home): Promise<string[]> =>
    (await scene.sets(home)).map(({ id, state }) => `${id === first.id ? 'first' : 'second'} ${state}`);
  const content = async (home = scene.home): Promise<unknown> =>
    Object.values(await scene.catalog(home)).map((set) => (set as { elements: unknown }).elements);

  test.each([
    ['CF0002', ['first complete', 'second incomplete']],
    ['CF0001', ['first incomplete', 'second incomplete']],
  ])('keeps what the catalog knew of sets on %s, and restores them when it is back', async (tape, expected) => {
    const known = await content();
    away(tape);
    for (let time = 0; time < 2; time += 1) {
      const { warnings } = await scene.rebuild();
      expect(warnings.map(({ code }) => code)).toContain('TAPES_MISSING');
      expect(warnings.find(({ code }) => code === 'TAPES_MISSING')?.message).toContain(tape);
      expect(await states()).toEqual(expected);
      expect(await content()).toEqual(known);
      expect((await scene.sets()).map(({ tapes }) => tapes.toSorted())).toEqual([['CF0001'], ['CF0001', 'CF0002']]);
    }
    back(tape);
    expect(listTree(await scene.restore(second))).toEqual(listTree(scene.source));
    expect(await scene.rebuild()).toMatchObject({ incompleteSets: 0, warnings: [] });
    expect(await scene.catalog()).toEqual(before);
  });

  test('keeps what the copy in the vault knew, for a home that never saw it', async () => {
    const known = await content();
    away('CF0002');
    const home = scene.folder('elsewhere');
    await scene.rebuild(home);
    expect(await states(home)).toEqual(['first complete', 'second incomplete']);
    expect(await content(home)).toEqual(known);
    expect(fs.readdirSync(path.join(home, 'catalogs')).filter((name) => name.includes('earlier'))).toEqual([]);
  });

  test.each(['CF0001', 'CF0002'])('takes no set for complete that %s is missing of, from nothing', async (tape) => {
    fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
    away(tape);
    const home = scene.folder('elsewhere');
    const rebuilt = await scene.rebuild(home);
    expect(rebuilt.incompleteSets).toBe(1);
    const incomplete = (await scene.sets(home)).filter(({ state }) => state === 'incomplete');
    for (const { id } of incomplete) expect(rebuilt.warnings.map(({ path: named }) => named)).toContain(id);
    expect(await states(home)).toEqual(
      tape === 'CF0001' ? ['second incomplete'] : ['first complete', 'second incomplete'],
    );
    back(tape);
    expect(await scene.rebuild(home)).toMatchObject({ incompleteSets: 0, warnings: [] });
    expect(await scene.catalog(home)).toEqual(before);
  });
});

describe('a vault that comes to another home', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ passphrase: 'secret' });
  });

  test('brings its catalog along, and what its tapes hold beyond it', async () => {
    await chain();
    const copy = path.join(scene.vault, 'catalog', 'catalog.copy');
    fs.copyFileSync(copy, `${scene.root}/old.copy`);
    scene.write('after', 'after the copy');
    const newest = await scene.backup();
    fs.copyFileSync(`${scene.root}/old.copy`, copy);
    const home = scene.folder('elsewhere');
    expect(await scene.takeIn(home)).toEqual({ sets: (await scene.sets()).length, incompleteSets: 0, warnings: [] });
    expect(await scene.catalog(home)).toEqual(await scene.catalog());
    expect(listTree(await scene.restore(newest, home))).toEqual(listTree(scene.source));
  });

  test('asks for a rebuild when its copy is missing or damaged, and reads nothing with a wrong passphrase', async () => {
    scene.write('file', 'one');
    await scene.backup();
    const copy = path.join(scene.vault, 'catalog', 'catalog.copy');
    const home = scene.folder('elsewhere');
    scene.access = { passphrase: 'wrong' };
    await expect(scene.takeIn(home)).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG', kind: 'passphrase' });
    expect(fs.readdirSync(home)).toEqual([]);
    scene.access = { passphrase: 'secret' };
    flip(copy, 200);
    expect(await scene.takeIn(home)).toBeNull();
    fs.rmSync(copy);
    expect(await scene.takeIn(home)).toBeNull();
    await scene.rebuild(home);
    expect(await scene.takeIn(home)).toMatchObject({ sets: 1 });
    expect(await scene.catalog(home)).toEqual(await scene.catalog());
  });
});

describe('a home that knew a vault before', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
  });

  test('catches up with it', async () => {
    scene.write('file', 'one');
    await scene.backup();
    const home = scene.folder('elsewhere');
    await scene.takeIn(home);
    scene.write('file', 'two');
    await scene.backup();
    expect(await scene.takeIn(home)).toMatchObject({ sets: 2 });
    expect(await scene.catalog(home)).toEqual(await scene.catalog());
  });

  test('is told what the tapes could not tell', async () => {
    scene.write('file', 'one');
    await scene.backup();
    const home = scene.folder('elsewhere');
    const [tape = ''] = fs.readdirSync(path.join(scene.vault, 'tapes')).toSorted();
    fs.renameSync(path.join(scene.vault, 'tapes', tape), path.join(scene.root, tape));
    for (const time of ['first', 'second']) {
      const taken = await scene.takeIn(home);
      expect([time, taken?.warnings.map(({ code }) => code)]).toEqual([time, expect.arrayContaining(['NO_SUCH_TAPE'])]);
    }
    fs.renameSync(path.join(scene.root, tape), path.join(scene.vault, 'tapes', tape));
    expect(await scene.takeIn(home)).toEqual({ sets: 1, incompleteSets: 0, warnings: [] });
  });

  test('catches up even when the clock went back meanwhile', async () => {
    scene.write('file', 'one');
    await scene.backup();
    const home = scene.folder('elsewhere');
    await scene.takeIn(home);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    scene.write('file', 'two');
    await scene.backup();
    vi.useRealTimers();
    expect(await scene.takeIn(home)).toMatchObject({ sets: 2 });
    expect(await scene.catalog(home)).toEqual(await scene.catalog());
  });
});
