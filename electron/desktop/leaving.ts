/** What a person wants done with the jobs of a console that is to end. */
export type LeaveChoice = 'wait' | 'stop' | 'stay';

interface LeavingParts {
  /** Jobs that would end with this process; those of another one's console go on. */
  readonly jobsHere: () => Promise<number>;
  readonly stopJobs: () => void;
  /** The same where no person said so: they are to be taken up again. */
  readonly interruptJobs: () => void;
  /** Whether what the window shows may go with it; asks when it cannot be shown again. */
  readonly mayLeave: () => boolean;
  readonly ask: (jobs: number) => Promise<LeaveChoice>;
  /** Whether closing the window leaves the program in the tray. */
  readonly staysInTray: () => Promise<boolean>;
  readonly hide: () => void;
  /** Finishes what others run in its console, gives the home back. Called once. */
  readonly end: () => Promise<void>;
  /** The process may go. */
  readonly exit: () => void;
}

/** Decides what becomes of the program when its window is closed, or it is to quit. */
export class Leaving {
  readonly #parts: LeavingParts;
  #asking = false;
  #ending = false;
  #ended = false;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
  }

  /** Whether the home was given back: windows may close and the process may end now, and not before. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The window is to be closed. */
  async close(): Promise<void> {
    if (this.#asking) return;
    if (!this.#ending && (await this.#parts.staysInTray())) this.#parts.hide();
    else await this.quit();
  }

  /** The program is to end; asks when jobs would end with it. Asks again when it is told so while it waits for them. */
  async quit(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      if (!this.#parts.mayLeave()) return;
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
    this.#parts.interruptJobs();
    await this.end();
  }

  /** Ends once jobs that run have ended. */
  async end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    try {
      await this.#parts.end();
    } finally {
      this.#ended = true;
      this.#parts.exit();
    }
  }
}
