import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const VOLUMES = ['CF0001', 'CF0002', 'CF0003', 'CF0004'] as const;
let scene: VaultScene;
let sets: BlockSetSummary[];
let content: Map<string, Buffer>;
let files: Map<string, string>;

const file = (volume: string): string => scene.tapeFile(volume);
const shelf = (): string[] => fs.readdirSync(path.join(scene.vault, 'tapes')).sort();
const names = (volumes: readonly string[]): string[] => volumes.map((volume) => `${volume}L8.tap`).sort();

/** Puts the content of each tape under the name of another. */
const lie = (as: Readonly<Record<string, string>>): void => {
  for (const volume of Object.keys(as)) fs.renameSync(file(volume), `${file(volume)}.x`);
  for (const [volume, name] of Object.entries(as)) fs.renameSync(`${file(volume)}.x`, file(name));
};

/** Nothing of the vault is known but what its tapes say. */
const rebuilt = async () => {
  fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true, force: true });
  const home = scene.folder('elsewhere');
  fs.rmSync(home, { recursive: true });
  const result = await scene.rebuild(home);
  return { home, ...result };
};

const told = (warnings: readonly { readonly code: string; readonly path: string }[]): string[] =>
  warnings.map((each) => `${each.code} ${each.path}`).sort();

const isInPlace = (volume: string): boolean => fs.readFileSync(file(volume)).equals(content.get(volume) as Buffer);

/** A set on each of four tapes. */
const setUp = (options: { readonly passphrase?: string }): void => {
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ codec: 'none', ...options });
    sets = [];
    for (const [at, volume] of VOLUMES.entries()) {
      scene.write(`file-${at}`, noise(50_000, at));
      sets.push(await scene.backup());
      expect(sets.at(-1)?.tapes).toEqual([volume]);
      await useCases.protectTape(scene.vault, volume, true);
    }
    content = new Map(VOLUMES.map((volume) => [volume, fs.readFileSync(file(volume))]));
    files = listTree(scene.source);
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());
};

const restoresAll = async (home: string): Promise<void> =>
  expect(listTree(await scene.restore(sets.at(-1) as BlockSetSummary, home))).toEqual(files);

