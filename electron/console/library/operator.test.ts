import fs from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { tapeId } from '../../../shared/units.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { flipContent, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { openedOf, withLibrary } from '../vault-session.ts';
import { engineUseCases as useCases } from '../wiring.ts';
import { eraseTape } from './erase-tape.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

let scene: VaultScene;
beforeEach(async () => {
  scene = await VaultScene.make({ slots: 4, codec: 'none' });
});

const kinds = async (): Promise<string[]> =>
  (await useCases.takeInventory(scene.vault)).map(({ barcode, kind }) => `${barcode} ${kind}`);

const inSession = async <Result>(
  work: (session: Awaited<ReturnType<typeof useCases.openVaultSession>>) => Promise<Result>,
): Promise<Result> => {
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
};
type Asked = Parameters<typeof useCases.eraseTape>[1]['agreed'] &
  Pick<Parameters<typeof useCases.eraseTape>[1], 'demandFree'>;
const losses = async (tape: string) => await inSession(async (session) => await useCases.tapeLosses(session, tape));
const erase = async (
  tape: string,
  sets: readonly string[],
  { unlisted = 0, asOf = Date.now(), demandFree = (): void => undefined }: Partial<Asked> = {},
) =>
  await inSession(
    async (session) =>
      await useCases.eraseTape(session, { tape, agreed: { sets, unlisted, asOf }, demandFree }, quiet()),
  );

test('a tape is loaded, moved to another drive, and put back into its slot', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8'], 'scratch');
  const shown = async () => await useCases.showLibrary(scene.vault);
  const [slot, one, two] = [
    { kind: 'slot', number: 2 },
    { kind: 'drive', number: 1 },
    { kind: 'drive', number: 2 },
  ] as const;
  const loaded = await useCases.loadTape(scene.vault, 'CF0002L8', 1);
  expect(loaded).toEqual({ tape: 'CF0002', barcode: 'CF0002L8', from: slot, to: one, moved: true });
  expect((await shown()).drives).toMatchObject([
    { number: 1, tape: 'CF0002', mounts: 1 },
    { number: 2, tape: null },
  ]);
  expect(await useCases.loadTape(scene.vault, 'CF0002', 1)).toMatchObject({ from: one, to: one, moved: false });
  expect(await useCases.loadTape(scene.vault, 'CF0002', 2)).toMatchObject({ from: one, to: two, moved: true });
  expect((await shown()).drives.map(({ tape }) => tape)).toEqual([null, 'CF0002']);
  expect((await shown()).slots[1]).toEqual({ number: 2, tape: 'CF0002', barcode: 'CF0002L8' });
  expect(await useCases.unloadDrive(scene.vault, 2)).toMatchObject({ from: two, to: slot, moved: true });
  expect(await useCases.unloadDrive(scene.vault, 2)).toBeNull();
  const empty = await shown();
  expect(empty.drives.map(({ tape }) => tape)).toEqual([null, null]);
  expect(empty.tapes.find(({ id }) => id === 'CF0002')).toMatchObject({ mounts: 2, slot: 2, drive: null });
  await expect(useCases.loadTape(scene.vault, 'CF0002', 3)).rejects.toEqual(code('USAGE'));
  await expect(useCases.loadTape(scene.vault, 'CF0009', 1)).rejects.toEqual(code('NO_SUCH_TAPE'));
});

