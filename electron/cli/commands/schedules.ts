import { type Command, Option } from 'commander';
import { MOST_COUNTED, REQUESTED_LEVELS, type RequestedLevel } from '../../../shared/contract/choices.ts';
import type { ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { counted, formatTime, wholeNumber } from '../sizes.ts';
import { facts, table } from '../terminal/table.ts';

interface AddOptions {
  readonly cron: string;
  readonly zone?: string;
  readonly level?: RequestedLevel;
  readonly catchUp?: boolean;
}

/** The commands on schedules. */
export const addScheduleCommands = (program: Command, run: Run): void => {
  const schedule = program.command('schedule').description('backups at times of their own, while a console serves');

  schedule
    .command('add <name>')
    .description('back an object up at certain times')
    .addHelpText(
      'after',
      examples(
        'schedule add docs --cron "30 2 * * *" --catch-up',
        'schedule add docs --cron "0 22 * * FRI" --level full --zone Europe/Berlin',
      ),
    )
    .requiredOption(
      '--cron <expression>',
      'minute, hour, day of the month, month, day of the week; or @daily and the like',
    )
    .option('--zone <name>', 'the time zone it is meant in (default: that of this machine)')
    .addOption(new Option('--level <level>', 'what to build on (default: auto)').choices(REQUESTED_LEVELS))
    .option('--catch-up', 'make up for what was missed while no console served, with one backup')
    .action((object: string, options: AddOptions, command: Command) =>
      run(command, async (session) => {
        const file = session.passphraseFile;
        const passphrase = file === undefined ? {} : { passphraseFile: session.place(file) };
        const result = await session.call('schedule.add', { object, ...options, ...passphrase });
        session.answer(result, () =>
          [
            scheduleText(result.schedule),
            'Schedules run while a console serves: coldframe serve, or the desktop.',
          ].join('\n'),
        );
        return 0;
      }),
    );

  schedule
    .command('list')
    .description('the schedules, when they run next, and how their last run came out')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.list', {});
        const asleep = result.keeping ? [] : ['No console serves this home now, so none of them runs.'];
        session.answer(result, () =>
          result.schedules.length === 0
            ? 'No schedules yet.'
            : [
                table(result.schedules, [
                  { title: 'SCHEDULE', of: ({ id }) => id.slice(0, 8) },
                  { title: 'OBJECT', of: ({ object }) => object },
                  { title: 'AT', of: ({ cron, zone }) => `${cron} ${zone}` },
                  { title: 'LEVEL', of: ({ level }) => level },
                  { title: 'NEXT', of: nextOf },
                  { title: 'LAST', flexible: true, of: ({ last }) => (last === null ? 'never' : runText(last)) },
                ]),
                ...asleep,
              ].join('\n'),
        );
        return 0;
      }),
    );

  schedule
    .command('runs <schedule>')
    .description('the moments that a schedule came due, newest first, and what became of them')
    .option('--limit <n>', 'how many (default: 100)', wholeNumber(1, 10_000))
    .action((id: string, options: { readonly limit?: number }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.runs', { schedule: id.toLowerCase(), ...options });
        session.answer(result, () =>
          result.runs.length === 0
            ? 'It has not come due yet.'
            : table(result.runs, [
                { title: 'DUE', of: ({ dueAt }) => formatTime(dueAt) },
                { title: 'BEGAN', of: ({ outcome, at }) => (outcome === 'skipped' ? '-' : formatTime(at)) },
                { title: 'JOB', of: ({ job }) => job?.slice(0, 8) ?? '-' },
                { title: 'OUTCOME', flexible: true, of: outcomeText },
              ]),
        );
        return 0;
      }),
    );

  const describe = {
    pause: 'let its times pass without a backup',
    resume: 'let a paused schedule go on',
    remove: 'forget a schedule; what was backed up stays',
  } as const;
  for (const verb of ['pause', 'resume', 'remove'] as const) {
    schedule
      .command(`${verb} <schedule>`)
      .description(describe[verb])
      .action((id: string, _: unknown, command: Command) =>
        run(command, async (session) => {
          const result = await session.call(`schedule.${verb}`, { schedule: id.toLowerCase() });
          session.answer(result, () =>
            verb === 'remove'
              ? `Schedule ${result.schedule.id.slice(0, 8)} was removed.`
              : scheduleText(result.schedule),
          );
          return 0;
        }),
      );
  }

  schedule
    .command('run <schedule>')
    .description('run it now, beside its times')
    .action((id: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.run', { schedule: id.toLowerCase() });
        session.answer(result, () => `Schedule ${result.schedule.id.slice(0, 8)} ran: ${outcomeText(result.run)}.`);
        return result.run.outcome === 'warned' ? EXIT_WARNINGS : 0;
      }),
    );
};

const nextOf = ({ state, next }: ScheduleView): string => (state === 'paused' ? 'paused' : formatTime(next[0] ?? null));

const OUTCOMES: Readonly<Record<ScheduleRun['outcome'], string>> = {
  running: 'running',
  done: 'done',
  warned: 'done with warnings',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  skipped: 'skipped',
};

const outcomeText = ({ outcome, reason, more }: ScheduleRun): string =>
  [
    OUTCOMES[outcome],
    ...(reason === null ? [] : [`: ${reason}`]),
    ...(more === 0 ? [] : [` (and ${more < MOST_COUNTED ? '' : 'at least '}${counted(more, 'moment')} before it)`]),
  ].join('');

const runText = (run: ScheduleRun): string => `${formatTime(run.dueAt)}, ${outcomeText(run)}`;

const scheduleText = (schedule: ScheduleView): string => {
  const { id, object, cron, zone, level, catchUp, passphraseFile, next, last } = schedule;
  return facts([
    ['Schedule', id],
    ['Object', object],
    ['At', `${cron} (${zone})`],
    ['Level', level],
    ['Missed runs', catchUp ? 'are made up for' : 'are let go'],
    ...(passphraseFile === null ? [] : ([['Passphrase', `in ${passphraseFile}`]] as const)),
    ...(schedule.problem === null ? [] : ([['Problem', schedule.problem]] as const)),
    ['Next', schedule.state === 'paused' ? 'paused' : next.map(formatTime).join(', ')],
    ...(last === null ? [] : ([['Last', runText(last)]] as const)),
  ]);
};
