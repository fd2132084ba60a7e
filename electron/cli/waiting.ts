import type { ConsoleEvent } from '../../shared/contract/events.ts';

/** What a command waits for, in words: the jobs that use its vault, and how to end a wait that would not end by itself. */
export const waitingLines = ({ for: jobs }: Extract<ConsoleEvent, { event: 'waiting' }>): string[] => [
  ...jobs.map(({ job, kind, object, vault, state }) => {
    const of = object === null ? '' : ` of ${object}`;
    return `Waiting for the ${kind}${of} (job ${job.slice(0, 8)}${state === 'running' ? '' : `, ${state}`}), which uses the vault ${vault}.`;
  }),
  ...jobs
    .filter(({ state }) => state === 'paused')
    .map(({ job }) => `That one is paused; let it go on with: coldframe job resume ${job.slice(0, 8)}`),
];
