import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tapeId } from '../../../shared/units.ts';
import { glanceAtTapes, seenTape } from './changer-glance.ts';
import { type ChangerSource, isLibraryOf, recoverFromChanger } from './changer-recovery.ts';
import { readLibrary } from './library-state.ts';
import { Drive } from './scsi/drive.ts';
import type { Element } from './scsi/element-status.ts';
import { ScsiDevice } from './scsi/scsi-device.ts';
import { deviceFailed } from './scsi/scsi-errors.ts';
import { ScsiTape } from './scsi/scsi-tape.ts';
import { StandardDrive } from './scsi/testing/standard-drive.ts';
import { encodeTapeStart } from './tape-label.ts';
import { NOW, temporaryFolder } from './testing/tapes.ts';
import { newVault, writeChunk } from './testing/vaults.ts';
import type { Vault } from './vault.ts';
import { VirtualTape } from './virtual-tape.ts';

const CHOICE = { changer: 'iscsi://vtl/x/0', drives: ['iscsi://vtl/x/1', 'iscsi://vtl/x/2'] };
const ANYBODY = { tape: () => undefined, library: async () => undefined };

type Items = StandardDrive['items'];

/** What lies on a virtual tape, as a drive has it. */
const itemsOf = (vault: Vault, volume: string): Items => {
  const path = join(vault.dir, 'tapes', `${volume}L8.tap`);
  const medium = VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  const items: Items = [];
  for (let item = medium.read(); item.kind !== 'end'; item = medium.read())
    items.push(item.kind === 'mark' ? 'mark' : item.data);
  medium.close();
  return items;
};

/** A changer with tapes in its slots, and one in a drive. */
class Shelf {
  readonly tapes = new Map<string, Items>();
  readonly looked: string[] = [];
  readonly written: number[] = [];
  extra: Element[] = [];
  stuck: string | null = null;

  get elements(): Element[] {
    const slots = [...this.tapes.keys()].map((barcode, index) => element('storage', 1000 + index, barcode));
    return [element('drive', 1, null), element('drive', 2, null), ...slots, ...this.extra];
  }

  source(vault: string | null = null): ChangerSource {
    return {
      ...CHOICE,
      vault,
      elements: async () => this.elements,
      glance: async (drives, barcodes, seen) => {
        expect(drives.map(({ element: at }) => at)).toEqual([1, 2]);
        const cancelled = new Int32Array(new SharedArrayBuffer(4));
        const place = { changer: CHOICE.changer, drives, drive: 0, barcodes, cancelled };
        glanceAtTapes(
          place,
          ({ barcode }) => this.#inDrive(barcode),
          (answer) => (answer.kind === 'seen' ? seen(seenTape(answer.tape)) : this.looked.push(answer.barcode)),
        );
      },
    };
  }

  #inDrive(barcode: string): ScsiTape {
    const drive = new StandardDrive();
    drive.items = [...(this.tapes.get(barcode) ?? [])];
    if (barcode === this.stuck) throw deviceFailed('the robot', 'it is stuck');
    return new ScsiTape(barcode, new Drive(new ScsiDevice(drive)), {
      capacity: Number.MAX_SAFE_INTEGER,
      mode: 'read',
    });
  }
}

const element = (type: Element['type'], address: number, barcode: string | null): Element => ({
  type,
  address,
  barcode,
  full: barcode !== null,
  source: null,
  exception: null,
});

/** A vault with a full tape, and one with room; and a changer that holds both, and blank ones. */
const stage = async (secret: string | null = null) => {
  const made = await newVault({ passphrase: secret });
  await writeChunk(made.vault, secret, 0, true);
  await writeChunk(made.vault, secret, 1);
  const shelf = new Shelf();
  for (const volume of ['CF0001', 'CF0002']) shelf.tapes.set(`${volume}L8`, itemsOf(made.vault, volume));
  shelf.tapes.set('CF0007L8', []);
  return { ...made, shelf, to: join(temporaryFolder(), 'new') };
};

const statesOf = (dir: string) => readLibrary(dir).tapes.map(({ barcode, state }) => `${barcode} ${state}`);

