import type { Command } from 'commander';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import type { Run } from '../run.ts';
import { formatSpan, formatTime } from '../sizes.ts';
import { progressText } from '../terminal/live-line.ts';
import { facts, table } from '../terminal/table.ts';

/** The commands on jobs. */
export const addJobCommands = (program: Command, run: Run): void => {
  const job = program.command('job').description('jobs: backups, restores and the like, running and done');

  job
    .command('list')
    .description('jobs, newest first')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('job.list', {});
        session.answer(result, () =>
          result.jobs.length === 0
            ? 'No jobs yet.'
            : table(result.jobs, [
                { title: 'JOB', of: ({ id }) => id.slice(0, 8) },
                { title: 'KIND', of: ({ kind }) => kind },
                { title: 'OBJECT', of: ({ object, objects, vault }) => object ?? objects?.join(', ') ?? vault },
                { title: 'STATE', of: ({ state }) => state },
                { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
                { title: 'TOOK', align: 'right', of: tookOf },
                { title: 'DETAIL', flexible: true, of: detailOf },
              ]),
        );
        return 0;
      }),
    );

  const describe = { show: 'how a job goes or went', pause: 'let a running job wait', cancel: 'end a job' } as const;
  for (const verb of ['show', 'pause', 'cancel'] as const) {
    job
      .command(`${verb} <id>`)
      .description(describe[verb])
      .action((id: string, _: unknown, command: Command) =>
        run(command, async (session) => {
          const result = await session.call(`job.${verb}`, { job: id.toLowerCase() });
          session.answer(result, () => jobText(result.job));
          return 0;
        }),
      );
  }

  job
    .command('resume <id>')
    .description('let a paused job go on; start an interrupted backup again where it stopped')
    .action((id: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('job.resume', { job: id.toLowerCase() });
        const goesOn = !result.job.id.startsWith(id.toLowerCase());
        const how = goesOn ? [`Job ${result.job.id.slice(0, 8)} goes on where job ${id.slice(0, 8)} stopped.`] : [];
        session.answer(result, () => [...how, jobText(result.job)].join('\n'));
        return result.job.state === 'done-with-warnings' ? EXIT_WARNINGS : 0;
      }),
    );
};

const isOver = ({ finishedAt }: JobRecord): boolean => finishedAt !== null;

const tookOf = ({ startedAt, finishedAt }: JobRecord): string =>
  startedAt === null || finishedAt === null ? '-' : formatSpan(Date.parse(finishedAt) - Date.parse(startedAt));

/** What there is to say of a job in a list: how far it is, why it failed, what it made. */
const detailOf = (job: JobRecord): string => {
  if (!isOver(job)) return progressOf(job);
  if (job.error !== null && job.state !== 'cancelled') return job.error.message;
  if (job.resumedBy !== null) return `taken up by ${job.resumedBy.slice(0, 8)}`;
  return job.set === null ? '' : `set ${job.set.slice(0, 8)}`;
};

const progressOf = ({ id, kind, state, progress }: JobRecord): string =>
  progress === null ? '' : progressText({ event: 'progress', job: id, kind, state, ...progress });

const jobText = (job: JobRecord): string =>
  facts([
    ['Job', job.id],
    ['Kind', job.kind],
    ...(job.object === null ? [] : ([['Object', job.object]] as const)),
    ...(job.objects === undefined ? [] : ([['Objects', job.objects.join(', ')]] as const)),
    ['Vault', job.vault],
    ...(job.to === undefined ? [] : ([['To', job.to ?? 'where it came from']] as const)),
    ['State', job.state],
    ['Created', formatTime(job.createdAt)],
    ['Started', formatTime(job.startedAt)],
    ['Finished', formatTime(job.finishedAt)],
    ...(job.set === null ? [] : ([['Block set', job.set]] as const)),
    ...(job.progress === null ? [] : ([[isOver(job) ? 'Came to' : 'Progress', progressOf(job)]] as const)),
    ...(job.error === null
      ? []
      : ([
          ['Error', job.error.message],
          // It tells to take the job up.
          ...(job.resumedBy === null ? ([['', job.error.guidance]] as const) : []),
        ] as const)),
    ...(job.resumedBy === null ? [] : ([['Taken up by', job.resumedBy]] as const)),
  ]);
