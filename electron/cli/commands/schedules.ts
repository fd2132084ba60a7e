import { type Command, InvalidArgumentError, Option } from 'commander';
import { MOST_COUNTED, SCHEDULE_TASKS, type ScheduleTask } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { addTermOptions, type TermOptions, termFacts, termsAsked } from '../schedule-terms.ts';
import type { Session } from '../session.ts';
import { counted, formatSpan, formatTime, typedSpan, wholeNumber } from '../sizes.ts';
import { facts, table } from '../terminal/table.ts';

interface AddOptions extends TermOptions {
  readonly cron: string;
  readonly task?: ScheduleTask;
  readonly vault?: string;
}

type EditOptions = Partial<AddOptions>;

const CRON_HELP = 'minute, hour, day of the month, month, day of the week; or @daily and the like';

/** The commands on schedules. */
export const addScheduleCommands = (program: Command, run: Run): void => {
  const schedule = program
    .command('schedule')
    .description('backups, restore tests, verifications and retention at times of their own, while a console serves');

  addTermOptions(
    schedule
      .command('add [name]')
      .description(
        'back an object up at certain times; or test that it can be restored, verify it or a vault, or let expire what no rule holds',
      )
      .addHelpText(
        'after',
        examples(
          'schedule add docs --cron "30 2 * * *" --catch-up',
          'schedule add docs --cron "0 22 * * FRI" --level full --zone Europe/Berlin',
          'schedule add docs --cron "0 1 * * *" --level differential --rule sun=full --rule month=synthetic',
          'schedule add docs --task restore-test --cron "0 6 * * SUN" --catch-up',
          'schedule add --vault /srv/vault --task verify --cron "0 3 1 * *"',
          'schedule add docs --task retention --cron "0 4 * * *" --catch-up',
          'schedule add docs --cron "0 * * * *" --window 20:00-06:00 --at-window-end pause --on-mains --idle 10m',
        ),
      )
      .requiredOption('--cron <expression>', CRON_HELP)
      .addOption(new Option('--task <task>', 'what is done (default: backup)').choices(SCHEDULE_TASKS))
      .option(
        '--vault <dir>',
        'of a whole vault, which can be verified, or have retention of all its objects that have rules',
      ),
  ).action((object: string | undefined, options: AddOptions, command: Command) =>
    run(command, async (session) => {
      const file = session.passphraseFile;
      const passphrase = file === undefined ? {} : { passphraseFile: session.place(file) };
      const asked = { ...timesAsked(options), cron: options.cron, terms: termsAsked(options) };
      const { task, vault } = options;
      const what = {
        ...(object === undefined ? {} : { object }),
        ...(vault === undefined ? {} : { vault: session.place(vault) }),
        ...(task === undefined ? {} : { task }),
      };
      const result = await session.call('schedule.add', { ...what, ...asked, ...passphrase });
      tellDoubts(session, result.schedule);
      session.answer(result, () =>
        [
          scheduleText(result.schedule),
          'Schedules run while a console serves: coldframe serve, or the desktop. "coldframe autostart on" has it start by itself.',
        ].join('\n'),
      );
      return 0;
    }),
  );

  addTermOptions(
    schedule
      .command('edit <schedule>')
      .description('change what is given of a schedule; --rule replaces all rules')
      .option('--cron <expression>', CRON_HELP),
  )
    .option('--no-catch-up', 'let go what was missed')
    .option('--no-window', 'run at any hour')
    .option('--no-on-mains', 'run on battery, too')
    .option('--no-unmetered', 'run on a metered link, too')
    .option('--no-idle', 'run while somebody uses the machine, too')
    .action((id: string, options: EditOptions, command: Command) =>
      run(command, async (session) => {
        const file = session.passphraseFile;
        const passphrase = file === undefined ? {} : { passphraseFile: session.place(file) };
        const { schedule: known } = await session.call('schedule.runs', { schedule: id.toLowerCase(), limit: 1 });
        const cron = options.cron === undefined ? {} : { cron: options.cron };
        const asked = { ...timesAsked(options), ...cron, terms: termsAsked(options, known.terms) };
        const result = await session.call('schedule.update', { schedule: known.id, ...asked, ...passphrase });
        tellDoubts(session, result.schedule);
        session.answer(result, () => scheduleText(result.schedule));
        return 0;
      }),
    );

  schedule
    .command('list')
    .description('the schedules, when they run next, and how their last run came out')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.list', {});
        const asleep = [
          ...(result.keeping ? [] : ['No console serves this home now, so none of them runs.']),
          ...(result.pausedUntil === null ? [] : [pausedText(result.pausedUntil)]),
        ];
        session.answer(result, () =>
          result.schedules.length === 0
            ? 'No schedules yet.'
            : [
                table(result.schedules, [
                  { title: 'SCHEDULE', of: ({ id }) => id.slice(0, 8) },
                  { title: 'OBJECT', of: ({ object }) => object },
                  { title: 'AT', of: ({ cron, zone }) => `${cron} ${zone}` },
                  { title: 'DOES', of: doesText },
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
                {
                  title: 'BEGAN',
                  of: ({ outcome, at }) => (outcome === 'skipped' || outcome === 'waiting' ? '-' : formatTime(at)),
                },
                { title: 'LEVEL', of: ({ level }) => level ?? '-' },
                { title: 'JOB', of: ({ job }) => job?.slice(0, 8) ?? '-' },
                { title: 'OUTCOME', flexible: true, of: outcomeText },
              ]),
        );
        return 0;
      }),
    );

  const describe = {
    pause: 'let its times pass without a run',
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
    .command('pause-all')
    .description('let no schedule begin anything for a while; what is due then waits, or is listed as skipped')
    .option('--for <span>', 'for so long: 1h, 30m, 2d', typedSpan)
    .option('--until <time>', 'until then: tomorrow, or a time such as 2026-05-01T06:00:00Z', untilOf)
    .action((options: PauseOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.pauseAll', pauseAsked(options));
        session.answer(result, () => pausedText(result.pausedUntil));
        return 0;
      }),
    );

  schedule
    .command('resume-all')
    .description('let all schedules go on that pause-all holds; those that were paused one by one stay so')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.pauseAll', { until: null });
        session.answer(result, () => pausedText(result.pausedUntil));
        return 0;
      }),
    );

  schedule
    .command('calendar')
    .description('the days to come, and what runs on each')
    .option('--days <n>', 'how many (default: 28)', wholeNumber(1, 92))
    .action((options: { readonly days?: number }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('schedule.calendar', options);
        const lines = result.days.flatMap(({ date, runs }) => runs.map((each) => ({ ...each, date })));
        session.answer(result, () =>
          lines.length === 0
            ? 'Nothing is to come.'
            : table(lines, [
                { title: 'DAY', of: ({ date }) => date },
                { title: 'FIRST', of: ({ first }) => formatTime(first) },
                { title: 'RUNS', of: ({ count }) => (count === null ? 'more than 24' : String(count)) },
                { title: 'DOES', of: ({ task, level }) => (task === 'backup' ? level : task) },
                { title: 'OBJECT', flexible: true, of: ({ object }) => object },
              ]),
        );
        return 0;
      }),
    );

  schedule
    .command('limit [backups]')
    .description('how many backups schedules may have running on one vault; without a number it is shown')
    .action((backups: string | undefined, _: unknown, command: Command) =>
      run(command, async (session) => {
        const { settings } =
          backups === undefined
            ? await session.call('settings.get', {})
            : await session.call('settings.set', { runsPerVault: wholeNumber(1, 64)(backups) });
        const { runsPerVault } = settings;
        session.answer({ runsPerVault }, () => `At most ${counted(runsPerVault, 'backup')} on one vault at once.`);
        return 0;
      }),
    );

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

