import type { ScsiCommand } from '../../../platform/scsi/transport.ts';
import { MAX_RECORD_BYTES } from '../container.ts';
import { tapeDamaged } from '../tape-errors.ts';
import { CAPACITY_PAGE, parseBlockLimits, parseCapacity, parseMode, parsePosition, variableBlocks } from './answers.ts';
import * as cdb from './commands.ts';
import type { ScsiDevice } from './scsi-device.ts';
import { deviceFailed, deviceUnsuitable } from './scsi-errors.ts';
import type { Sense } from './sense.ts';
import { tapeAlerts } from './tape-alerts.ts';

const SHORT_MS = 60_000;
/** A block may wait until the drive has gone back and tried again; so may a file mark, behind a full buffer. */
const BLOCK_MS = 900_000;
/** From one end of a tape to the other, and a rewind before it. */
const MOVE_MS = 2_400_000;

const BEGINNING_CODE = 0x0004;
const END_OF_DATA_CODE = 0x0005;
/** First byte of "recorded entity not found", "end-of-data not found" and the like. */
const NOT_FOUND = 0x14;

/** TapeAlert: "clean now" and "clean periodic" (SSC-4, annex A). */
const CLEANING_ALERTS = [20, 21] as const;

const isIllegal = ({ key }: Sense): boolean => key === 'illegal-request';
/** A drive that cannot find where the data end says "blank check", too, and does not know what lies behind. */
const isEndOfData = ({ key, code }: Sense): boolean =>
  (key === 'blank-check' && code >> 8 !== NOT_FOUND) || (key === 'no-sense' && code === END_OF_DATA_CODE);
const isBeginning = ({ key, code, endOfMedium }: Sense): boolean =>
  key === 'no-sense' && (code === BEGINNING_CODE || endOfMedium);
/** Written, and the end is near (SSC-4, 4.2.5). */
const isEarlyWarning = ({ key, endOfMedium }: Sense): boolean =>
  endOfMedium && (key === 'no-sense' || key === 'completed');

/** What one READ found. `bytes` is the length of the block on tape; `data` are all of it, or none. */
export type Found =
  | { readonly kind: 'record'; readonly bytes: number; readonly data: Uint8Array }
  | { readonly kind: 'mark' }
  | { readonly kind: 'end' };

/** How far a SPACE over blocks and file marks got. */
export type Spaced = 'done' | 'end' | 'beginning';

/** One tape drive with a tape in it: the commands of SSC-4, one at a time. Knows nothing of where the tape stands. */
export class Drive {
  readonly device: ScsiDevice;
  readonly writeProtected: boolean;
  /** Whether LOCATE and READ POSITION work; otherwise the tape is moved by counting. */
  readonly locates: boolean;
  /** What fits on the tape as the drive says; null when it does not. */
  readonly capacity: number | null;
  #erases = true;

