import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { PlannedSet, RetentionPolicy } from '../../../shared/contract/retention.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { anomalyText } from '../../../shared/model/anomaly-text.ts';
import { pointInTime } from '../../../shared/model/point-in-time.ts';
import type { KeepRules } from '../../../shared/model/retention.ts';
import { retentionHeld } from '../../../shared/model/retention-held.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatSize, formatTime, wholeNumber } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { facts, table } from '../terminal/table.ts';
import { typed } from '../terminal/typed.ts';
import { warningLines } from '../warnings.ts';

interface ApplyOptions {
  readonly althoughHeld?: boolean;
  readonly merge?: boolean;
  readonly wait?: boolean;
}

interface SimulateOptions {
  readonly days?: number;
  readonly suppose?: boolean;
  readonly everyHours?: number;
  readonly fullEvery?: number;
}

interface SetOptions extends Partial<KeepRules> {
  readonly automatic?: 'on' | 'off';
}

const amount = wholeNumber(0, 10_000);

/** The commands on keep rules. */
export const addRetentionCommands = (program: Command, run: Run): void => {
  const retention = program.command('retention').description('how long block sets are kept');

  retention
    .command('show <name>')
    .description('the keep rules of an object, and which of its sets are held')
    .action((object: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('retention.show', { object });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );

  retention
    .command('set <name>')
    .description('change keep rules; what is not named stays as it is, 0 takes a rule away')
    .addHelpText(
      'after',
      '\nA set that any rule holds stays. Without rules nothing ever expires. Nothing expires by itself\nunless --automatic is on, or "schedule add" gives it times (--task retention): look with "retention plan", then carry it out with "retention apply".',
    )
    .addHelpText('after', examples('retention set docs --daily 7 --weekly 5 --monthly 12 --yearly 3'))
    .option('--keep-last <n>', 'keep the newest ones', amount)
    .option('--daily <n>', 'keep the newest of each of so many days that have one', amount)
    .option('--weekly <n>', 'of each of so many weeks', amount)
    .option('--monthly <n>', 'of each of so many months', amount)
    .option('--yearly <n>', 'of each of so many years', amount)
    .addOption(
      new Option('--automatic <on|off>', 'let expire by itself what no rule holds, after each backup').choices([
        'on',
        'off',
      ]),
    )
    .action((object: string, { automatic, ...rules }: SetOptions, command: Command) =>
      run(command, async (session) => {
        if (Object.keys(rules).length === 0 && automatic === undefined) throw noRule();
        const wish = automatic === undefined ? {} : { automatic: automatic === 'on' };
        const result = await session.call('retention.set', { object, rules, ...wish });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );

  retention
    .command('plan <name>')
    .description('which sets would expire now, and why each of the others stays; changes nothing')
    .action((object: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('retention.plan', { object });
        session.answer(result, () => planText(result));
        return 0;
      }),
    );

  retention
    .command('simulate <name>')
    .description('how many sets would be there when, if backups go on by the schedules; changes nothing')
    .addHelpText(
      'after',
      '\nAn object without schedules is supposed to get a backup a day, or as often as you say.\nGive --suppose, --every-hours or --full-every to suppose that of one that has some.',
    )
    .addHelpText('after', examples('retention simulate docs --days 365', 'retention simulate docs --every-hours 6'))
    .option('--days <n>', 'how far to look (default: 90)', wholeNumber(1, 3660))
    .option('--suppose', 'do not go by the schedules')
    .option('--every-hours <n>', 'suppose a backup so often (default: 24)', wholeNumber(1, 8784))
    .option('--full-every <n>', 'suppose that one of so many is full, 0 none (default: as lately)', amount)
    .action((object: string, options: SimulateOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('retention.simulate', { object, ...options });
        session.answer(result, () => simulationText(result));
        return 0;
      }),
    );

  retention
    .command('apply <name>')
    .description('let expire what the plan says; it cannot be had back')
    .option('--merge', 'make a synthetic full first, where sets stay only because others are built on them')
    .option('--wait', 'with --merge: wait for tapes that are not in the library')
    .option('--although-held', 'also while it is held back; what holds it back is named, and --yes does not cover it')
    .action((object: string, options: ApplyOptions, command: Command) =>
      run(command, async (session) => {
        const { merge = false, wait = false, althoughHeld = false } = options;
        let plan = await session.call('retention.plan', { object });
        const although = althoughHeld ? plan.holds.map(({ kind, set }) => ({ kind, set })) : [];
        // A merge would only make another set of the same.
        if (!althoughHeld) demandNotHeld(plan);
        for (const { about } of althoughHeld ? plan.holds : []) session.note(`Held back: ${about}.`);
        if (merge && onlyNeeded(plan).length > 0) {
          await session.call('merge', { object, ...(wait ? { waitForTapes: true } : {}) });
          plan = await session.call('retention.plan', { object });
          if (!althoughHeld) demandNotHeld(plan);
        }
        await consent(session, plan);
        const sets = plan.sets.filter(({ keep }) => !keep).map(({ id }) => id);
        const apply = { object, sets, ...(although.length > 0 ? { although } : {}) };
        const result = await session.call('retention.apply', apply).catch((thrown: unknown) => {
          throw althoughHeld ? foundMeanwhile(thrown) : thrown;
        });
        session.answer(result, () => appliedText(result));
        return result.warnings.length > 0 ? EXIT_WARNINGS : 0;
      }),
    );

  retention
    .command('acknowledge <name>')
    .description(
      'say that you looked at what was unusual: sets expire by themselves again from the next backup, or the next of its times, on',
    )
    .action((object: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const { heldBack } = await session.call('retention.show', { object });
        for (const { set, anomalies } of heldBack)
          session.note(`Looked at: set ${set.slice(0, 8)}, ${anomalies.map(anomalyText).join('; ')}.`);
        const sets = heldBack.map(({ set }) => set);
        const result = await session.call('retention.acknowledge', { object, sets });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );

  retention
    .command('hold <set>')
    .description('put a legal hold on a set: it stays, whatever the rules say, until it is released')
    .option('--note <text>', 'why')
    .action((set: string, options: { readonly note?: string }, command: Command) =>
      run(command, async (session) => {
        session.noteTime(set);
        const result = await session.call('retention.hold', { set, ...options });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );

  retention
    .command('keep <set>')
    .description(
      'keep a set until a time and for the week after it, whatever the rules say; a clock that is ahead for some days loses nothing',
    )
    .addHelpText('after', examples('retention keep docs@latest --until 2033-12-31'))
    .requiredOption('--until <time>', 'a date, or a date and time (UTC unless it has an offset)', timeOf)
    .action((set: string, { until }: { readonly until: string }, command: Command) =>
      run(command, async (session) => {
        session.noteTime(set);
        const result = await session.call('retention.keep', { set, until });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );

  retention
    .command('release <set>')
    .description('end the hold on a set, and what was said of how long it is kept')
    .action((set: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        session.noteTime(set);
        const result = await session.call('retention.release', { set });
        session.answer(result, () => policyText(result));
        return 0;
      }),
    );
};

const timeOf = (text: string): string => {
  const at = pointInTime(text);
  if (at === null) throw new InvalidArgumentError('A time is a date such as 2033-12-31, or "2033-12-31 17:30".');
  return new Date(at).toISOString();
};

const noRule = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'No rule was named.',
    guidance: 'Name at least one of --keep-last, --daily, --weekly, --monthly, --yearly; 0 takes a rule away.',
  });

const demandNotHeld = ({ object, holds }: OutputOf<'retention.plan'>): void => {
  if (holds.length === 0) return;
  throw retentionHeld(object, holds);
};

/** What was found only when the turn of a run came, no plan had named: so nobody has agreed to that yet. */
const foundMeanwhile = (thrown: unknown): unknown =>
  thrown instanceof ColdframeError && thrown.code === 'RETENTION_HELD'
    ? new ColdframeError('RETENTION_HELD', {
        message: thrown.message,
        guidance: 'That was found only now. Look at it first; then the same command goes past it.',
        context: thrown.context,
      })
    : thrown;

/** What is lost for good is named, and takes a yes: typed, or given with the command. */
const consent = async (session: Session, plan: OutputOf<'retention.plan'>): Promise<void> => {
  const going = plan.sets.filter(({ keep }) => !keep);
  if (going.length === 0 || session.options.yes) return;
  if (!session.options.json) session.note(setTable(going));
  if (!session.interactive)
    throw new ColdframeError('USAGE', {
      message: `${counted(going.length, 'block set')} of ${plan.object} would expire, and nobody agreed to that. Nothing was changed.`,
      guidance: `Look at them with "retention plan", and give --yes; or let the console do it after each backup: coldframe retention set ${plan.object} --automatic on`,
      context: { object: plan.object, sets: going.map(({ id }) => id).join(' ') },
    });
  const question = `${counted(going.length, 'block set')} of ${plan.object} ${going.length === 1 ? 'expires' : 'expire'} and cannot be restored any more. Go on?`;
  if (await confirm(question)) return;
  throw new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
};

const RULES: readonly (readonly [keyof KeepRules, (count: number) => string])[] = [
  ['keepLast', (count) => `the newest ${count === 1 ? 'one' : count}`],
  ['daily', (count) => `the newest of each of ${counted(count, 'day')}`],
  ['weekly', (count) => `the newest of each of ${counted(count, 'week')}`],
  ['monthly', (count) => `the newest of each of ${counted(count, 'month')}`],
  ['yearly', (count) => `the newest of each of ${counted(count, 'year')}`],
];

/** Why nothing expires by itself now. */
const heldLines = ({ object, heldBack }: Pick<RetentionPolicy, 'object' | 'heldBack'>): string[] =>
  heldBack.length === 0
    ? []
    : [
        ...heldBack.map(
          ({ set, anomalies }) =>
            `Held back: set ${set.slice(0, 8)} is unusual: ${anomalies.map(anomalyText).join('; ')}.`,
        ),
        `Nothing expires until somebody has looked: coldframe retention acknowledge ${typed(object)}`,
      ];

const policyText = (policy: RetentionPolicy): string => [factsText(policy), ...heldLines(policy)].join('\n');

const factsText = ({ object, rules, active, zone, marks, automatic, times }: RetentionPolicy): string =>
  facts([
    ['Object', object],
    ...(active ? [] : ([['Keeps', 'everything: there are no rules, so nothing ever expires']] as const)),
    ...RULES.filter(([rule]) => rules[rule] > 0).map(
      ([rule, words], at) => [at === 0 ? 'Keeps' : '', words(rules[rule])] as const,
    ),
    ...(active ? ([['', 'and always the last good one, and what others are built on']] as const) : []),
    ...(active ? ([['By itself', byItselfText(automatic, times.length)]] as const) : []),
    ...times.map((each) => ['At times', timeText(each)] as const),
    ...(active ? ([['Calendar', `${zone} (that of this machine)`]] as const) : []),
    ...marks.map(
      ({ set, hold, until }, at) =>
        [at === 0 ? 'Of single sets' : '', `${set.slice(0, 8)}: ${markText(hold, until)}`] as const,
    ),
  ]);

const byItselfText = (automatic: boolean, times: number): string => {
  if (automatic) return 'yes, after each backup';
  return times > 0 ? 'yes, at times of its own alone' : 'no: coldframe retention apply';
};

const timeText = ({ schedule, ofVault, cron, zone, state, next }: RetentionPolicy['times'][number]): string =>
  [
    `${cron} (${zone})`,
    state === 'paused' ? 'paused' : next === null ? 'can never run' : `next ${formatTime(next)}`,
    `schedule ${schedule.slice(0, 8)}${ofVault ? ', of the whole vault' : ''}`,
  ].join(', ');

const markText = (hold: string | null, until: string | null): string =>
  [
    ...(hold === null ? [] : [hold === '' ? 'held' : `held: ${hold}`]),
    ...(until === null ? [] : [`kept until ${formatTime(until)}`]),
  ].join('; ');

const planText = (plan: OutputOf<'retention.plan'>): string => {
  const { object, sets, keeps, expires, bytes, tapes, active, zone } = plan;
  if (sets.length === 0) return `${object} has no block sets yet.`;
  const lines = [
    setTable(sets),
    '',
    expires === 0
      ? `Nothing expires: ${counted(keeps, 'set')} ${keeps === 1 ? 'stays' : 'stay'}.`
      : `${counted(expires, 'set')} ${expires === 1 ? 'expires' : 'expire'} (${formatSize(bytes)} stored), ${counted(keeps, 'set')} ${keeps === 1 ? 'stays' : 'stay'}.`,
  ];
  if (tapes.length > 0) lines.push(`Tapes that become free: ${tapes.join(', ')}`);
  lines.push(
    active ? `Days, weeks, months and years are those of ${zone}.` : 'There are no rules, so nothing ever expires.',
  );
  const needed = onlyNeeded(plan);
  if (needed.length > 0)
    lines.push(
      `${counted(needed.length, 'set')} ${needed.length === 1 ? 'stays' : 'stay'} only because others are built on ${needed.length === 1 ? 'it' : 'them'}. A synthetic full lets go of them in time: coldframe retention apply ${typed(object)} --merge`,
    );
  lines.push(...heldLines(plan));
  const others = plan.holds.filter(({ kind }) => kind !== 'unusual');
  lines.push(...others.map(({ about }) => `Held back: ${about}.`));
  if (expires > 0 && plan.holds.length > 0)
    lines.push(`While it is held back, it is carried out with --although-held alone.`);
  else if (expires > 0) lines.push(`Carry it out with: coldframe retention apply ${typed(object)}`);
  return lines.join('\n');
};

/** Lines of a time line: enough to see where it goes. */
const LINES = 20;

const simulationText = (shown: OutputOf<'retention.simulate'>): string => {
  const { sets, steps, fullEvery, active } = shown;
  const each = Math.max(1, Math.ceil(steps.length / LINES));
  const lines = steps.flatMap(({ at, keeps }, index) => {
    if (index % each !== each - 1 && index !== steps.length - 1) return [];
    const since = steps.slice(index - (index % each), index + 1);
    return [{ at, keeps, expires: since.reduce((sum, { expires }) => sum + expires, 0) }];
  });
  const chain =
    fullEvery === 0 && active
      ? [
          'What the newest set is built on stays with it, so nothing of its chain goes before another full one or a merge.',
        ]
      : [];
  return [
    table(lines, [
      { title: 'UNTIL', of: ({ at }) => formatTime(at) },
      { title: 'SETS', align: 'right', of: ({ keeps }) => String(keeps) },
      { title: 'EXPIRED', align: 'right', of: ({ expires }) => String(expires) },
    ]),
    '',
    ...basisLines(shown),
    ...chain,
    ...(active ? [] : ['There are no rules, so nothing ever expires.']),
    ...(sets.length === 0
      ? []
      : [
          '',
          table(sets, [
            { title: 'SET', of: ({ id }) => id.slice(0, 8) },
            { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
            { title: 'EXPIRES', of: ({ goesAt }) => (goesAt === null ? 'not by then' : formatTime(goesAt)) },
          ]),
        ]),
  ].join('\n');
};

/** When the rules are applied. */
const appliedWhen = ({ afterEach, automatic, times }: OutputOf<'retention.simulate'>): string => {
  const own = times.flatMap(({ cron, zone, next }) => (next === null ? [] : [`${cron} (${zone})`])).join(', ');
  if (!afterEach) return `at times of their own alone, ${own}`;
  if (own !== '') return `after each and at times of their own, ${own}`;
  return automatic ? 'after each' : 'after each, which nothing does by itself';
};

/** By what the backups to come are told. */
const basisLines = (shown: OutputOf<'retention.simulate'>): string[] => {
  const { by, schedules, paused, everyHours, fullEvery, until } = shown;
  const applied = appliedWhen(shown);
  const idle = `${counted(paused, 'schedule')} of it ${paused === 1 ? 'is' : 'are'} paused or cannot run`;
  const silent = paused === 0 ? [] : [`${idle}, and ${paused === 1 ? 'brings' : 'bring'} no backup.`];
  const [first] = schedules;
  if (by === 'schedules' && first !== undefined)
    return [
      schedules.length === 1 ? `By its schedule: ${scheduleText(first)}.` : 'By its schedules:',
      ...(schedules.length === 1 ? [] : schedules.map((schedule) => `  ${scheduleText(schedule)}`)),
      ...silent,
      `Every run is taken to begin in time and to come out whole, and the rules to be applied ${applied}, until ${formatTime(until)}.`,
    ];
  const full =
    fullEvery === 0 ? 'no further full one' : fullEvery === 1 ? 'each of them full' : `one of ${fullEvery} full`;
  return [
    `Supposed, not scheduled: a backup every ${counted(everyHours ?? 0, 'hour')}, ${full}; every one comes out whole, and the rules are applied ${applied}, until ${formatTime(until)}.`,
    ...silent,
    'Suppose another rhythm with --every-hours and --full-every.',
  ];
};

const scheduleText = ({
  cron,
  zone,
  level,
  rules,
  window,
}: OutputOf<'retention.simulate'>['schedules'][number]): string =>
  [
    `${cron} in ${zone}`,
    level === 'auto' ? 'level as fits' : level,
    ...rules.map(({ on, level: made }) => (on === 'month' ? `first run of a month ${made}` : `${on} ${made}`)),
    ...(window === null ? [] : [`within ${window.from}-${window.to}`]),
  ].join(', ');

/** The sets that stay for no other reason than that others are built on them. */
const onlyNeeded = ({ sets }: OutputOf<'retention.plan'>): PlannedSet[] =>
  sets.filter(({ keep, reasons }) => keep && reasons.every(({ kind }) => kind === 'needed'));

const setTable = (sets: readonly PlannedSet[]): string =>
  table(sets, [
    { title: 'SET', of: ({ id }) => id.slice(0, 8) },
    { title: 'LEVEL', of: ({ level }) => level },
    { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
    { title: 'STORED', align: 'right', of: ({ bytesStored }) => formatSize(bytesStored) },
    { title: '', of: ({ keep }) => (keep ? 'stays' : 'EXPIRES') },
    { title: 'WHY', flexible: true, of: whyOf },
  ]);

const whyOf = ({ reasons, good, state }: PlannedSet): string => {
  const unsound = !good && (state === 'complete' || state === 'incomplete') ? ['(not known to be whole)'] : [];
  return [reasons.map(reasonText).join(', '), ...unsound].join(' ');
};

type Reason = PlannedSet['reasons'][number];
const REASONS: Readonly<Record<Reason['kind'], (of: string) => string>> = {
  'no-rules': () => 'no rules',
  last: () => 'one of the newest',
  daily: (period) => `of ${period}`,
  weekly: (period) => `of week ${period}`,
  monthly: (period) => `of ${period}`,
  yearly: (period) => `of ${period}`,
  until: (time) =>
    `kept until ${formatTime(time)}${Date.parse(time) > Date.now() ? '' : ', and for the week after it'}`,
  hold: (note) => (note === '' ? 'held' : `held: ${note}`),
  'last-good': () => 'the last good one',
  'before-unusual': (set) => `the last good one before ${set.slice(0, 8)}, which is unusual`,
  'none-good': () => 'no set is known to be whole',
  needed: (set) => (set === '' ? 'others need it' : `${set.slice(0, 8)} needs it`),
  unfinished: () => 'may still be gone on from',
  served: () => 'is served as a disk',
  wanted: () => 'a job waits for tapes of it',
  'no-rule': () => 'no rule holds it',
  interrupted: () => 'an interrupted attempt before a whole set',
};

const reasonText = ({ kind, of }: Reason): string => REASONS[kind](of ?? '');

const appliedText = ({ object, expired, kept, bytes, freedTapes, warnings }: OutputOf<'retention.apply'>): string =>
  [
    expired.length === 0
      ? `${object}: nothing expired, ${counted(kept, 'set')} ${kept === 1 ? 'stays' : 'stay'}.`
      : `${object}: ${counted(expired.length, 'set')} expired (${formatSize(bytes)} stored), ${counted(kept, 'set')} ${kept === 1 ? 'stays' : 'stay'}.`,
    ...(freedTapes.length === 0
      ? []
      : [`Tapes that are free now: ${freedTapes.join(', ')}. They are labelled anew when a backup wants one.`]),
    ...warningLines(warnings),
  ].join('\n');
