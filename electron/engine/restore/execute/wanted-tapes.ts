import { asColdframeError, type ColdframeError } from '../../../../shared/errors.ts';
import { isAboutTape } from '../../tape/tape-errors.ts';
import { FailedDrives } from './failed-drives.ts';
import type { RestoreDrives } from './restore-drives.ts';
import type { TapeChannel } from './tape-channel.ts';

/** What is done with the tapes that are read. `Row`: one thing that is wanted of a tape. */
export interface TapeReading<Row> {
  /** What is wanted of a tape, in the order in which it lies. */
  rowsOn(tape: string): Iterable<Row>;
  mounted(tape: string, drive: number | null): void;
  /** Reads one. What it throws is either a drive that failed, or ends everything. */
  read(channel: Reading, row: Row): Promise<void>;
  /** The tape is there, or is not, and cannot be read; nothing is wrong with a drive. */
  unusable(tape: string, error: ColdframeError, rows: Iterable<Row>): Promise<void>;
  /** The drives fail with the tape: nobody learned what lies there. */
  unread(tape: string, error: ColdframeError, rows: Iterable<Row>): Promise<void>;
  /** All that was wanted of the tape was read. */
  readThrough(tape: string): void;
  /** Throws when all has failed by now. */
  demandGoingOn(): void;
}

type Reading = Pick<TapeChannel, 'drive' | 'mount' | 'unmount' | 'abandon' | 'read'>;

/** Tapes that are read, each once, on whichever channel is free; what a drive that failed did not read is read in another one, or given up. */
export class WantedTapes<Row> {
  readonly failed: FailedDrives;
  readonly #drives: RestoreDrives;
  readonly #signal: AbortSignal;
  readonly #reading: TapeReading<Row>;
  readonly #tapes: string[] = [];
  /** Of tapes that are to be mounted again: what was not read. */
  readonly #left = new Map<string, readonly Row[]>();

  /** `signal` ends waiting for a drive. */
  constructor(drives: RestoreDrives, signal: AbortSignal, reading: TapeReading<Row>) {
    this.#drives = drives;
    this.#signal = signal;
    this.#reading = reading;
    this.failed = new FailedDrives(drives.count);
  }

  /** Has tapes read after those that are wanted already. */
  add(tapes: Iterable<string>): void {
    this.#tapes.push(...tapes);
  }

  /** Reads tapes on a channel until none is left. */
  async readOn(channel: Reading): Promise<void> {
    for (let tape = this.#tapes.shift(); tape !== undefined; tape = this.#tapes.shift()) {
      await this.#readTape(channel, tape);
      this.#reading.demandGoingOn();
    }
  }

  async #readTape(channel: Reading, tape: string): Promise<void> {
    const rows = this.#left.get(tape) ?? this.#reading.rowsOn(tape);
    this.#left.delete(tape);
    if (this.failed.noneLeft) return await this.#reading.unread(tape, this.failed.skip(tape), rows);
    try {
      this.#reading.mounted(tape, await channel.mount(tape, this.#signal, this.failed.drives));
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (await this.#goneOn(channel, tape, error, rows)) return;
      if (!isAboutTape(error)) throw error;
      await channel.abandon();
      return await this.#reading.unusable(tape, error, rows);
    }
    const unread: Row[] = [];
    let failure: ColdframeError | null = null;
    for (const row of rows) {
      if (failure === null) failure = await this.#readUnlessFailed(channel, row);
      if (failure !== null) unread.push(row);
    }
    if (failure === null) {
      this.failed.readThrough(tape, channel.drive);
      this.#reading.readThrough(tape);
      await channel.unmount();
    } else if (!(await this.#goneOn(channel, tape, failure, unread))) throw failure;
  }

  /** Reads a row; gives why not where the drive failed. */
  async #readUnlessFailed(channel: Reading, row: Row): Promise<ColdframeError | null> {
    try {
      await this.#reading.read(channel, row);
      this.failed.read();
      return null;
    } catch (thrown) {
      this.#reading.demandGoingOn();
      const error = asColdframeError(thrown);
      const { drive } = channel;
      if (drive === null || this.#drives.failedDrive(error, drive) === null) throw error;
      return error;
    }
  }

  /** Whether a drive failed, so that the tape is mounted again, or done without. */
  async #goneOn(channel: Reading, tape: string, error: ColdframeError, unread: Iterable<Row>): Promise<boolean> {
    const { drive } = channel;
    const failed = drive === null ? null : this.#drives.failedDrive(error, drive);
    if (drive === null || failed === null) return false;
    const left = [...unread];
    await channel.abandon();
    if (this.failed.add(failed, drive, tape, error)) {
      this.#left.set(tape, left);
      this.#tapes.unshift(tape);
    } else await this.#reading.unread(tape, error, left);
    return true;
  }
}
