import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SetView } from '../../shared/contract/backup.ts';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { lookIntoChanger } from '../console/look-into-changer.ts';
import { type IscsiTap, tapIscsi } from '../platform/testing/iscsi-tap.ts';
import { FIRST_SLOT, startTgt, TGT_PEERS, type TgtLibrary } from '../platform/testing/tgt.ts';
import { describeAsRoot, expectRestored } from './testing/as-root.ts';
import { answerOf, Workplace } from './testing/workplace.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const THOROUGH = process.env.COLDFRAME_THOROUGH === '1';
const BARCODES = ['CF0001L8', 'CF0002L8', 'CF0003L8', 'CF0004L8'];

/** A whole vault whose tapes are in a changer, over iSCSI, as an operator uses it. */
describeAsRoot('a vault in a real changer', TGT_PEERS, () => {
  let tgt: TgtLibrary;
  let place: Workplace;
  let source: string;
  let set: SetView;
  /** Between the robot and everybody who uses it. */
  let wire: IscsiTap;

  beforeAll(async () => {
    place = new Workplace();
    tgt = await startTgt({ drives: 2, spare: 4, importExport: 2, barcodes: [...BARCODES, 'CLN-001'], tapeMiB: 64 });
    wire = await tapIscsi(tgt.changer);
    source = place.newFolder('source');
    for (let file = 0; file < 5; file += 1) writeFileSync(place.at('source', `file ${file}`), randomBytes(8_000_000));
    const devices = ['--changer', wire.address, ...tgt.drives.flatMap((drive) => ['--drive', drive])];
    const options = ['--tape-size', '32MiB', '--codec', 'none', ...devices];
    await place.done('vault.create', ['vault', 'create', place.vault, ...options]);
    await place.done('object.add', ['object', 'add', 'files', '--vault', place.vault, '--files', source]);
    ({ set } = await place.done('backup', ['backup', 'files', '--streams', '1']));
  }, 120_000);
  afterAll(async () => {
    wire?.stop();
    await tgt?.stop();
    place?.remove();
  });

  test('spans a backup over tapes that the robot brings, each to a drive that is free before the one before is full', async () => {
    expect(set).toMatchObject({ state: 'complete', warnings: [] });
    expect(set.tapes.length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(place.at('vault', 'tapes'))).toEqual([]);
    expect(set.tapes).toEqual(['CF0001', 'CF0002']);
    const { drives } = await place.done('library.show', ['library', 'show', place.vault]);
    expect(drives.map(({ tape, mounts }) => [tape, mounts])).toEqual([
      ['CF0001', 1],
      ['CF0002', 1],
    ]);
  });

  /** Moves as the robot wrote them down, oldest first, by the addresses of the elements. */
  const logged = async () => {
    const address = { drive: 0, slot: FIRST_SLOT - 1, 'import-export': 899, robot: 500, element: 0, rack: 0 };
    const { moves } = await place.done('library.log', ['library', 'log', place.vault, '--limit', '1000']);
    return moves.reverse().map(({ tape, from, to, for: users, outcome }) => ({
      tape,
      from: address[from.kind] + from.number,
      to: address[to.kind] + to.number,
      kinds: users.map(({ kind }) => kind),
      outcome,
    }));
  };

  test('restores every byte, each tape mounted once, as the robot wrote down and as it was asked', async () => {
    for (const drive of ['1', '2']) await place.done('library.unload', ['library', 'unload', place.vault, drive]);
    const before = await logged();
    // What was written down is what went over the wire, from the first move on.
    expect(before.map(({ from, to }) => ({ from, to }))).toEqual(wire.moves());
    expect(before.map(({ kinds }) => kinds)).toEqual([['backup'], ['backup'], ['move'], ['move']]);
    await expectRestored(place, source, async (out) => {
      const { mounts } = await place.done('restore', ['restore', 'files', '--to', out]);
      expect(mounts.map(({ tape }) => tape).filter((tape) => !set.tapes.includes(tape))).toEqual([]);
      expect(new Set(mounts.map(({ count }) => count))).toEqual(new Set([1]));
    });
    const moves = (await logged()).slice(before.length);
    expect(moves.map(({ from, to }) => ({ from, to }))).toEqual(wire.moves());
    const into = moves.filter(({ to }) => to < 3);
    expect(into).toHaveLength(set.tapes.length);
    for (const tape of set.tapes)
      expect(into.filter((each) => each.tape === tape)).toMatchObject([{ kinds: ['restore'], outcome: 'done' }]);
    // They lie in the drives since, and are read there again without a move.
    await place.done('verify', ['verify', 'files']);
    expect(wire.moves()).toEqual([]);
  });

  test('a tape that an operator loads is used where it is, and one that the robot was killed with is found again', async () => {
    const where = async (barcode: string) => {
      const elements = await lookIntoChanger({ changer: tgt.changer, drives: tgt.drives });
      return elements.filter((element) => element.barcode === barcode).map(({ address }) => address);
    };
    const load = (tape: string, drive: string) => ['library', 'load', place.vault, tape, drive];
    const { move, drives } = await place.done('library.load', load('CF0003', '1'));
    expect([move, drives[0]?.tape]).toMatchObject([{ from: { kind: 'slot', number: 3 }, moved: true }, 'CF0003']);
    expect([await where('CF0003L8'), await where('CF0001L8')]).toEqual([[1], [FIRST_SLOT]]);
    const taken = ['library', 'move', place.vault, 'CF0003', '4'];
    expect((await place.fails(2, taken)).code).toBe('SLOT_TAKEN');
    expect((await place.fails(10, load('CF0099', '1'))).code).toBe('NO_SUCH_TAPE');
    await place.done('library.move', ['library', 'move', place.vault, 'CF0003', '6']);
    expect(await where('CF0003L8')).toEqual([FIRST_SLOT + 5]);
    await place.done('library.move', ['library', 'move', place.vault, 'CF0003', '3']);
    // Killed before the robot has it, or when it was put down and nobody heard that.
    const ends = { 'robot:before-move': FIRST_SLOT + 3, 'robot:after-move': 1 };
    for (const [point, address] of Object.entries(ends)) {
      const killed = await place.run(load('CF0004', '1'), { env: { COLDFRAME_FAILPOINT: point } });
      expect([point, killed.signal, await where('CF0004L8')]).toEqual([point, 'SIGKILL', [address]]);
      expect((await logged()).at(-1)).toMatchObject({ tape: 'CF0004', to: 1, outcome: 'unknown' });
    }
    await place.done('library.inventory', ['library', 'inventory', place.vault]);
    const shown = await place.done('library.show', ['library', 'show', place.vault]);
    expect(shown.drives.map(({ tape, inUse }) => [tape, inUse])).toEqual([
      ['CF0004', false],
      ['CF0002', false],
    ]);
    await place.done('library.unload', ['library', 'unload', place.vault, '1']);
    expect(await where('CF0004L8')).toEqual([FIRST_SLOT + 3]);
  });

  test('verifies', async () => {
    expect(await place.done('verify', ['verify', 'files'])).toMatchObject({ damaged: [] });
  });

  test('a tape is exported as the file that a virtual tape would be; what cannot be read of it is named, and no file made', async () => {
    const usb = place.newFolder('usb');
    const tape = set.tapes.at(-1) ?? '';
    const file = join(usb, `${tape}L8.tap`);
    const made = await place.done('tape.export', ['tape', 'export', tape, '--to', file]);
    const { bytes, chunks } = made;
    expect(made).toMatchObject({ sets: [{ id: set.id }], warnings: [], sha256: sha256(readFileSync(file)) });
    expect([chunks > 0, bytes, readdirSync(usb)]).toEqual([true, readFileSync(file).length, [`${tape}L8.tap`]]);
    const listed = await place.rescue(['list', 'files', '--tapes', usb]);
    expect([listed.status, listed.stdout]).toEqual([0, expect.stringContaining('file 4')]);
    const image = join(tgt.folder, `${tape}L8`);
    const whole = readFileSync(image);
    const broken = Buffer.from(whole);
    broken.fill(0, whole.lastIndexOf('CFCHUNK1') - 512, whole.lastIndexOf('CFCHUNK1'));
    writeFileSync(image, broken);
    const refused = await place.fails(13, ['tape', 'export', tape, '--to', join(usb, 'again.tap')]);
    writeFileSync(image, whole);
    expect([refused.code, refused.message, existsSync(join(usb, 'again.tap'))]).toEqual([
      'TAPE_DAMAGED',
      expect.stringMatching(new RegExp(`${tape}L8 in iscsi:.* cannot be read at block \\d+ \\(byte \\d+\\)`)),
      false,
    ]);
  });

  test('the file of a tape goes onto a blank tape of its barcode, whenever that is killed, and onto nothing else', async () => {
    const [first = '', tape = ''] = set.tapes;
    const image = join(tgt.folder, `${tape}L8`);
    const command = ['tape', 'import', place.vault, '--file', place.at('usb', `${tape}L8.tap`)];
    /** What a person does who puts another cartridge with that barcode into a slot. */
    const replace = async (by: (() => void) | null) => {
      await place.done('library.eject', ['library', 'eject', place.vault, tape]);
      tgt.put('importExport', 0, null);
      rmSync(image);
      by?.();
      tgt.put('storage', BARCODES.length + 1, `${tape}L8`);
      await place.done('library.inventory', ['library', 'inventory', place.vault]);
    };
    expect(await place.done('tape.import', command)).toMatchObject({ imported: false, missing: [], warnings: [] });
    await replace(() => copyFileSync(join(tgt.folder, `${first}L8`), image));
    const before = sha256(readFileSync(image));
    expect((await place.fails(2, command)).code).toBe('TAPE_EXISTS');
    expect(sha256(readFileSync(image))).toBe(before);
    await replace(null);
    const killed = await place.run(command, { env: { COLDFRAME_FAILPOINT: 'import:after-item:20' } });
    const shown = async () => (await place.done('tape.show', ['tape', 'show', tape])).tape;
    expect([killed.signal, await shown()]).toMatchObject(['SIGKILL', { state: 'damaged' }]);
    expect(await place.done('tape.import', command)).toMatchObject({ imported: true, missing: [], warnings: [] });
    expect(await shown()).toMatchObject({ state: 'filling', note: '' });
    expect(await place.done('verify', ['verify', 'files'])).toMatchObject({ damaged: [], missingTapes: [] });
  });

  test('a tape that was moved out through the import/export slot counts as away until it is taken in', async () => {
    const [tape = ''] = set.tapes;
    const { tapes, importExport } = await place.done('library.eject', ['library', 'eject', place.vault, tape]);
    expect(importExport).toMatchObject([
      { number: 1, tape },
      { number: 2, tape: null },
    ]);
    expect(tapes.find(({ id }) => id === tape)).toMatchObject({ state: 'missing', away: true, importExport: 1 });
    const { status, stdout } = await place.run(['verify', 'files']);
    expect([status, JSON.parse(stdout)]).toMatchObject([3, { missingTapes: [{ tape, away: true }] }]);
    const back = await place.done('library.takeIn', ['library', 'take-in', place.vault, tape]);
    expect(back.tapes.find(({ id }) => id === tape)).toMatchObject({ state: 'full', away: false, importExport: null });
    // A person takes it out of the slot, and puts it into another slot of the changer.
    await place.done('library.eject', ['library', 'eject', place.vault, tape]);
    tgt.put('importExport', 0, null);
    const inventory = async () => {
      const { status, stdout } = await place.run(['library', 'inventory', place.vault]);
      return [status, JSON.parse(stdout).findings];
    };
    expect(await inventory()).toMatchObject([3, [{ kind: 'missing', barcode: `${tape}L8` }]]);
    tgt.put('storage', BARCODES.length + 1, `${tape}L8`);
    tgt.put('storage', BARCODES.length + 2, 'CLN-002');
    expect(await inventory()).toMatchObject([0, [{ kind: 'returned', barcode: `${tape}L8` }]]);
    const again = await place.done('library.show', ['library', 'show', place.vault]);
    expect(again.tapes.find(({ id }) => id === tape)).toMatchObject({ state: 'full', slot: BARCODES.length + 2 });
    expect(again.cleaning.tapes.map(({ barcode }) => barcode)).toEqual(['CLN-001', 'CLN-002']);
    expect(await place.done('verify', ['verify', 'files'])).toMatchObject({ damaged: [], missingTapes: [] });
    // A new one is taken in as a blank one.
    tgt.bring('CF0009L8', 1);
    const more = await place.done('library.takeIn', ['library', 'take-in', place.vault, 'CF0009L8']);
    expect(more.tapes.find(({ id }) => id === 'CF0009')).toMatchObject({ state: 'blank', away: false });
  });

  test('a cleaning tape goes to a drive and back to its slot, also after a kill, and nothing is written to it', async () => {
    const before = readFileSync(join(tgt.folder, 'CLN-001'));
    const where = async () => {
      const elements = await lookIntoChanger({ changer: tgt.changer, drives: tgt.drives });
      const found = elements.find(({ barcode }) => barcode === 'CLN-001');
      return found && `${found.type} ${found.address}`;
    };
    const home = await where();
    const clean = ['library', 'clean', place.vault, '1'];
    // This drive does not clean: it takes what it is given for a tape to read, and that is said.
    expect((await place.fails(1, clean)).code).toBe('CLEANING_FAILED');
    expect([await where(), home]).toEqual([home, 'storage 1004']);
    const killed = await place.run(clean, { env: { COLDFRAME_FAILPOINT: 'clean:in-drive' } });
    expect([killed.signal, await where()]).toEqual(['SIGKILL', 'drive 1']);
    const { cleaning, drives, tapes } = await place.done('library.show', ['library', 'show', place.vault]);
    expect(cleaning.tapes).toEqual([
      { barcode: 'CLN-001', usesLeft: 48, uses: 2, slot: 5, drive: 1, away: false },
      { barcode: 'CLN-002', usesLeft: 50, uses: 0, slot: 7, drive: null, away: false },
    ]);
    expect([drives[0]?.cleaning.tape, tapes.some(({ barcode }) => barcode.startsWith('CLN'))]).toEqual([
      'CLN-001',
      false,
    ]);
    expect(await place.done('verify', ['verify', 'files'])).toMatchObject({ damaged: [] });
    expect(await where()).toBe(home);
    expect(readFileSync(join(tgt.folder, 'CLN-001')).equals(before)).toBe(true);
  });

  test('is opened from the tapes in the changer alone when home and folder are lost, whenever that is killed, and written on', async () => {
    const onTapes = (): string[] => BARCODES.map((barcode) => sha256(readFileSync(join(tgt.folder, barcode))));
    const before = onTapes();
    for (const lost of [place.home, place.vault]) rmSync(lost, { recursive: true });
    const drives = tgt.drives.flatMap((drive) => ['--drive', drive]);
    const open = ['vault', 'open', place.vault, '--codec', 'none', '--changer', tgt.changer, ...drives];
    const killed = await place.run(open, { env: { COLDFRAME_FAILPOINT: 'library:before-write' } });
    expect([killed.signal, existsSync(place.at('vault', 'library.json'))]).toEqual(['SIGKILL', false]);
    const opened = await place.done('vault.open', open);
    expect(opened).toMatchObject({ sets: 1, incompleteSets: 0, recovered: true, rebuilt: true, warnings: [] });
    expect(onTapes()).toEqual(before);
    // As after a kill before there was a catalog: the library is there, and the same goes on.
    rmSync(place.home, { recursive: true });
    rmSync(place.at('vault', 'catalog'), { recursive: true });
    expect(await place.done('vault.open', open)).toMatchObject({ sets: 1, recovered: false, rebuilt: true });
    const { sets } = await place.done('sets', ['sets']);
    expect(sets).toMatchObject([{ id: set.id, state: 'complete', elements: set.elements }]);
    const other = await place.fails(2, open.slice(0, -2));
    expect(other).toMatchObject({ code: 'USAGE', message: expect.stringContaining(tgt.changer) });
    const { tapes, cleaning } = await place.done('library.show', ['library', 'show', place.vault]);
    const used = tapes.map(({ id, state }) => `${id} ${state}`);
    expect(used).toEqual(['CF0001 full', 'CF0002 filling', 'CF0003 blank', 'CF0004 blank', 'CF0009 blank']);
    expect(cleaning.tapes.map(({ barcode }) => barcode)).toEqual(['CLN-001', 'CLN-002']);
    expect(await place.done('verify', ['verify', '--vault', place.vault])).toMatchObject({ damaged: [] });
    writeFileSync(place.at('source', 'one more'), randomBytes(100_000));
    const { set: next } = await place.done('backup', ['backup', set.object]);
    expect(next).toMatchObject({ level: 'incremental', parent: set.id, tapes: ['CF0002'], warnings: [] });
    await expectRestored(place, source, (out) => place.done('restore', ['restore', next.id, '--to', out]));
  });

  test('what is kept of a tape moves to others, whenever that is killed, and the tape is written to again', async () => {
    const tape = set.tapes.at(-1) ?? '';
    const restored = async () =>
      await expectRestored(place, source, (out) => place.done('restore', ['restore', set.object, '--to', out]));
    const tapesOf = async () => (await place.done('sets', ['sets'])).sets.find(({ id }) => id === set.id)?.tapes;
    const shown = async (id: string) => (await place.done('tape.show', ['tape', 'show', id])).tape;
    const waste = ['--vault', place.vault, '--files', place.newFolder('waste')];
    await place.done('object.add', ['object', 'add', 'waste', ...waste]);
    writeFileSync(place.at('waste', 'file'), randomBytes(8_000_000));
    await place.done('backup', ['backup', 'waste', '--streams', '1']);
    writeFileSync(place.at('waste', 'file'), randomBytes(10_000));
    await place.done('backup', ['backup', 'waste', '--level', 'full', '--streams', '1']);
    await place.done('retention.set', ['retention', 'set', 'waste', '--keep-last', '1']);
    expect(await place.fails(1, ['retention', 'apply', 'waste', '--although-held'])).toMatchObject({
      code: 'RETENTION_HELD',
      guidance: expect.stringContaining('the same command goes past it'),
    });
    await place.done('retention.acknowledge', ['retention', 'acknowledge', 'waste']);
    await place.done('retention.apply', ['retention', 'apply', 'waste']);
    const plan = await place.done('tape.reclaimPlan', ['tape', 'reclaim', place.vault, '--below', '75', '--dry-run']);
    expect(plan.tapes.filter(({ reclaim }) => reclaim)).toMatchObject([{ tape, onto: [{ tape: 'CF0003' }] }]);
    const reclaim = ['tape', 'reclaim', place.vault, '--tape'];
    // In the midst of moving; when all of it was read back and no catalog lists the tape any more; within its label.
    for (const point of ['tape:after-chunk:2', 'reclaim:after-publish', 'relabel:after-item:2']) {
      const killed = await place.run([...reclaim, tape], { env: { COLDFRAME_FAILPOINT: point } });
      expect([point, killed.signal, await tapesOf()]).toEqual([
        point,
        'SIGKILL',
        point === 'tape:after-chunk:2' ? set.tapes : [set.tapes[0], 'CF0003'],
      ]);
      if (point === 'reclaim:after-publish') await restored();
    }
    expect(await shown(tape)).toMatchObject({ state: 'labelled', pool: 'scratch', chunks: 0 });
    // What a run that was killed had written, and nobody knew of, goes with its tape.
    const back = await place.done('tape.reclaim', [...reclaim, 'CF0003']);
    expect(back).toMatchObject({ freed: [{ id: 'CF0003', state: 'labelled', chunks: 0 }], left: [], warnings: [] });
    expect([await tapesOf(), back.chunksMoved > 0]).toEqual([set.tapes, true]);
    expect(await place.done('verify', ['verify', '--vault', place.vault])).toMatchObject({ damaged: [] });
    await restored();
  });

  test('a tape on which everything expired is written to again, whenever it is killed on the way', async () => {
    const [first = ''] = set.tapes;
    await place.done('object.add', ['object', 'add', 'few', '--vault', place.vault, '--files', place.newFolder('few')]);
    writeFileSync(place.at('few', 'file'), randomBytes(100_000));
    await place.done('backup', ['backup', 'few']);
    const { object } = set;
    await place.done('backup', ['backup', object, '--level', 'full', '--streams', '1']);
    await place.done('retention.set', ['retention', 'set', object, '--keep-last', '1']);
    const { freedTapes } = await place.done('retention.apply', ['retention', 'apply', object]);
    expect(freedTapes).toEqual([first]);
    const { tapes } = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
    for (const { id } of tapes) if (id !== first) await place.done('tape.protect', ['tape', 'protect', id]);
    for (const point of [
      ...(THOROUGH ? ['relabel:before-write', 'relabel:after-write'] : []),
      'relabel:after-item:2',
    ]) {
      const killed = await place.run(['backup', 'few', '--level', 'full'], { env: { COLDFRAME_FAILPOINT: point } });
      expect([point, killed.signal]).toEqual([point, 'SIGKILL']);
    }
    const { set: made } = await place.done('backup', ['backup', 'few', '--level', 'full']);
    expect(made).toMatchObject({ state: 'complete', tapes: [first], warnings: [] });
    await expectRestored(place, place.at('few'), (out) => place.done('restore', ['restore', made.id, '--to', out]));
    expect(await place.done('verify', ['verify', '--vault', place.vault])).toMatchObject({ damaged: [] });
  });

  test('a tape is erased in its drive, and whenever that is killed it still has what a rebuild finds, or gets its label', async () => {
    const few = await place.done('sets', ['sets', 'few']);
    const made = few.sets.find(({ createdAt }) => few.sets.every((other) => other.createdAt <= createdAt));
    const [tape = ''] = made?.tapes ?? [];
    const show = async () => (await place.done('tape.show', ['tape', 'show', tape])).tape;
    const killedAt = async (point: string): Promise<void> => {
      const killed = await place.run(['tape', 'erase', tape], { env: { COLDFRAME_FAILPOINT: point } });
      expect([point, killed.signal]).toEqual([point, 'SIGKILL']);
    };
    await killedAt('relabel:before-write');
    await place.done('vault.rebuild', ['vault', 'rebuild', place.vault]);
    await expectRestored(place, place.at('few'), (out) =>
      place.done('restore', ['restore', made?.id ?? '', '--to', out]),
    );
    await killedAt('relabel:after-item:6');
    const { sets } = await place.done('tape.erase', ['tape', 'erase', tape]);
    expect(sets).toEqual([]);
    expect(await show()).toMatchObject({ state: 'labelled', pool: 'scratch', chunks: 0 });
    const states = (await place.done('sets', ['sets', 'few'])).sets.map(({ id, state }) => [id, state]);
    expect(states).not.toContainEqual([made?.id, 'complete']);
    const { set: again } = await place.done('backup', ['backup', 'few', '--level', 'full']);
    expect(again).toMatchObject({ state: 'complete', tapes: [tape], warnings: [] });
    expect(await place.done('verify', ['verify', again.id])).toMatchObject({ damaged: [] });
  });

  test('a tape whose beginning is damaged is erased once somebody agreed to that', async () => {
    const { tapes } = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
    const tape = tapes.find(({ writeProtected, state }) => !writeProtected && state === 'filling')?.id ?? '';
    const image = join(tgt.folder, `${tape}L8`);
    const bytes = readFileSync(image);
    bytes.write('XXXXXX', bytes.indexOf(`VOL1${tape}`) + 4);
    bytes.write('{"broken":', bytes.indexOf('{"format":"coldframe-tape"'));
    writeFileSync(image, bytes);
    const erase = ['tape', 'erase', tape];
    const refused = await place.fails(13, erase);
    expect(refused).toMatchObject({ code: 'TAPE_DAMAGED', guidance: expect.stringContaining('--damaged-front') });
    expect(readFileSync(image).equals(bytes)).toBe(true);
    const erased = await place.done('tape.erase', [...erase, '--damaged-front']);
    expect(erased.tape).toMatchObject({ id: tape, state: 'labelled', chunks: 0 });
    const { set: made } = await place.done('backup', ['backup', 'few', '--level', 'full']);
    expect(made).toMatchObject({ state: 'complete', tapes: [tape], warnings: [] });
    expect(await place.done('verify', ['verify', made.id])).toMatchObject({ damaged: [] });
  });

  test('a backup takes the tape that is next in the drive that it lies in, though it begins with another drive', async () => {
    const { nextTapes } = await place.done('library.show', ['library', 'show', place.vault]);
    const next = nextTapes?.[0] ?? '';
    for (const drive of ['1', '2']) await place.done('library.unload', ['library', 'unload', place.vault, drive]);
    await place.done('library.load', ['library', 'load', place.vault, next, '2']);
    wire.moves();
    const { set: made } = await place.done('backup', ['backup', 'few', '--level', 'full', '--streams', '1']);
    expect([made.tapes, wire.moves()]).toEqual([[next], []]);
  });

  test('a tape under whose barcode another one was found is named, and used again once its label was read there', async () => {
    const { tapes } = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
    const tape = tapes.find(({ writeProtected }) => !writeProtected)?.id ?? '';
    const other = tapes.find(({ id, state }) => id !== tape && state === 'full')?.id ?? '';
    const swap = (): void => {
      const [one, another] = [tape, other].map((id) => join(tgt.folder, `${id}L8`)) as [string, string];
      for (const [from, to] of [
        [one, `${one}.swap`],
        [another, one],
        [`${one}.swap`, another],
      ] as const)
        renameSync(from, to);
    };
    const eject = async (id: string) => await place.done('library.eject', ['library', 'eject', place.vault, id]);
    /** Takes a tape out of the import/export slots by hand, and puts it into a slot that is free. */
    const byHand = async (id: string) => {
      const elements = await lookIntoChanger({ changer: tgt.changer, drives: tgt.drives });
      const free = elements.filter(({ type, full }) => type === 'storage' && !full).at(-1);
      const outside = elements.filter(({ type }) => type === 'importExport');
      const index = outside.findIndex(({ barcode }) => barcode === `${id}L8`);
      tgt.put('importExport', index, null);
      tgt.put('storage', (free?.address ?? 0) - FIRST_SLOT, `${id}L8`);
    };
    const inventory = async () => {
      const { status, stdout } = await place.run(['library', 'inventory', place.vault]);
      const found: { kind: string; barcode: string }[] = JSON.parse(stdout).findings;
      return [status, found.map(({ kind, barcode }) => [kind, barcode])];
    };
    const shown = async () => (await place.done('tape.show', ['tape', 'show', tape])).tape;
    for (const id of [tape, other]) await eject(id);
    swap();
    for (const id of [tape, other]) await byHand(id);
    expect(await inventory()).toEqual([0, [tape, other].sort().map((id) => ['returned', `${id}L8`])]);
    const refused = await place.fails(14, ['backup', 'few', '--level', 'full']);
    expect(refused).toMatchObject({
      code: 'OUT_OF_TAPES',
      context: { outOfUse: expect.stringContaining(`${tape}L8`) },
    });
    expect(refused.message).toContain(`${tape}L8 (Tape ${tape}L8`);
    expect(refused.message).toContain(`it is labelled ${other}`);
    expect(await shown()).toMatchObject({ state: 'missing', away: true });
    expect(await inventory()).toEqual([3, [['foreign', `${tape}L8`]]]);
    // Nor is it taken in as that tape: it goes back to where a person takes it.
    await eject(tape);
    const strange = await place.fails(1, ['library', 'take-in', place.vault, tape]);
    expect(strange).toMatchObject({ code: 'TAPE_MISMATCH', message: expect.stringContaining('moved back into') });
    expect(await shown()).toMatchObject({ state: 'missing', importExport: 1 });
    await eject(other);
    // Killed when the robot has carried it in, no barcode makes it that tape.
    const takeIn = ['library', 'take-in', place.vault, other];
    const killed = await place.run(takeIn, { env: { COLDFRAME_FAILPOINT: 'take-in:carried' } });
    expect([killed.signal, await inventory()]).toEqual([
      'SIGKILL',
      [3, [other, tape].sort().map((id) => [id === tape ? 'missing' : 'foreign', `${id}L8`])],
    ]);
    await eject(other);
    swap();
    const { tapes: after } = await place.done('library.takeIn', ['library', 'take-in', place.vault, other]);
    expect(after.find(({ id }) => id === other)).toMatchObject({ state: 'full', away: false });
    await byHand(tape);
    expect(await inventory()).toEqual([0, [['returned', `${tape}L8`]]]);
    expect(await shown()).toMatchObject({ state: 'filling', away: false });
    const { set: made } = await place.done('backup', ['backup', 'few', '--level', 'full']);
    expect(made).toMatchObject({ state: 'complete', tapes: [tape], warnings: [] });
    // One that is not known and not blank is not taken in as a blank one.
    copyFileSync(join(tgt.folder, `${other}L8`), join(tgt.folder, 'CF0008L8'));
    tgt.put('importExport', 0, 'CF0008L8');
    const unknown = await place.fails(1, ['library', 'take-in', place.vault, 'CF0008L8']);
    expect(unknown).toMatchObject({ code: 'TAPE_MISMATCH', message: expect.stringContaining('import/export slot 1') });
    const left = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
    expect(left.tapes.map(({ id }) => id)).toEqual(tapes.map(({ id }) => id));
    // A retired one is away while it is out, and retired when it is back.
    tgt.put('importExport', 0, null);
    await place.done('tape.retire', ['tape', 'retire', tape]);
    await eject(tape);
    expect(await shown()).toMatchObject({ state: 'retired', away: true, importExport: 1 });
    await byHand(tape);
    expect(await inventory()).toEqual([0, [['returned', `${tape}L8`]]]);
    expect(await shown()).toMatchObject({ state: 'retired', away: false, importExport: null });
    await expectRestored(place, place.at('few'), (out) => place.done('restore', ['restore', made.id, '--to', out]));
  });

  test('a tape is copied onto another one, whenever that is killed, and restored from the copy when it is damaged or away', async () => {
    const { sets } = await place.done('sets', ['sets', 'few']);
    const made = sets.find(({ createdAt }) => sets.every((other) => other.createdAt <= createdAt));
    const { tapes } = await place.done('tape.list', ['tape', 'list', '--vault', place.vault]);
    const [tape = ''] = made?.tapes ?? [];
    const to = tapes.find(({ state }) => state === 'blank')?.id ?? '';
    const kept = tapes.find(({ id, state }) => id !== tape && state === 'full')?.id ?? '';
    for (const id of [to, kept]) await place.done('tape.protect', ['tape', 'unprotect', id]);
    const command = ['tape', 'copy', tape, '--to', to];
    expect((await place.fails(1, ['tape', 'copy', tape, '--to', kept])).code).toBe('TAPE_NEEDED');
    for (const point of ['tape:after-chunk:2', 'relabel:after-item:3']) {
      const killed = await place.run(command, { env: { COLDFRAME_FAILPOINT: point } });
      expect([point, killed.signal]).toEqual([point, 'SIGKILL']);
    }
    const copied = await place.done('tape.copy', command);
    const { chunks } = copied.tape;
    expect(copied).toMatchObject({ copy: { id: to, copyOf: tape, pool: 'vaulted', chunks }, chunks, warnings: [] });
    // What is damaged there is taken from the copy.
    const image = join(tgt.folder, `${tape}L8`);
    const bytes = readFileSync(image);
    const at = bytes.lastIndexOf(readFileSync(place.at('few', 'file')).subarray(1000, 1064));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(image, bytes);
    const restored = async (status: number) => {
      let said: OutputOf<'restore'> | undefined;
      await expectRestored(place, place.at('few'), async (out) => {
        said = answerOf(await place.inTurn(['restore', made?.id ?? '', '--to', out]), status);
      });
      return said;
    };
    expect(await restored(3)).toMatchObject({ damaged: [], warnings: [{ code: 'COPY_USED', path: tape }] });
    // From then on it is known, and the original is left where it is.
    expect(await restored(0)).toMatchObject({ damaged: [], warnings: [], mounts: [{ tape: to, count: 1 }] });
    const { stdout } = await place.run(['verify', made?.id ?? '']);
    expect(JSON.parse(stdout)).toMatchObject({ damaged: [{ tape, wholeOn: [to] }], missingTapes: [] });
    await place.done('library.eject', ['library', 'eject', place.vault, tape]);
    expect(await restored(0)).toMatchObject({ damaged: [], warnings: [], mounts: [{ tape: to, count: 1 }] });
    expect(await place.done('verify', ['verify', made?.id ?? ''])).toMatchObject({ damaged: [], missingTapes: [] });
  });
});