interface PauseOptions {
  readonly for?: number;
  readonly until?: string;
}

const untilOf = (text: string): string => {
  if (text.toLowerCase() === 'tomorrow') return 'tomorrow';
  const at = Date.parse(text);
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError('Give tomorrow, or a time such as 2026-05-01T06:00:00Z.');
};

const pauseAsked = (options: PauseOptions): InputOf<'schedule.pauseAll'> => {
  if ((options.for === undefined) === (options.until === undefined)) {
    throw new ColdframeError('USAGE', {
      message: 'A pause needs its end, given in one way.',
      guidance: 'Say --for 1h, or --until tomorrow.',
    });
  }
  return options.for === undefined ? { until: options.until ?? null } : { forMs: options.for };
};

const pausedText = (until: string | null): string =>
  until === null ? 'Schedules go on.' : `All schedules are paused until ${formatTime(until)}.`;

/** What of a schedule is no term. */
const timesAsked = ({ zone, level, catchUp }: TermOptions) => ({
  ...(zone === undefined ? {} : { zone }),
  ...(level === undefined ? {} : { level }),
  ...(catchUp === undefined ? {} : { catchUp }),
});

const doesText = (schedule: ScheduleView): string => (schedule.task === 'backup' ? levelText(schedule) : schedule.task);

