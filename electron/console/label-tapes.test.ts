import { beforeEach, describe, expect, test } from 'vitest';
import { listTree } from '../engine/restore/testing/tree-listing.ts';
import { steeredControl } from './jobs/control.ts';
import { ConsoleScene } from './testing/console-scene.ts';
import { noise, VaultScene } from './testing/vault-scene.ts';
import type { ProgressCounters } from './use-cases.ts';
import { engineUseCases as useCases } from './wiring.ts';

const MIB = 1 << 20;
let scene: VaultScene;

describe('a vault that has run out of tapes', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ slots: 2, tapeBytes: 32 * MIB, codec: 'none' });
    for (let at = 0; at < 9; at += 1) scene.write(`large-${at}`, noise(9 * MIB, at));
  });

  test('goes on with the backup once tapes were labelled, and writes again only what is not on tape', async () => {
    const failure = await scene.backup().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'OUT_OF_TAPES', kind: 'no-space' });
    const [stopped] = await scene.sets();
    expect(stopped?.state).toBe('interrupted');
    const labelled = await useCases.labelTapes(scene.vault, ['NW0001L8', 'NW0002L8', 'NW0003L8'], 'scratch');
    expect(labelled.map(({ id, slot, state }) => [id, slot, state])).toEqual([
      ['NW0001', 3, 'labelled'],
      ['NW0002', 4, 'labelled'],
      ['NW0003', 5, 'labelled'],
    ]);
    let told: ProgressCounters | undefined;
    const { control } = steeredControl(
      (counters) => {
        told = counters;
      },
      () => undefined,
    );
    const resumed = await scene.backup({ resume: stopped?.id ?? null }, control);
    // What was on tape already is not read: it must not count as waiting for ever either.
    expect(told?.elementsDone).toBe(told?.elementsTotal);
    expect([told?.bytesRead, told?.bytesStored]).toEqual([told?.bytesTotal, resumed.bytesStored]);
    // Four or five files of nine fitted the first two tapes.
    expect(resumed.bytesStored).toBeLessThan(60 * MIB);
    expect(listTree(await scene.restore(resumed))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(resumed))).toEqual(listTree(scene.source));
    expect((await scene.verify(resumed)).damaged).toEqual([]);
  });
});

test('a tape without a barcode gets the next one that nobody gave by hand', async () => {
  const scene = await VaultScene.make({ slots: 1 });
  await useCases.labelTapes(scene.vault, ['CF0003L8', 'CF0004L8'], 'scratch');
  const labelled: string[] = [];
  for (let times = 0; times < 3; times += 1)
    labelled.push(...(await useCases.labelTapes(scene.vault, [], 'scratch')).map(({ barcode }) => barcode));
  expect(labelled).toEqual(['CF0002L8', 'CF0005L8', 'CF0006L8']);
});

test('room on a tape that backups may not use is not free', async () => {
  const scene = new ConsoleScene();
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20, slots: 1 });
  const free = async () => (await scene.call('vault.show', { dir: scene.vault })).tapes.bytesFree;
  const before = await free();
  await scene.call('tape.label', { vault: scene.vault, pool: 'vaulted' });
  expect(await free()).toBe(before);
  await scene.call('tape.label', { vault: scene.vault });
  expect(await free()).toBeGreaterThan(before);
});

test('a tape of which two vaults have the name is shown when it was said of which', async () => {
  const scene = new ConsoleScene();
  const [one, two] = [scene.vault, `${scene.vault}-too`];
  for (const dir of [one, two]) {
    await scene.call('vault.create', { dir, tapeSize: 64 << 20 });
    await scene.call('tape.label', { vault: dir });
  }
  await expect(scene.call('tape.show', { tape: 'CF0001' })).rejects.toMatchObject({ code: 'USAGE' });
  expect(await scene.call('tape.show', { tape: 'CF0001', vault: two })).toMatchObject({ vault: two });
});

test('a tape is labelled while a job has the vault open', async () => {
  scene = await VaultScene.make({ slots: 1 });
  const session = await useCases.openVaultSession(scene.vault, {}, scene.home);
  const labelled = await useCases.labelTapes(scene.vault, [], 'data');
  expect(labelled).toMatchObject([{ barcode: 'CF0002L8', slot: 2, pool: 'data' }]);
  await session.close();
  expect((await useCases.listTapes(scene.vault)).map(({ id }) => id)).toEqual(['CF0001', 'CF0002']);
  expect(await useCases.tapeNames(scene.vault)).toEqual([
    { id: 'CF0001', barcode: 'CF0001L8' },
    { id: 'CF0002', barcode: 'CF0002L8' },
  ]);
});
