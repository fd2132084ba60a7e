import { createRunControl, RunControl, type SharedRunControl } from '../../engine/mover/run-control.ts';
import type { JobControl } from '../use-cases.ts';

/** A job's control as the engine's threads see it. Dispose of it when the work is over. */
export class JobSwitch {
  readonly control: SharedRunControl;
  readonly #run: RunControl;
  readonly #job: JobControl;
  readonly #stopHearing: () => void;
  readonly #cancel = (): void => this.#run.cancel();

  constructor(job: JobControl) {
    this.#job = job;
    this.control = createRunControl(job.paces);
    this.#run = new RunControl(this.control);
    this.#stopHearing = job.onPauseChange((paused) => (paused ? this.#run.pause() : this.#run.resume()));
    job.signal.addEventListener('abort', this.#cancel, { once: true });
    if (job.signal.aborted) this.#run.cancel();
    else if (Atomics.load(job.paused, 0) === 1) this.#run.pause();
  }

  [Symbol.dispose](): void {
    this.#stopHearing();
    this.#job.signal.removeEventListener('abort', this.#cancel);
  }
}
