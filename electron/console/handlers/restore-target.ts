import type { RestoreRequest, RestoreResult } from '../use-cases.ts';

/** A request with what is held while it is carried out. */
export interface RestoreTarget {
  readonly request: RestoreRequest;
  /** Before the first change; `end` when it is over, and whether it was done: it gives what is to be said of that. Never throws. */
  readonly hold: () => Promise<{ end(restored: boolean): Promise<RestoreResult['warnings']> }>;
}
