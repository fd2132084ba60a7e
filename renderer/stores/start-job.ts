import type { InputOf, ProcedureName, Procedures } from '../../shared/contract/contract.ts';
import { call, dataChanged } from './calls.ts';
import { go, href } from './route.ts';

type JobProcedure = {
  [P in ProcedureName]: Procedures[P]['nature'] extends 'job' ? P : never;
}[ProcedureName];

/** `job.resume` of a job that has ended starts another one. */
type Starting = JobProcedure | 'job.resume';

/**
 * Starts a job and answers its id as soon as the console queued it. Rejects when it was refused before that; how it
 * ends stands in its record. One that a wrong passphrase ended is started anew as another job: who looks at the first
 * is taken to that.
 */
export const startJob = <P extends Starting>(procedure: P, input: InputOf<P>): Promise<string> =>
  new Promise((done, fail) => {
    let started: string | null = null;
    const onEvent = (event: { event: string; job?: unknown }) => {
      const id =
        event.event === 'job'
          ? (event.job as { id: string }).id
          : event.event === 'progress'
            ? (event.job as string)
            : null;
      if (id === null || id === started) return;
      if (started !== null && window.location.hash === href('jobs', started)) go(href('jobs', id));
      started = id;
      done(id);
    };
    call(procedure, input, { onEvent }).then(() => dataChanged(), fail);
  });
