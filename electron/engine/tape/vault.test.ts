import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { millis, type TapeId, tapeId } from '../../../shared/units.ts';
import { Lease } from './lease.ts';
import { recoverLibrary } from './library-recovery.ts';
import { readLibrary, type TapeRecord } from './library-state.ts';
import { TapeReader } from './tape-reader.ts';
import { glanceAtTape, tapePath, writeTapeStart } from './tape-shelf.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, payloadOf, temporaryFolder } from './testing/tapes.ts';
import { newVault, writeChunk } from './testing/vaults.ts';
import { createVault, inspectVault, Vault } from './vault.ts';

const MIB = 1024 * 1024;

const code = (expected: string) => expect.objectContaining({ code: expected });

test('a new vault has its slots filled with blank tapes, its drives, and no secret', async () => {
  const { dir, recoveryCode } = await newVault({ slots: 3, drives: 1 });
  const state = inspectVault(dir);
  expect(recoveryCode).toBeNull();
  expect(state.slots).toEqual([1, 2, 3].map((number) => ({ number, tape: `CF000${number}` })));
  expect(state.tapes.map(({ barcode, state: life }) => [barcode, life])).toEqual([
    ['CF0001L8', 'blank'],
    ['CF0002L8', 'blank'],
    ['CF0003L8', 'blank'],
  ]);
  expect(state.drives).toEqual([{ number: 1, tape: null, mounts: 0 }]);
});

test('a vault is made in an empty folder only, and with numbers that make sense', async () => {
  const { dir } = await newVault();
  await expect(createVault({ dir, name: 'again' })).rejects.toThrow(code('VAULT_EXISTS'));
  const other = temporaryFolder();
  writeFileSync(join(other, 'letter.txt'), '');
  await expect(createVault({ dir: other, name: 'x' })).rejects.toThrow(code('VAULT_EXISTS'));
  await expect(createVault({ dir: join(other, 'letter.txt'), name: 'x' })).rejects.toThrow(code('USAGE'));
  for (const wrong of [{ tapeBytes: MIB }, { slots: 0 }, { drives: 1.5 }, { passphrase: '' }])
    await expect(createVault({ dir: join(other, 'new'), name: 'x', ...wrong })).rejects.toThrow(code('USAGE'));
});

test('a folder without a vault, with a damaged one or one of a newer version is told apart', async () => {
  const { dir, vault } = await newVault();
  await vault.close();
  expect(() => Vault.open(join(dir, 'nothing'))).toThrow(code('NO_SUCH_VAULT'));
  const library = JSON.parse(readFileSync(join(dir, 'library.json'), 'utf8'));
  writeFileSync(join(dir, 'library.json'), JSON.stringify({ ...library, version: 2 }));
  expect(() => Vault.open(dir)).toThrow(code('FORMAT_TOO_NEW'));
  for (const text of ['{', '[]', JSON.stringify({ ...library, slots: 'x' })]) {
    writeFileSync(join(dir, 'library.json'), text);
    expect(() => Vault.open(dir)).toThrow(code('VAULT_DAMAGED'));
  }
});

test('passphrase and recovery code open a sealed vault, and nothing else does', async () => {
  const { vault, recoveryCode, dir } = await newVault({ passphrase: 'open sesame\n' });
  const place = await writeChunk(vault, 'open sesame');
  const typed = String(recoveryCode).toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  for (const secret of ['open sesame', 'open sesame\n', String(recoveryCode), typed]) {
    const keys = await vault.unlock(secret);
    const reader = TapeReader.open(vault.access(place.tape, keys));
    const into = Buffer.alloc(1000);
    reader.readChunkPayload(place, into);
    expect(into.equals(payloadOf(chunkOf(0, 1000)))).toBe(true);
    reader.close();
  }
  await expect(vault.unlock('wrong')).rejects.toThrow(code('PASSPHRASE_WRONG'));
  await expect(vault.unlock(null)).rejects.toThrow(code('PASSPHRASE_MISSING'));
  const tape = readFileSync(vault.library.pathOf(place.tape));
  const key = (await vault.unlock('open sesame'))?.exportKey() ?? [];
  expect(tape.includes(Buffer.from(key)) || tape.includes('open sesame') || tape.includes(place.set)).toBe(false);
  expect(readFileSync(join(dir, 'library.json'), 'utf8')).not.toContain(String(recoveryCode).slice(0, 9));
});

