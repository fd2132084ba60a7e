import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { placedName } from '../../../shared/model/tape-place.ts';
import { tapeId } from '../../../shared/units.ts';
import type { Library } from '../../engine/tape/library.ts';
import { tapeInUse } from '../../engine/tape/library-errors.ts';
import { tapeDamaged } from '../../engine/tape/tape-errors.ts';
import { libraryOfChanger, VOLUME } from '../../engine/tape/testing/library-of-changer.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { tapesAwayFrom } from '../tapes-at-hand.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { withLibrary } from '../vault-session.ts';
import { engineUseCases as useCases } from '../wiring.ts';
import { noteRefused } from './read-labels.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown as ColdframeError;

let scene: VaultScene;
const outside = (tape: string): string => path.join(scene.vault, 'import-export', `${tape}L8.tap`);
const tapeOf = async (id: string) => (await useCases.listTapes(scene.vault)).find((tape) => tape.id === id);

beforeEach(async () => {
  scene = await VaultScene.make({ slots: 6, codec: 'none' });
  await useCases.labelTapes(scene.vault, ['CF0001L8', 'CF0002L8', 'CF0003L8', 'CF0004L8', 'CF0005L8'], 'data');
  scene.write('letter', noise(50_000, 1));
  expect((await scene.backup()).tapes).toEqual(['CF0001']);
});

test('a tape keeps the number of the slot that it was moved into, whichever tapes lie beside it', async () => {
  const order = async () => (await useCases.showLibrary(scene.vault)).importExport.map(({ tape }) => tape);
  for (const tape of ['CF0003', 'CF0001', 'CF0002']) await useCases.ejectTape(scene.vault, tape);
  expect(await order()).toEqual(['CF0003', 'CF0001', 'CF0002', null]);
  expect(await tapeOf('CF0002')).toMatchObject({ importExport: 3 });
  fs.renameSync(outside('CF0003'), path.join(scene.vault, 'CF0003'));
  expect(await order()).toEqual([null, 'CF0001', 'CF0002', null]);
  // Laid there by hand.
  fs.renameSync(scene.tapeFile('CF0004'), outside('CF0004'));
  expect(await order()).toEqual(['CF0004', 'CF0001', 'CF0002', null]);
  fs.renameSync(path.join(scene.vault, 'CF0003'), outside('CF0003'));
  expect(await order()).toEqual(['CF0003', 'CF0001', 'CF0002', 'CF0004']);
});

test('of a tape that was taken away it is known on which shelf it is, until it is back; of none that is in the library', async () => {
  await expect(useCases.shelveTape(scene.vault, 'CF0001', 'bank')).rejects.toEqual(code('TAPE_EXISTS'));
  await useCases.ejectTape(scene.vault, 'CF0001');
  await useCases.shelveTape(scene.vault, 'CF0001L8', 'bank, box 7');
  const away = path.join(scene.vault, 'CF0001');
  fs.renameSync(outside('CF0001'), away);
  expect(await tapeOf('CF0001')).toMatchObject({ away: true, shelf: 'bank, box 7', state: 'missing' });
  expect(await useCases.takeInventory(scene.vault)).toEqual([]);
  expect(await tapeOf('CF0001')).toMatchObject({
    shelf: 'bank, box 7',
    note: 'It was moved into the import/export slot.',
  });
  expect(tapesAwayFrom(scene.vault, inspectVault(scene.vault)).map(placedName)).toEqual([
    'CF0001L8 (on shelf bank, box 7)',
  ]);
  fs.renameSync(away, scene.tapeFile('CF0001'));
  expect((await useCases.takeInventory(scene.vault)).map(({ kind }) => kind)).toEqual(['returned']);
  expect(await tapeOf('CF0001')).toMatchObject({ away: false, shelf: null, state: 'filling' });
  // Once it is gone again nobody has said where to.
  fs.renameSync(scene.tapeFile('CF0001'), away);
  expect((await useCases.takeInventory(scene.vault)).map(({ kind }) => kind)).toEqual(['missing']);
  // Noted before anybody looked: back is noticed all the same.
  fs.renameSync(away, scene.tapeFile('CF0001'));
  await useCases.takeInventory(scene.vault);
  fs.renameSync(scene.tapeFile('CF0001'), away);
  await useCases.shelveTape(scene.vault, 'CF0001', 'safe');
  await useCases.shelveTape(scene.vault, 'CF0001', null);
  expect(await tapeOf('CF0001')).toMatchObject({ shelf: null, state: 'missing' });
  fs.renameSync(away, scene.tapeFile('CF0001'));
  await useCases.shelveTape(scene.vault, 'CF0001', null);
  expect(await tapeOf('CF0001')).toMatchObject({ state: 'filling', away: false });
});