const levelText = ({ level, terms }: ScheduleView): string =>
  [level, ...terms.rules.map((rule) => `${rule.on}=${rule.level}`)].join(' ');

const nextOf = ({ state, next }: ScheduleView): string => (state === 'paused' ? 'paused' : formatTime(next[0] ?? null));

/** Says what of a schedule is hardly meant so. */
const tellDoubts = (session: Session, { doubts, terms }: ScheduleView): void => {
  for (const doubt of doubts) session.note(doubtText(doubt, terms));
};

const doubtText = (
  doubt: ScheduleView['doubts'][number],
  { window, jitterMs, rules }: ScheduleView['terms'],
): string => {
  switch (doubt.kind) {
    case 'outside-window':
      return `Due at ${formatTime(doubt.due)}, outside its window: it begins at ${formatTime(doubt.begins)}.`;
    case 'window-always-open':
      return `A window from ${window?.from} to ${window?.to} is always open.`;
    case 'spread-too-long':
      return `A spread of ${formatSpan(jitterMs)} is more than the time between two runs allows: they begin up to ${formatSpan(doubt.mostMs)} later.`;
    case 'rule-never-holds':
      return `The rule ${rules[doubt.rule]?.on}=${rules[doubt.rule]?.level} never holds: another one of that day stands before it.`;
  }
};

const OUTCOMES: Readonly<Record<ScheduleRun['outcome'], string>> = {
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  done: 'done',
  warned: 'done with warnings',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  skipped: 'skipped',
};

const outcomeText = ({ outcome, reason, more, notBefore }: ScheduleRun): string =>
  [
    OUTCOMES[outcome],
    ...(reason === null ? [] : [`: ${reason}`]),
    ...(notBefore === null
      ? []
      : [` It ${outcome === 'paused' ? 'goes on' : 'begins'} at ${formatTime(notBefore)} or later.`]),
    ...(more === 0 ? [] : [` (and ${more < MOST_COUNTED ? '' : 'at least '}${counted(more, 'moment')} before it)`]),
  ].join('');

const runText = (run: ScheduleRun): string => `${formatTime(run.dueAt)}, ${outcomeText(run)}`;

const scheduleText = (schedule: ScheduleView): string => {
  const { id, task, object, vault, cron, zone, level, catchUp, passphraseFile, next, last } = schedule;
  return facts([
    ['Schedule', id],
    vault === null ? ['Object', object] : ['Vault', vault],
    ['At', `${cron} (${zone})`],
    task === 'backup' ? ['Level', level] : ['Task', task],
    ...termFacts(schedule.terms),
    ...schedule.unknown.map((term) => ['Unknown', UNKNOWN[term]] as const),
    ['Missed runs', catchUp ? 'are made up for' : 'are let go'],
    ...(passphraseFile === null ? [] : ([['Passphrase', `in ${passphraseFile}`]] as const)),
    ...(schedule.problem === null ? [] : ([['Problem', schedule.problem]] as const)),
    ['Next', schedule.state === 'paused' ? 'paused' : next.map(nextText(schedule)).join(', ')],
    ...(last === null ? [] : ([['Last', runText(last)]] as const)),
  ]);
};

const UNKNOWN: Readonly<Record<ScheduleView['unknown'][number], string>> = {
  mains: 'whether this machine is on mains: it counts as being so',
  idle: 'whether somebody uses this machine: it counts as idle',
  metered: 'whether the link of this machine is metered: it counts as not metered',
};

/** With the level where that is not the same for all. */
const nextText =
  ({ nextLevels, terms }: ScheduleView) =>
  (moment: string, at: number): string =>
    terms.rules.length === 0 ? formatTime(moment) : `${formatTime(moment)} (${nextLevels[at]})`;
