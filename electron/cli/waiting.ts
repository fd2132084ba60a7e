import type { ConsoleEvent } from '../../shared/contract/events.ts';
import type { JobKind } from '../../shared/contract/job-states.ts';
import { takeInCommand } from '../../shared/model/tape-place.ts';
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

/** What a job did before it waits; a merge begins only when all is there. */
const DONE: Partial<Readonly<Record<JobKind, string>>> = {
  verify: 'The rest is read. ',
  merge: 'Nothing is merged yet. ',
};

/** Which tapes a job waits for, and what to do about it. */
export const mountLines = ({ request }: Extract<ConsoleEvent, { event: 'mount' }>): string[] => [
  `${DONE[request.kind] ?? 'The rest is restored. '}Job ${request.job.slice(0, 8)} waits for what is not in the library:`,
  ...request.tapes.map(({ barcode, slot, importExport, pool, chunks, instead }) => {
    const lies =
      importExport !== null ? [`in import/export slot ${importExport}`] : slot === null ? [] : [`slot ${slot}`];
    const place = [...lies, `pool ${pool}`].join(', ');
    const or = instead.length === 0 ? '' : `, or ${instead.join(' or ')}`;
    return `  ${barcode}${or} (${place}): ${counted(chunks, 'chunk')}`;
  }),
  ...request.tapes
    .filter(({ importExport }) => importExport !== null)
    .map(({ barcode }) => `Take it in, at another terminal: ${takeInCommand(barcode, typed(request.vault))}`),
  ...(request.tapes.every(({ importExport }) => importExport !== null)
    ? []
    : [
        `Put it back into ${typed(`${request.vault}/tapes`)}, or, at another terminal: coldframe tape import ${typed(request.vault)} --file FILE`,
      ]),
  request.kind === 'merge' ? 'Ctrl-C ends it without a merge.' : 'Ctrl-C ends with what is there.',
];
