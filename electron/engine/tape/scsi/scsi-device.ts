import type { ScsiCommand, ScsiTransport } from '../../../platform/scsi/transport.ts';
import { type Inquiry, parseInquiry } from './answers.ts';
import { inquiry, testUnitReady } from './commands.ts';
import { deviceFailed, deviceReserved, deviceUnsuitable, NO_MEDIUM, senseError } from './scsi-errors.ts';
import { parseSense, type Sense } from './sense.ts';

const STATUS = { good: 0x00, check: 0x02, busy: 0x08, reserved: 0x18, full: 0x28 } as const;
const ATTENTION_TRIES = 16;
const BUSY_TRIES = 30;
const BUSY_MS = 1000;
const READY_POLL_MS = 500;
/** A library that loads and threads a tape takes minutes at most. */
const READY_MS = 600_000;
const BECOMING_READY = 0x0401;
/** Told along with a command that was carried out. */
const CLEANING_REQUESTED = 0x0017;
const SHORT_MS = 60_000;

/** Unit attentions that say nothing about where the tape stands or which one it is: parameters, names and logs changed. */
const HARMLESS = new Set([0x2a01, 0x2a02, 0x2a09, 0x2a10, 0x3f03, 0x3f0e, 0x5a01, 0x5b01, 0x5d00]);

export const stillFor = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/** Sense data that come along with success (SPC-4, table 28); a drive may ask to be cleaned without any key. */
const wasCarriedOut = (sense: Sense): boolean =>
  sense.key === 'recovered' || (sense.key === 'no-sense' && sense.code === CLEANING_REQUESTED && !hasFlags(sense));

const hasFlags = ({ fileMark, endOfMedium, incorrectLength }: Sense): boolean =>
  fileMark || endOfMedium || incorrectLength;

/** A command that was carried out: what came, and what the device had to say of what it did; null when nothing. */
export interface Outcome {
  /** The bytes that the device says it sent. */
  readonly data: Uint8Array;
  readonly sense: Sense | null;
}

export interface RunOptions {
  /** While … `doing`, in messages. */
  readonly doing: string;
  /** Sense data that is an answer rather than an error. */
  readonly expects?: (sense: Sense) => boolean;
  /** Whether the command is sent again after any unit attention: it does not matter where the tape stands. */
  readonly anyState?: boolean;
}

/** A logical unit: sends commands, waits while it is busy, and makes errors of what it says. Blocks its thread. */
export class ScsiDevice {
  readonly name: string;
  /** Whether it said that it wants to be cleaned. */
  cleaningRequested = false;
  readonly #transport: ScsiTransport;

  constructor(transport: ScsiTransport) {
    this.name = transport.name;
    this.#transport = transport;
  }

  /**
   * Carries out a command. A unit attention means that it was not carried out: it is sent again when it tells of something harmless or
   * `anyState` is set. Errors: DEVICE_UNREACHABLE, DEVICE_FAILED, DRIVE_RESET, TAPE_IN_USE, TAPE_DAMAGED, TAPE_FULL,
   * TAPE_PROTECTED, NO_SUCH_TAPE.
   */
  run(command: ScsiCommand, { doing, expects = () => false, anyState = false }: RunOptions): Outcome {
    let [attentions, busy] = [0, 0];
    for (;;) {
      const { status, sense: raw, data: room, received, sent } = this.#transport.execute(command);
      const data = room.subarray(0, received);
      if (status === STATUS.good) return this.#whole({ data, sense: null }, command, sent, doing);
      if (status === STATUS.reserved) throw deviceReserved(this.name);
      if ((status === STATUS.busy || status === STATUS.full) && busy < BUSY_TRIES) {
        busy += 1;
        stillFor(BUSY_MS);
        continue;
      }
      if (status !== STATUS.check) throw deviceFailed(this.name, `status ${status} while ${doing}`);
      const sense = parseSense(raw);
      if (sense === null) throw deviceFailed(this.name, `what it says of an error while ${doing} cannot be read`);
      if (sense.code === CLEANING_REQUESTED) this.cleaningRequested = true;
      if (sense.deferred) throw senseError(this.name, doing, sense);
      if (sense.key === 'unit-attention' && (anyState || HARMLESS.has(sense.code)) && attentions < ATTENTION_TRIES) {
        attentions += 1;
        continue;
      }
      if (wasCarriedOut(sense))
        return this.#whole({ data, sense: hasFlags(sense) ? sense : null }, command, sent, doing);
      if (expects(sense)) return { data, sense };
      throw senseError(this.name, doing, sense);
    }
  }

  /** Throws DEVICE_UNSUITABLE when it is not what it should be. */
  demandType(type: 'tape' | 'changer'): Inquiry {
    const what = type === 'tape' ? 'tape drive' : 'changer';
    const command = { cdb: inquiry(96), inBytes: 96, timeoutMs: SHORT_MS };
    const found = parseInquiry(this.run(command, { doing: 'asking what it is', anyState: true }).data);
    if (found === null) throw deviceUnsuitable(this.name, 'no device answers there');
    if (found.type !== type) throw deviceUnsuitable(this.name, `it is no ${what} (${found.vendor} ${found.product})`);
    return found;
  }

  /**
   * Takes note of all unit attentions, and waits until the device is ready; `tapeMs`: how long a tape that was just put there may take
   * to be noticed. Errors: NO_SUCH_TAPE, DEVICE_FAILED.
   */
  awaitReady(tapeMs = 0): void {
    for (let waited = 0; ; waited += READY_POLL_MS) {
      const expects = ({ key, code }: Sense) =>
        key === 'not-ready' && waited < (code === BECOMING_READY ? READY_MS : code >> 8 === NO_MEDIUM ? tapeMs : 0);
      const { sense } = this.run(
        { cdb: testUnitReady(), timeoutMs: SHORT_MS },
        { doing: 'getting ready', anyState: true, expects },
      );
      if (sense?.key !== 'not-ready') return;
      stillFor(READY_POLL_MS);
    }
  }

  close(): void {
    this.#transport.close();
  }

  /** Throws DEVICE_FAILED when the device says that all is well and took less than it was sent. */
  #whole(outcome: Outcome, { out = [] }: ScsiCommand, sent: number, doing: string): Outcome {
    const bytes = out.reduce((sum, part) => sum + part.length, 0);
    if (sent < bytes) throw deviceFailed(this.name, `it took ${sent} of ${bytes} bytes while ${doing}`);
    return outcome;
  }
}