describe('tapes under other names', () => {
  setUp({});

  test('that were swapped, and one that nobody has, get their own from a rebuild, which says so and reads them', async () => {
    lie({ CF0001: 'CF0002', CF0002: 'CF0003', CF0003: 'CF0001', CF0004: 'ZZ0009' });
    const { home, warnings, ...counts } = await rebuilt();
    expect(counts).toMatchObject({ sets: 4, incompleteSets: 0, tapes: 4 });
    expect(told(warnings)).toEqual(VOLUMES.map((volume) => `TAPE_PUT_IN_PLACE ${volume}L8`));
    expect(warnings[3]?.message).toBe('The file of CF0004L8 lay under the name ZZ0009L8.tap, and has its own again.');
    expect(shelf()).toEqual(names(VOLUMES));
    expect(VOLUMES.filter(isInPlace)).toEqual(VOLUMES);
    await restoresAll(home);
    expect((await rebuilt()).warnings).toEqual([]);
    expect(await useCases.takeInventory(scene.vault)).toEqual([]);
  });

  test('are found where the library is lost too', async () => {
    lie({ CF0001: 'CF0002', CF0002: 'CF0001', CF0004: 'ZZ0009' });
    fs.rmSync(path.join(scene.vault, 'library.json'));
    expect(await useCases.recoverLibrary(scene.vault, scene.access)).toBe(true);
    const { home, sets: found, incompleteSets } = await rebuilt();
    expect([found, incompleteSets]).toEqual([4, 0]);
    await restoresAll(home);
    const { tapes } = await useCases.showLibrary(scene.vault);
    expect(new Set(tapes.map(({ id }) => id)).size).toBe(tapes.length);
  });

  test('get their own where something else has it, which is not lost', async () => {
    lie({ CF0001: 'ZZ0001', CF0002: 'ZZ0002', CF0003: 'ZZ0003' });
    const other = await VaultScene.make({ codec: 'none' });
    await useCases.labelTapes(other.vault, ['CF0002L8'], 'scratch');
    const there = [content.get('CF0004') as Buffer, fs.readFileSync(other.tapeFile('CF0002')), noise(10_000, 7)];
    for (const [at, bytes] of there.entries()) fs.writeFileSync(file(VOLUMES[at] as string), bytes);
    const { home, warnings } = await rebuilt();
    const put = warnings.filter(({ code }) => code === 'TAPE_PUT_IN_PLACE');
    expect(put.map((each) => each.path)).toEqual(['CF0001L8', 'CF0002L8', 'CF0003L8']);
    expect(put[0]?.message).toContain('or an older copy of this one, and is called ZZ0001L8.tap now.');
    expect(VOLUMES.filter(isInPlace)).toEqual(VOLUMES);
    expect(there.map((_, at) => fs.readFileSync(file(`ZZ000${at + 1}`)))).toEqual(there);
    await restoresAll(home);
  });

  test('that are there twice are put in place where both files are the same, and named where they differ', async () => {
    fs.copyFileSync(file('CF0001'), file('ZZ0001'));
    lie({ CF0001: 'ZZ0002' });
    fs.copyFileSync(file('CF0002'), file('ZZ0003'));
    fs.truncateSync(file('ZZ0003'), 40_000);
    lie({ CF0002: 'ZZ0004' });
    fs.truncateSync(file('ZZ0004'), 41_000);
    const { warnings, incompleteSets } = await rebuilt();
    expect(warnings.find(({ code }) => code === 'TAPE_PUT_IN_PLACE')?.message).toContain(
      'The same tape lies there once more, as ZZ0002L8.tap.',
    );
    expect(warnings.find(({ code }) => code === 'TAPE_DUPLICATE')).toMatchObject({
      path: 'CF0002L8',
      message: expect.stringContaining('several files say that they are it, and differ: ZZ0003L8.tap, ZZ0004L8.tap'),
    });
    expect(incompleteSets).toBeGreaterThan(0);
    expect(shelf()).toEqual(names(['CF0001', 'CF0003', 'CF0004', 'ZZ0002', 'ZZ0003', 'ZZ0004']));
    // The one that has all that was written to it is the tape.
    fs.writeFileSync(file('ZZ0004'), content.get('CF0002') as Buffer);
    const { home } = await rebuilt();
    expect(isInPlace('CF0002')).toBe(true);
    await restoresAll(home);
  });

  test('and have an older copy in their place are put there where the library knows what was written, and named where it does not', async () => {
    const library = path.join(scene.vault, 'library.json');
    const before = fs.readFileSync(library);
    await useCases.protectTape(scene.vault, 'CF0004', false);
    scene.write('file-4', noise(50_000, 4));
    const newest = await scene.backup();
    expect(newest.tapes).toEqual(['CF0004']);
    const whole = fs.readFileSync(file('CF0004'));
    const after = fs.readFileSync(library);
    const older = content.get('CF0004') as Buffer;
    const swap = (): void => {
      fs.writeFileSync(file('CF0004'), older);
      fs.writeFileSync(file('ZZ0001'), whole);
    };
    swap();
    fs.writeFileSync(library, before);
    const unknown = await rebuilt();
    expect(unknown.warnings.find(({ code }) => code === 'TAPE_DUPLICATE')).toMatchObject({
      path: 'CF0004L8',
      message: expect.stringContaining('lies in its place and, longer than there, as ZZ0001L8.tap'),
    });
    expect(fs.readFileSync(file('CF0004')).equals(older)).toBe(true);
    swap();
    fs.writeFileSync(library, after);
    const { home, warnings, incompleteSets } = await rebuilt();
    expect([incompleteSets, told(warnings)]).toEqual([0, ['TAPE_PUT_IN_PLACE CF0004L8']]);
    expect([file('CF0004'), file('ZZ0001')].map((each) => fs.readFileSync(each))).toEqual([whole, older]);
    expect(listTree(await scene.restore(newest, home))).toEqual(listTree(scene.source));
  });

  test('that lie in the import/export slot too, and a second file of what is in its place, stay where they are', async () => {
    await useCases.ejectTape(scene.vault, 'CF0001');
    fs.writeFileSync(file('ZZ0001'), content.get('CF0001') as Buffer);
    fs.writeFileSync(file('ZZ0002'), content.get('CF0002') as Buffer);
    const before = shelf();
    const { warnings } = await rebuilt();
    expect(warnings.find(({ code }) => code === 'TAPE_DUPLICATE')?.message).toContain(
      'in the import/export slot and as ZZ0001L8.tap too',
    );
    expect(warnings.filter(({ code }) => code === 'TAPE_PUT_IN_PLACE')).toEqual([]);
    expect(shelf()).toEqual(before);
  });
});

describe('sealed tapes under other names', () => {
  setUp({ passphrase: 'open sesame' });

  test('get their own too, and that with a damaged beginning by what its chunks say', async () => {
    fs.writeFileSync(file('CF0002'), Buffer.from(content.get('CF0002') as Buffer).fill(0, 0, 600));
    lie({ CF0001: 'CF0002', CF0002: 'CF0001' });
    const { home, incompleteSets, warnings } = await rebuilt();
    expect(incompleteSets).toBe(0);
    expect(told(warnings)).toEqual(['TAPE_DAMAGED CF0002', 'TAPE_PUT_IN_PLACE CF0001L8', 'TAPE_PUT_IN_PLACE CF0002L8']);
    await restoresAll(home);
  });
});
