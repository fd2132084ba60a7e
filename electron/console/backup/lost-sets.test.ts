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

describe('a tape that is damaged, though the last chunk of the set on it is sound', () => {
  const CONTENT = noise(300_000, 5);
  let first: BlockSetSummary;
  let second: BlockSetSummary;

  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1, tapeBytes: 32 * MIB, codec: 'none' });
    await useCases.setAllocation(scene.vault, 'new', null);
    scene.write('file', CONTENT);
    first = await scene.backup({ level: 'full' });
    second = await scene.backup({ level: 'full' });
    expect([first.tapes, second.tapes]).toEqual([['CF0001'], ['CF0002']]);
  });

  /** Overwrites the beginning of the tape of the second set. */
  const spoil = (bytes: number): void => {
    const fd = fs.openSync(scene.tapeFile('CF0002'), 'r+');
    fs.writeSync(fd, Buffer.alloc(bytes), 0, bytes, 0);
    fs.closeSync(fd);
  };
  const good = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries((await scene.retentionPlan({ keepLast: 1 })).sets.map(({ set, good: is }) => [set.id, is]));

  test.each([
    ['the library says so', true],
    ['nobody looked', false],
  ])('makes no set the last good one, and is not built on: %s', async (_, looked) => {
    // Labels and content; the metadata behind them stays as it is.
    spoil(CONTENT.length);
    if (looked) await useCases.takeInventory(scene.vault);
    expect(await good()).toEqual({ [first.id]: true, [second.id]: false });
    expect(await scene.retain({ keepLast: 1 })).toMatchObject({ expired: [] });
    const next = await scene.backup();
    expect(next).toMatchObject({ parent: first.id, state: 'complete' });
    expect(next.warnings).toEqual([
      { code: 'TAPE_LOST', path: 'CF0002', message: expect.stringMatching(/^the tape is damaged, and what set/) },
    ]);
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
    await scene.retain({ keepLast: 2 });
    expect((await scene.sets()).map(({ id }) => id)).toContain(first.id);
    expect(fs.readFileSync(path.join(await scene.restore(next), 'file')).equals(CONTENT)).toBe(true);
    expect(await scene.backup()).toMatchObject({ parent: next.id, warnings: [] });
  });

  test('counts again once all on it was read and found right, until damage is found anew', async () => {
    // Right when it was read, and damaged since.
    await scene.verify(null);
    spoil(100);
    expect(await good()).toMatchObject({ [second.id]: false });
    await useCases.takeInventory(scene.vault);
    expect(await good()).toMatchObject({ [second.id]: false });
    await scene.verify(null);
    expect(await good()).toEqual({ [first.id]: true, [second.id]: true });
    await useCases.takeInventory(scene.vault);
    expect(await scene.backup()).toMatchObject({ parent: second.id, warnings: [] });
  });

  test('is made up for by a whole copy, as long as that is there', async () => {
    spoil(100);
    await scene.copyTape('CF0002', 'CF0003');
    expect(await good()).toEqual({ [first.id]: true, [second.id]: true });
    fs.rmSync(scene.tapeFile('CF0003'));
    expect(await good()).toEqual({ [first.id]: true, [second.id]: false });
  });
});