test('a tape is moved to another slot, out of its drive if need be, but not to one that is taken; the robot writes down what it moves', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8'], 'scratch');
  await withLibrary(scene.vault, (library) => library.forget(tapeId('CF0003')));
  await useCases.loadTape(scene.vault, 'CF0001', 1);
  await expect(useCases.moveTape(scene.vault, 'CF0001', 2)).rejects.toEqual(code('SLOT_TAKEN'));
  await expect(useCases.moveTape(scene.vault, 'CF0001', 9)).rejects.toEqual(code('USAGE'));
  await expect(useCases.moveTape(scene.vault, 'CF0009', 3)).rejects.toEqual(code('NO_SUCH_TAPE'));
  expect(await useCases.moveTape(scene.vault, 'CF0001', 3)).toMatchObject({ moved: true });
  const { slots, drives } = await useCases.showLibrary(scene.vault);
  expect([slots.map(({ tape }) => tape), drives[0]?.tape]).toEqual([[null, 'CF0002', 'CF0001', 'CF0004'], null]);
  await useCases.ejectTape(scene.vault, 'CF0002');
  const { moves, total } = await useCases.showRobotLog(scene.vault, {});
  expect([total, moves.map(({ barcode, from, to, outcome }) => [barcode, from, to, outcome])]).toEqual([
    3,
    [
      ['CF0002L8', { kind: 'slot', number: 2 }, { kind: 'import-export', number: 0 }, 'done'],
      ['CF0001L8', { kind: 'drive', number: 1 }, { kind: 'slot', number: 3 }, 'done'],
      ['CF0001L8', { kind: 'slot', number: 1 }, { kind: 'drive', number: 1 }, 'done'],
    ],
  ]);
  expect((await useCases.showRobotLog(scene.vault, { tape: 'CF0002', limit: 1 })).moves).toHaveLength(1);
});

test('an inventory names what was swapped, renamed, doubled, taken away or brought in, each time it is asked, and writes nothing', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8', 'CF0003L8', 'CF0004L8'], 'scratch');
  const [one = '', two = '', three = '', four = ''] = ['CF0001', 'CF0002', 'CF0003', 'CF0004'].map((tape) =>
    scene.tapeFile(tape),
  );
  expect(await kinds()).toEqual([]);
  fs.renameSync(one, `${one}.x`);
  fs.renameSync(two, one);
  fs.renameSync(`${one}.x`, two);
  const swapped = ['CF0001L8 swapped', 'CF0002L8 swapped'];
  expect(await kinds()).toEqual(swapped);
  expect(await kinds()).toEqual(swapped);
  fs.renameSync(three, scene.tapeFile('CF0033'));
  expect(await kinds()).toEqual([...swapped, 'CF0003L8 missing', 'CF0033L8 renamed']);
  fs.copyFileSync(four, three);
  expect(await kinds()).toEqual([...swapped, 'CF0003L8 duplicate', 'CF0033L8 foreign']);
  const other = await VaultScene.make();
  await useCases.labelTapes(other.vault, ['CF0004L8'], 'scratch');
  const content = fs.readFileSync(other.tapeFile('CF0004'));
  fs.copyFileSync(other.tapeFile('CF0004'), four);
  expect((await kinds()).filter((each) => each.startsWith('CF0004'))).toEqual(['CF0004L8 foreign']);
  await expect(erase('CF0004', [])).rejects.toEqual(code('TAPE_MISMATCH'));
  // What is refused a label is not added to the library either.
  fs.copyFileSync(four, scene.tapeFile('CF0044'));
  const places = async () => {
    const { slots, tapes } = await useCases.showLibrary(scene.vault);
    return [slots, tapes.map(({ id }) => id)];
  };
  const before = await places();
  await expect(useCases.labelTapes(scene.vault, ['CF0044L8'], 'scratch')).rejects.toEqual(code('TAPE_MISMATCH'));
  expect(await places()).toEqual(before);
  fs.rmSync(scene.tapeFile('CF0044'));
  expect(fs.readFileSync(four).equals(content)).toBe(true);
  await expect(useCases.loadTape(scene.vault, 'CF0004', 1)).rejects.toEqual(code('NO_SUCH_TAPE'));
  // The tape itself, from before it was erased, is none of another vault.
  for (const [file, volume] of [
    [one, 'CF0001'],
    [two, 'CF0002'],
  ] as const)
    fs.copyFileSync(file, `${scene.root}/${volume}`);
  fs.copyFileSync(`${scene.root}/CF0002`, one);
  fs.copyFileSync(`${scene.root}/CF0001`, two);
  await useCases.takeInventory(scene.vault);
  const older = fs.readFileSync(one);
  await erase('CF0001', []);
  fs.writeFileSync(one, older);
  const [earlier] = (await useCases.takeInventory(scene.vault)).filter(({ barcode }) => barcode === 'CF0001L8');
  expect(earlier).toMatchObject({ kind: 'earlier', message: expect.stringContaining('before it was erased on 20') });
});

