import { ColdframeError } from '../../../shared/errors.ts';

const RUNNING = 0;
const PAUSED = 1;
const CANCELLED = 2;

/** The switch of a job in shared memory: seen by every thread between two units, so well within a second. */
export interface SharedRunControl {
  readonly words: SharedArrayBuffer;
}

export const createRunControl = (): SharedRunControl => ({ words: new SharedArrayBuffer(8) });

export class RunControl {
  readonly #words: Int32Array;

  constructor(shared: SharedRunControl) {
    this.#words = new Int32Array(shared.words);
  }

  pause(): void {
    if (Atomics.compareExchange(this.#words, 0, RUNNING, PAUSED) === RUNNING) Atomics.notify(this.#words, 0);
  }

  resume(): void {
    if (Atomics.compareExchange(this.#words, 0, PAUSED, RUNNING) === PAUSED) Atomics.notify(this.#words, 0);
  }

  /** Final: nothing resumes a cancelled job. */
  cancel(): void {
    Atomics.store(this.#words, 0, CANCELLED);
    Atomics.notify(this.#words, 0);
  }

  get cancelled(): boolean {
    return Atomics.load(this.#words, 0) === CANCELLED;
  }

  get paused(): boolean {
    return Atomics.load(this.#words, 0) === PAUSED;
  }

  /** Whether the next step has to await `passage` first. */
  get held(): boolean {
    return Atomics.load(this.#words, 0) !== RUNNING;
  }

  /** Throws CANCELLED. */
  check(): void {
    if (this.cancelled)
      throw new ColdframeError('CANCELLED', {
        message: 'The job was cancelled.',
        guidance: 'What was finished before stays as it is. Start the job again when you want it.',
      });
  }

  /** Waits while the job is paused. Throws CANCELLED. */
  async passage(): Promise<void> {
    this.check();
    while (this.paused) {
      const outcome = Atomics.waitAsync(this.#words, 0, PAUSED, 1000);
      if (outcome.async) await outcome.value;
      this.check();
    }
  }

  /** Blocks this thread while the job is paused; for worker threads that make no promises. Throws CANCELLED. */
  passageSync(): void {
    this.check();
    while (this.paused) {
      Atomics.wait(this.#words, 0, PAUSED, 1000);
      this.check();
    }
  }
}
