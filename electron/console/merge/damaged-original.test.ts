import fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { DamagedChunks } from '../../engine/catalog/index.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { catalogFile } from '../catalog-place.ts';
import { flip, noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const COPY = 'CF0005';
const content = noise(2_500_000, 8);
let scene: VaultScene;
let full: BlockSetSummary;
let tape: string;
let asBackedUp: ReturnType<typeof listTree>;

/** Turns over a byte of the content on a tape, so far behind its beginning. */
const turn = (volume: string, at: number): void => {
  const file = scene.tapeFile(volume);
  const found = fs.readFileSync(file).indexOf(content.subarray(at, at + 64));
  expect(found).toBeGreaterThan(0);
  flip(file, found);
};

const noted = async (): Promise<unknown[]> => {
  const { id } = await useCases.inspectVault(scene.vault);
  return DamagedChunks.of(catalogFile(scene.home, id)).chunks.map(({ set, sequence, tape: on }) => [set, sequence, on]);
};

/** Puts wrong bytes of the same length in the place of a tape, but for its first ones. */
const replace = (volume: string, keep: number): void => {
  const file = scene.tapeFile(volume);
  const whole = fs.readFileSync(file);
  fs.writeFileSync(file, Buffer.concat([whole.subarray(0, keep), noise(whole.length - keep, 77)]));
};

beforeAll(async () => {
  scene = await VaultScene.forSuite({ codec: 'none', drives: 2 });
  scene.write('harmed', content);
  scene.write('sound', 'sound');
  full = await scene.backup({ streams: 1 });
  [tape = ''] = full.tapes;
  scene.write('later', 'later');
  expect((await scene.backup({ streams: 1 })).tapes).toEqual([tape]);
  await scene.copyTape(tape, COPY);
  asBackedUp = listTree(scene.source);
  scene.keep();
});
beforeEach(() => scene.reset());
afterAll(() => scene?.remove());

describe('a merge of content that is damaged on the original', () => {
  test('takes what is damaged from the copy, even where that is damaged elsewhere, says so and notes both', async () => {
    turn(tape, 300_000);
    turn(COPY, 2_300_000);
    const merged = await scene.merge();
    expect(merged.state).toBe('complete');
    expect(merged.warnings).toEqual(
      [
        { code: 'COPY_USED', path: tape, message: expect.stringContaining(`chunk 0 of set ${full.id}`) },
        { code: 'TAPE_DAMAGED', path: COPY, message: expect.stringContaining(`chunk 0 of set ${full.id}`) },
      ].toReversed(),
    );
    expect(await noted()).toEqual([
      [full.id, 0, tape],
      [full.id, 0, COPY],
    ]);
    expect(listTree(await scene.restore(merged))).toEqual(asBackedUp);
  });

  test('fails where both are damaged in one place, names both, notes both and makes no set', async () => {
    for (const volume of [tape, COPY]) turn(volume, 1_500_000);
    const before = await scene.sets();
    await expect(scene.merge()).rejects.toMatchObject({
      code: 'UNIT_DAMAGED',
      context: { tape: `${tape} ${COPY}`, chunk: 0, set: full.id, elements: scene.at('harmed') },
    });
    expect((await scene.sets()).filter(({ state }) => state === 'complete')).toEqual(before);
    expect(await noted()).toHaveLength(2);
  });

  test('names a copy that is away where the original is damaged', async () => {
    turn(tape, 300_000);
    fs.renameSync(scene.tapeFile(COPY), `${scene.tapeFile(COPY)}.away`);
    await expect(scene.merge()).rejects.toMatchObject({
      code: 'UNIT_DAMAGED',
      guidance: expect.stringContaining(`Tape ${COPY}, which is not in the vault`),
    });
  });
});

describe('where a damaged file of full length lies in the place of a tape', () => {
  for (const [what, keep] of [
    ['nothing of it right', 0],
    ['its labels right', 4096],
  ] as const) {
    test(`a restore and a merge take all from the copy and nothing from there: ${what}`, async () => {
      replace(tape, keep);
      const restored = await scene.restoreResult(full);
      expect(restored).toMatchObject({ damagedElements: 0, damaged: [] });
      expect(restored.warnings.map(({ code, path }) => [code, path])).toContainEqual(['COPY_USED', tape]);
      const merged = await scene.merge();
      expect(merged.warnings.map(({ code, path }) => [code, path])).toContainEqual(['COPY_USED', tape]);
      expect(merged.tapes).not.toContain(tape);
      expect(listTree(await scene.restore(merged))).toEqual(asBackedUp);
    });
  }

  test('or in the place of the copy, too, nothing is made of either', async () => {
    for (const volume of [tape, COPY]) replace(volume, 4096);
    await expect(scene.merge()).rejects.toMatchObject({ kind: 'damaged' });
    const { damagedElements, restored } = await scene.restoreResult(full);
    expect(damagedElements).toBe(2);
    expect(restored).toBeGreaterThan(0);
  });
});