test('a tape that is back is no longer called missing, and one that is whole again no longer damaged', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8'], 'data');
  scene.write('letter', noise(50_000, 1));
  expect((await scene.backup()).tapes).toEqual(['CF0001']);
  const state = async () => (await useCases.listTapes(scene.vault)).find(({ id }) => id === 'CF0001')?.state;
  const tape = scene.tapeFile('CF0001');
  fs.renameSync(tape, `${tape}.away`);
  expect(await kinds()).toEqual(['CF0001L8 missing']);
  expect(await state()).toBe('missing');
  fs.renameSync(`${tape}.away`, tape);
  expect(await state()).toBe('filling');
  await useCases.loadTape(scene.vault, 'CF0001', 1);
  expect((await useCases.showLibrary(scene.vault)).tapes).toMatchObject([
    { id: 'CF0001', state: 'filling', note: '' },
    { id: 'CF0002' },
    {},
    {},
  ]);
  await useCases.unloadDrive(scene.vault, 1);

  const content = fs.readFileSync(tape);
  fs.truncateSync(tape, 40_000);
  expect(await kinds()).toEqual(['CF0001L8 damaged']);
  expect(await state()).toBe('damaged');
  fs.writeFileSync(tape, content);
  expect(await kinds()).toEqual(['CF0001L8 returned']);
  expect(await state()).toBe('filling');
  expect(await kinds()).toEqual([]);
  scene.write('letter', 'dear');
  expect((await scene.backup()).tapes).toEqual(['CF0001']);
});

test('a tape that failed in use stays damaged, whatever its file looks like, until it is written anew', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8'], 'data');
  await withLibrary(scene.vault, (library) => library.noteDamaged(tapeId('CF0001'), 'a write failed'));
  const state = async () => (await useCases.listTapes(scene.vault))[0]?.state;
  expect(await kinds()).toEqual(['CF0001L8 damaged']);
  const tape = scene.tapeFile('CF0001');
  fs.renameSync(tape, `${tape}.away`);
  expect(await kinds()).toEqual(['CF0001L8 missing']);
  fs.renameSync(`${tape}.away`, tape);
  expect(await state()).toBe('damaged');
  expect(await kinds()).toEqual(['CF0001L8 damaged']);
  await erase('CF0001', []);
  expect(await state()).toBe('labelled');
});

test('no job gets a tape that is being erased, so that it goes once the catalog forgot it', async () => {
  scene.write('letter', noise(50_000, 1));
  const { id, tapes } = await scene.backup();
  const tape = tapeId(tapes[0] ?? '');
  await inSession(async (session) => {
    const agreed = { sets: [id], unlisted: 0, asOf: Date.now() };
    const opened = openedOf(session);
    const { library } = opened.vault;
    const erasing = eraseTape(opened, { tape, agreed, demandFree: () => undefined }, quiet());
    expect(() => library.mount(1, tape)).toThrow(code('TAPE_IN_USE'));
    await erasing;
    expect(library.mount(1, tape).state).toBe('labelled');
    library.unmount(1);
  });
});

test('a retired tape stays retired, whatever becomes of its file', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8'], 'data');
  scene.write('letter', noise(50_000, 1));
  await scene.backup();
  await useCases.retireTape(scene.vault, 'CF0001');
  const [tape, other] = [scene.tapeFile('CF0001'), scene.tapeFile('CF0002')];
  const state = async () => (await useCases.listTapes(scene.vault)).find(({ id }) => id === 'CF0001')?.state;
  const content = fs.readFileSync(tape);
  for (const spoil of [
    () => fs.truncateSync(tape, 40_000),
    () => fs.rmSync(tape),
    () => fs.copyFileSync(other, tape),
  ]) {
    spoil();
    await kinds();
    expect(await state()).toBe('retired');
    fs.writeFileSync(tape, content);
    await kinds();
    expect(await state()).toBe('retired');
  }
  scene.write('letter', 'dear');
  expect((await scene.backup()).tapes).toEqual(['CF0002']);
});

