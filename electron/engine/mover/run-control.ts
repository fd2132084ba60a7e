import { ColdframeError } from '../../../shared/errors.ts';
import { Pace, type Paced, type SharedPaces } from '../../platform/pace.ts';

const RUNNING = 0;
const PAUSED = 1;
const CANCELLED = 2;

/** The switch of a job in shared memory: seen by every thread between two units, so well within a second. */
export interface SharedRunControl {
  readonly words: SharedArrayBuffer;
  /** Limits that its threads keep; null: none. */
  readonly paces: SharedPaces | null;
}

export const createRunControl = (paces: SharedPaces | null = null): SharedRunControl => ({
  words: new SharedArrayBuffer(8),
  paces,
});

/** The word that counts the threads which wait for a limit. */
const WAITING = 1;
/** Waits shorter than this are left to those who come later: no timer is that exact. */
const SHORTEST_WAIT_MS = 2;
/** After this long somebody who waits looks whether the limit is another one by now. */
const LOOK_MS = 250;

export class RunControl {
  readonly #words: Int32Array;
  readonly #paces: Readonly<Record<Paced, Pace>> | null;

  constructor({ words, paces }: SharedRunControl) {
    this.#words = new Int32Array(words);
    this.#paces = paces && { source: new Pace(paces.source), vault: new Pace(paces.vault) };
  }

  /** How many threads wait for a limit. */
  get waiting(): number {
    return Atomics.load(this.#words, WAITING);
  }

  /** Whether it keeps to any limit now. */
  get anyLimit(): boolean {
    return this.limited('source') || this.limited('vault');
  }

  /** Whether the next bytes have to await `pace` first. */
  limited(what: Paced): boolean {
    return this.#paces?.[what].limited ?? false;
  }

  /** Waits until `bytes` more may move. Throws CANCELLED. */
  async pace(what: Paced, bytes: number): Promise<void> {
    for (const ms of this.#waits(what, bytes)) {
      const outcome = Atomics.waitAsync(this.#words, 0, RUNNING, ms);
      if (outcome.async) await outcome.value;
      await this.passage();
    }
  }

  /** Blocks this thread until `bytes` more may move; for worker threads that make no promises. Throws CANCELLED. */
  paceSync(what: Paced, bytes: number): void {
    for (const ms of this.#waits(what, bytes)) {
      Atomics.wait(this.#words, 0, RUNNING, ms);
      this.passageSync();
    }
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

  /** The waits, milliseconds, until it is somebody's turn to move `bytes`. A turn that is not waited for is given back. */
  *#waits(what: Paced, bytes: number): Generator<number, void, void> {
    const pace = this.#paces?.[what];
    if (!pace?.limited) return;
    const turn = pace.take(bytes);
    let came = false;
    Atomics.add(this.#words, WAITING, 1);
    try {
      for (;;) {
        const left = pace.until(turn);
        came = left < SHORTEST_WAIT_MS;
        if (came) return;
        yield Math.min(left, LOOK_MS);
      }
    } finally {
      Atomics.sub(this.#words, WAITING, 1);
      if (!came) pace.giveBack(turn);
    }
  }
}
