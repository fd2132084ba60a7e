import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import { PART_BYTES } from '../../../../shared/model/element.ts';
import { subtract } from '../../extents/extent-algebra.ts';
import { RunControl } from '../../mover/run-control.ts';
import type { BlockDevice } from '../../snapshot/block-device.ts';
import { type BlockRuns, bytesWithin } from '../../snapshot/block-runs.ts';
import { FileDevice } from '../../snapshot/file-device.ts';
import { isTapeAway } from '../instant/errors.ts';
import { SetDevice } from '../instant/set-device.ts';
import type { PlaceFound } from '../instant/unit-source.ts';
import type { CopyAnswer, CopyRequest, CopySetup, LostRun } from './copy-protocol.ts';

/** What a half restored device must not have: the places in which file systems and partition tables are looked for. */
const BEGINNING_BYTES = 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Where a piece cannot be had, what of it can is found in steps of this size. */
const STEP_BYTES = 4096;
const RUNS_AT_ONCE = 1024;
const LOST_MOST = 1000;

/** Copies a volume of a set to a device, a part after the other; several threads share the parts. Synchronous. */
export class Copier {
  readonly #control: RunControl;
  readonly #next: Int32Array;
  readonly #written: Float64Array;
  readonly #from: SetDevice;
  readonly #to: BlockDevice;
  readonly #unprotected: BlockRuns;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #found: PlaceFound[] = [];
  #lost: LostRun[] = [];
  #lostBytes = 0;

  constructor({ volume, device, unprotected, control, next, written }: CopySetup) {
    this.#unprotected = unprotected;
    this.#control = new RunControl(control);
    this.#next = new Int32Array(next);
    this.#written = new Float64Array(written);
    this.#from = new SetDevice(volume, (found) => this.#found.push(found));
    try {
      this.#to = new FileDevice(device, { readOnly: false });
    } catch (error) {
      this.#from.close();
      throw error;
    }
  }

  /** Carries out a request. Never throws. */
  carryOut({ kind }: CopyRequest): CopyAnswer {
    this.#lost = [];
    this.#lostBytes = 0;
    this.#found = [];
    try {
      if (kind === 'blank') this.#blank();
      else if (kind === 'copy') this.#parts();
      else if (kind === 'begin') this.#begin();
      else this.#close();
      return { kind: 'done', lost: this.#lost, lostBytes: this.#lostBytes, found: this.#found };
    } catch (thrown) {
      return { kind: 'failed', error: asColdframeError(thrown).toData() };
    }
  }

  get #beginning(): number {
    return Math.min(BEGINNING_BYTES, this.#from.size);
  }

  #blank(): void {
    this.#clear(0, this.#beginning);
    this.#to.flush();
  }

  #parts(): void {
    const { size } = this.#from;
    for (let part = Atomics.add(this.#next, 0, 1); part * PART_BYTES < size; part = Atomics.add(this.#next, 0, 1)) {
      const start = Math.max(part * PART_BYTES, this.#beginning);
      this.#run(start, Math.min(size, (part + 1) * PART_BYTES));
    }
    this.#to.flush();
  }

  #begin(): void {
    this.#run(0, this.#beginning);
    this.#to.flush();
  }

  #close(): void {
    this.#to.close();
    this.#from.close();
  }

  #run(start: number, end: number): void {
    for (let at = start; at < end; ) {
      for (const { offset, length, zero } of this.#from.allocation(at, end - at, RUNS_AT_ONCE)) {
        for (let done = 0; done < length; done += PIECE_BYTES) {
          this.#control.passageSync();
          const bytes = Math.min(PIECE_BYTES, length - done);
          if (zero) this.#clear(offset + done, bytes);
          else this.#copy(offset + done, bytes);
        }
        at = offset + length;
      }
    }
  }

  #copy(offset: number, length: number): void {
    const piece = this.#piece.subarray(0, length);
    try {
      this.#from.read(piece, offset);
    } catch (thrown) {
      this.#miss(thrown, offset, length);
      return;
    }
    this.#to.write(piece, offset, false);
    this.#written[0] = (this.#written[0] as number) + length;
  }

  /** Goes on with what can be had of a run; what cannot becomes zeroes and is noted, once for each cause. */
  #miss(thrown: unknown, offset: number, length: number): void {
    const { code, message, context } = asColdframeError(thrown);
    if (code !== 'BLOCKS_DAMAGED' || isAway(thrown)) throw thrown;
    if (length > STEP_BYTES) {
      for (let done = 0; done < length; done += STEP_BYTES)
        this.#copy(offset + done, Math.min(STEP_BYTES, length - done));
      return;
    }
    this.#zero(offset, length);
    this.#lostBytes += length;
    const last = this.#lost.at(-1);
    if (last?.message === message && last.offset + last.length === offset) {
      this.#lost[this.#lost.length - 1] = { ...last, length: last.length + length };
    } else if (this.#lost.length < LOST_MOST) {
      const [tape, set] = [String(context.tape ?? ''), String(context.set)];
      this.#lost.push({ offset, length, message, tape, set, chunk: Number(context.chunk) });
    }
  }

  /** Makes zeroes of what is a hole of the volume, and not of what was left out of the set. */
  #clear(offset: number, length: number): void {
    const left = bytesWithin(this.#unprotected, offset, offset + length);
    for (const part of subtract([{ offset, length, address: null }], left)) this.#zero(part.offset, part.length);
  }

  #zero(offset: number, length: number): void {
    this.#to.zero(offset, length, { durable: false, mayPunch: true, onlyFast: false });
  }
}

/** Whether blocks are not damaged but on a tape that is not at hand: it may come back, so nothing takes their place. */
const isAway = (thrown: unknown): boolean => {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof ColdframeError && isTapeAway(cause);
};
