import { describe, expect, test } from 'vitest';
import { noise } from '../testing/tapes.ts';
import { awaitCleaning } from './clean-drive.ts';
import { Drive } from './drive.ts';
import { ScsiDevice } from './scsi-device.ts';
import { ScsiTape } from './scsi-tape.ts';
import { fixedSense, StandardDrive } from './testing/standard-drive.ts';

const NOT_READY = 2;
const CLEANING = 0x3003;
const NO_TAPE = 0x3a00;

/** A drive that says these things, one after the other, of a cleaning tape. */
const saying = (codes: readonly number[], alerts: readonly number[] = []): StandardDrive => {
  const drive = new StandardDrive();
  for (const code of codes) drive.interferences.push({ opcode: 0x00, sense: fixedSense(NOT_READY, code) });
  drive.alerts = alerts;
  return drive;
};
const cleaned = (drive: StandardDrive) => awaitCleaning(new ScsiDevice(drive), () => undefined);
const times = (count: number, code: number): number[] => Array.from({ length: count }, () => code);

describe('a drive with a cleaning tape', () => {
  test('is clean once it worked with it and let it go, also when it notices it late', () => {
    expect(cleaned(saying([NO_TAPE, ...times(9, CLEANING), NO_TAPE]))).toEqual({ outcome: 'cleaned', usedUp: false });
    expect(cleaned(saying([0x0401, 0x3003, NO_TAPE])).outcome).toBe('cleaned');
  });

  test('is not when it takes it for a tape, refuses it, or never begins or ends', () => {
    expect(cleaned(saying([])).outcome).toBe('tape');
    expect(cleaned(saying([CLEANING, 0x3007])).outcome).toBe('refused');
    expect(cleaned(saying(times(130, NO_TAPE))).outcome).toBe('unnoticed');
    expect(cleaned(saying(times(1900, CLEANING))).outcome).toBe('endless');
  });

  test('says that the tape is used up, or is no cleaning tape, by its alerts', () => {
    expect(cleaned(saying([CLEANING, NO_TAPE], [22]))).toEqual({ outcome: 'refused', usedUp: true });
    expect(cleaned(saying([CLEANING, NO_TAPE], [23]))).toEqual({ outcome: 'refused', usedUp: false });
    expect(cleaned(saying([CLEANING, NO_TAPE], [20, 21]))).toEqual({ outcome: 'cleaned', usedUp: false });
  });
});

describe('a drive asks to be cleaned', () => {
  const tapeIn = (drive: StandardDrive) =>
    new ScsiTape('CF0001', new Drive(new ScsiDevice(drive)), { capacity: 1 << 20, mode: 'append' });

  test('by its alerts, and does not where it has none, or no such page', () => {
    const drive = new StandardDrive();
    const tape = tapeIn(drive);
    expect(tape.asksForCleaning()).toBe(false);
    drive.alerts = [20];
    expect(tape.asksForCleaning()).toBe(true);
    drive.alerts = [21];
    expect(tape.asksForCleaning()).toBe(true);
    drive.interferences.push({ opcode: 0x4d, sense: fixedSense(5, 0x2400) });
    expect(tape.asksForCleaning()).toBe(false);
    drive.interferences.push({ opcode: 0x4d, sense: fixedSense(4, 0x4400) });
    expect(tape.asksForCleaning()).toBe(false);
  });

  test('along with a command that it carried out', () => {
    const drive = new StandardDrive();
    const tape = tapeIn(drive);
    drive.interferences.push({ opcode: 0x0a, sense: fixedSense(1, 0x0017) });
    tape.writeRecords([[noise(100, 1)]]);
    expect(tape.asksForCleaning()).toBe(true);
  });
});