test('a changed passphrase counts in the vault and on its tapes, and the data stays where it is', async () => {
  const { vault, recoveryCode } = await newVault({ passphrase: 'old', slots: 3 });
  const place = await writeChunk(vault, 'old', 0, true);
  await writeChunk(vault, 'old', 1);
  vault.library.protect(vault.library.tape('CF0002').volume, true);
  const before = readFileSync(vault.library.pathOf(place.tape));
  const { refreshed, skipped } = await vault.changePassphrase(String(recoveryCode), 'new');
  expect([refreshed, skipped.map(({ tape }) => tape)]).toEqual([['CF0001'], ['CF0002']]);
  await expect(vault.unlock('old')).rejects.toThrow(code('PASSPHRASE_WRONG'));
  const keys = await vault.unlock('new');
  const reader = TapeReader.open(vault.access(place.tape, keys));
  expect(reader.tail()?.envelopes).toEqual(vault.library.state.envelopes);
  expect(reader.tail()?.label).toBe('EOV1');
  reader.readChunkPayload(place, Buffer.alloc(1000));
  reader.close();
  const after = readFileSync(vault.library.pathOf(place.tape));
  expect(after.subarray(0, place.offset + 1000).equals(before.subarray(0, place.offset + 1000))).toBe(true);
});

/** A sealed vault whose passphrase was changed from `old` to `new`, closed, with the library of before the change put back. */
const putBackVault = async () => {
  const { vault, dir, recoveryCode } = await newVault({ passphrase: 'old', slots: 2 });
  await writeChunk(vault, 'old');
  const file = join(dir, 'library.json');
  const older = readFileSync(file);
  await vault.changePassphrase('old', 'new');
  const { envelopes, envelopesGeneration } = vault.library.state;
  await vault.close();
  const newer = readFileSync(file);
  writeFileSync(file, older);
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  const tail = () => glanceAtTape(tapePath(dir, 'CF0001L8')).tail;
  return { vault: again, dir, recoveryCode, envelopes, envelopesGeneration, tail, newer };
};

test('a library from before a change of the passphrase does not bring the old passphrase back', async () => {
  const { vault, dir, envelopes, tail } = await putBackVault();
  const before = [readFileSync(join(dir, 'library.json')), readFileSync(tapePath(dir, 'CF0001L8'))];
  await expect(vault.unlock('old')).rejects.toMatchObject({
    code: 'PASSPHRASE_WRONG',
    message: expect.stringContaining('was changed after'),
    context: { tape: 'CF0001L8' },
  });
  await expect(vault.unlock('nonsense')).rejects.toMatchObject({ message: expect.not.stringContaining('was changed') });
  await expect(vault.changePassphrase('old', 'newest')).rejects.toThrow(code('PASSPHRASE_WRONG'));
  expect([readFileSync(join(dir, 'library.json')), readFileSync(tapePath(dir, 'CF0001L8'))]).toEqual(before);
  await expect(vault.unlock('new')).resolves.not.toBeNull();
  expect([vault.library.putBack, readLibrary(dir).envelopes]).toEqual([true, envelopes]);
  await writeChunk(vault, 'new', 1);
  expect(tail()).toMatchObject({ envelopes, chunks: 2 });
});

test('the recovery code opens a library from before a change of the passphrase, and brings it in line', async () => {
  const { vault, dir, envelopes, recoveryCode } = await putBackVault();
  await expect(vault.unlock(recoveryCode)).resolves.not.toBeNull();
  expect(readLibrary(dir).envelopes).toEqual(envelopes);
});

test('envelopes that are later than those of a writer stay on the tape', async () => {
  const { vault, dir, envelopes, envelopesGeneration, tail, newer } = await putBackVault();
  const stale = vault.access(tapeId('CF0001'), null);
  await vault.close();
  writeFileSync(join(dir, 'library.json'), newer);
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  const keys = await again.unlock('new');
  const writer = TapeWriter.open({ ...stale, vaultKey: keys?.exportKey() ?? null });
  writer.appendChunk(chunkOf(1, 1000));
  writer.finish({ full: false, catalogSets: [] });
  writer.close();
  expect(stale.envelopes).not.toEqual(envelopes);
  expect(tail()).toMatchObject({ envelopes, envelopesGeneration, chunks: 2 });
});

