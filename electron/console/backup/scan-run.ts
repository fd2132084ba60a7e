import { ColdframeError } from '../../../shared/errors.ts';
import type { ScanAnswer, ScanBatch, ScanCounts, ScanSetup } from './scan-protocol.ts';
import { Thread } from './thread.ts';

/** Batches that may wait for a front end; then the scan waits, so that memory stays bounded. */
const BATCHES_WAITING = 32;

export type ScanResult = Extract<ScanAnswer, { kind: 'done' }>;

const NOTHING: ScanCounts = { elements: 0, logicalBytes: 0, files: 0, bytes: 0, leftOutElements: 0, leftOutBytes: 0 };

/** A scan in its thread. */
export class ScanRun {
  readonly result: Promise<ScanResult>;
  counts: ScanCounts = NOTHING;
  finished = false;
  readonly #thread: Thread<never, ScanAnswer>;
  readonly #credit: Int32Array;

  constructor(setup: Omit<ScanSetup, 'credit'>, onBatch: (batch: ScanBatch) => void) {
    const credit = new SharedArrayBuffer(4);
    this.#credit = new Int32Array(credit);
    this.#credit[0] = BATCHES_WAITING;
    let resolve: (result: ScanResult) => void;
    let reject: (error: ColdframeError) => void;
    this.result = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const hear = (answer: ScanAnswer): void => {
      if (answer.kind === 'batch') onBatch(answer);
      else if (answer.kind === 'counts') this.counts = answer.counts;
      else if (answer.kind === 'failed') reject(ColdframeError.fromData(answer.error));
      else {
        this.counts = answer.counts;
        this.finished = true;
        resolve(answer);
      }
    };
    this.#thread = new Thread<never, ScanAnswer>('scan', { ...setup, credit } satisfies ScanSetup, hear, (error) =>
      reject(error),
    );
  }

  /** A batch of it was worked off: the scan may send another. */
  batchDone(): void {
    Atomics.add(this.#credit, 0, 1);
    Atomics.notify(this.#credit, 0);
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}
