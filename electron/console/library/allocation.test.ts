import { expect, test, vi } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { cancelledWhen, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { openedOf } from '../vault-session.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

const tapesOf = async (scene: VaultScene) => {
  const tapes = await useCases.listTapes(scene.vault);
  return {
    closed: tapes.filter(({ closed }) => closed).map(({ id }) => id),
    used: tapes.filter(({ chunks }) => chunks > 0).map(({ id }) => id),
  };
};

/** The tapes that a backup would begin on, in their order. */
const roomOf = async (scene: VaultScene): Promise<string[]> => {
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  const room = openedOf(session).writableRoom();
  await session.close();
  return room.map(({ tape }) => tape);
};

test('each run of backups is on tapes of its own, also a cancelled one that is run again; merges begin one, reclaiming does not', async () => {
  const scene = await VaultScene.make({ drives: 2, slots: 6, tapeBytes: 32 << 20, codec: 'none' });
  const one = { streams: 1 };
  scene.write('old', noise(100_000, 1));
  await scene.backup(one);
  const before = await useCases.vaultSpace(scene.vault);
  const set = await useCases.setAllocation(scene.vault, 'new', null);
  expect([set.allocation, (await tapesOf(scene)).closed]).toEqual([{ policy: 'new', every: null }, ['CF0001']]);
  const { bytesFree } = await useCases.vaultSpace(scene.vault);
  expect(bytesFree).toBe(before.bytesFree - ((32 << 20) - (set.tapes[0]?.bytesUsed ?? 0)));
  expect(await roomOf(scene)).toEqual(['CF0002', 'CF0003', 'CF0004', 'CF0005', 'CF0006']);

  // What was written before it was cancelled is gone on with, on the same tape.
  scene.write('large', noise(6 << 20, 2));
  const cancelled = cancelledWhen(({ bytesStored }) => bytesStored > 0);
  await expect(scene.backup(one, cancelled)).rejects.toEqual(code('CANCELLED'));
  expect((await scene.backup(one)).tapes).toEqual(['CF0002']);
  scene.write('small', 'changed');
  expect((await scene.backup(one)).tapes).toEqual(['CF0003']);
  const full = await scene.merge();
  expect([full.level, full.tapes]).toEqual(['synthetic', ['CF0004']]);
  expect(await tapesOf(scene)).toEqual({
    closed: ['CF0001', 'CF0002', 'CF0003', 'CF0004'],
    used: ['CF0001', 'CF0002', 'CF0003', 'CF0004'],
  });

  const reclaimed = await scene.reclaim({ tapes: ['CF0003'] });
  expect([reclaimed.freed.map(({ id }) => id), (await tapesOf(scene)).used]).toEqual([
    ['CF0003'],
    ['CF0001', 'CF0002', 'CF0004'],
  ]);
  // Backups that run together share their tapes, and the one that was freed is as good as any.
  scene.write('small', 'changed again');
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  const other = { ...scene.object, id: 'e'.repeat(32), name: 'the same again' };
  const options = { level: 'auto', streams: 1, resume: null } as const;
  const [first, second] = await Promise.all([
    useCases.runBackup(session, scene.object, options, quiet()),
    useCases.runBackup(session, other, options, quiet()),
  ]);
  await session.close();
  expect([first.set.tapes, second.set.tapes]).toEqual([['CF0003'], ['CF0003']]);
  expect((await scene.verify(null)).damaged).toEqual([]);
});

test('a run that finds no unused tape says what the policy wants, and runs where the policy goes', async () => {
  const scene = await VaultScene.make({ drives: 2, slots: 1, codec: 'none' });
  await useCases.setAllocation(scene.vault, 'calendar', 'month');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-29T12:00:00') });
  try {
    scene.write('letter', noise(10_000, 1));
    await scene.backup();
    scene.write('letter', noise(10_000, 2));
    await scene.backup();
    vi.setSystemTime(Date.parse('2026-12-01T12:00:00'));
    scene.write('letter', noise(10_000, 3));
    const refused = await scene.backup().catch((error: unknown) => error as ColdframeError);
    expect(refused).toMatchObject({ code: 'OUT_OF_TAPES' });
    expect((refused as ColdframeError).message).toContain(
      'begins the first backup of each month on one. One tape has room',
    );
    expect(await roomOf(scene)).toEqual([]);
    await expect(useCases.setAllocation(scene.vault, 'new', 'day')).rejects.toEqual(code('USAGE'));
    await useCases.labelTapes(scene.vault, [], 'scratch');
    expect((await scene.backup()).tapes).toEqual(['CF0002']);
    await useCases.setAllocation(scene.vault, 'continue', null);
    scene.write('letter', noise(10_000, 4));
    expect((await scene.backup({ streams: 1 })).tapes).toEqual(['CF0001']);
  } finally {
    vi.useRealTimers();
  }
});
