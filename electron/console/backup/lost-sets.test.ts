import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { randomId } from '../../platform/ids.ts';
import { bytesOnTapes, cancelledWhen, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import type { JobControl, ProtectedObject } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MIB = 1 << 20;
let scene: VaultScene;

/** Backs an object up, or the scene's own. */
const backupOf = async (
  object: ProtectedObject = scene.object,
  job: JobControl = quiet(),
): Promise<BlockSetSummary> => {
  const session = await useCases.openVaultSession(scene.vault, {}, scene.home);
  try {
    return (await useCases.runBackup(session, object, { level: 'auto', streams: null, resume: null }, job)).set;
  } finally {
    await session.close();
  }
};

describe('a vault that was put back from a copy, and written to since', () => {
  let other: ProtectedObject;
  let first: BlockSetSummary;
  let lost: BlockSetSummary;

  const stateOfLost = async (): Promise<string | undefined> =>
    (await scene.sets()).find(({ id }) => id === lost.id)?.state;

  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1 });
    scene.write('file', noise(MIB, 1));
    const folder = scene.folder('other');
    fs.writeFileSync(path.join(folder, 'old'), noise(MIB, 2));
    const roots = [{ pathBase64: Buffer.from(folder).toString('base64'), crossFileSystems: false }];
    other = { ...scene.object, id: randomId(), name: 'other', selection: { ...scene.object.selection, roots } };
    await backupOf();
    first = await backupOf(other);
    fs.cpSync(scene.vault, path.join(scene.root, 'copy'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'new'), noise(MIB, 3));
    lost = await backupOf(other);
    scene.write('more', noise(2 * MIB, 4));
  });

  const putBack = (): void => {
    fs.rmSync(scene.vault, { recursive: true });
    fs.renameSync(path.join(scene.root, 'copy'), scene.vault);
  };
  /** As a copy that was made while something was written. */
  const cutOff = (): void => {
    const tape = scene.tapeFile('CF0001');
    fs.truncateSync(tape, fs.statSync(tape).size - 200_000);
  };

  test.each([
    ['put back', putBack],
    ['cut off within a chunk', cutOff],
  ])('%s: what was lost is stored again, whatever was written in its place, and said once', async (_, spoil) => {
    spoil();
    await backupOf();
    const set = await backupOf(other);
    expect(set.warnings.map(({ code }) => code)).toContain('TAPE_LOST');
    expect(set).toMatchObject({ level: 'incremental', parent: first.id, state: 'complete' });
    expect(set.bytesRead).toBeGreaterThanOrEqual(MIB);
    const restored = path.join(await scene.restore(set), '..', 'other');
    expect(fs.readFileSync(path.join(restored, 'new')).equals(noise(MIB, 3))).toBe(true);
    expect(await stateOfLost()).toBe('incomplete');
    const next = await backupOf(other);
    expect(next).toMatchObject({ parent: set.id, warnings: [] });
  });

  test('a set stays what it is until there is another to restore from', async () => {
    putBack();
    await backupOf();
    expect(await stateOfLost()).toBe('complete');
  });
});

test('a set that went on from two interrupted ones is nothing to build on when a tape of the first is gone', async () => {
  scene = await VaultScene.make({ drives: 1, tapeBytes: 32 * MIB });
  for (let file = 0; file < 50; file += 1) scene.write(`f${file}`, noise(2 * MIB, file));
  for (const limit of [33, 60]) {
    const job = cancelledWhen(() => bytesOnTapes(scene.vault) > limit * MIB);
    await expect(backupOf(scene.object, job)).rejects.toMatchObject({ code: 'CANCELLED' });
  }
  const whole = await backupOf();
  expect(whole.bytesStored).toBeLessThan(60 * MIB);
  fs.rmSync(scene.tapeFile('CF0001'));
  const set = await backupOf();
  expect(set).toMatchObject({ level: 'full', parent: null });
  expect(set.warnings.map(({ code }) => code)).toContain('TAPE_LOST');
  const folder = await scene.restore(set);
  for (let file = 0; file < 50; file += 1)
    expect(fs.readFileSync(path.join(folder, `f${file}`)).equals(noise(2 * MIB, file))).toBe(true);
});
