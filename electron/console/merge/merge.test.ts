import fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { steeredControl } from '../jobs/control.ts';
import { cancelledWhen, flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';

const MIB = 1 << 20;
let scene: VaultScene;

/** A source with everything that a merge has to carry over. */
const fill = (): void => {
  for (let at = 0; at < 300; at += 1) scene.write(`small/file-${at}`, `content ${at}\n`.repeat(at));
  scene.write('big', noise(5 * MIB + 123, 1));
  scene.write('going', 'soon gone');
  scene.write('sub/moving', noise(200_000, 2));
  scene.write('many/linked', noise(150_000, 3));
  fs.linkSync(scene.at('many/linked'), scene.at('many/linked-too'));
  fs.symlinkSync('big', scene.at('link'));
  scene.write('empty', '');
  fs.chmodSync(scene.at('small/file-7'), 0o4750);
  fs.mkdirSync(scene.at('bare'));
};

/** Writes a sparse file that is described in parts: content at its ends, and a hole between them. */
const writeLong = (name: string, first: Buffer, last: Buffer): void => {
  const fd = fs.openSync(scene.at(name), 'w');
  fs.writeSync(fd, first, 0, first.length, 3 * MIB);
  fs.writeSync(fd, last, 0, last.length, 130 * MIB);
  fs.ftruncateSync(fd, 150 * MIB);
  fs.closeSync(fd);
};

/** Full, then two incrementals with changes of every kind. */
const chain = async (): Promise<void> => {
  fill();
  await scene.backup();
  fs.rmSync(scene.at('going'));
  fs.renameSync(scene.at('sub/moving'), scene.at('sub/moved'));
  scene.write('small/file-3', 'changed');
  const fd = fs.openSync(scene.at('big'), 'r+');
  fs.writeSync(fd, noise(70_000, 4), 0, 70_000, 2 * MIB + 5);
  fs.closeSync(fd);
  await scene.backup();
  scene.write('small/new', 'new');
  fs.linkSync(scene.at('many/linked'), scene.at('many/linked-later'));
  fs.chmodSync(scene.at('small/file-8'), 0o600);
  await scene.backup();
};

type Described = Record<string, { elements: { attributes: unknown; extents: { set: string }[] }[] }>;

/** Elements with the length and digests of their content, without the places where it lies. */
const contentOf = (catalog: unknown, id: string): unknown =>
  JSON.parse(
    JSON.stringify((catalog as Described)[id]?.elements, (key, value: unknown) =>
      ['set', 'chunk', 'unit', 'unitOffset'].includes(key) ? undefined : value,
    ),
  );

describe('a merge of a chain', () => {
  let asBackedUp: ReturnType<typeof listTree>;

  /** Every test begins with the same chain; what it adds to the source goes again, so that all can run in any order. */
  beforeAll(async () => {
    scene = await VaultScene.forSuite();
    await chain();
    asBackedUp = listTree(scene.source);
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());

  const add = (name: string, content: string): void => {
    scene.write(name, content);
    onTestFinished(() => fs.rmSync(scene.at(name)));
  };

  test('gives the newest set in chunks of its own: the same elements, attributes and content', async () => {
    const before = await scene.sets();
    const merged = await scene.merge();
    expect(merged).toMatchObject({ level: 'synthetic', parent: null, state: 'complete', warnings: [] });
    expect(merged).toMatchObject({ elements: before.at(-1)?.elements, logicalBytes: before.at(-1)?.logicalBytes });
    expect((await scene.sets()).map(({ id }) => id)).toEqual([...before.map(({ id }) => id), merged.id]);
    const catalog = await scene.catalog();
    expect(contentOf(catalog, merged.id)).toEqual(contentOf(catalog, before.at(-1)?.id ?? ''));
    const places = (catalog as Described)[merged.id]?.elements.flatMap(({ extents }) => extents.map(({ set }) => set));
    expect(new Set(places)).toEqual(new Set([merged.id]));
    expect(listTree(await scene.restore(merged))).toEqual(asBackedUp);
    expect(listTree(scene.rescue(merged))).toEqual(asBackedUp);
  });

  test('lists in each chunk what lies in it, so that verification needs nothing else', async () => {
    writeLong('long', noise(300_000, 5), noise(400_000, 6));
    onTestFinished(() => fs.rmSync(scene.at('long')));
    await scene.backup();
    const merged = await scene.merge();
    expect((await scene.verify(merged)).damaged).toEqual([]);
    const indexed = await scene.indexed(merged);
    const first = [...indexed.keys()].filter((name) => name.includes('linked'));
    expect(first).toHaveLength(1);
    for (const name of fs.readdirSync(scene.source, { recursive: true, encoding: 'utf8' })) {
      const stat = fs.lstatSync(scene.at(name));
      if (name.includes('linked') || name === 'long' || !stat.isFile() || stat.size === 0) continue;
      expect([name, indexed.get(name)]).toEqual([name, stat.size]);
    }
    expect(indexed.get(first[0] as string)).toBe(150_000);
    expect(indexed.get('long')).toBeGreaterThanOrEqual(700_000);
    expect(indexed.get('long')).toBeLessThan(MIB);
  });

  test('is what the next backups build on, and they copy what is new alone', async () => {
    const merged = await scene.merge();
    add('small/after', 'after the merge');
    const incremental = await scene.backup();
    expect(incremental).toMatchObject({ level: 'incremental', parent: merged.id, segments: 1 });
    const differential = await scene.backup({ level: 'differential' });
    expect(differential).toMatchObject({ level: 'differential', parent: merged.id, segments: 1 });
    expect(listTree(await scene.restore(differential))).toEqual(listTree(scene.source));
  });

  test('is not made of a state that another home has overtaken', async () => {
    const other = scene.folder('another-home');
    await scene.takeIn(other);
    add('small/newer', 'of the other home');
    await scene.backup({}, quiet(), other);
    await expect(scene.merge()).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    await scene.takeIn(scene.home);
    const merged = await scene.merge();
    expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
  });

  test('merges what was merged', async () => {
    await scene.merge();
    add('small/after', 'after the merge');
    await scene.backup();
    const again = await scene.merge();
    expect(listTree(await scene.restore(again))).toEqual(listTree(scene.source));
  });

  test('ends when it is cancelled, without a set, and can be run again', async () => {
    const before = (await scene.sets()).filter(({ state }) => state === 'complete').length;
    await expect(scene.merge(cancelledWhen(({ phase }) => phase === 'merging'))).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect((await scene.sets()).filter(({ state }) => state === 'complete')).toHaveLength(before);
    const merged = await scene.merge();
    expect(listTree(await scene.restore(merged))).toEqual(asBackedUp);
    expect(fs.readdirSync(`${scene.home}/jobs`)).toEqual([]);
  });
});

describe('a merge', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
  });

  test('carries long files with their parts and holes', async () => {
    scene.write('other', 'x');
    writeLong('long', noise(300_000, 5), noise(400_000, 6));
    await scene.backup();
    const fd = fs.openSync(scene.at('long'), 'r+');
    fs.writeSync(fd, noise(70_000, 7), 0, 70_000, 130 * MIB + 65_536);
    fs.closeSync(fd);
    const last = await scene.backup();
    const merged = await scene.merge();
    expect(merged.bytesRead).toBeLessThan(MIB);
    const catalog = await scene.catalog();
    expect(contentOf(catalog, merged.id)).toEqual(contentOf(catalog, last.id));
    expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(merged))).toEqual(listTree(scene.source));
    expect((await scene.verify(merged)).damaged).toEqual([]);
  });

  test('writes nothing when the newest complete set is a merged one', async () => {
    scene.write('file', 'one');
    await scene.backup();
    scene.write('file', 'two');
    await scene.backup();
    const merged = await scene.merge();
    const tapes = merged.tapes.map((tape) => fs.statSync(scene.tapeFile(tape)).size);
    expect((await scene.merge()).id).toBe(merged.id);
    expect(merged.tapes.map((tape) => fs.statSync(scene.tapeFile(tape)).size)).toEqual(tapes);
    expect(await scene.sets()).toHaveLength(3);
  });

  test('writes nothing when the newest complete set is a full one, unless that went on from an attempt before it', async () => {
    for (let at = 0; at < 8; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
    const full = await scene.backup();
    expect(await scene.merge()).toEqual(full);
    const cancelled = cancelledWhen(({ bytesStored }) => bytesStored > 40 * MIB);
    await expect(scene.backup({ level: 'full' }, cancelled)).rejects.toMatchObject({ code: 'CANCELLED' });
    const attempt = (await scene.sets()).find(({ state }) => state === 'interrupted')?.id;
    const resumed = await scene.backup({ level: 'full', resume: attempt ?? null });
    expect(resumed.bytesStored).toBeLessThan(full.bytesStored);
    const merged = await scene.merge();
    expect(merged.level).toBe('synthetic');
    expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
  });

  test('has nothing to do for an object without a complete set', async () => {
    await expect(scene.merge()).rejects.toMatchObject({ code: 'PARENT_MISSING', kind: 'not-found' });
    expect(await scene.sets()).toEqual([]);
  });

  test('stands still while it is paused, and goes on', async () => {
    for (let at = 0; at < 10; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
    await scene.backup();
    scene.write('later', 'later');
    await scene.backup();
    const copied: number[] = [];
    const elements = new Map<string, [number, number | null]>();
    const steering = steeredControl(
      ({ phase, bytesRead, elementsDone, elementsTotal }) => {
        elements.set(phase, [elementsDone, elementsTotal]);
        if (bytesRead > 0 && copied.push(bytesRead) === 1) steering.setPaused(true);
      },
      () => undefined,
    );
    const merging = scene.merge(steering.control);
    while (copied.length < 5) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(new Set(copied.slice(-3)).size).toBe(1);
    expect(copied.at(-1)).toBeLessThan(90 * MIB);
    steering.setPaused(false);
    const merged = await merging;
    expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
    // None is done while content is copied, and it is not said that it were none of so many.
    expect(elements.get('merging')).toEqual([merged.elements, null]);
    expect(elements.get('recording')).toEqual([merged.elements, merged.elements]);
  });

  test('fails on damage, naming tape, chunk and elements, and commits nothing', async () => {
    scene.write('harmed', noise(3 * MIB, 8));
    scene.write('sound', 'sound');
    const full = await scene.backup({ streams: 1 });
    scene.write('later', 'later');
    const last = await scene.backup({ streams: 1 });
    const file = scene.tapeFile(full.tapes[0] as string);
    flip(file, fs.readFileSync(file).indexOf(noise(3 * MIB, 8).subarray(MIB, MIB + 64)) + 1000);
    const before = await scene.catalog();
    const failure = await scene.merge().catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'damaged', context: { tape: full.tapes[0], chunk: 0, set: full.id } });
    expect(failure).toMatchObject({ message: expect.stringContaining(scene.at('harmed')) });
    expect((failure as Error).message).not.toContain(scene.at('sound'));
    expect((await scene.sets()).filter(({ state }) => state === 'complete').map(({ id }) => id)).toEqual([
      full.id,
      last.id,
    ]);
    const after = await scene.catalog();
    for (const id of [full.id, last.id]) expect(after[id]).toEqual(before[id]);
  });
});

