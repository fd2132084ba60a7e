import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { cancelledWhen, noise, VaultScene } from '../testing/vault-scene.ts';

const MIB = 1 << 20;
let scene: VaultScene;
let lost: BlockSetSummary;

const kept = (): string => path.join(scene.root, 'kept');

/** Verify names the lost set, each time anew. */
const expectTold = async (): Promise<void> => {
  for (let again = 0; again < 2; again += 1) {
    const { damaged, incomplete } = await scene.verify(null);
    expect([...damaged, ...incomplete].map(({ set }) => set)).toContain(lost.id);
  }
};

describe('a set that was complete, and that no tape holds any more', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1 });
    scene.write('old', noise(MIB, 1));
    await scene.backup();
  });

  test.each([
    ['the tape alone', () => scene.tapeFile('CF0001'), false],
    ['the whole vault', () => scene.vault, false],
    ['the whole vault, and verified', () => scene.vault, true],
  ])('is told of when an older copy of %s was put back, whatever was backed up since', async (_, place, first) => {
    fs.cpSync(place(), kept(), { recursive: true });
    scene.write('new', noise(2 * MIB, 2));
    lost = await scene.backup();
    fs.rmSync(place(), { recursive: true });
    fs.cpSync(kept(), place(), { recursive: true });
    if (first) await expectTold();
    scene.write('more', noise(3 * MIB, 3));
    await scene.backup();
    await expectTold();
    await scene.backup();
    await expectTold();
  });

  test('is told of when its tape was cut off', async () => {
    const before = fs.statSync(scene.tapeFile('CF0001')).size;
    scene.write('new', noise(2 * MIB, 2));
    lost = await scene.backup();
    fs.truncateSync(scene.tapeFile('CF0001'), before);
    await expectTold();
    await scene.backup();
    await expectTold();
  });

  test('is told of when its tape is gone and a full set was made since', async () => {
    scene.write('new', noise(2 * MIB, 2));
    lost = await scene.backup();
    fs.rmSync(scene.tapeFile('CF0001'));
    await scene.backup();
    await expectTold();
    await scene.rebuild();
    await expectTold();
  });
});

test('a set that was only interrupted is not told of, though a rebuild without a tape cannot tell', async () => {
  scene = await VaultScene.make({ drives: 1, tapeBytes: 32 * MIB });
  for (let file = 0; file < 50; file += 1) scene.write(`f${file}`, noise(2 * MIB, file));
  const job = cancelledWhen(({ bytesStored }) => (bytesStored ?? 0) > 40 * MIB);
  await expect(scene.backup({}, job)).rejects.toMatchObject({ code: 'CANCELLED' });
  const whole = await scene.backup();
  const donor = (await scene.sets()).find(({ state }) => state === 'interrupted');
  fs.renameSync(scene.tapeFile('CF0003'), path.join(scene.root, 'away'));
  fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
  fs.rmSync(path.join(scene.home, 'catalogs'), { recursive: true });
  await scene.rebuild();
  expect((await scene.sets()).map(({ id, state }) => [id, state])).toEqual([
    [donor?.id, 'incomplete'],
    [whole.id, 'incomplete'],
  ]);
  expect((await scene.verify(null)).incomplete.map(({ set }) => set)).toEqual([whole.id]);
});
