import type { ConsoleEvent } from '../../shared/contract/events.ts';
import type { JobKind } from '../../shared/contract/job-states.ts';
import type { MountRequest } from '../../shared/contract/mounts.ts';
import { printable } from '../../shared/model/printable.ts';
import { takeInCommand } from '../../shared/model/tape-place.ts';
import { counted, formatTime } from './sizes.ts';
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
  ...wantedLines(request),
  request.kind === 'merge' ? 'Ctrl-C ends it without a merge.' : 'Ctrl-C ends with what is there.',
];

/** The same for who only looks at a library. */
export const requestLines = (requests: readonly MountRequest[]): string[] =>
  requests.flatMap((request) => [
    '',
    printable(`Wanted by the ${waiterOf(request)}, since ${formatTime(request.since)}:`),
    ...wantedLines(request),
    `Without them: coldframe job cancel ${request.job.slice(0, 8)}`,
  ]);

/** A job that waits, by what it does and its name. */
export const waiterOf = ({ kind, object, job }: Pick<MountRequest, 'kind' | 'object' | 'job'>): string =>
  `${kind}${object === null ? '' : ` of ${object}`} (job ${job.slice(0, 8)})`;

const wantedLines = ({ tapes, vault }: MountRequest): string[] => [
  ...tapes.map(({ barcode, slot, importExport, pool, shelf, chunks, instead, note }) => {
    const lies =
      importExport !== null ? [`in import/export slot ${importExport}`] : slot === null ? [] : [`slot ${slot}`];
    const kept = shelf === null || importExport !== null ? [] : [`on shelf ${shelf}`];
    const place = [...kept, ...lies, `pool ${pool}`].join(', ');
    const or = instead.length === 0 ? '' : `, or ${instead.join(' or ')}`;
    return printable(`  ${barcode}${or} (${place}): ${counted(chunks, 'chunk')}${note === '' ? '' : `. ${note}`}`);
  }),
  ...tapes
    .filter(({ importExport }) => importExport !== null)
    .map(({ barcode }) => `Take it in, at another terminal: ${takeInCommand(barcode, typed(vault))}`),
  ...(tapes.every(({ importExport }) => importExport !== null)
    ? []
    : [
        `Put it back into ${typed(`${vault}/tapes`)}, or, at another terminal: coldframe tape import ${typed(vault)} --file FILE`,
      ]),
];