test('a library is listed while a tape that is back cannot be read yet', async () => {
  await useCases.labelTapes(scene.vault, ['CF0001L8'], 'data');
  const tape = scene.tapeFile('CF0001');
  fs.renameSync(tape, `${tape}.away`);
  await kinds();
  const nextTapes = async () => (await useCases.showLibrary(scene.vault)).nextTapes;
  const others = ['CF0002', 'CF0003', 'CF0004'];
  expect(await nextTapes()).toEqual(others);
  for (const name of others) await useCases.protectTape(scene.vault, name, true);
  expect(await nextTapes()).toEqual([]);
  // A look at it fails with an error of the system that says nothing of the tape, as it does for who may not read it.
  fs.symlinkSync('/proc/1/task/1/mem', tape);
  expect((await useCases.listTapes(scene.vault))[0]).toMatchObject({ id: 'CF0001', state: 'missing' });
  expect((await useCases.showLibrary(scene.vault)).tapes).toHaveLength(4);
  // Nor does a link that leads round in a circle keep anybody from the others, or anything from being put over it.
  fs.rmSync(tape);
  fs.symlinkSync(tape, tape);
  fs.symlinkSync(scene.tapeFile('CF0002'), scene.tapeFile('CF0002'));
  expect((await useCases.listTapes(scene.vault)).map(({ state }) => state)).toEqual([
    'missing',
    'blank',
    'blank',
    'blank',
  ]);
  expect((await useCases.showLibrary(scene.vault)).tapes).toHaveLength(4);
  expect(await kinds()).toEqual(['CF0001L8 damaged', 'CF0002L8 damaged']);
  await expect(useCases.labelTapes(scene.vault, ['CF0002L8'], 'data')).rejects.toEqual(code('USAGE'));
  expect(fs.lstatSync(scene.tapeFile('CF0002')).isSymbolicLink()).toBe(true);
});

