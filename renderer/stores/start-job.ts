import type { InputOf, ProcedureName, Procedures } from '../../shared/contract/contract.ts';
import { call, dataChanged } from './calls.ts';

type JobProcedure = {
  [P in ProcedureName]: Procedures[P]['nature'] extends 'job' ? P : never;
}[ProcedureName];

/** `job.resume` of a job that has ended starts another one. */
type Starting = JobProcedure | 'job.resume';

/**
 * Starts a job and answers its id as soon as the console queued it. Rejects when it was refused before that; how it
 * ends stands in its record.
 */
export const startJob = <P extends Starting>(procedure: P, input: InputOf<P>): Promise<string> =>
  new Promise((done, fail) => {
    const onEvent = (event: { event: string; job?: unknown }) => {
      if (event.event === 'job') done((event.job as { id: string }).id);
      if (event.event === 'progress') done(event.job as string);
    };
    call(procedure, input, { onEvent }).then(() => dataChanged(), fail);
  });
