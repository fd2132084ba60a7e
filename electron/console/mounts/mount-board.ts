import type { JobKind } from '../../../shared/contract/jobs.ts';
import type { MountRequest } from '../../../shared/contract/mounts.ts';

/** What waits, without the tapes. */
export interface Waiting {
  readonly job: string;
  readonly kind: JobKind;
  readonly object: string | null;
  readonly vault: string;
}

/** The tapes that jobs of this console wait for. They wait here alone: with the process their requests are gone. */
export class MountBoard {
  readonly #requests = new Map<string, MountRequest>();
  readonly #wanted = new Map<string, ReadonlySet<string>>();

  /** Those on the tapes of a vault, by its folder; the one that waits longest first. */
  of(vault: string): readonly MountRequest[] {
    return [...this.#requests.values()].filter((each) => each.vault === vault);
  }

  /** Puts up the request of a job, or what it says now. */
  put(request: MountRequest): void {
    this.#requests.set(request.job, request);
  }

  withdraw(job: string): void {
    this.#requests.delete(job);
  }

  /** Does work that may wait for tapes of sets: until it has ended they are wanted, while it waits and between its parts. */
  async wanting<Result>(job: string, sets: readonly string[], work: () => Promise<Result>): Promise<Result> {
    this.#wanted.set(job, new Set(sets));
    try {
      return await work();
    } finally {
      this.#wanted.delete(job);
    }
  }

  /** The sets whose tapes a job wants. */
  setsOf(job: string): readonly string[] {
    return [...(this.#wanted.get(job) ?? [])];
  }

  /** Whether a job that waits, or goes on with what came, has not done with a set. */
  wants(set: string): boolean {
    return [...this.#wanted.values()].some((sets) => sets.has(set));
  }
}
