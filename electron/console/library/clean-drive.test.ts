import { beforeEach, expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { cleaningAttention } from '../overview/attention.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { openedOf } from '../vault-session.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

let scene: VaultScene;
beforeEach(async () => {
  scene = await VaultScene.make({ slots: 2, drives: 1, codec: 'none' });
});

const matters = async () => cleaningAttention(scene.vault, (await useCases.vaultSpace(scene.vault)).cleaning);

test('a drive that wrote much wants cleaning, is cleaned with what is there, and wants it again while backups go on', async () => {
  const before = await useCases.vaultSpace(scene.vault);
  await expect(useCases.cleanDrive(scene.vault, 1, null)).rejects.toEqual(code('NO_CLEANING_TAPE'));
  await useCases.setCleaning(scene.vault, 10_000);
  scene.write('letter', noise(50_000, 1));
  await scene.backup();
  expect(await matters()).toEqual([]);
  await useCases.addCleaningTape(scene.vault, { uses: 1 });
  const [matter] = await matters();
  expect(matter).toMatchObject({
    code: 'DRIVE_WANTS_CLEANING',
    severity: 'look',
    context: { drives: '1', tapes: 1 },
    action: { procedure: 'library.clean', input: { vault: scene.vault, drive: 1 } },
  });
  const cleaned = await useCases.cleanDrive(scene.vault, 1, null);
  expect(cleaned).toMatchObject({ drive: 1, tape: 'CLN001CU', usesLeft: 0 });
  expect(cleaned.drives).toMatchObject([{ tape: null, cleaning: { wanted: null, bytesSince: 0, tape: null } }]);
  expect(await matters()).toEqual([]);
  scene.write('letter', noise(50_000, 3));
  expect((await scene.backup()).state).toBe('complete');
  // Nothing is left to clean with, so no button says that there is.
  expect(await matters()).toMatchObject([{ context: { tapes: 0 }, action: null }]);
  const { bytesCapacity, slotsFree, tapes } = await useCases.vaultSpace(scene.vault);
  expect([bytesCapacity, slotsFree, Object.values(tapes).reduce((sum, count) => sum + count)]).toEqual([
    before.bytesCapacity,
    before.slotsFree,
    2,
  ]);
});

test('a drive that a job has is not cleaned', async () => {
  await useCases.addCleaningTape(scene.vault, {});
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  try {
    const { library } = openedOf(session).vault;
    library.mount(1, library.label().volume);
    await expect(useCases.cleanDrive(scene.vault, 1, null)).rejects.toEqual(code('TAPE_IN_USE'));
    library.unmount(1);
    expect(await useCases.cleanDrive(scene.vault, 1, null)).toMatchObject({ usesLeft: 49 });
  } finally {
    await session.close();
  }
});
