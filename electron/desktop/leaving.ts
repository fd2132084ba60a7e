/** What a person wants done with the jobs of a console that is to end. */
export type LeaveChoice = 'wait' | 'stop' | 'stay';

interface LeavingParts {
  /** Jobs that would end with this process; those of another one's console go on. */
  readonly jobsHere: () => Promise<number>;
  readonly stopJobs: () => void;
  readonly ask: (jobs: number) => Promise<LeaveChoice>;
  /** Whether closing the window leaves the program in the tray. */
  readonly staysInTray: () => Promise<boolean>;
  readonly hide: () => void;
  /** Ends the program: finishes what others run in its console, gives the home back. Called once. */
  readonly end: () => Promise<void>;
}

/** Decides what becomes of the program when its window is closed, or it is to quit. */
export class Leaving {
  readonly #parts: LeavingParts;
  #asking = false;
  #ending = false;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
  }

  /** Whether the end has begun: windows may close now. */
  get ending(): boolean {
    return this.#ending;
  }

  /** The window is to be closed. */
  async close(): Promise<void> {
    if (this.#ending || this.#asking) return;
    if (await this.#parts.staysInTray()) this.#parts.hide();
    else await this.quit();
  }

  /** The program is to end; asks when jobs would end with it. */
  async quit(): Promise<void> {
    if (this.#ending || this.#asking) return;
    this.#asking = true;
    try {
      const jobs = await this.#parts.jobsHere();
      const choice = jobs === 0 ? 'wait' : await this.#parts.ask(jobs);
      if (choice === 'stay') return;
      if (choice === 'stop') this.#parts.stopJobs();
    } finally {
      this.#asking = false;
    }
    await this.end();
  }

  /** The system wants the program to end, and nobody can be asked. */
  async stop(): Promise<void> {
    this.#parts.stopJobs();
    await this.end();
  }

  /** Ends once jobs that run have ended. */
  async end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.#parts.end();
  }
}