describe('erasing', () => {
  test('names the sets and elements that go, takes no more than was agreed to, and leaves a catalog that does not count on them', async () => {
    scene.write('letter', 'dear');
    scene.write('folder/other', 'sirs');
    const full = await scene.backup();
    scene.write('letter', 'dear madam');
    const next = await scene.backup();
    const [tape = ''] = full.tapes;
    const lost = await losses(tape);
    expect(lost.sets.map(({ id }) => id)).toEqual([full.id, next.id]);
    expect(lost.elements).toEqual([scene.at('folder/other'), scene.at('letter')].sort());
    expect(lost).toMatchObject({ unlisted: 0, chunksLost: lost.chunks });
    await expect(erase(tape, [full.id])).rejects.toEqual(code('TAPE_NEEDED'));
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete', 'complete']);
    await scene.restore(next);
    const another = scene.folder('another');
    await scene.takeIn(another);
    const erased = await erase(tape, [full.id, next.id]);
    expect(erased.tape).toMatchObject({ state: 'labelled', pool: 'scratch', chunks: 0 });
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['incomplete', 'incomplete']);
    const elsewhere = scene.folder('elsewhere');
    await scene.takeIn(elsewhere);
    expect((await scene.sets(elsewhere)).map(({ state }) => state)).toEqual(['incomplete', 'incomplete']);
    // A home that shares the vault builds on nothing that went, nor lets anything go because of it.
    expect((await scene.sets(another)).map(({ state }) => state)).toEqual(['complete', 'complete']);
    await expect(scene.backup({}, quiet(), another)).rejects.toEqual(code('CATALOG_BEHIND'));
    await expect(scene.retainOnly([], { keepLast: 1 }, another)).rejects.toEqual(code('CATALOG_BEHIND'));
    expect((await scene.restoreResult(next, another)).warnings.map((each) => each.code)).toContain('CATALOG_BEHIND');
    await scene.rebuild(another);
    expect((await scene.sets(another)).filter(({ state }) => state === 'complete')).toEqual([]);
    const again = await scene.backup();
    expect(again).toMatchObject({ level: 'full', state: 'complete' });
    expect(fs.readFileSync(`${await scene.restore(again)}/letter`, 'utf8')).toBe('dear madam');
  });

  test('a protected or absent tape is not erased, and the catalog still counts on it', async () => {
    scene.write('letter', 'dear');
    const set = await scene.backup();
    const [tape = ''] = set.tapes;
    await useCases.protectTape(scene.vault, tape, true);
    await expect(erase(tape, [set.id])).rejects.toEqual(code('TAPE_PROTECTED'));
    await useCases.protectTape(scene.vault, tape, false);
    fs.renameSync(scene.tapeFile(tape), `${scene.tapeFile(tape)}.away`);
    await expect(erase(tape, [set.id])).rejects.toEqual(code('NO_SUCH_TAPE'));
    expect(fs.existsSync(scene.tapeFile(tape))).toBe(false);
    fs.renameSync(`${scene.tapeFile(tape)}.away`, scene.tapeFile(tape));
    await scene.restore(set);
    expect(await useCases.retireTape(scene.vault, tape)).toMatchObject({ state: 'retired' });
    await scene.restore(set);
    expect((await scene.backup({ level: 'full' })).tapes).not.toContain(tape);
  });

  test('a tape that is lost for good is forgotten with its slot, names what goes, and is known again when it turns up', async () => {
    scene.write('letter', 'dear');
    const set = await scene.backup();
    const [tape = ''] = set.tapes;
    const forget = async (name: string, sets: readonly string[]) => {
      const session = await useCases.openVaultSession(scene.vault, {}, scene.home);
      try {
        const agreed = { sets, unlisted: 0, asOf: Date.now() };
        return await useCases.forgetTape(session, { tape: name, agreed, demandFree: () => undefined });
      } finally {
        await session.close();
      }
    };
    const slots = async () => (await useCases.showLibrary(scene.vault)).slots.map((slot) => slot.tape);
    await expect(forget(tape, [set.id])).rejects.toEqual(code('TAPE_EXISTS'));
    const before = await slots();
    const stray = scene.tapeFile('ZZ0001');
    fs.writeFileSync(stray, 'no tape at all');
    await useCases.takeInventory(scene.vault);
    expect(await slots()).toEqual([...before, 'ZZ0001']);
    fs.rmSync(stray);
    expect((await forget('ZZ0001', [])).sets).toEqual([]);
    expect(await slots()).toEqual(before);
    const kept = `${scene.vault}/kept`;
    fs.renameSync(scene.tapeFile(tape), kept);
    await expect(forget(tape, [])).rejects.toEqual(code('TAPE_NEEDED'));
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete']);
    expect((await forget(tape, [set.id])).sets.map(({ id }) => id)).toEqual([set.id]);
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['incomplete']);
    expect(await slots()).toEqual(before.map((one) => (one === tape ? null : one)));
    expect((await useCases.listTapes(scene.vault)).map(({ id }) => id)).not.toContain(tape);
    fs.renameSync(kept, scene.tapeFile(tape));
    expect(await useCases.takeInventory(scene.vault)).toMatchObject([{ kind: 'adopted' }]);
    await scene.rebuild();
    expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete']);
    await scene.restore(set);
  });

  test('chunks that the catalog of this home does not list are named too', async () => {
    scene.write('letter', 'dear');
    const [tape = ''] = (await scene.backup()).tapes;
    const bare = scene.folder('bare');
    const session = await useCases.openVaultSession(scene.vault, {}, bare);
    const { unlisted, sets } = await useCases.tapeLosses(session, tape);
    expect(sets).toEqual([]);
    expect(unlisted).toBeGreaterThan(0);
    await session.close();
    // Nor does the library once it is from before: whoever wrote them may have been killed before that was noted.
    const file = `${scene.vault}/library.json`;
    const state = JSON.parse(fs.readFileSync(file, 'utf8'));
    const tapes = state.tapes.map((each: object) => ({ ...each, chunks: 0, payloadBytes: 0, usedBytes: 0 }));
    fs.writeFileSync(file, JSON.stringify({ ...state, tapes }));
    fs.rmSync(`${scene.vault}/catalog`, { recursive: true });
    const older = await useCases.openVaultSession(scene.vault, {}, scene.folder('another'));
    const before = fs.readFileSync(scene.tapeFile(tape));
    expect((await useCases.tapeLosses(older, tape)).unlisted).toBe(unlisted);
    const agreed = { sets: [], unlisted: 0, asOf: Date.now() };
    const request = { tape, agreed, demandFree: () => undefined };
    await expect(useCases.eraseTape(older, request, quiet())).rejects.toEqual(code('TAPE_NEEDED'));
    expect(fs.readFileSync(scene.tapeFile(tape)).equals(before)).toBe(true);
    await older.close();
  });

  test('what comes into the place of a blank tape while a job uses the vault is neither erased nor copied onto before somebody is told', async () => {
    scene.write('letter', 'dear');
    const [tape = ''] = (await scene.backup({ streams: 1 })).tapes;
    scene.keep();
    await scene.copyTape(tape, 'CF0004');
    const brought = fs.readFileSync(scene.tapeFile('CF0004'));
    scene.reset();
    const job = await useCases.openVaultSession(scene.vault, {}, scene.home);
    fs.writeFileSync(scene.tapeFile('CF0004'), brought);
    const { library } = openedOf(job).vault;
    const { volume } = library.tape('CF0004');
    expect(() => library.erase(volume)).toThrow(code('TAPE_MISMATCH'));
    expect(() => library.beginCopy(volume, library.tape(tape).volume)).toThrow(code('TAPE_MISMATCH'));
    await expect(scene.copyTape(tape, 'CF0004')).rejects.toEqual(code('TAPE_NEEDED'));
    await expect(erase('CF0004', [])).rejects.toEqual(code('TAPE_NEEDED'));
    expect((await losses('CF0004')).unlisted).toBeGreaterThan(0);
    expect(fs.readFileSync(scene.tapeFile('CF0004')).equals(brought)).toBe(true);
    await job.close();
  });
});

