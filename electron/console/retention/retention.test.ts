import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { readListedChunks } from '../testing/catalog-content.ts';
import { flipContent, noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MB = 1 << 20;
const LAST = { keepLast: 1 };

let scene: VaultScene;
const idsOf = (sets: readonly { readonly id: string }[]): string[] => sets.map(({ id }) => id);
const listed = async (home?: string): Promise<string[]> => idsOf(await scene.sets(home));
const tapes = async () => await useCases.listTapes(scene.vault);
const whole = async (set: BlockSetSummary, home?: string): Promise<void> =>
  expect(listTree(await scene.restore(set, home))).toEqual(listTree(scene.source));
/** A full set of new content. */
const full = async (seed: number, bytes = MB): Promise<BlockSetSummary> => {
  scene.write('large', noise(bytes, seed));
  scene.write(`only-${seed}`, `${seed}`);
  return await scene.backup({ level: 'full' });
};

describe('retention', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ drives: 1 });
  });

  test('lets go what no rule holds, and nothing else; what stays can be restored and built on', async () => {
    const old = await full(1);
    await scene.backup();
    const base = await full(2);
    scene.write('small', 'more');
    const newest = await scene.backup();
    expect(newest.parent).toBe(base.id);
    const { expired, kept, warnings } = await scene.retain(LAST);
    expect({ expired: expired.length, kept, warnings }).toEqual({ expired: 2, kept: 2, warnings: [] });
    expect(await listed()).toEqual(idsOf([base, newest]));
    await whole(newest);
    await expect(scene.restore(old)).rejects.toMatchObject({ code: 'NO_SUCH_SET' });
    const { unlisted, damaged } = await scene.verify(null);
    expect({ unlisted, damaged }).toEqual({ unlisted: [], damaged: [] });
    scene.write('small', 'still more');
    const next = await scene.backup();
    expect(next).toMatchObject({ parent: newest.id, warnings: [] });
    await whole(next);
    expect(await scene.retain(LAST)).toMatchObject({ expired: [], kept: 3 });
  });

  test('goes no further than what was agreed to', async () => {
    const sets = [await full(1), await full(2), await full(3)];
    const [first] = sets as [BlockSetSummary];
    await expect(scene.retainOnly([first.id], LAST)).rejects.toMatchObject({ code: 'RETENTION_CHANGED' });
    await expect(scene.retainOnly([], LAST)).rejects.toMatchObject({ code: 'RETENTION_CHANGED' });
    expect(await listed()).toEqual(idsOf(sets));
    expect((await scene.retainOnly(idsOf(sets), LAST)).expired).toHaveLength(2);
  });

  test('does not count a set whose content is damaged, or whose tape is away, as one that is kept', async () => {
    const sound = await full(1);
    const damaged = await full(2);
    const vault = { ...(await useCases.inspectVault(scene.vault)), dir: scene.vault };
    flipContent(scene.home, vault, damaged.id);
    await scene.verify(null);
    const plan = await scene.retentionPlan(LAST);
    expect(plan.sets.map(({ set, good, keep }) => [set.id, good, keep])).toEqual([
      [damaged.id, false, true],
      [sound.id, true, true],
    ]);
    fs.renameSync(scene.tapeFile('CF0001'), path.join(scene.root, 'away'));
    const blind = await scene.retentionPlan(LAST);
    expect(blind.sets.every(({ good, keep }) => !good && keep)).toBe(true);
  });

  test('marks tapes on which nothing else lies, and labels them anew when no other has room', async () => {
    scene = await VaultScene.make({ drives: 1, slots: 2, tapeBytes: 32 * MB });
    const first = await full(1, 20 * MB);
    const second = await full(2, 20 * MB);
    expect([first.tapes, second.tapes]).toEqual([['CF0001'], ['CF0001', 'CF0002']]);
    expect((await scene.retain(LAST)).freedTapes).toEqual([]);
    const third = await full(3, 2 * MB);
    expect(third.tapes).toEqual(['CF0002']);
    expect((await scene.retain(LAST)).freedTapes).toEqual(['CF0001']);
    expect((await tapes()).map(({ id, state, expiredAt }) => [id, state, expiredAt !== null])).toEqual([
      ['CF0001', 'full', true],
      ['CF0002', 'filling', false],
    ]);
    const bytes = fs.readFileSync(scene.tapeFile('CF0001'));
    scene.write('small', 'fits');
    await scene.backup();
    expect(fs.readFileSync(scene.tapeFile('CF0001')).equals(bytes)).toBe(true);
    const fourth = await full(4, 20 * MB);
    expect(fourth.tapes).toContain('CF0001');
    await whole(fourth);
    expect((await tapes()).map(({ expiredAt }) => expiredAt)).toEqual([null, null]);
    expect(await readListedChunks(scene.home, scene.vault)).toBeGreaterThan(0);
    expect(await scene.verify(null)).toMatchObject({ damaged: [], unlisted: [], incomplete: [] });
    expect(await scene.rebuild()).toMatchObject({ incompleteSets: 0, warnings: [] });
    await whole(fourth);
  });

  test('does the same in a sealed vault, and with long files', async () => {
    scene = await VaultScene.make({ drives: 1, slots: 2, tapeBytes: 32 * MB, passphrase: 'secret' });
    await full(1, 26 * MB);
    await full(2, 24 * MB);
    const third = await full(3, MB);
    expect(await scene.retain(LAST)).toMatchObject({ expired: { length: 2 }, freedTapes: ['CF0001'], warnings: [] });
    await whole(third);
    const fourth = await full(4, 24 * MB);
    expect(fourth.tapes).toContain('CF0001');
    await whole(fourth);
    expect(listTree(scene.rescue(fourth))).toEqual(listTree(scene.source));
    expect(await scene.rebuild()).toMatchObject({ sets: 2, incompleteSets: 0, warnings: [] });
  });

  test('brings a library in line that was put back from before a tape was labelled anew', async () => {
    scene = await VaultScene.make({ drives: 1, slots: 2, tapeBytes: 32 * MB });
    await full(1, 20 * MB);
    await full(2, 20 * MB);
    await full(3, MB);
    await scene.retain(LAST);
    const file = path.join(scene.vault, 'library.json');
    const before = fs.readFileSync(file);
    const newest = await full(4, 20 * MB);
    expect(newest.tapes).toContain('CF0001');
    fs.writeFileSync(file, before);
    await whole(newest);
    scene.write('small', 'next');
    const next = await scene.backup();
    expect(next.parent).toBe(newest.id);
    await whole(next);
    expect((await tapes()).map(({ state }) => state)).not.toContain('missing');
    expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], incomplete: [] });
  });

  test('leaves a tape alone that is marked and holds a chunk that is not known to have expired', async () => {
    scene = await VaultScene.make({ drives: 1, slots: 1, tapeBytes: 32 * MB });
    const first = await full(1, 2 * MB);
    const file = path.join(scene.vault, 'library.json');
    const library = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, library.replace('"expiredAt": null', '"expiredAt": 1'));
    expect((await tapes())[0]?.expiredAt).not.toBeNull();
    await expect(full(2)).rejects.toMatchObject({ code: 'OUT_OF_TAPES' });
    expect((await tapes())[0]).toMatchObject({ expiredAt: null, state: 'filling' });
    expect([...listTree(await scene.restore(first)).keys()]).toContain('only-1');
  });

  test('holds for a rebuild from tapes that still have what expired, with this home’s catalog or the vault’s', async () => {
    const gone = await full(1);
    const kept = await full(2);
    await scene.retain(LAST);
    expect(await scene.rebuild()).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
    expect(await listed()).toEqual([kept.id]);
    const other = scene.folder('other-home');
    expect(await scene.takeIn(other)).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
    const third = scene.folder('third-home');
    expect(await scene.rebuild(third)).toMatchObject({ sets: 1, warnings: [] });
    for (const home of [other, third]) expect(await listed(home)).toEqual([kept.id]);
    expect((await scene.verify(null)).unlisted).toEqual([]);
    // Who has nothing but the tapes finds everything that they still have.
    fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
    const fourth = scene.folder('fourth-home');
    expect(await scene.rebuild(fourth)).toMatchObject({ sets: 2, incompleteSets: 0, warnings: [] });
    expect(await listed(fourth)).toEqual([gone.id, kept.id]);
  });

  test('stops another home from building on what expired until that has learned of it', async () => {
    await full(1);
    const other = scene.folder('other-home');
    await scene.takeIn(other);
    const kept = await full(2);
    await scene.rebuild(other);
    await scene.retain(LAST);
    await expect(scene.backup({}, undefined, other)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    await expect(scene.retain(LAST, other)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    expect(await scene.rebuild(other)).toMatchObject({ sets: 1, warnings: [] });
    const next = await scene.backup({}, undefined, other);
    expect(next.parent).toBe(kept.id);
    await expect(scene.retain(LAST)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    expect(await scene.rebuild()).toMatchObject({ sets: 2, warnings: [] });
    await whole(next);
  });

  test('takes back what expired when another home, which could not know, built on it', async () => {
    const base = await full(1);
    const other = scene.folder('other-home');
    await scene.takeIn(other);
    const newest = await full(2);
    const copy = path.join(scene.vault, 'catalog');
    await scene.retain(LAST);
    // As if retention had been killed before it told anybody.
    fs.rmSync(copy, { recursive: true });
    scene.write('small', 'built on what expired');
    const built = await scene.backup({}, undefined, other);
    expect(built.parent).toBe(base.id);
    await expect(scene.retain(LAST)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    expect(await scene.rebuild()).toMatchObject({ sets: 3, incompleteSets: 0, warnings: [] });
    expect((await listed()).toSorted()).toEqual(idsOf([base, newest, built]).toSorted());
    await whole(built);
  });
});