test('a passphrase that is set in a library made anew counts when a tape that was away comes back with another', async () => {
  const { vault, dir, recoveryCode } = await newVault({ passphrase: 'old', slots: 2 });
  await writeChunk(vault, 'old', 0, true);
  await writeChunk(vault, 'old', 1);
  vault.library.protect(tapeId('CF0002'), true);
  await vault.changePassphrase('old', 'new');
  await vault.close();
  const [file, away] = [join(dir, 'library.json'), tapePath(dir, 'CF0001L8')];
  rmSync(file);
  renameSync(away, `${away}.away`);
  await recoverLibrary(dir);
  renameSync(`${away}.away`, away);
  const library = readLibrary(dir);
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  expect(library.envelopesGeneration).toBe(0);
  renameSync(away, `${away}.away`);
  await again.changePassphrase(String(recoveryCode), 'third');
  renameSync(`${away}.away`, away);
  await expect(again.unlock('third')).resolves.not.toBeNull();
  await expect(again.unlock('new')).rejects.toThrow(code('PASSPHRASE_WRONG'));
});

test('tapes are used up in turn: one with room, a labelled one, a blank one, then none', async () => {
  const { vault, library } = await newVault({ slots: 2 });
  await writeChunk(vault, null);
  expect(library.nextWritableTape().volume).toBe('CF0001');
  await writeChunk(vault, null, 1, true);
  expect(library.tape('CF0001L8')).toMatchObject({ state: 'full', chunks: 2, pool: 'data', mounts: 2, sequence: 1 });
  await writeChunk(vault, null, 2, true);
  expect(library.tape('CF0002').chunks).toBe(1);
  expect(() => library.nextWritableTape()).toThrow(code('OUT_OF_TAPES'));
  library.erase(library.tape('CF0001').volume);
  expect(library.nextWritableTape()).toMatchObject({ volume: 'CF0001', pool: 'data', state: 'labelled', sequence: 3 });
});

test('who runs out of tapes is told of each that is out of use what puts it back, and of none what does not', async () => {
  const { library } = await newVault({ slots: 3 });
  const [one, other, third] = library.state.tapes.map(({ volume }) => volume) as [TapeId, TapeId, TapeId];
  const ways = (): boolean[] => {
    try {
      library.nextWritableTape();
      return [];
    } catch (thrown) {
      const { guidance } = thrown as ColdframeError;
      return ['library inventory', 'tape unprotect', 'once it was erased'].map((way) => guidance.includes(way));
    }
  };
  library.protect(one, true);
  library.retire(other);
  library.noteDamaged(third, 'A write failed.');
  expect(ways()).toEqual([false, true, true]);
  library.protect(one, false);
  library.noteAnother(one, 'It is another one.');
  expect(ways()).toEqual([true, false, true]);
  library.retire(third);
  expect(ways()).toEqual([true, false, false]);
});

test('a job that reads tape after tape has its mounts written down together, and anything else at once with them', async () => {
  const { dir, vault } = await newVault({ slots: 3, drives: 1 });
  const { library } = vault;
  const volumes = library.state.tapes.map(({ volume }) => volume);
  const read = (): void => {
    for (const volume of volumes) {
      library.mount(1, volume);
      library.unmount(1);
    }
  };
  const mounts = () => inspectVault(dir).tapes.map((tape) => tape.mounts);
  const { generation } = inspectVault(dir);
  const noteMounts = library.noteMountsTogether();
  read();
  expect([inspectVault(dir).generation, mounts()]).toEqual([generation, [0, 0, 0]]);
  library.protect(volumes[0] as TapeId, true);
  expect([inspectVault(dir).generation, mounts()]).toEqual([generation + 1, [1, 1, 1]]);
  read();
  noteMounts();
  noteMounts();
  expect([inspectVault(dir).generation, mounts()]).toEqual([generation + 2, [2, 2, 2]]);
  read();
  expect([inspectVault(dir).generation, mounts()]).toEqual([generation + 8, [3, 3, 3]]);
});

