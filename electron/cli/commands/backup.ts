import { type Command, Option } from 'commander';
import type { SetView } from '../../../shared/contract/backup.ts';
import { REQUESTED_LEVELS, type RequestedLevel } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { counted, formatCount, formatSize, formatSpan, formatTime, wholeNumber, wholeSeconds } from '../sizes.ts';
import { table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

interface BackupOptions {
  readonly level?: RequestedLevel;
  readonly streams?: number;
}

interface NoticeOptions {
  /** False: `--no-notice`. */
  readonly notice?: number | false;
  readonly noticeCommand?: string;
}

const level = () => new Option('--level <level>', 'what to build on (default: auto)').choices(REQUESTED_LEVELS);

/** The commands that make block sets, and the list of them. */
export const addBackupCommands = (program: Command, run: Run): void => {
  program
    .command('plan <name>')
    .description('what a backup would do, and what each rule leaves out')
    .addHelpText('after', examples('plan docs', 'plan docs --level full'))
    .addOption(level())
    .action((object: string, options: BackupOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('plan', { object, ...options });
        session.answer(result, () => planText(object, result));
        return result.warnings.length > 0 ? 3 : 0;
      }),
    );

  program
    .command('backup <name>')
    .description('back a logical object up')
    .addHelpText('after', examples('backup docs', 'backup docs --level full --streams 2', 'backup machine --notice 60'))
    .addOption(level())
    .option('--streams <n>', 'drives to write to in parallel', wholeNumber(1, 64))
    .option('--notice <seconds>', 'of volumes: tell users and windows so long before they are frozen', wholeSeconds)
    .option('--no-notice', 'not this time, though the object says so')
    .option('--notice-command <command>', 'a command of the shell that reads the message, instead of `wall`')
    .action((object: string, { notice, ...options }: BackupOptions & NoticeOptions, command: Command) =>
      run(command, async (session) => {
        const noticeMs = notice === undefined ? {} : { noticeMs: notice === false ? null : notice };
        const result = await session.call('backup', { object, ...options, ...noticeMs });
        session.answer(result, () =>
          [setText(result.set), ...resumedLines(result.resumed), ...mountLines(result.notEntered)].join('\n'),
        );
        return result.set.warnings.length > 0 ? 3 : 0;
      }),
    );

  program
    .command('merge <name>')
    .description('make a synthetic full of a full and what builds on it; the source is not touched')
    .option('--wait', 'wait for tapes that are not in the library')
    .action((object: string, { wait }: { readonly wait?: boolean }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('merge', { object, ...(wait ? { waitForTapes: true } : {}) });
        const standing = `Nothing to merge: the newest complete set of ${object}, ${result.set.id.slice(0, 8)}, is ${result.set.level === 'full' ? 'a full' : 'a merged'} one. Nothing was written.`;
        session.answer(result, () => (result.merged ? setText(result.set) : standing));
        return result.merged && result.set.warnings.length > 0 ? 3 : 0;
      }),
    );

  program
    .command('sets [name]')
    .description('the block sets of an object, or of all, newest first')
    .action((object: string | undefined, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('sets', object === undefined ? {} : { object });
        session.answer(result, () => (result.sets.length === 0 ? 'No block sets yet.' : setTable(result.sets)));
        return 0;
      }),
    );
};

/** What a backup or merge made. */
export const setText = (set: SetView): string =>
  [
    `${set.object}: ${set.level} ${set.id.slice(0, 8)}, ${counted(set.elements, 'element')} of ${formatSize(set.logicalBytes)}.`,
    `Read ${formatSize(set.bytesRead)}, stored ${formatSize(set.bytesStored)} on ${set.tapes.join(', ') || 'no tape'} in ${formatSpan(set.durationMs)}.`,
    ...warningLines(set.warnings),
  ].join('\n');

const resumedLines = (resumed: OutputOf<'backup'>['resumed']): string[] =>
  resumed.length === 0
    ? []
    : [
        `It went on from ${counted(resumed.length, 'interrupted set')} (${resumed.map((id) => id.slice(0, 8)).join(', ')}): what was on tape and unchanged was not written again.`,
      ];

const planText = (object: string, plan: OutputOf<'plan'>): string =>
  [
    `${object}: ${plan.level}${plan.parent === null ? '' : ` on ${plan.parent.slice(0, 8)}`}, ${counted(plan.elements, 'element')}, ${formatSize(plan.bytes)} to read.`,
    `Tapes, at most: ${plan.tapes.join(', ') || 'none has room'}`,
    ...(plan.tapesRead || plan.parent === null
      ? []
      : [
          'No tape was looked at, for which the vault wants its passphrase: a backup makes another level where one no longer holds what it would build on.',
        ]),
    ...(plan.leftOut.length === 0
      ? []
      : [
          '',
          table(plan.leftOut, [
            { title: 'LEFT OUT BY', flexible: true, of: ({ rule }) => rule },
            { title: 'ELEMENTS', align: 'right', of: ({ elements }) => formatCount(elements) },
            { title: 'SIZE', align: 'right', of: ({ bytes }) => formatSize(bytes) },
          ]),
          ...idleLines(plan.leftOut),
        ]),
    ...mountLines(plan.notEntered),
    ...warningLines(plan.warnings),
  ].join('\n');

/** No warning: it is what was asked for, and a backup that is meant so would end with status 3 for ever. */
const mountLines = ({ count, first }: OutputOf<'plan'>['notEntered']): string[] => {
  if (count === 0) return [];
  const more = count > first.length ? ` and ${formatCount(count - first.length)} more` : '';
  return [
    printable(
      `Not entered: ${count === 1 ? 'a file system' : `${formatCount(count)} file systems`} mounted below (${first.join(', ')}${more}). To take ${count === 1 ? 'it' : 'them'} in, name ${count === 1 ? 'it' : 'them'} among --files, or give --cross-file-systems, when the object is added.`,
    ),
  ];
};

/** Rules that leave nothing out: those that a person wrote may be a slip of the hand. */
const idleLines = (leftOut: OutputOf<'plan'>['leftOut']): string[] => {
  const idle = leftOut.filter(({ rule, elements }) => elements === 0 && rule.startsWith('glob:'));
  if (idle.length === 0) return [];
  return ['', `Nothing matches ${idle.map(({ rule }) => rule.slice('glob:'.length)).join(', ')}.`];
};

const setTable = (sets: readonly SetView[]): string =>
  table(sets, [
    { title: 'SET', of: ({ id }) => id.slice(0, 8) },
    { title: 'OBJECT', of: ({ object }) => object },
    { title: 'LEVEL', of: ({ level: each }) => each },
    { title: 'CREATED', of: ({ createdAt }) => formatTime(createdAt) },
    { title: 'ELEMENTS', align: 'right', of: ({ elements }) => formatCount(elements) },
    { title: 'SIZE', align: 'right', of: ({ logicalBytes }) => formatSize(logicalBytes) },
    { title: 'STORED', align: 'right', of: ({ bytesStored }) => formatSize(bytesStored) },
    { title: 'TAPES', flexible: true, of: ({ tapes }) => tapes.join(' ') },
    {
      title: 'STATE',
      of: ({ state, tapesAway, damaged, damagedBelow, foundWrong, warnings }) =>
        [
          state,
          ...(damaged || foundWrong !== null ? ['damaged'] : []),
          ...(damagedBelow === null ? [] : [`builds on damaged ${damagedBelow.set.slice(0, 8)}`]),
          ...(tapesAway.length > 0 ? [`away: ${tapesAway.join(' ')}`] : []),
          ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
        ].join(', '),
    },
  ]);
