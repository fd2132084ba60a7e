import { describe, expect, test } from 'vitest';
import { writeFront } from '../tape-label.ts';
import { TapeWriter } from '../tape-writer.ts';
import { mediumContract } from '../testing/medium-contract.ts';
import { chunkOf, NOW, noise, VAULT, VOLUME } from '../testing/tapes.ts';
import { Drive } from './drive.ts';
import { ScsiDevice } from './scsi-device.ts';
import { ScsiTape } from './scsi-tape.ts';
import { descriptorSense, fixedSense, StandardDrive } from './testing/standard-drive.ts';

const CAPACITY = 16 * 1024 * 1024;
const tapeIn = (drive: StandardDrive, mode: 'read' | 'append' = 'append', capacity = CAPACITY): ScsiTape =>
  new ScsiTape('CF0001', new Drive(new ScsiDevice(drive)), { capacity, mode });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing was thrown';
};

mediumContract('a tape in a drive as the standards have it', (capacity) =>
  tapeIn(new StandardDrive(), 'append', capacity),
);
mediumContract('a tape in a drive that answers with descriptors', (capacity) =>
  tapeIn(new StandardDrive(descriptorSense), 'append', capacity),
);

const block = (seed: number, length = 100): Buffer[] => [noise(length, seed)];

describe('unit attentions', () => {
  test('before a tape is used are taken note of, as many as there are', () => {
    const drive = new StandardDrive();
    for (const code of [0x2900, 0x2800, 0x2a01]) drive.interferences.push({ opcode: 0x00, sense: fixedSense(6, code) });
    drive.interferences.push({ opcode: 0x12, sense: fixedSense(6, 0x2900) });
    expect(tapeIn(drive).position()).toEqual({ block: 0, offset: 0 });
  });

  test('that are harmless have the command sent again, once', () => {
    const drive = new StandardDrive();
    const tape = tapeIn(drive);
    drive.interferences.push({ opcode: 0x0a, sense: fixedSense(6, 0x2a01) });
    tape.writeRecords([block(1)]);
    expect(drive.items).toHaveLength(1);
  });

  test.each([0x2800, 0x2900])('that may mean another tape or place (%i) end all writing', (code) => {
    const drive = new StandardDrive();
    const tape = tapeIn(drive);
    tape.writeRecords([block(1)]);
    drive.interferences.push({ opcode: 0x0a, sense: fixedSense(6, code) });
    expect(codeOf(() => tape.writeRecords([block(2)]))).toBe('DRIVE_RESET');
    expect(codeOf(() => tape.flush())).toBe('DRIVE_RESET');
    expect(drive.items).toHaveLength(1);
  });
});

describe('a reset that rewound the tape costs nothing that lies on it', () => {
  const access = {
    path: '',
    vault: VAULT,
    volume: VOLUME,
    capacity: CAPACITY,
    codec: 'none',
    vaultKey: null,
    envelopes: [],
    envelopesGeneration: 0,
  } as const;
  /** A tape with a chunk and its tail, opened to write the next one. */
  const opened = () => {
    const drive = new StandardDrive();
    const first = tapeIn(drive);
    const label = { vault: { id: VAULT, name: 'test' }, volume: VOLUME, barcode: 'CF0001L8', pool: 'data' };
    writeFront(first, { ...label, sequence: 1, labelledAt: NOW, envelopes: [] });
    const writer = TapeWriter.open(access, { medium: first });
    writer.appendChunk(chunkOf(0, 600_000));
    writer.finish({ full: false, catalogSets: [] });
    writer.close();
    return { drive, writer: TapeWriter.open(access, { medium: tapeIn(drive) }) };
  };
  const rewinds = (drive: StandardDrive): void => drive.close();

  test('when the drive says so as the tail is to be written over', () => {
    const { drive, writer } = opened();
    const before = [...drive.items];
    drive.interferences.push({ opcode: 0x19, sense: fixedSense(6, 0x2900), befalls: rewinds });
    expect(codeOf(() => writer.appendChunk(chunkOf(1, 1000)))).toBe('DRIVE_RESET');
    expect(codeOf(() => writer.appendChunk(chunkOf(1, 1000)))).toBe('DRIVE_RESET');
    expect(drive.items).toEqual(before);
  });

  test('when somebody else took note of it', () => {
    const { drive, writer } = opened();
    writer.appendChunk(chunkOf(1, 1000));
    const before = [...drive.items];
    rewinds(drive);
    expect(codeOf(() => writer.appendChunk(chunkOf(2, 1000)))).toBe('DRIVE_RESET');
    expect(drive.items).toEqual(before);
  });
});

test.each([
  ['an error that the drive recovered from', fixedSense(1, 0x1701)],
  ['a wish to be cleaned', fixedSense(1, 0x0017)],
  ['such a wish without a sense key', fixedSense(0, 0x0017)],
])('%s, told along with success, is success, whatever it was that succeeded', (_, sense) => {
  const drive = new StandardDrive();
  // LOCATE, READ POSITION, WRITE, WRITE FILEMARKS, ERASE, SPACE, MODE SENSE
  const opcodes = [0x2b, 0x34, 0x0a, 0x10, 0x19, 0x11, 0x1a];
  for (const opcode of opcodes) drive.interferences.push({ opcode, sense, along: true });
  const tape = tapeIn(drive);
  tape.writeRecords([block(1), block(2), block(3)]);
  tape.locate({ block: 1, offset: 108 });
  tape.eraseRest();
  tape.writeRecords([block(4)]);
  tape.flush();
  tape.close();
  const again = tapeIn(drive, 'read');
  again.toEnd();
  expect(again.readBack()).toEqual({ kind: 'record', data: noise(100, 4) });
  expect(drive.items.map(String)).toEqual([noise(100, 1), noise(100, 4)].map(String));
  expect(drive.interferences).toEqual([]);
});