test('a drive holds its tape alone', async () => {
  const { library } = await newVault({ slots: 2 });
  const first = library.nextWritableTape();
  library.mount(1, first.volume);
  const second = library.nextWritableTape();
  expect(second.volume).not.toBe(first.volume);
  expect(() => library.mount(2, first.volume)).toThrow(code('TAPE_IN_USE'));
  expect(() => library.mount(1, second.volume)).toThrow(code('TAPE_IN_USE'));
  expect(() => library.erase(first.volume)).toThrow(code('TAPE_IN_USE'));
  expect(() => library.mount(3, second.volume)).toThrow(code('USAGE'));
  library.mount(2, second.volume);
  expect(() => library.nextWritableTape()).toThrow(code('OUT_OF_TAPES'));
  library.unmount(1);
  expect(library.nextWritableTape().volume).toBe(first.volume);
});

test('a protected or retired tape is neither written nor erased', async () => {
  const { library } = await newVault({ slots: 2 });
  const { volume } = library.nextWritableTape();
  library.protect(volume, true);
  expect(library.nextWritableTape().volume).not.toBe(volume);
  expect(() => library.erase(volume)).toThrow(code('TAPE_PROTECTED'));
  library.protect(volume, false);
  library.retire(volume);
  expect(() => library.erase(volume)).toThrow(code('TAPE_PROTECTED'));
});

test('a tape that a job left without its tail, which it had taken off, is no damaged one, and is gone on with; one that lacks more is', async () => {
  const { vault, library } = await newVault({ slots: 2 });
  await writeChunk(vault, null);
  const { volume, usedBytes, bytesToTail } = library.tape('CF0001');
  const file = library.pathOf(volume);
  expect(bytesToTail).toBeLessThan(usedBytes);
  truncateSync(file, bytesToTail ?? 0);
  expect(library.inventory({ all: true })).toEqual([]);
  expect(library.nextWritableTape().volume).toBe(volume);
  await writeChunk(vault, null, 1);
  expect(library.tape(volume)).toMatchObject({ state: 'filling', chunks: 2 });
  truncateSync(file, (library.tape(volume).bytesToTail ?? 0) - 1);
  expect(library.inventory({ all: true })).toMatchObject([{ barcode: 'CF0001L8', kind: 'damaged' }]);
  expect(library.nextWritableTape().volume).not.toBe(volume);
});

test('a tape that is gone, cut or replaced behind our back is passed over and never overwritten', async () => {
  const { vault, library } = await newVault({ slots: 4 });
  const stranger = await newVault();
  for (const sequence of [0, 1, 2]) await writeChunk(vault, null, sequence, true);
  await writeChunk(stranger.vault, null);
  const [gone, cut, replaced] = ['CF0001', 'CF0002', 'CF0003'].map((name) => library.pathOf(library.tape(name).volume));
  for (const name of ['CF0001', 'CF0002', 'CF0003']) {
    const { chunks, payloadBytes, usedBytes, volume } = library.tape(name);
    library.noteWritten(volume, { chunks, payloadBytes, usedBytes, bytesToTail: usedBytes, full: false });
  }
  renameSync(String(gone), `${gone}.away`);
  truncateSync(String(cut), 900);
  rmSync(String(replaced));
  writeFileSync(String(replaced), readFileSync(stranger.library.pathOf(stranger.library.tape('CF0001').volume)));
  const foreign = readFileSync(String(replaced));
  expect(library.nextWritableTape().volume).toBe('CF0004');
  expect(['CF0001', 'CF0002', 'CF0003'].map((name) => library.tape(name).state)).toEqual([
    'missing',
    'damaged',
    'missing',
  ]);
  expect(() => library.erase(library.tape('CF0003').volume)).toThrow(code('TAPE_MISMATCH'));
  expect(readFileSync(String(replaced)).equals(foreign)).toBe(true);
  renameSync(`${gone}.away`, String(gone));
  expect(library.inventory().map(({ barcode, kind }) => [barcode, kind])).toContainEqual(['CF0001L8', 'returned']);
  expect(library.tape('CF0001').state).toBe('full');
});

