import type { JobKind } from '../../../shared/contract/jobs.ts';
import type { JobControl } from '../use-cases.ts';

export interface JobRequest<Result> {
  readonly kind: JobKind;
  readonly object: string | null;
  /** Folder of the vault. */
  readonly vault: string;
  readonly input: unknown;
  readonly run: (control: JobControl) => Promise<Result>;
  /** Whether something could not be done as asked though the job succeeded. */
  readonly warned: (result: Result) => boolean;
}