  /** Takes the drive (`tapeMs`: as of `awaitReady`), with the tape at its beginning and blocks of variable length. Errors: as of `ScsiDevice`, DEVICE_UNSUITABLE. */
  constructor(device: ScsiDevice, tapeMs = 0) {
    this.device = device;
    device.demandType('tape');
    device.awaitReady(tapeMs);
    // Drives of virtual libraries may not know reservations; who holds one is respected either way.
    this.#ask(cdb.reserveUnit(), 0, 'reserving it', isIllegal);
    const limits = parseBlockLimits(this.#ask(cdb.readBlockLimits(), 6, 'asking for its block sizes').data);
    if (limits === null || (limits.most !== 0 && limits.most < MAX_RECORD_BYTES))
      throw deviceUnsuitable(device.name, `it takes no blocks of ${MAX_RECORD_BYTES} bytes`);
    this.writeProtected = this.#setVariableBlocks();
    this.rewind();
    this.locates = this.position() === 0 && this.#ask(cdb.locate(0), 0, 'locating', isIllegal, MOVE_MS).sense === null;
    const page = this.#ask(cdb.logSense(CAPACITY_PAGE, 255), 255, 'asking for the capacity', isIllegal);
    this.capacity = page.sense === null ? parseCapacity(page.data) : null;
  }

  /** Whether it asks to be cleaned, as its sense data or TapeAlert flags say; false when it does not tell. Never throws: it is advice. */
  asksForCleaning(): boolean {
    try {
      const alerts = tapeAlerts(this.device);
      return this.device.cleaningRequested || CLEANING_ALERTS.some((flag) => alerts.has(flag));
    } catch {
      return this.device.cleaningRequested;
    }
  }

  rewind(): void {
    this.#ask(cdb.rewind(), 0, 'rewinding', undefined, MOVE_MS);
  }

  /** The block it stands before; null when it does not know. */
  position(): number | null {
    const { data, sense } = this.#ask(cdb.readPosition(), cdb.POSITION_BYTES, 'asking where it stands', isIllegal);
    return sense === null ? parsePosition(data) : null;
  }

  /** Moves before a block; false when the data end before it. */
  locate(block: number): boolean {
    return this.#ask(cdb.locate(block), 0, `locating block ${block}`, isEndOfData, MOVE_MS).sense === null;
  }

  toEndOfData(): void {
    this.#ask(cdb.space('endOfData', 0), 0, 'moving to the end of the data', isEndOfData, MOVE_MS);
  }

  /**
   * Moves over so many blocks and file marks. Drives stop behind a mark and say how much is left (SSC-4, 7.8); those
   * that do not are taken to count marks as blocks. After anything but `done` its place is not known.
   */
  spaceItems(count: number): Spaced {
    const sign = Math.sign(count);
    for (let left = Math.abs(count); left > 0; ) {
      const now = Math.min(left, 0x7fffff);
      const expects = (sense: Sense) => isEndOfData(sense) || isBeginning(sense) || isMark(sense);
      const { sense } = this.#ask(cdb.space('blocks', sign * now), 0, 'moving', expects, MOVE_MS);
      if (sense === null) left -= now;
      else if (isMark(sense)) left -= this.#movedOver(now, sense) + 1;
      else return isEndOfData(sense) ? 'end' : 'beginning';
    }
    return 'done';
  }

  /** Reads the next block if it is no longer than `bytes`, else its length, and moves behind it. */
  read(bytes: number): Found {
    const expects = (sense: Sense) =>
      isEndOfData(sense) || isMark(sense) || (sense.key === 'no-sense' && sense.incorrectLength);
    const { data, sense } = this.#ask(cdb.readBlock(bytes), bytes, 'reading', expects, BLOCK_MS);
    if (sense === null || !(sense.incorrectLength || sense.fileMark || isEndOfData(sense))) {
      if (data.length === bytes) return { kind: 'record', bytes, data };
      throw deviceFailed(this.device.name, `it sent ${data.length} bytes of a block of ${bytes}`);
    }
    if (isEndOfData(sense)) return { kind: 'end' };
    if (sense.fileMark) return { kind: 'mark' };
    const length = sense.information === null ? 0 : bytes - sense.information;
    if (length < 1 || length > cdb.MAX_BLOCK_BYTES)
      throw deviceFailed(this.device.name, 'it does not say how long a block is');
    // Some devices send less of a block than they say when another length was asked for (tgtd 1.0.85).
    return { kind: 'record', bytes: length, data: data.length === length ? data : data.subarray(0, 0) };
  }

  /** Writes a block; whether the end of the tape is near. Errors: TAPE_FULL when it does not fit. */
  write(parts: readonly Uint8Array[]): boolean {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const command = { cdb: cdb.writeBlock(bytes), out: parts, timeoutMs: BLOCK_MS };
    return this.#written(command, 'writing');
  }

  /** Writes file marks, behind everything that was written before; none only makes that durable. */
  writeFileMarks(count: number): boolean {
    return this.#written({ cdb: cdb.writeFileMarks(count), timeoutMs: BLOCK_MS }, 'writing file marks');
  }

  /** Ends the data where the tape stands, where the drive can do that without writing. */
  erase(): void {
    if (!this.#erases) return;
    const { sense } = this.#ask(
      cdb.eraseShort(),
      0,
      'erasing',
      (found) => isIllegal(found) || isEarlyWarning(found),
      MOVE_MS,
    );
    this.#erases = sense === null || !isIllegal(sense);
  }

  /** Lets go of the drive; the tape stays in it. */
  close(): void {
    try {
      this.#ask(cdb.releaseUnit(), 0, 'letting go of it', () => true);
    } catch {
      // The session may be gone, and with it what was held.
    }
    this.device.close();
  }

  #written(command: ScsiCommand, doing: string): boolean {
    const { sense } = this.device.run(command, { doing, expects: isEarlyWarning });
    // A block is written whole or not at all, so nothing may be left over.
    if (sense?.endOfMedium && (sense.information ?? 0) > 0)
      throw tapeDamaged(this.device.name, `${sense.information} bytes were not written`);
    return sense?.endOfMedium ?? false;
  }

  #movedOver(now: number, { information }: Sense): number {
    const left = Math.abs(information ?? Number.NaN);
    // What is left includes the mark's own place, as one of those that were not moved over.
    if (Number.isNaN(left) || left < 1 || left > now)
      throw deviceFailed(this.device.name, 'it does not say how far it moved');
    return now - left;
  }

  #setVariableBlocks(): boolean {
    const sense = () => this.#ask(cdb.modeSense(0, 255), 255, 'asking for its mode').data;
    const mode = Uint8Array.from(sense());
    const parsed = parseMode(mode);
    if (parsed === null) throw deviceUnsuitable(this.device.name, 'it does not say how long its blocks are');
    if (parsed.blockBytes === 0) return parsed.writeProtected;
    const out = [variableBlocks(mode)];
    this.device.run(
      { cdb: cdb.modeSelect(12), out, timeoutMs: SHORT_MS },
      { doing: 'setting variable blocks', anyState: true },
    );
    if (parseMode(sense())?.blockBytes !== 0)
      throw deviceUnsuitable(this.device.name, 'it takes no blocks of variable length');
    return parsed.writeProtected;
  }

  #ask(command: Uint8Array, inBytes: number, doing: string, expects?: (sense: Sense) => boolean, timeoutMs = SHORT_MS) {
    return this.device.run({ cdb: command, inBytes, timeoutMs }, expects ? { doing, expects } : { doing });
  }
}

const isMark = ({ key, fileMark }: Sense): boolean => fileMark && (key === 'no-sense' || key === 'completed');
