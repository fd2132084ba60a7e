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
}