test('a tape that was written but not noted is found again, not labelled anew', async () => {
  const { vault, library, dir } = await newVault({ slots: 2 });
  const before = readFileSync(join(dir, 'library.json'));
  await writeChunk(vault, null);
  await vault.close();
  writeFileSync(join(dir, 'library.json'), before);
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  expect(again.library.nextWritableTape()).toMatchObject({
    volume: 'CF0001',
    state: 'filling',
    chunks: 1,
    sequence: 1,
  });
  expect(library.pathOf(again.library.tape('CF0001').volume)).toContain('CF0001L8.tap');
  expect(glanceAtTape(again.library.pathOf(again.library.tape('CF0001').volume)).tail?.chunks).toBe(1);
});

test('a tape of this vault that the library does not know is taken in by an inventory', async () => {
  const { vault, library, dir } = await newVault({ slots: 2 });
  await writeChunk(vault, null);
  const tape = readFileSync(library.pathOf(library.tape('CF0001').volume));
  writeFileSync(
    join(dir, 'library.json'),
    JSON.stringify({ ...library.state, tapes: [], slots: [{ number: 1, tape: null }] }),
  );
  await vault.close();
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  expect(again.library.inventory()).toEqual([expect.objectContaining({ barcode: 'CF0001L8', kind: 'adopted' })]);
  expect(again.library.state.slots).toEqual([{ number: 1, tape: 'CF0001' }]);
  expect(again.library.tape('CF0001')).toMatchObject({
    state: 'filling',
    pool: 'data',
    chunks: 1,
    usedBytes: tape.length,
  });
  expect(again.library.inventory()).toEqual([]);
});

test('a lost library is made anew from the tapes, with the present passphrase', async () => {
  const { vault, dir } = await newVault({ passphrase: 'old', slots: 2 });
  const place = await writeChunk(vault, 'old', 0, true);
  await writeChunk(vault, 'old', 1);
  await vault.changePassphrase('old', 'new');
  const before = vault.library.state;
  await vault.close();
  await expect(recoverLibrary(dir)).rejects.toThrow(code('VAULT_EXISTS'));
  rmSync(join(dir, 'library.json'));
  await recoverLibrary(dir, { slots: 2, tapeBytes: 32 * MIB });
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  const essence = ({ volume, barcode, pool, state, sequence, chunks, usedBytes }: TapeRecord) => ({
    volume,
    barcode,
    pool,
    state,
    sequence,
    chunks,
    usedBytes,
  });
  expect(again.library.state.tapes.map(essence)).toEqual(before.tapes.map(essence));
  expect(again.library.state.vault).toMatchObject({ id: before.vault.id, name: before.vault.name });
  const reader = TapeReader.open(again.access(place.tape, await again.unlock('new')));
  reader.readChunkPayload(place, Buffer.alloc(1000));
  reader.close();
  await expect(again.unlock('old')).rejects.toThrow(code('PASSPHRASE_WRONG'));
  await expect(recoverLibrary(temporaryFolder())).rejects.toThrow(code('NO_SUCH_VAULT'));
});

test('new tapes are labelled into free slots, else into new ones, and numbers are never given twice', async () => {
  const { library } = await newVault({ slots: 1 });
  expect(library.label({ barcode: 'CF0001L8' })).toMatchObject({ state: 'labelled', pool: 'scratch' });
  expect(() => library.label({ barcode: 'CF0001L8' })).toThrow(code('USAGE'));
  expect(() => library.label({ barcode: 'nonsense' })).toThrow(code('USAGE'));
  expect(() => library.label({ barcode: 'CLN001L8' })).toThrow(code('USAGE'));
  expect(library.label()).toMatchObject({ state: 'labelled', barcode: 'CF0002L8' });
  expect(library.label({ barcode: 'XY0001L8' })).toMatchObject({ state: 'labelled', pool: 'scratch' });
  expect(library.state.slots).toEqual(['CF0001', 'CF0002', 'XY0001'].map((tape, at) => ({ number: at + 1, tape })));
});