test('errors found on a tape are counted', async () => {
  scene.write('large', Buffer.alloc(100_000, 'ab'));
  const set = await scene.backup();
  const [tape = ''] = set.tapes;
  const { id } = await useCases.inspectVault(scene.vault);
  flipContent(scene.home, { id, dir: scene.vault }, set.id);
  expect((await scene.verify(set)).damaged).toHaveLength(1);
  expect((await useCases.listTapes(scene.vault)).find(({ id }) => id === tape)?.errors).toBe(1);
});

test('an erase takes nothing that was finished after it was asked about, and nothing that must not go by then', async () => {
  scene.write('letter', 'dear');
  const asOf = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const set = await scene.backup({ streams: 1 });
  const [tape = ''] = set.tapes;
  await expect(erase(tape, [set.id], { asOf })).rejects.toEqual(code('TAPE_NEEDED'));
  const asked: string[][] = [];
  const demandFree = (sets: readonly string[] = []): void => {
    asked.push([...sets]);
    throw new Error('held');
  };
  await expect(erase(tape, [set.id], { demandFree })).rejects.toThrow('held');
  expect(asked).toEqual([[set.id]]);
  expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete']);
  expect(await scene.restoreResult(set)).toMatchObject({ damagedElements: 0 });
});

test('a set that is whole where it was stays so when a copy goes, though something else there is damaged', async () => {
  scene.write('first', noise(100_000, 1));
  const hurt = await scene.backup({ level: 'full', streams: 1 });
  scene.write('second', noise(200_000, 2));
  const whole = await scene.backup({ level: 'full', streams: 1 });
  const [tape = ''] = whole.tapes;
  expect(hurt.tapes).toEqual([tape]);
  flipContent(scene.home, { id: (await useCases.inspectVault(scene.vault)).id, dir: scene.vault }, hurt.id);
  await inSession(async (session) => await useCases.copyTape(session, { tape, to: 'CF0004' }, quiet()));
  await scene.verify(null);
  const asked = await inSession(async (session) => await useCases.tapeLosses(session, 'CF0004'));
  // Who is asked hears of all that may be worse than is known.
  expect(asked.sets.map(({ id }) => id)).toContain(whole.id);
  const { sets } = await erase(
    'CF0004',
    asked.sets.map(({ id }) => id),
  );
  expect(sets.map(({ id }) => id)).not.toContain(whole.id);
  expect((await scene.sets()).find(({ id }) => id === whole.id)?.state).toBe('complete');
  expect(listTree(await scene.restore(whole))).toEqual(listTree(scene.source));
});
