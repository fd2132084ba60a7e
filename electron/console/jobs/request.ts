import type { JobKind } from '../../../shared/contract/jobs.ts';
import type { JobControl } from '../use-cases.ts';
import type { Places } from './places-apart.ts';

/**
 * Gives up a job's turn while it waits for something outside: other jobs use its vault meanwhile, and change it. When `wait` says that it goes on,
 * it does so at its next turn; rejects when it is cancelled before that.
 */
export type StandAside = (wait: () => Promise<boolean>) => Promise<boolean>;

export interface JobRequest<Result> {
  readonly kind: JobKind;
  readonly object: string | null;
  /** Where they are several; `object` is null then. */
  readonly objects?: readonly string[];
  /** Folder of the vault. */
  readonly vault: string;
  readonly input: unknown;
  /** Of a restore that takes no drive from anybody, and so runs beside backups: where it writes to. */
  readonly beside?: Places | undefined;
  /** It changes nothing, and nobody looks for it later: it is no part of the history, and only its caller hears of it. */
  readonly passing?: boolean;
  readonly run: (control: JobControl, standAside: StandAside) => Promise<Result>;
  /** Whether something could not be done as asked though the job succeeded. */
  readonly warned: (result: Result) => boolean;
}
