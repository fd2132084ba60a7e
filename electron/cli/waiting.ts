import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { counted } from './sizes.ts';
import { typed } from './terminal/typed.ts';

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

/** Which tapes a job waits for, and what to do about it. */
export const mountLines = ({ request }: Extract<ConsoleEvent, { event: 'mount' }>): string[] => [
  `The rest is ${request.kind === 'verify' ? 'read' : 'restored'}. Job ${request.job.slice(0, 8)} waits for what is not in the library:`,
  ...request.tapes.map(({ barcode, slot, pool, chunks, instead }) => {
    const place = [...(slot === null ? [] : [`slot ${slot}`]), `pool ${pool}`].join(', ');
    const or = instead.length === 0 ? '' : `, or ${instead.join(' or ')}`;
    return `  ${barcode}${or} (${place}): ${counted(chunks, 'chunk')}`;
  }),
  `Put it back into ${typed(`${request.vault}/tapes`)}, or, at another terminal: coldframe tape import ${typed(request.vault)} --file FILE`,
  'Ctrl-C ends with what is there.',
];