test('a tape in the import/export slot is out of reach of jobs and not written to, until it is taken in', async () => {
  await useCases.loadTape(scene.vault, 'CF0001', 1);
  const { drives, importExport } = await useCases.ejectTape(scene.vault, 'CF0001L8');
  expect(drives.map(({ tape }) => tape)).toEqual([null, null]);
  expect(importExport.map(({ tape }) => tape)).toEqual(['CF0001', null, null, null]);
  expect(await tapeOf('CF0001')).toMatchObject({ away: true, slot: 1, importExport: 1, state: 'missing' });
  const refused = [
    useCases.ejectTape(scene.vault, 'CF0001'),
    useCases.loadTape(scene.vault, 'CF0001', 1),
    useCases.takeInTape(scene.vault, 'CF0002'),
  ];
  await Promise.all(refused.map((act) => expect(act).rejects.toEqual(code('NO_SUCH_TAPE'))));
  scene.write('letter', noise(50_000, 2));
  expect((await scene.backup()).tapes).toEqual(['CF0002']);
  expect((await useCases.takeInTape(scene.vault, 'CF0001')).importExport[0]).toMatchObject({ tape: null });
  expect(await tapeOf('CF0001')).toMatchObject({ away: false, importExport: null, state: 'filling', note: '' });
  expect(await useCases.takeInventory(scene.vault)).toEqual([]);
});

test('what was put into the slot is taken in only if it is that tape, and over nothing', async () => {
  await useCases.ejectTape(scene.vault, 'CF0001');
  const own = fs.readFileSync(outside('CF0001'));
  fs.copyFileSync(scene.tapeFile('CF0002'), outside('CF0001'));
  await expect(useCases.takeInTape(scene.vault, 'CF0001')).rejects.toEqual(code('TAPE_MISMATCH'));
  fs.writeFileSync(outside('CF0001'), own);
  fs.writeFileSync(scene.tapeFile('CF0001'), 'something else');
  await expect(useCases.takeInTape(scene.vault, 'CF0001')).rejects.toEqual(code('TAPE_EXISTS'));
  expect(fs.readFileSync(scene.tapeFile('CF0001'), 'utf8')).toBe('something else');
  expect(fs.readFileSync(outside('CF0001')).equals(own)).toBe(true);
  // One that is not known is a matter of importing it, and gets no second one of its name.
  fs.renameSync(outside('CF0001'), outside('CF0007'));
  expect((await useCases.showLibrary(scene.vault)).importExport[0]).toMatchObject({ barcode: 'CF0007L8', tape: null });
  await expect(useCases.takeInTape(scene.vault, 'CF0007L8')).rejects.toEqual(code('NO_SUCH_TAPE'));
  expect(await useCases.labelTapes(scene.vault, [], 'data')).toMatchObject([{ id: 'CF0008' }]);
});

test('slots that are full, and a tape that a job works with, are named, and nothing moves', async () => {
  await withLibrary(scene.vault, (library) => {
    library.mount(2, tapeId('CF0001'));
    expect(() => library.importExport.eject(tapeId('CF0001'))).toThrow(code('TAPE_IN_USE'));
    library.unmount(2);
  });
  for (const tape of ['CF0002', 'CF0003', 'CF0004', 'CF0005']) await useCases.ejectTape(scene.vault, tape);
  await expect(useCases.ejectTape(scene.vault, 'CF0001')).rejects.toEqual(code('SLOTS_FULL'));
  expect(fs.existsSync(scene.tapeFile('CF0001'))).toBe(true);
});

test('what an inventory makes of a tape of a changer whose label it could not read, or that is not its own, is what was found', () => {
  const refuse = (error: ColdframeError, library: Library = libraryOfChanger(), volume = VOLUME) => {
    library.noteAnother(volume, 'It has to be read.');
    const { kind } = noteRefused(library, library.tape(volume), error);
    const record = library.state.tapes.find((tape) => tape.volume === volume);
    return [kind, record?.state, record?.takenOut?.unread ?? false];
  };
  const busy = tapeInUse('CF0001', null, 'jobs use all drives');
  const damage = tapeDamaged('CF0001', 'it does not begin with a label of Coldframe', 0);
  const itself = new ColdframeError('TAPE_DAMAGED', { message: '', guidance: '', context: { itself: true } });
  expect([busy, damage, itself].map((error) => refuse(error))).toEqual([
    ['unread', 'missing', true],
    ['foreign', 'missing', true],
    ['damaged', 'damaged', false],
  ]);
  // Nothing is kept of one that was taken in as a new one.
  const library = libraryOfChanger();
  const { volume } = library.importExport.noteArrived('CF0009L8', 1);
  expect(refuse(damage, library, volume)).toEqual(['foreign', undefined, false]);
});