test('a library is made anew from the tapes in a changer, as far as each of them says what it is', async () => {
  const { vault, shelf, to } = await stage();
  const { vault: other } = await newVault({ name: 'other' });
  await writeChunk(other, null);
  shelf.tapes.set('CF0003L8', itemsOf(other, 'CF0001'));
  shelf.tapes.set('CF0004L8', itemsOf(vault, 'CF0002'));
  shelf.tapes.set('FORE01L8', [Buffer.from('of another program')]);
  shelf.tapes.set('CLN-001', []);
  shelf.tapes.set('Strange', []);
  shelf.extra = [element('importExport', 900, 'CF0009L8'), element('drive', 3, 'CF0008L8')];
  await expect(recoverFromChanger(to, shelf.source(), {}, ANYBODY)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(other.id),
    guidance: expect.stringContaining('--vault-id'),
  });
  expect(existsSync(to)).toBe(false);
  const { warnings } = await recoverFromChanger(to, shelf.source(vault.id), { tapeBytes: 1 << 30 }, ANYBODY);
  expect(warnings.map(({ code, path }) => `${path} ${code}`)).toEqual([
    'CF0003L8 TAPE_MISMATCH',
    'CF0004L8 TAPE_MISMATCH',
    'FORE01L8 TAPE_DAMAGED',
    'CF0009L8 NO_SUCH_TAPE',
    'CF0008L8 NO_SUCH_TAPE',
    'Strange TAPE_MISMATCH',
  ]);
  const state = readLibrary(to);
  expect(statesOf(to)).toEqual(['CF0001L8 full', 'CF0002L8 filling', 'CF0007L8 blank']);
  expect(state.vault).toMatchObject({ id: vault.id, name: vault.name });
  const known = [
    'volume',
    'barcode',
    'pool',
    'state',
    'sequence',
    'labelledAt',
    'chunks',
    'payloadBytes',
    'usedBytes',
  ] as const;
  for (const [index, tape] of vault.library.state.tapes.slice(0, 2).entries())
    for (const field of known) expect([field, state.tapes[index]?.[field]]).toEqual([field, tape[field]]);
  expect(state.settings).toEqual({
    tapeBytes: 1 << 30,
    codec: 'zstd',
    sealed: false,
    changer: {
      address: CHOICE.changer,
      drives: CHOICE.drives.map((address, index) => ({ address, element: index + 1 })),
      importExport: 1,
    },
  });
  expect(state.slots.map(({ tape }) => tape)).toEqual(['CF0001', 'CF0002', 'CF0007', ...Array(5).fill(null)]);
  expect(state.cleaning?.tapes.map(({ barcode }) => barcode)).toEqual(['CLN-001']);
  expect(state.nextSequence).toBeGreaterThan(1000);
  expect(shelf.looked.filter((barcode) => !/^(CF000[12347]|FORE01)L8$/.test(barcode))).toEqual([]);
  expect(isLibraryOf(to, CHOICE)).toBe(true);
  expect(() => isLibraryOf(to, { ...CHOICE, drives: [] })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  await expect(recoverFromChanger(to, shelf.source(vault.id), {}, ANYBODY)).rejects.toMatchObject({
    code: 'VAULT_EXISTS',
  });
});

test('nothing is written any more to a tape whose end is not known, or whose beginning is damaged', async () => {
  const { shelf, to } = await stage();
  const cut = shelf.tapes.get('CF0001L8') ?? [];
  shelf.tapes.set('CF0001L8', cut.slice(0, -4));
  shelf.tapes.set('CF0002L8', (shelf.tapes.get('CF0002L8') ?? []).with(1, Buffer.alloc(80)));
  const { warnings } = await recoverFromChanger(to, shelf.source(), {}, ANYBODY);
  expect(statesOf(to)).toEqual(['CF0001L8 damaged', 'CF0002L8 damaged', 'CF0007L8 blank']);
  expect(warnings.map(({ path, code }) => `${path} ${code}`)).toEqual([
    'CF0001L8 TAPE_DAMAGED',
    'CF0002L8 TAPE_DAMAGED',
  ]);
});

