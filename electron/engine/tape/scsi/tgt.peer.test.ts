import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDeviceAddress } from '../../../platform/scsi/address.ts';
import { openIscsi } from '../../../platform/scsi/iscsi.ts';
import { describeWithPeers } from '../../../platform/testing/peers.ts';
import {
  FIRST_IMPORT_EXPORT,
  FIRST_SLOT,
  startTgt,
  TGT_PEERS,
  type TgtLibrary,
} from '../../../platform/testing/tgt.ts';
import { mediumContract } from '../testing/medium-contract.ts';
import { noise } from '../testing/tapes.ts';
import { carryIn, carryOut } from './carry-tape.ts';
import { Drive } from './drive.ts';
import { type DrivePlace, openChanger, openScsiTape, openTransport, withRobot } from './open-scsi-tape.ts';
import { ScsiDevice } from './scsi-device.ts';

const BARCODES = ['CF0001L8', 'CF0002L8', 'CF0003L8'];

describeWithPeers('a library of tgtd over iSCSI', TGT_PEERS, () => {
  let tgt: TgtLibrary;
  beforeAll(async () => {
    tgt = await startTgt({ drives: 2, spare: 0, barcodes: BARCODES, tapeMiB: 1, importExport: 1 });
  });
  afterAll(async () => await tgt?.stop());

  const place = (barcode: string, drive = 0): DrivePlace => ({
    changer: tgt.changer,
    drives: tgt.drives.map((address, index) => ({ address, element: index + 1 })),
    drive,
    barcode,
  });
  const open = (barcode: string, drive = 0, capacity = 16 * 1024 * 1024) =>
    openScsiTape(place(barcode, drive), { capacity, mode: 'append' });
  const shelf = () => {
    const changer = openChanger(tgt.changer);
    const found = changer.elements().map(({ type, address, barcode }) => `${type} ${address} ${barcode ?? '-'}`);
    changer.close();
    return found.filter((line) => !line.startsWith('transport'));
  };
  const codeOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'nothing was thrown';
  };

  mediumContract('a tape in a drive of tgtd', (capacity) => {
    const tape = open('CF0001L8', 0, capacity);
    // It cannot be erased but by writing.
    tape.writeFileMarks(1);
    tape.locate({ block: 0, offset: 0 });
    tape.eraseRest();
    return tape;
  });

  test('the robot puts tapes away to where they came from, and takes them out of other drives', () => {
    open('CF0001L8').close();
    expect(shelf()).toEqual([
      'drive 1 CF0001L8',
      'drive 2 -',
      `importExport ${FIRST_IMPORT_EXPORT} -`,
      `storage ${FIRST_SLOT} -`,
      'storage 1001 CF0002L8',
      'storage 1002 CF0003L8',
    ]);
    open('CF0002L8', 0).close();
    expect(shelf()).toEqual([
      'drive 1 CF0002L8',
      'drive 2 -',
      `importExport ${FIRST_IMPORT_EXPORT} -`,
      `storage ${FIRST_SLOT} CF0001L8`,
      'storage 1001 -',
      'storage 1002 CF0003L8',
    ]);
    open('CF0002L8', 1).close();
    expect(shelf().slice(0, 2)).toEqual(['drive 1 -', 'drive 2 CF0002L8']);
    expect(codeOf(() => open('CF0009L8'))).toBe('NO_SUCH_TAPE');
  });

  test('the robot carries tapes out through the import/export element, and nothing fetches them from there', () => {
    const carry = (way: typeof carryOut, barcode: string) =>
      withRobot(place(barcode), barcode, (changer, unload) => way(changer, barcode, unload));
    expect(carry(carryOut, 'CF0002L8')).toEqual({ slot: 1, importExport: 1 });
    expect(shelf()).toContain(`importExport ${FIRST_IMPORT_EXPORT} CF0002L8`);
    expect(shelf()).toContain('drive 2 -');
    // Once more, as after a kill: it is there.
    expect(carry(carryOut, 'CF0002L8')).toEqual({ slot: 1, importExport: 1 });
    expect(codeOf(() => open('CF0002L8'))).toBe('NO_SUCH_TAPE');
    expect(codeOf(() => carry(carryOut, 'CF0001L8'))).toBe('SLOTS_FULL');
    expect(carry(carryIn, 'CF0002L8')).toEqual({ slot: 2, importExport: 1 });
    expect(carry(carryIn, 'CF0002L8')).toEqual({ slot: 2, importExport: 1 });
    expect(shelf()).toContain(`importExport ${FIRST_IMPORT_EXPORT} -`);
    open('CF0002L8').close();
  });

  test('what was written to a tape is on it when it comes back, and on no other', () => {
    const records = [1, 2, 3].map((seed) => [noise(200_000, seed)]);
    const tape = open('CF0003L8');
    tape.writeRecords(records);
    tape.writeFileMarks(2);
    tape.flush();
    tape.close();
    open('CF0002L8').close();
    const again = open('CF0003L8');
    again.toEnd();
    expect([again.readBack(), again.readBack()]).toEqual([{ kind: 'mark' }, { kind: 'mark' }]);
    const last = again.readBack();
    expect(last.kind === 'record' && last.data.equals(noise(200_000, 3))).toBe(true);
    again.close();
  });

  test('behind the early warning the capacity is used up, and a tail can still be written', () => {
    const tape = open('CF0002L8');
    for (let seed = 0; seed < 5; seed += 1) tape.writeRecords([[noise(250_000, seed)]]);
    expect(tape.capacity).toBeLessThan(tape.endOffset);
    tape.writeRecords([[noise(5000, 9)]]);
    tape.flush();
    tape.close();
  });

  test('an address with nothing behind it, or with something else, is named', () => {
    const [drive = ''] = tgt.drives;
    expect(codeOf(() => openTransport(drive.replace('library', 'other')))).toBe('DEVICE_UNREACHABLE');
    expect(codeOf(() => openTransport(drive.replace(/:\d+\//, ':1/')))).toBe('DEVICE_UNREACHABLE');
    expect(codeOf(() => openChanger(drive))).toBe('DEVICE_UNSUITABLE');
    expect(codeOf(() => openTransport('ftp://somewhere'))).toBe('DEVICE_UNSUITABLE');
    const device = new ScsiDevice(openTransport(tgt.changer));
    expect(codeOf(() => new Drive(device))).toBe('DEVICE_UNSUITABLE');
    device.close();
  });

  test('a session that is cut off is an error, and a new one finds everything', () => {
    const tape = open('CF0003L8');
    tape.read();
    const sessions = tgt.admin('--op', 'show', '--mode', 'conn', '--tid', '1');
    for (const [, sid = '', cid = ''] of sessions.matchAll(/Session: (\d+)\s+Connection: (\d+)/g))
      tgt.admin('--op', 'delete', '--mode', 'conn', '--tid', '1', '--sid', sid, '--cid', cid);
    expect(codeOf(() => tape.read())).toBe('DEVICE_UNREACHABLE');
    expect(codeOf(() => tape.flush())).toBe('DEVICE_UNREACHABLE');
    tape.close();
    const again = open('CF0003L8');
    expect(again.read().kind).toBe('record');
    again.close();
  });
});

describeWithPeers('a library of tgtd that asks for a secret', TGT_PEERS, () => {
  test('lets in who knows it, by CHAP, and says nothing of it to who does not', async () => {
    const chap = { user: 'coldframe', secret: 'a-long-chap-secret' };
    const tgt = await startTgt({ barcodes: BARCODES, chap });
    try {
      const address = parseDeviceAddress(tgt.changer);
      if (address?.kind !== 'iscsi') throw new Error('no address');
      openIscsi(address, chap).close();
      for (const wrong of [null, { ...chap, secret: 'another-chap-secret' }])
        expect(() => openIscsi(address, wrong)).toThrow(expect.objectContaining({ code: 'DEVICE_UNREACHABLE' }));
    } finally {
      await tgt.stop();
    }
  });
});
