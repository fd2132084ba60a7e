import { type Command, InvalidArgumentError, Option } from 'commander';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { HistoryEntry } from '../../../shared/contract/history.ts';
import { JOB_KINDS, JOB_STATES, type JobKind, type JobState } from '../../../shared/contract/job-states.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { HISTORY_FORMATS, type HistoryFormat, historyPieces } from '../../../shared/model/history-file.ts';
import { pointInTime } from '../../../shared/model/point-in-time.ts';
import { createFile } from '../../platform/create-file.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatSpan, formatTime, wholeNumber } from '../sizes.ts';
import { table } from '../terminal/table.ts';

interface FilterOptions {
  readonly object?: string;
  readonly kind?: readonly JobKind[];
  readonly outcome?: readonly JobState[];
  readonly since?: string;
  readonly until?: string;
  readonly foundDamage?: true;
}

interface ListOptions extends FilterOptions {
  readonly limit?: number;
}

interface ExportOptions extends ListOptions {
  readonly format: HistoryFormat;
  readonly to: string;
}

/** Jobs that are asked for at a time. */
const PAGE = 1000;

/** The commands on the history of jobs. */
export const addHistoryCommands = (program: Command, run: Run): void => {
  const history = filtered(program.command('history'))
    .description('how all jobs came out that the home knows, newest first')
    .addHelpText(
      'after',
      examples('history --object docs --since 2026-11-01', 'history export --format csv --to history.csv'),
    )
    .option('--limit <n>', 'how many (default: 100)', wholeNumber(1, 10_000))
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const { limit, ...filter } = command.opts<ListOptions>();
        const result = await session.call('history.list', {
          ...inputOf(filter),
          ...(limit === undefined ? {} : { limit }),
        });
        session.answer(result, () => listText(result.entries, result.total));
        return 0;
      }),
    );

  filtered(history.command('export'))
    .description('write the history to a file, as CSV (RFC 4180) or JSON')
    .addHelpText(
      'after',
      '\nIn CSV, text that a spreadsheet could take for a formula has an apostrophe before it; sizes are bytes, times UTC.',
    )
    .addOption(new Option('--format <format>', 'how').choices(HISTORY_FORMATS).makeOptionMandatory())
    .requiredOption('--to <file>', 'a file that is not there yet')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const { format, to, limit, ...filter } = command.optsWithGlobals<ExportOptions>();
        if (limit !== undefined)
          throw new ColdframeError('USAGE', {
            message: 'An export has all jobs that its filters let through; --limit has no place in it.',
            guidance: 'Leave it away, or narrow the export with --since and --until.',
          });
        const file = session.place(to);
        const written = await exportTo(session, file, format, inputOf(filter));
        session.answer(
          { file, format, ...written },
          () => `${counted(written.jobs, 'job')}, ${formatSize(written.bytes)}, in ${file}.`,
        );
        return 0;
      }),
    );
};

const filtered = (command: Command): Command =>
  command
    .option('--object <name>', 'of one object')
    .addOption(several(new Option('--kind <kind>', 'of one kind; may be given again'), JOB_KINDS))
    .addOption(several(new Option('--outcome <outcome>', 'that came out so; may be given again'), JOB_STATES))
    .option('--found-damage', 'verifications that found damage alone')
    .option('--since <time>', 'begun then or later: 2026-11-01, or "2026-11-01 17:30"', timeOf('start'))
    .option('--until <time>', 'begun then or earlier; a date is meant to its end', timeOf('end'));

/** An option that collects what is given, each one of a few. */
const several = <T extends string>(option: Option, choices: readonly T[]): Option => {
  const collecting = option.choices(choices);
  const { parseArg } = collecting;
  return collecting.argParser<readonly T[]>((value, before) => {
    parseArg?.(value, undefined as never);
    return [...(before ?? []), value as T];
  });
};

const timeOf =
  (edge: 'start' | 'end') =>
  (text: string): string => {
    const at = pointInTime(text, edge);
    if (at === null) throw new InvalidArgumentError('A time is a date such as 2026-11-01, or "2026-11-01 17:30".');
    return new Date(at).toISOString();
  };

const inputOf = ({ object, kind, outcome, since, until, foundDamage }: FilterOptions): InputOf<'history.list'> => ({
  ...(object === undefined ? {} : { object }),
  ...(kind === undefined ? {} : { kinds: [...kind] }),
  ...(outcome === undefined ? {} : { outcomes: [...outcome] }),
  ...(since === undefined ? {} : { from: since }),
  ...(until === undefined ? {} : { until }),
  ...(foundDamage === undefined ? {} : { foundDamage }),
});

const exportTo = async (
  session: Session,
  file: string,
  format: HistoryFormat,
  filter: InputOf<'history.list'>,
): Promise<{ readonly jobs: number; readonly bytes: number }> => {
  const pieces = historyPieces(format, { writtenAt: new Date().toISOString(), filter });
  let jobs = 0;
  const all = async function* (): AsyncGenerator<string> {
    yield pieces.head;
    for (let after: string | null | undefined; after !== null; ) {
      const page: { readonly entries: HistoryEntry[]; readonly next: string | null } = await session.call(
        'history.list',
        { ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) },
      );
      yield pieces.rows(page.entries, jobs === 0);
      jobs += page.entries.length;
      after = page.next;
    }
    yield pieces.tail;
  };
  const bytes = await createFile(file, all());
  return { jobs, bytes };
};

const listText = (entries: readonly HistoryEntry[], total: number): string =>
  entries.length === 0
    ? 'No such job.'
    : [
        table(entries, [
          { title: 'JOB', of: ({ job }) => job.slice(0, 8) },
          { title: 'BEGUN', of: ({ createdAt }) => formatTime(createdAt) },
          { title: 'KIND', of: ({ kind }) => kind },
          { title: 'OBJECT', of: ({ object, objects, vault }) => object ?? objects?.join(', ') ?? vault },
          { title: 'OUTCOME', of: ({ outcome }) => outcome },
          {
            title: 'TOOK',
            align: 'right',
            of: ({ durationMs }) => (durationMs === null ? '-' : formatSpan(durationMs)),
          },
          { title: 'READ', align: 'right', of: ({ bytesRead }) => (bytesRead === null ? '-' : formatSize(bytesRead)) },
          {
            title: 'STORED',
            align: 'right',
            of: ({ bytesStored }) => (bytesStored === null ? '-' : formatSize(bytesStored)),
          },
          { title: 'DETAIL', flexible: true, of: detailOf },
        ]),
        ...(total > entries.length ? [`${formatCount(entries.length)} of ${counted(total, 'job')}; see --limit.`] : []),
      ].join('\n');

const detailOf = ({ error, warnings, set, foundDamage }: HistoryEntry): string => {
  if (error !== null) return error.message;
  const warned = warnings > 0 ? [counted(warnings, 'warning')] : [];
  if (foundDamage) return ['found damage', ...warned].join(', ');
  if (warnings > 0) return warned.join('');
  return set === null ? '' : `set ${set.slice(0, 8)}`;
};