test('a sealed vault is asked for its secret by its first tape, and has the present envelopes; whoever is refused leaves nothing behind', async () => {
  const { vault, shelf, to } = await stage('open sesame');
  await vault.changePassphrase('open sesame', 'a later one');
  for (const volume of ['CF0001', 'CF0002']) shelf.tapes.set(`${volume}L8`, itemsOf(vault, volume));
  const refused = new Error('no secret');
  const refuse = (): never => {
    throw refused;
  };
  await expect(recoverFromChanger(to, shelf.source(), {}, { ...ANYBODY, tape: refuse })).rejects.toThrow(refused);
  expect(shelf.looked).toEqual(['CF0001L8']);
  await expect(recoverFromChanger(to, shelf.source(), {}, { ...ANYBODY, library: refuse })).rejects.toThrow(refused);
  expect(existsSync(to)).toBe(false);
  // Anybody can label one in the clear, and call it the newest.
  const forged = {
    vault: { id: vault.id, name: vault.name },
    volume: tapeId('CF0009'),
    barcode: 'CF0009L8',
    pool: 'data',
    sequence: 99,
    labelledAt: NOW,
  };
  const label = encodeTapeStart({ ...forged, envelopes: [] });
  shelf.tapes.set(
    'CF0009L8',
    label.map((item) => (item === null ? 'mark' : Buffer.from(item))),
  );
  const { state, warnings } = await recoverFromChanger(to, shelf.source(), {}, ANYBODY);
  expect(state.settings.sealed).toBe(true);
  expect(statesOf(to)).toEqual(['CF0001L8 full', 'CF0002L8 filling', 'CF0007L8 blank', 'CF0009L8 damaged']);
  expect(warnings).toMatchObject([{ code: 'TAPE_UNSEALED', path: 'CF0009L8' }]);
  expect(state.envelopes).toEqual(vault.library.state.envelopes);
  expect(state.envelopesGeneration).toBe(vault.library.state.envelopesGeneration);
});

test('a folder that is not that of a vault with a changer is left alone, and of one that is only what is lost is made', async () => {
  const { vault, shelf, to } = await stage();
  await expect(recoverFromChanger(vault.dir, shelf.source(), {}, ANYBODY)).rejects.toMatchObject({
    code: 'VAULT_EXISTS',
  });
  mkdirSync(join(to, 'tapes'), { recursive: true });
  writeFileSync(join(to, 'letter.txt'), '');
  const refused = { code: 'VAULT_EXISTS', message: expect.stringContaining('letter.txt') };
  await expect(recoverFromChanger(to, shelf.source(), {}, ANYBODY)).rejects.toMatchObject(refused);
  rmSync(join(to, 'letter.txt'));
  writeFileSync(join(to, 'tapes', 'CF0001L8.tap'), '');
  await expect(recoverFromChanger(to, shelf.source(), {}, ANYBODY)).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
  rmSync(join(to, 'tapes', 'CF0001L8.tap'));
  writeFileSync(join(to, 'library.json'), '{');
  await recoverFromChanger(to, shelf.source(), {}, ANYBODY);
  const kept = readdirSync(to).filter((name) => name.startsWith('library.json.damaged-'));
  expect(kept.map((name) => readFileSync(join(to, name), 'utf8'))).toEqual(['{']);
  expect(statesOf(to)).toHaveLength(3);
});

test('a changer without a tape of a vault makes none, and a tape that cannot be fetched ends it, by name', async () => {
  const { vault, shelf, to } = await stage();
  shelf.stuck = 'CF0002L8';
  const refused = { code: 'DEVICE_FAILED', message: expect.stringContaining('CF0002L8') };
  await expect(recoverFromChanger(to, shelf.source(), {}, ANYBODY)).rejects.toMatchObject(refused);
  shelf.stuck = null;
  await expect(recoverFromChanger(to, shelf.source('0'.repeat(32)), {}, ANYBODY)).rejects.toMatchObject({
    code: 'NO_SUCH_VAULT',
    message: expect.stringContaining(vault.id),
  });
  for (const barcode of ['CF0001L8', 'CF0002L8']) shelf.tapes.set(barcode, []);
  await expect(recoverFromChanger(to, shelf.source(), {}, ANYBODY)).rejects.toMatchObject({ code: 'NO_SUCH_VAULT' });
  expect(existsSync(to)).toBe(false);
});
