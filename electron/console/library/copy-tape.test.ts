import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { openedOf } from '../vault-session.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

const copy = async (scene: VaultScene, tape: string, to: string) => await scene.copyTape(tape, to);

const away = (file: string): void => fs.renameSync(file, `${file}.away`);
const back = (file: string): void => fs.renameSync(`${file}.away`, file);

const withSet = async (options: Parameters<typeof VaultScene.make>[0] = {}) => {
  const scene = await VaultScene.make({ drives: 2, slots: 6, ...options });
  scene.write('letter', 'dear');
  scene.write('folder/noise', noise(600_000, 3));
  const set = await scene.backup({ streams: 1 });
  const [tape = ''] = set.tapes;
  return { scene, set, tape };
};

describe('a copy of a tape', () => {
  // Sealed: what follows is of a vault that is not, and what is rescued of one from further places is tried where tapes are reclaimed.
  test('is restored from, rescued from and built on when the original is away, by the same catalog or one that is made anew', async () => {
    const { scene, set, tape } = await withSet({ passphrase: 'open sesame' });
    const made = await copy(scene, tape, 'CF0005');
    expect(made).toMatchObject({
      copy: { id: 'CF0005', copyOf: tape, pool: 'vaulted', state: 'filling' },
      warnings: [],
    });
    away(scene.tapeFile(tape));
    const result = await scene.restoreResult(set);
    expect(result).toMatchObject({ damagedElements: 0, mounts: [{ tape: 'CF0005', count: 1 }] });
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(set))).toEqual(listTree(scene.source));
    expect(await scene.verify(set)).toMatchObject({
      damaged: [],
      missingTapes: [],
      warnings: [{ code: 'COPY_ALONE', path: tape, message: expect.stringContaining('its copy CF0005L8 is the only') }],
    });
    const elsewhere = scene.folder('elsewhere');
    fs.rmSync(`${scene.vault}/catalog`, { recursive: true });
    const { sets, incompleteSets } = await scene.rebuild(elsewhere);
    expect({ sets, incompleteSets }).toEqual({ sets: 1, incompleteSets: 0 });
    expect(listTree(await scene.restore(set, elsewhere))).toEqual(listTree(scene.source));
    scene.write('more', 'more');
    const next = await scene.backup();
    expect(next).toMatchObject({ level: 'incremental', parent: set.id });
    expect(next.tapes).not.toContain('CF0005');
    back(scene.tapeFile(tape));
    expect((await scene.rebuild()).sets).toBe(2);
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete', 'complete']);
    away(scene.tapeFile('CF0005'));
    expect(await scene.verify(set)).toMatchObject({ damaged: [], missingTapes: [], warnings: [] });
    scene.write('more', 'and more');
    expect(await scene.backup()).toMatchObject({ level: 'incremental', parent: next.id });
  });
});

test('what is damaged on one of the two is taken from the other, and that is said; only what is damaged on both is lost', async () => {
  const { scene, set, tape } = await withSet({ codec: 'none' });
  const content = noise(3 << 20, 5);
  scene.write('large', content);
  const large = await scene.backup({ streams: 1 });
  expect(large.tapes).toEqual([tape]);
  await copy(scene, tape, 'CF0005');
  const turn = (volume: string, at: number): void => {
    const file = scene.tapeFile(volume);
    const found = fs.readFileSync(file).indexOf(content.subarray(at, at + 64));
    expect(found).toBeGreaterThan(0);
    flip(file, found);
  };
  const used = async () => {
    const { damaged, warnings } = await scene.restoreResult(large);
    const elements = damaged.flatMap((each) => each.elements);
    return { elements, used: warnings.filter((each) => each.code === 'COPY_USED').length > 0 };
  };
  const verified = async () =>
    (await scene.verify(large)).damaged
      .map(({ tape: on, elements, wholeOn }) => ({ on, elements, wholeOn }))
      .toSorted((one, other) => one.on.localeCompare(other.on));
  const elements = [scene.at('large')];
  turn(tape, 300_000);
  expect(await verified()).toEqual([{ on: tape, elements, wholeOn: ['CF0005'] }]);
  turn('CF0005', 2_500_000);
  expect(await verified()).toEqual([tape, 'CF0005'].map((on) => ({ on, elements, wholeOn: [] })));
  expect(await used()).toEqual({ elements: [], used: true });
  expect(listTree(await scene.restore(large))).toEqual(listTree(scene.source));
  turn('CF0005', 300_500);
  expect(await used()).toEqual({ elements: [scene.at('large')], used: true });
  expect(await scene.restoreResult(set)).toMatchObject({ damagedElements: 0 });
});

