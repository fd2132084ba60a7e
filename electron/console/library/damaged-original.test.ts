import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { DamagedChunks } from '../../engine/catalog/index.ts';
import { NbdDevice } from '../../engine/nbd/client/nbd-device.ts';
import { NbdServer } from '../../engine/nbd/server.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';
import { type SetVolumeSpec, unitCacheOfVolume } from '../../engine/restore/instant/set-volume.ts';
import type { PlaceFound } from '../../engine/restore/instant/unit-source.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { catalogFile } from '../catalog-place.ts';
import { JobSwitch } from '../restore/job-switch.ts';
import { ontoDevice } from '../restore/run-device.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { foundOnTapes } from '../volumes/found-on-tapes.ts';
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

describe('a restore of what is known to be damaged on the original', () => {
  const mounted = async () => {
    const { mounts, warnings, damaged } = await scene.restoreResult(full);
    expect(damaged).toEqual([]);
    return { tapes: mounts.map((each) => each.tape), told: warnings.map(({ code }) => code) };
  };
  test('mounts the copy alone, and the original again once that was found right', async () => {
    const whole = fs.readFileSync(scene.tapeFile(tape));
    turn(tape, 300_000);
    const first = await mounted();
    expect(first.told).toEqual(['COPY_USED']);
    expect(first.tapes.toSorted()).toEqual([tape, COPY]);
    expect(await mounted()).toEqual({ tapes: [COPY], told: [] });
    fs.writeFileSync(scene.tapeFile(tape), whole);
    expect((await scene.verify(full)).damaged).toEqual([]);
    expect(await mounted()).toEqual({ tapes: [tape], told: [] });
  });

  test('reads it all the same where only a tape that is away has it whole, says which, and is completed when that is back', async () => {
    // Of the unit in the middle: whichever file is read first, the other one lies in another.
    turn(tape, 1_500_000);
    fs.renameSync(scene.tapeFile(COPY), `${scene.tapeFile(COPY)}.away`);
    const away = { code: 'COPY_AWAY', path: COPY, message: expect.stringContaining('1 of the damaged chunks') };
    const { damaged, warnings } = await scene.verify(full);
    expect(damaged.map((each) => each.tape)).toEqual([tape]);
    expect(warnings).toEqual([away]);
    const to = scene.folder('to');
    const request = { set: full.id, paths: [], to: { path: to }, relativeTo: null } as const;
    const run = async (onConflict: 'fail' | 'skip', dryRun = false) => {
      const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
      try {
        const wish = { ...request, onConflict } as unknown as Parameters<typeof useCases.runRestore>[1];
        return dryRun
          ? await useCases.planRestore(session, wish, quiet())
          : await useCases.runRestore(session, wish, quiet());
      } finally {
        await session.close();
      }
    };
    expect((await run('fail', true)).warnings).toEqual([away]);
    const part = await run('fail');
    expect(part).toMatchObject({ damagedElements: 1, mounts: [{ tape }] });
    expect(part.warnings).toEqual([
      { ...away, message: expect.stringContaining('--on-conflict skip brings the rest') },
    ]);
    fs.renameSync(`${scene.tapeFile(COPY)}.away`, scene.tapeFile(COPY));
    expect(await run('skip')).toMatchObject({ restored: 1, damaged: [], mounts: [{ tape: COPY, count: 1 }] });
    expect(listTree(path.join(to, scene.source)).get('harmed')).toBe(asBackedUp.get('harmed'));
  });
});

/** A file of the set, as volumes of sets are read. */
const volumeSpec = async (): Promise<SetVolumeSpec> => {
  const { id } = await useCases.inspectVault(scene.vault);
  return {
    kind: 'set',
    catalog: catalogFile(scene.home, id),
    set: full.id,
    path: byteStringFromText(scene.at('harmed')),
    size: content.length,
    tapes: [tape, COPY].map((each) => ({ tape: each, path: scene.tapeFile(each) })),
    keys: { vault: id, vaultKey: null },
    cache: unitCacheOfVolume(),
  };
};

const onto = async (volume: SetVolumeSpec) => {
  const device = path.join(scene.root, 'device');
  fs.writeFileSync(device, Buffer.alloc(content.length, 0xee));
  using control = new JobSwitch(quiet());
  const wish = { device, volume, unprotected: new Float64Array() };
  const done = await ontoDevice(wish, { bytes: content.length } as RestorePlan, control, quiet());
  return { ...done, right: fs.readFileSync(device).equals(content) };
};

/** Reads a volume as a client of a server does, and what was heard of its tapes. */
const served = async (volume: SetVolumeSpec) => {
  const found: PlaceFound[] = [];
  const server = new NbdServer({ portable: true, onFound: (_name, each) => found.push(each) });
  server.addExport('set', volume);
  const address = await server.listen({ kind: 'unix', path: path.join(scene.root, 'sock') });
  const device = NbdDevice.open({ address, export: 'set' });
  const all = Buffer.alloc(content.length);
  try {
    device.read(all, 0);
  } finally {
    device.close();
    await server.close();
  }
  return { right: all.equals(content), found, told: found.flatMap((each) => foundOnTapes(volume.catalog, each)) };
};

describe('a volume of which something is damaged on the original', () => {
  test('is restored onto a device, and served, from the copy, even where that is damaged elsewhere', async () => {
    turn(tape, 300_000);
    turn(COPY, 2_300_000);
    const done = await onto(await volumeSpec());
    expect(done).toMatchObject({ right: true, restored: 1, damaged: [], wrong: [{ set: full.id, sequence: 0, tape }] });
    const used = { code: 'COPY_USED', message: expect.stringContaining(`chunk 0 of set ${full.id}`) };
    expect(done.warnings).toEqual([{ ...used, path: tape }]);
    expect(await noted()).toEqual([]);
    const { right, found, told } = await served(await volumeSpec());
    expect(right).toBe(true);
    // The copy is read from then on, until it is damaged itself.
    const at = { set: full.id, sequence: 0 };
    expect(found).toMatchObject(
      [tape, COPY].map((each) => ({ place: { ...at, tape: each }, wrong: true, elsewhere: true })),
    );
    expect(told).toMatchObject([used, used]);
    expect(await noted()).toEqual([tape, COPY].map((each) => [full.id, 0, each]));
  });

  test('is zeroes on the device where both are, with both of them found, and is not given out', async () => {
    for (const volume of [tape, COPY]) turn(volume, 1_500_000);
    const done = await onto(await volumeSpec());
    expect(done).toMatchObject({ right: false, restored: 0, damagedElements: 1 });
    // The first MiB is written by itself: a unit that reaches beyond it is told of twice.
    expect(new Set(done.warnings.map(({ code }) => code))).toEqual(new Set(['BLOCKS_DAMAGED']));
    expect(done.wrong.map((each) => each.tape)).toEqual([tape, COPY]);
    await expect(served(await volumeSpec())).rejects.toMatchObject({ context: { errno: 'EIO' } });
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
      if (keep === 0) expect(listTree(await scene.restore(merged))).toEqual(asBackedUp);
      const done = await onto(await volumeSpec());
      expect(done).toMatchObject({ right: true, warnings: [{ code: 'COPY_USED', path: tape }] });
      expect(await served(await volumeSpec())).toMatchObject({
        right: true,
        found: [{ place: { tape }, elsewhere: true }],
      });
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