describe('a merge in a sealed vault with one drive and one tape', () => {
  let merged: BlockSetSummary;
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ passphrase: 'secret', drives: 1, slots: 1 });
    await chain();
    merged = await scene.merge();
  });
  afterAll(() => scene?.remove());

  test('is sealed, opened by the same passphrase alone', async () => {
    const now = listTree(scene.source);
    expect(listTree(await scene.restore(merged))).toEqual(now);
    expect(listTree(scene.rescue(merged))).toEqual(now);
    for (const tape of merged.tapes) expect(fs.readFileSync(scene.tapeFile(tape)).includes('linked-later')).toBe(false);
  });

  test('reads the tape that it writes to', async () => {
    expect(merged.tapes).toEqual((await scene.sets())[0]?.tapes);
    expect(merged.tapes).toHaveLength(1);
  });
});

test('a merged set outlives the tapes that hold only old chunks', async () => {
  scene = await VaultScene.make({ tapeBytes: 32 * MIB, codec: 'none', slots: 12 });
  for (let at = 0; at < 7; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
  const full = await scene.backup();
  scene.write('large-1', noise(9 * MIB, 11));
  await scene.backup();
  const merged = await scene.merge();
  const old = full.tapes.filter((tape) => !merged.tapes.includes(tape));
  expect(old.length).toBeGreaterThan(0);
  for (const tape of old) fs.rmSync(scene.tapeFile(tape));
  expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
  expect(listTree(scene.rescue(merged))).toEqual(listTree(scene.source));
});

test('a merge whose tapes are not all there says which one is wanted, before it writes anything', async () => {
  scene = await VaultScene.make({ tapeBytes: 32 * MIB, codec: 'none' });
  for (let at = 0; at < 4; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
  const full = await scene.backup();
  scene.write('later', 'later');
  await scene.backup();
  const tape = full.tapes[0] as string;
  fs.renameSync(scene.tapeFile(tape), `${scene.tapeFile(tape)}.away`);
  const failure = await scene.merge(quiet()).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: expect.stringContaining(tape) });
  fs.renameSync(`${scene.tapeFile(tape)}.away`, scene.tapeFile(tape));
  const merged = await scene.merge();
  expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
});
