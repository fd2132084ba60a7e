import { expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { demandLabel, isAsBefore, saysItself } from './relabel.ts';
import { Drive } from './scsi/drive.ts';
import { ScsiDevice } from './scsi/scsi-device.ts';
import { ScsiTape } from './scsi/scsi-tape.ts';
import { StandardDrive } from './scsi/testing/standard-drive.ts';
import type { Relabel, TapeAccess } from './tape-access.ts';
import { encodeTapeStart, readTapeIdentity } from './tape-label.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, ENVELOPE, NOW, noise, OTHER_SET, SET, VAULT, VOLUME } from './testing/tapes.ts';

const CAPACITY = 64 * 1024 * 1024;
const RECORD = 262_144;

/** A sealed tape in a drive, and what the library may count on of it. */
class Stage {
  readonly drive = new StandardDrive();

  /** What a job counts on that opens the tape to append, with its label of a sequence. */
  access(sequence: number, relabels?: Partial<Relabel>): TapeAccess {
    const envelopes = [ENVELOPE];
    const vault = { id: VAULT, name: 'test' };
    const label = { vault, volume: VOLUME, barcode: `${VOLUME}L8`, pool: 'data', sequence, labelledAt: NOW, envelopes };
    const place = { changer: 'iscsi://vtl/x/0', drives: [], drive: 0, barcode: `${VOLUME}L8` };
    const due = relabels ? { relabels: { sequence: 1, chunks: 2, expired: [SET, OTHER_SET], ...relabels } } : {};
    return {
      path: '',
      device: { ...place, label, ...due },
      vault: VAULT,
      volume: VOLUME,
      capacity: CAPACITY,
      codec: 'zstd',
      vaultKey: noise(32, 7),
      envelopes,
      envelopesGeneration: 0,
    };
  }

  /** Opens it so; the error where it is refused. */
  open(sequence: number, relabels?: Partial<Relabel>, expectChunks = 0): TapeWriter {
    return TapeWriter.open(this.access(sequence, relabels), { medium: this.tape(), expectChunks });
  }

  tape(): ScsiTape {
    return new ScsiTape(VOLUME, new Drive(new ScsiDevice(this.drive)), { capacity: CAPACITY, mode: 'append' });
  }

  /** The sequence of the label that the tape has after it was opened; the code of why it was refused, and whether it says that it is as before. */
  opened(...how: Parameters<Stage['open']>): unknown {
    try {
      this.open(...how).close();
      return readTapeIdentity(this.tape()).header.tape.sequence;
    } catch (thrown) {
      const error = thrown as ColdframeError;
      return [error.code, isAsBefore(error)];
    }
  }

  /** Writes chunks behind the label, and the tail. */
  write(writer: TapeWriter, ...chunks: readonly ReturnType<typeof chunkOf>[]): void {
    for (const chunk of chunks) writer.appendChunk(chunk);
    writer.finish({ full: false, catalogSets: [] });
    writer.close();
  }
}

test('a tape gets a new label only if it is the one that was meant, and each of its chunks is of a set that expired', () => {
  const stage = new Stage();
  const { drive } = stage;
  stage.write(stage.open(1), chunkOf(0, 8 * RECORD), chunkOf(1, 100_000, { set: OTHER_SET }));
  const whole = [...drive.items];
  const refused = ['TAPE_MISMATCH', true];
  for (const change of [{ expired: [SET] }, { expired: [OTHER_SET] }, { chunks: 3 }, { sequence: 3 }])
    expect(stage.opened(2, change)).toEqual(refused);
  // Its directory may say less than lies there.
  const at = whole.findIndex((item) => item !== 'mark' && item.length === 176);
  const directory = Buffer.from(whole[at] as Buffer);
  directory[60] = (directory[60] ?? 0) ^ 1;
  drive.items[at] = directory;
  expect(stage.opened(2, {})).toEqual(['TAPE_DAMAGED', true]);
  drive.items = [...whole];
  // What expired is passed over, not read: however long a chunk is, only what is around its data comes from the drive.
  const reads = (): number => drive.opcodes.filter((opcode) => opcode === 0x08).length;
  const before = reads();
  const writer = stage.open(2, {});
  expect(reads() - before).toBeLessThan(60);
  writer.close();
  expect(drive.items).toHaveLength(encodeTapeStart(labelOf(2)).length);
  // After a kill it is asked for once more, and what was written since stays; if that is found damaged then, the tape is not what it was.
  stage.write(stage.open(2, {}), chunkOf(0, 50_000));
  const later = [...drive.items];
  expect([stage.opened(2, {}), drive.items]).toEqual([2, later]);
  expect(stage.opened(2, {}, 2)).toEqual(['TAPE_DAMAGED', false]);
});

test('a label that was cut off anywhere is written whole, on a blank tape as on one that is labelled anew, and nothing else is taken for one', () => {
  const stage = new Stage();
  stage.write(stage.open(2));
  stage.open(2).close();
  const front = stage.drive.items.slice(0, encodeTapeStart(labelOf(2)).length);
  const cut = (items: number): void => {
    stage.drive.items = front.slice(0, items);
  };
  for (const relabels of [undefined, {}])
    for (let items = 0; items < front.length; items += 1) {
      cut(items);
      expect([items, stage.opened(2, relabels), stage.drive.items]).toEqual([items, 2, front]);
    }
  // A tape that has chunks behind its label had a whole one.
  cut(3);
  expect(stage.opened(2, {}, 1)).toEqual(['TAPE_DAMAGED', false]);
  expect(stage.drive.items).toHaveLength(3);
  // A label of before that is cut off is damage of another kind, as is the label of another tape.
  cut(front.length - 1);
  expect(stage.opened(3, {})).toEqual(['TAPE_DAMAGED', false]);
  stage.drive.items = [Buffer.from(String(front[0]).replace(VOLUME, 'CF0002'))];
  expect(stage.opened(2, {})).toEqual(['TAPE_DAMAGED', false]);
  stage.drive.items = [noise(80, 1)];
  expect(stage.opened(2, {})).toEqual(['TAPE_DAMAGED', false]);
});

test('a tape that was erased gets its label whatever lies on it, if it has one of those that it may have', () => {
  const stage = new Stage();
  stage.write(stage.open(1), chunkOf(0, 50_000));
  const whole = [...stage.drive.items];
  const erased = (...agreed: readonly number[]) => ({ expired: [], agreed });
  for (const how of [erased(2), {}]) expect(stage.opened(3, { expired: [], ...how })).toEqual(['TAPE_MISMATCH', true]);
  expect(stage.drive.items).toEqual(whole);
  expect(stage.opened(3, erased(2, 1))).toBe(3);
  const front = [...stage.drive.items];
  expect(front).toHaveLength(encodeTapeStart(labelOf(3)).length);
  // Killed within that, and erased again, it gets yet another one.
  for (let items = 0; items < front.length; items += 1) {
    stage.drive.items = front.slice(0, items);
    expect([items, stage.opened(4, erased(3, 2, 1))]).toEqual([items, 4]);
  }
  stage.drive.items = front.slice(0, -1);
  expect(stage.opened(4, erased(2, 1))).toEqual(['TAPE_DAMAGED', false]);
});

test('a damaged label is said to be that of the tape that is meant only if it, or a chunk behind it, says so', () => {
  const stage = new Stage();
  stage.write(stage.open(1), chunkOf(0, 50_000));
  const { drive } = stage;
  const whole = [...drive.items];
  const [label = 'mark'] = whole;
  const found = (first: Buffer | string, second: Buffer | string, vaultKey: Uint8Array | null = null) => {
    drive.items = [first, second, ...whole.slice(2)].map((item) => (item === 'mark' ? item : Buffer.from(item)));
    const access = { ...stage.access(1), vaultKey };
    try {
      demandLabel(stage.tape(), access, { sequences: [1], blank: false });
      return 'it is';
    } catch (thrown) {
      return [(thrown as ColdframeError).code, saysItself(thrown as ColdframeError)];
    }
  };
  const second = whole[1] ?? 'mark';
  const strange = noise(80, 1);
  expect(found(label, second)).toBe('it is');
  expect(found(label, strange)).toEqual(['TAPE_DAMAGED', true]);
  // The chunks of a sealed vault say it to who has its key.
  expect(found(strange, second, noise(32, 7))).toEqual(['TAPE_DAMAGED', true]);
  expect(found(strange, second)).toEqual(['TAPE_DAMAGED', false]);
  whole.length = 2;
  expect(found(strange, strange, noise(32, 7))).toEqual(['TAPE_DAMAGED', false]);
});

const labelOf = (sequence: number) => ({
  vault: { id: VAULT, name: 'test' },
  volume: VOLUME,
  barcode: `${VOLUME}L8`,
  pool: 'data',
  sequence,
  labelledAt: NOW,
  envelopes: [ENVELOPE],
});