test('where the data end is not known when the drive does not find it', () => {
  const drive = new StandardDrive();
  const tape = tapeIn(drive);
  tape.writeRecords([block(1), block(2)]);
  const notFound = fixedSense(8, 0x1403);
  for (const [opcode, work] of [
    [0x08, () => tapeIn(drive, 'read').read()],
    [0x11, () => tapeIn(drive, 'read').toEnd()],
  ] as const) {
    drive.interferences = [{ opcode, sense: notFound, after: opcode === 0x08 ? 1 : 0 }];
    expect(codeOf(work)).toBe('TAPE_DAMAGED');
  }
});

test('a block that a drive calls written and took a part of ends all writing', () => {
  const drive = new StandardDrive();
  const tape = tapeIn(drive);
  drive.loses = 1;
  expect(codeOf(() => tape.writeRecords([block(1)]))).toBe('DEVICE_FAILED');
  drive.loses = 0;
  expect(codeOf(() => tape.flush())).toBe('DEVICE_FAILED');
});

describe('the end of the tape', () => {
  test('is early enough known for a tail: capacity ends at the warning, and what is written behind it counts', () => {
    const drive = new StandardDrive();
    drive.warnsAt = 250;
    const tape = tapeIn(drive);
    tape.writeRecords([block(1), block(2), block(3)]);
    expect(tape.capacity).toBe(0);
    tape.writeRecords([block(4)]);
    tape.flush();
    expect(drive.items).toHaveLength(4);
  });

  test('leaves what was written before it, and the place', () => {
    const drive = new StandardDrive();
    drive.endsAt = 250;
    const tape = tapeIn(drive);
    tape.writeRecords([block(1)]);
    const here = tape.position();
    expect(codeOf(() => tape.writeRecords([block(2), block(3)]))).toBe('TAPE_FULL');
    expect(tape.position()).toEqual(here);
    tape.writeRecords([block(4)]);
    expect(drive.items.map(String)).toEqual([noise(100, 1), noise(100, 4)].map(String));
  });
});

test('a flush that fails, or reports an earlier failure, ends all writing', () => {
  for (const sense of [fixedSense(3, 0x0c00), fixedSense(3, 0x0c00, null, 0x71)]) {
    const drive = new StandardDrive();
    const tape = tapeIn(drive);
    tape.writeRecords([block(1)]);
    drive.interferences.push({ opcode: 0x10, sense });
    expect(codeOf(() => tape.flush())).toMatch(/TAPE_DAMAGED|DEVICE_FAILED/);
    expect(codeOf(() => tape.writeRecords([block(2)]))).toMatch(/TAPE_DAMAGED|DEVICE_FAILED/);
  }
});

test('a tape that was moved behind our back is not called flushed', () => {
  const drive = new StandardDrive();
  const tape = tapeIn(drive);
  tape.writeRecords([block(1)]);
  drive.close();
  expect(codeOf(() => tape.flush())).toBe('DRIVE_RESET');
});

test('a write protected tape is read, and not opened to be written', () => {
  const drive = new StandardDrive();
  drive.writeProtected = true;
  expect(codeOf(() => tapeIn(drive))).toBe('TAPE_PROTECTED');
  expect(tapeIn(drive, 'read').read()).toEqual({ kind: 'end' });
});

test('behind a block that cannot be read the search goes on, by what the records say of their place', () => {
  const drive = new StandardDrive();
  const tape = tapeIn(drive);
  const magic = Buffer.from('MAGIC');
  tape.writeRecords([block(1), block(2), [magic, Buffer.of(2)], block(3)]);
  drive.bad.add(1);
  tape.locate({ block: 1, offset: 108 });
  expect(codeOf(() => tape.read())).toBe('TAPE_DAMAGED');
  expect(tape.position()).toEqual({ block: 1, offset: 108 });
  const pattern = { magic, bytes: 6, blockOf: (data: Buffer) => data[5] ?? null };
  expect(tape.resync(pattern)).toBe(false);
  tape.locate({ block: 1, offset: 108 });
  expect(tape.resync({ ...pattern, offsetOf: () => 216 })).toBe(true);
  expect(tape.position()).toEqual({ block: 2, offset: 216 });
});

test('where the end lies is known once a tail was read backwards and a place near it reached', () => {
  const drive = new StandardDrive();
  const first = tapeIn(drive);
  first.writeRecords([block(1), block(2)]);
  first.writeFileMarks(2);
  const { endOffset } = first;
  first.close();
  const tape = tapeIn(drive);
  expect(tape.endOffset).toBe(Number.MAX_SAFE_INTEGER);
  tape.toEnd();
  for (let left = 3; left > 0; left -= 1) tape.readBack();
  tape.locate({ block: 0, offset: 0 });
  tape.read();
  tape.read();
  expect(tape.endOffset).toBe(endOffset);
});