test('a tape that cannot be read is named although a copy has all of it, and what is on it is lost when neither can be', async () => {
  const { scene, set, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  const spoil = (volume: string): void => {
    const file = scene.tapeFile(volume);
    fs.writeFileSync(file, noise(fs.statSync(file).size, 3));
  };
  spoil(tape);
  const one = await scene.verify(set);
  expect(one.missingTapes).toMatchObject([{ tape, away: false }]);
  expect(one.damaged.length).toBeGreaterThan(0);
  expect(one.damaged.every((each) => each.tape === tape && each.wholeOn.join() === 'CF0005')).toBe(true);
  expect(one.tapes).toEqual([tape, 'CF0005'].map((each) => ({ tape: each, barcode: `${each}L8` })));
  spoil('CF0005');
  const both = await scene.verify(set);
  expect(both.missingTapes.map((each) => each.tape).sort()).toEqual([tape, 'CF0005'].sort());
  expect(both.damaged.flatMap(({ wholeOn }) => wholeOn)).toEqual([]);
  expect(new Set(both.damaged.flatMap(({ elements }) => elements))).toContain(scene.at('folder/noise'));
});

test('a copy that is known to be damaged, or is too short, is nothing to count on when the original is to be erased', async () => {
  const { scene, set, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  let read: string[] = [];
  const lost = async () => {
    const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
    try {
      const { sets, onCopies, chunksLost, copies } = await useCases.tapeLosses(session, tape);
      read = copies.map(({ tape: id, verifiedAt }) => `${id} ${verifiedAt === null ? 'unread' : 'read'}`);
      return { sets: sets.map(({ id }) => id), onCopies: onCopies.map(({ id }) => id), none: chunksLost === 0 };
    } finally {
      await session.close();
    }
  };
  expect(await lost()).toEqual({ sets: [], onCopies: [set.id], none: true });
  // It was read back when it was made.
  expect(read).toEqual(['CF0005 read']);
  const file = scene.tapeFile('CF0005');
  const whole = fs.readFileSync(file);
  fs.truncateSync(file, 100_000);
  expect(await lost()).toEqual({ sets: [set.id], onCopies: [], none: false });
  fs.writeFileSync(file, whole);
  expect(await lost()).toEqual({ sets: [], onCopies: [set.id], none: true });
  flip(file, whole.indexOf(fs.readFileSync(scene.at('folder/noise')).subarray(0, 64)));
  expect((await scene.verify(set)).damaged).not.toEqual([]);
  expect(await lost()).toEqual({ sets: [set.id], onCopies: [], none: false });
  const verified = async () =>
    (await useCases.listTapes(scene.vault)).filter(({ verifiedAt }) => verifiedAt !== null).map(({ id }) => id);
  expect(await verified()).toEqual([tape]);
  fs.writeFileSync(file, whole);
  await scene.verify(set);
  expect([await lost(), read]).toEqual([{ sets: [], onCopies: [set.id], none: true }, ['CF0005 read']]);
  // What is written to a tape is unread.
  scene.write('more', 'more');
  expect((await scene.backup()).tapes).toEqual([tape]);
  expect(await verified()).toEqual(['CF0005']);
});

test('a second place on a tape of a changer counts once that was read through and found right, and only while it is in', async () => {
  const { scene, set, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  const file = path.join(scene.vault, 'library.json');
  const state = JSON.parse(fs.readFileSync(file, 'utf8'));
  const address = 'iscsi://127.0.0.1/iqn.invalid/1';
  state.settings.changer = { address, drives: [{ address, element: 1 }] };
  const lost = async (change: object) => {
    const tapes = state.tapes.map((each: { volume: string }) =>
      each.volume === 'CF0005' ? { ...each, ...change } : each,
    );
    fs.writeFileSync(file, JSON.stringify({ ...state, tapes }));
    const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
    try {
      const { sets, onCopies } = await useCases.tapeLosses(session, tape);
      return { sets: sets.map(({ id }) => id), onCopies: onCopies.map(({ id }) => id) };
    } finally {
      await session.close();
    }
  };
  const counts = { sets: [], onCopies: [set.id] };
  const none = { sets: [set.id], onCopies: [] };
  expect(await lost({})).toEqual(counts);
  expect(await lost({ readRightAt: null })).toEqual(none);
  const away = { state: 'missing', takenOut: { slot: 1, state: 'filling', note: '' } };
  expect(await lost(away)).toEqual(none);
  expect(await lost({ state: 'damaged' })).toEqual(none);
});

test('in a changer a copy takes two drives, and is refused before one is used where library and catalog tell that it cannot be made', async () => {
  const { scene, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  const file = path.join(scene.vault, 'library.json');
  const state = JSON.parse(fs.readFileSync(file, 'utf8'));
  const address = 'iscsi://127.0.0.1/iqn.invalid/1';
  state.settings.changer = { address, drives: [1, 2].map((element) => ({ address, element })) };
  const refused = async (to: string, change: object = {}, drives = 2, from = tape) => {
    const tapes = state.tapes.map((each: { volume: string }) => (each.volume === to ? { ...each, ...change } : each));
    fs.writeFileSync(file, JSON.stringify({ ...state, tapes, drives: state.drives.slice(0, drives) }));
    const error = await copy(scene, from, to).catch((thrown: ColdframeError) => thrown);
    const { tapes: after } = JSON.parse(fs.readFileSync(file, 'utf8'));
    expect(after).toMatchObject(tapes);
    return (error as ColdframeError).code;
  };
  expect(await refused('CF0004', {}, 1)).toBe('USAGE');
  expect(await refused(tape)).toBe('USAGE');
  expect(await refused('CF0004', {}, 2, 'CF0003')).toBe('NO_SUCH_TAPE');
  expect(await refused('CF0004', { takenOut: { slot: 1, state: 'blank', note: '' } })).toBe('NO_SUCH_TAPE');
  expect(await refused('CF0004', { writeProtected: true })).toBe('TAPE_PROTECTED');
  expect(await refused('CF0004', { state: 'damaged', note: 'It is.' })).toBe('TAPE_DAMAGED');
  const relabels = { sequence: 1, labelledAt: 1, pool: 'data', chunks: 2, payloadBytes: 1, usedBytes: 1 };
  expect(await refused('CF0004', { state: 'labelled', sequence: 9, labelledAt: 1, relabels })).toBe('TAPE_NEEDED');
  expect(await refused('CF0005')).toBe('TAPE_NEEDED');
  // Killed before the catalog knew of it, a copy is whole, and another home may list it.
  expect(await refused('CF0004', { state: 'filling', copyOf: tape, chunks: 2, sequence: 9 })).toBe('TAPE_NEEDED');
});

test('a copy that another home made is written over by no other one, until this home knows of it and lets go of it', async () => {
  const { scene, set, tape } = await withSet();
  const elsewhere = scene.folder('elsewhere');
  await scene.takeIn(elsewhere);
  await copy(scene, tape, 'CF0005');
  const made = fs.readFileSync(scene.tapeFile('CF0005'));
  const again = async () => {
    const session = await useCases.openVaultSession(scene.vault, scene.access, elsewhere);
    try {
      await useCases.copyTape(session, { tape, to: 'CF0005' }, quiet());
    } finally {
      await session.close();
    }
  };
  await expect(again()).rejects.toMatchObject({
    code: 'TAPE_NEEDED',
    guidance: expect.stringContaining('vault rebuild'),
  });
  expect(fs.readFileSync(scene.tapeFile('CF0005')).equals(made)).toBe(true);
  await scene.rebuild(elsewhere);
  await expect(again()).rejects.toEqual(code('TAPE_NEEDED'));
  away(scene.tapeFile(tape));
  expect(listTree(await scene.restore(set, elsewhere))).toEqual(listTree(scene.source));
});

test('an original that another home erased is nothing to count on when its copy is to be erased', async () => {
  const { scene, set, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  const elsewhere = scene.folder('elsewhere');
  await scene.takeIn(elsewhere);
  const lost = async () => {
    const session = await useCases.openVaultSession(scene.vault, scene.access, elsewhere);
    try {
      const { sets, onCopies, copies } = await useCases.tapeLosses(session, 'CF0005');
      return {
        sets: sets.map(({ id }) => id),
        onCopies: onCopies.map(({ id }) => id),
        copies: copies.map(({ tape: id }) => id),
      };
    } finally {
      await session.close();
    }
  };
  expect(await lost()).toEqual({ sets: [], onCopies: [set.id], copies: [tape] });
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  const agreed = { sets: [set.id], unlisted: 0, asOf: Date.now() };
  await useCases.eraseTape(session, { tape, agreed, demandFree: () => undefined }, quiet());
  await session.close();
  expect(await lost()).toEqual({ sets: [set.id], onCopies: [], copies: [] });
});

test('a copy that gets no drive leaves its original as free as it was', async () => {
  const { scene, tape } = await withSet();
  await useCases.labelTapes(scene.vault, ['CF0004L8'], 'scratch');
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  const { library } = openedOf(session).vault;
  library.mount(1, library.tape('CF0004').volume);
  await expect(useCases.copyTape(session, { tape, to: 'CF0005' }, quiet())).rejects.toEqual(code('TAPE_IN_USE'));
  library.unmount(1);
  expect(library.importExport.eject(library.tape(tape).volume).state).toBe('missing');
  await session.close();
});

test('a copy goes onto nothing that is kept, and onto no tape that is protected, missing or the same', async () => {
  const { scene, set, tape } = await withSet();
  scene.write('more', noise(1000, 1));
  await useCases.labelTapes(scene.vault, ['CF0002L8'], 'data');
  await copy(scene, tape, 'CF0005');
  await expect(copy(scene, 'CF0005', tape)).rejects.toEqual(code('TAPE_NEEDED'));
  await expect(copy(scene, tape, 'CF0005')).rejects.toEqual(code('TAPE_NEEDED'));
  await expect(copy(scene, tape, tape)).rejects.toEqual(code('USAGE'));
  await expect(copy(scene, 'CF0004', 'CF0006')).rejects.toEqual(code('NO_SUCH_TAPE'));
  await useCases.protectTape(scene.vault, 'CF0002', true);
  await expect(copy(scene, tape, 'CF0002')).rejects.toEqual(code('TAPE_PROTECTED'));
  await scene.restore(set);
  // A copy of the copy is as good as one of the original.
  await copy(scene, 'CF0005', 'CF0006');
  for (const each of [tape, 'CF0005']) away(scene.tapeFile(each));
  expect(listTree(await scene.restore(set))).not.toEqual([]);
  for (const each of [tape, 'CF0005']) back(scene.tapeFile(each));

  // Once the original is labelled anew its copy is none any more, also when it is copied back.
  const copies = async () =>
    (await useCases.listTapes(scene.vault)).flatMap(({ id, copyOf, onceCopyOf }) =>
      copyOf === null && onceCopyOf === null ? [] : [`${id} ${copyOf}, once ${onceCopyOf}`],
    );
  expect(await copies()).toEqual(['CF0005 CF0001, once null', 'CF0006 CF0005, once null']);
  const agreed = { sets: [set.id], unlisted: 0, asOf: Date.now() };
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  await useCases.eraseTape(session, { tape, agreed, demandFree: () => undefined }, quiet());
  await session.close();
  expect(await copies()).toEqual(['CF0005 null, once CF0001', 'CF0006 CF0005, once null']);
  await copy(scene, 'CF0005', tape);
  expect(await copies()).toEqual(['CF0001 CF0005, once null', 'CF0005 null, once CF0001', 'CF0006 CF0005, once null']);
  const judged = await scene.reclaimPlan({ tapes: [tape, 'CF0005'] });
  expect(judged.tapes.map(({ tape: each, obstacle }) => [each, obstacle])).toEqual([
    [tape, 'copy'],
    ['CF0005', 'vaulted'],
  ]);
});

test('a copy is let go of together with its original, when all on it expired, and no earlier', async () => {
  const { scene, set, tape } = await withSet();
  await copy(scene, tape, 'CF0005');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await scene.backup({ level: 'full' });
  const kept = await scene.retain({ keepLast: 2 });
  expect(kept.freedTapes).toEqual([]);
  const { expired, freedTapes } = await scene.retain({ keepLast: 1 });
  expect(expired.map(({ id }) => id)).toEqual([set.id]);
  // The original holds the second set, too.
  expect(second.tapes).toEqual([tape]);
  expect(freedTapes).toEqual(['CF0005']);
  expect((await useCases.listTapes(scene.vault)).find(({ id }) => id === 'CF0005')?.expiredAt).not.toBeNull();
});