test('what is no tape of the vault and lies where one is to be labelled is refused, in one sentence', async () => {
  const { dir, library } = await newVault({ slots: 1 });
  const stranger = await newVault();
  await writeChunk(stranger.vault, null);
  const foreign = readFileSync(tapePath(stranger.dir, 'CF0001L8'));
  writeFileSync(tapePath(dir, 'CF0001L8'), foreign);
  writeFileSync(tapePath(dir, 'XY0001L8'), 'a letter');
  const labelling = (barcode: string) => () => library.label({ barcode });
  expect(labelling('CF0001L8')).toThrow(
    expect.objectContaining({
      code: 'TAPE_MISMATCH',
      message: 'Tape CF0001L8 is not the one that was expected: it belongs to vault "test". Nothing was written to it.',
    }),
  );
  expect(labelling('XY0001L8')).toThrow(
    expect.objectContaining({
      code: 'TAPE_MISMATCH',
      message: expect.stringMatching(
        /^Tape XY0001L8 is not .*: what lies in its place is no sound tape \(.*[^.]\)\. Noth/,
      ),
    }),
  );
  expect(readFileSync(tapePath(dir, 'CF0001L8')).equals(foreign)).toBe(true);
});

test('leftovers of an interrupted write go when the vault is opened, and nothing else does', async () => {
  const { vault, dir } = await newVault();
  await vault.close();
  mkdirSync(vault.catalogDir);
  const leftovers = [
    `library.json.${'0'.repeat(32)}.tmp`,
    `tapes/CF0001L8.tap.${'a'.repeat(32)}.tmp`,
    `catalog/catalog.copy.${'b'.repeat(32)}.tmp`,
  ];
  const others = ['notes.tmp', 'tapes/mine.txt'];
  for (const name of [...leftovers, ...others]) writeFileSync(join(dir, name), '');
  await Vault.open(dir).close();
  expect(leftovers.some((name) => existsSync(join(dir, name)))).toBe(false);
  expect(others.every((name) => existsSync(join(dir, name)))).toBe(true);
});

test('the rescue program lies in every vault, and a changed copy is replaced', async () => {
  const { vault, dir } = await newVault();
  await vault.close();
  const source = readFileSync(new URL('./rescue.mjs', import.meta.url));
  expect(readFileSync(join(dir, 'rescue.mjs')).equals(source)).toBe(true);
  writeFileSync(join(dir, 'rescue.mjs'), 'old');
  await Vault.open(dir).close();
  expect(readFileSync(join(dir, 'rescue.mjs')).equals(source)).toBe(true);
});

test('an interrupted creation can be done again', async () => {
  const dir = join(temporaryFolder(), 'vault');
  mkdirSync(join(dir, 'tapes'), { recursive: true });
  writeFileSync(join(dir, `library.json.${'1'.repeat(32)}.tmp`), '{');
  const { vault } = await createVault({ dir, name: 'x' });
  await vault.close();
  expect(readLibrary(dir).vault.name).toBe('x');
});

test('a vault that does not open says why, even if its lease cannot be given back', async () => {
  const { dir, vault } = await newVault();
  await vault.close();
  rmSync(join(dir, 'tapes'), { recursive: true });
  writeFileSync(join(dir, 'tapes'), '');
  const release = vi.spyOn(Lease.prototype, 'release').mockRejectedValueOnce(new Error('gone'));
  expect(() => Vault.open(dir)).toThrow('tapes');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(release).toHaveBeenCalledOnce();
  release.mockRestore();
});

/** Makes the library of a sealed vault say that it is not sealed. */
const unsealLibrary = (dir: string): void => {
  const state = JSON.parse(readFileSync(join(dir, 'library.json'), 'utf8'));
  const settings = { ...state.settings, sealed: false };
  writeFileSync(join(dir, 'library.json'), JSON.stringify({ ...state, settings, envelopes: [] }));
};

test('a library that says that its vault is not sealed is not believed while a tape says otherwise', async () => {
  const { vault, dir } = await newVault({ passphrase: 'secret', slots: 2 });
  await writeChunk(vault, 'secret');
  await vault.close();
  unsealLibrary(dir);
  expect(() => Vault.open(dir)).toThrow(code('VAULT_UNSEALED'));
});

test('a secret for a vault that says that it is not sealed is refused, and not dropped', async () => {
  const { vault } = await newVault();
  await expect(vault.unlock('secret')).rejects.toThrow(code('PASSPHRASE_UNUSED'));
  expect(await vault.unlock(null)).toBeNull();
});

test('one sealed tape makes a recovered vault sealed, whatever a newer tape in the clear says', async () => {
  const { vault, dir } = await newVault({ passphrase: 'secret', slots: 2 });
  await writeChunk(vault, 'secret');
  const { vault: own } = vault.library.state;
  await vault.close();
  rmSync(join(dir, 'library.json'));
  const forged = { vault: own, volume: tapeId('CF0002'), barcode: 'CF0002L8', pool: 'data', sequence: 99 } as const;
  writeTapeStart(tapePath(dir, 'CF0002L8'), { ...forged, labelledAt: millis(Date.now()), envelopes: [] });
  const recovered = await recoverLibrary(dir);
  expect(recovered.settings.sealed).toBe(true);
  expect(recovered.tapes.find(({ volume, state }) => volume === 'CF0002' && state !== 'blank')).toBeUndefined();
  expect(recovered.nextSequence).toBeGreaterThan(99);
  const again = Vault.open(dir);
  onTestFinished(() => again.close());
  expect(await again.unlock('secret')).not.toBeNull();
});

test.runIf(process.platform !== 'win32')(
  'a folder that others can write to is kept to its owner once it is a vault',
  async () => {
    for (const [mode, kept] of [
      [0o777, 0o700],
      [0o770, 0o700],
      [0o755, 0o755],
    ] as const) {
      const dir = temporaryFolder();
      chmodSync(dir, mode);
      const { vault } = await createVault({ dir, name: 'v' });
      await vault.close();
      expect(statSync(dir).mode & 0o777).toBe(kept);
    }
  },
);

test('that a tape was read and is right says nothing of another file in its place', async () => {
  const { vault, library } = await newVault({ slots: 1 });
  const { tape } = await writeChunk(vault, null);
  const { barcode } = library.tape(tape);
  library.noteReadRight([tape]);
  expect(library.admit(barcode, null).readRightAt).toBeGreaterThan(0);
  expect(library.admit(barcode, null, true).readRightAt).toBe(null);
});

test('a tape that waits in a drive to be written to next gives way to who wants either, and is as it was', async () => {
  const { library, dir } = await newVault({ slots: 3, drives: 2 });
  library.mount(1, library.nextWritableTape().volume);
  const before = library.tape('CF0002');
  const wait = () => {
    const next = library.upcomingTape();
    const standby = next && library.standBy(2, next.volume);
    if (standby === null) throw new Error('no tape waits');
    return { next, standby };
  };
  const { next, standby } = wait();
  expect([next?.volume, library.upcomingTape()?.volume]).toEqual(['CF0002', 'CF0003']);
  // While the robot is at it nobody gets the drive or the tape.
  expect([library.lend(tapeId('CF0003')), library.lend(tapeId('CF0002'))]).toEqual([null, null]);
  expect(() => library.load(2, tapeId('CF0003'))).toThrow(code('TAPE_IN_USE'));
  standby.arrived();
  expect([standby.kept, library.upcomingTape()?.volume]).toEqual([true, 'CF0002']);
  expect(library.lend(tapeId('CF0003'))?.drive).toBe(2);
  expect([standby.kept, library.state.drives[1]?.tape]).toEqual([false, 'CF0003']);
  standby.letGo();
  expect(library.state.drives[1]?.tape).toBe('CF0003');
  library.unmount(2);
  // The same for the tape, for what moves it out, and for who works with the drive.
  for (const want of [
    () => library.lend(tapeId('CF0002'))?.letGo(),
    () => library.holdAlone(tapeId('CF0002'))(),
    () => library.mountFree(tapeId('CF0003'))(),
    () => library.unload(2),
  ]) {
    const again = wait();
    again.standby.arrived();
    want();
    expect([again.standby.kept, library.state.drives[1]?.tape]).toEqual([false, null]);
  }
  const put = wait();
  put.standby.arrived();
  put.standby.letGo();
  expect(inspectVault(dir).drives[1]?.tape).toBeNull();
  expect({ ...inspectVault(dir).tapes[1], mounts: 0 }).toEqual(before);
  // Who writes finds it in its drive, and mounts it once.
  const last = wait();
  last.standby.arrived();
  const { mounts } = library.tape('CF0002');
  library.mountAhead(2, library.nextWritableTape().volume);
  expect([library.tape('CF0002').mounts, last.standby.kept, library.isHeld(tapeId('CF0002'))]).toEqual([
    mounts,
    false,
    true,
  ]);
  last.standby.letGo();
  expect(library.isHeld(tapeId('CF0002'))).toBe(true);
});
