import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../../../shared/contract/choices.ts';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { ERROR_CODES, type ErrorCode, EXIT_STATUS, EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { lacksTapesAlone } from '../../../shared/model/check-outcome.ts';
import { barcodesIn, damageApart, type FindingsOnTapes, tapesNotHere } from '../../../shared/model/damage-apart.ts';
import { printable } from '../../../shared/model/printable.ts';
import { bringBack, placedName } from '../../../shared/model/tape-place.ts';
import { examples } from '../argument-help.ts';
import { pathArgument, pathsOf0 } from '../raw-arguments.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatSpan, formatTime } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { shownPath } from '../terminal/shown-path.ts';
import { typed } from '../terminal/typed.ts';
import { warningLines } from '../warnings.ts';

interface RestoreOptions {
  readonly to?: string;
  readonly original?: true;
  readonly relativeTo?: string;
  readonly onConflict?: ConflictPolicy;
  readonly dryRun?: boolean;
  readonly paths0?: boolean;
  readonly wait?: boolean;
}

interface VerifyOptions {
  readonly vault?: string;
  readonly object?: string;
  readonly wait?: boolean;
  readonly written?: boolean;
}

/** The commands that read block sets back. */
export const addRestoreCommands = (program: Command, run: Run): void => {
  program
    .command('restore <set> [paths...]')
    .description('restore a block set, or some of its elements')
    .addHelpText(
      'after',
      examples(
        'restore docs --to /tmp/back',
        'restore docs@2026-01-31 /home/ada/documents/letter.txt --to /tmp/back --relative-to /home/ada',
        'restore docs --original --on-conflict skip --dry-run',
      ),
    )
    .option('--to <place>', 'a folder, file or device to restore to')
    .addOption(new Option('--original', 'to where the elements came from').conflicts('to'))
    .option('--relative-to <path>', 'take this path off first')
    .addOption(
      new Option('--on-conflict <policy>', 'what to do with what is there already (default: fail)').choices(
        CONFLICT_POLICIES,
      ),
    )
    .option('--wait', 'once the rest is restored, wait for tapes that are not in the library')
    .option('--dry-run', 'show what would happen, and change nothing')
    .option('--paths0', 'raw NUL-separated paths on standard input')
    .action((set: string, paths: string[], options: RestoreOptions, command: Command) =>
      run(command, async (session) => {
        const input = inputOf(set, paths, options, options.paths0 ? await standardInput() : null);
        session.noteTime(set);
        const agreed = await consent(session, options, input);
        const result = await session.call('restore', { ...input, ...agreed });
        session.answer(result, () => restoreText(result));
        return restoreStatus(result);
      }),
    );

  program
    .command('verify [sets...]')
    .description('read everything back and check every digest')
    .addHelpText('after', examples('verify', 'verify docs@latest', 'verify --object docs', 'verify --vault /srv/vault'))
    .option('--vault <dir>', 'every block set of a vault')
    .option('--object <name>', 'every block set of an object')
    .option('--written', 'only what the sets themselves wrote, not what they have in common with earlier ones')
    .option('--wait', 'once the rest is read, wait for tapes that are not in the library')
    .action((sets: string[], { vault, object, wait, written }: VerifyOptions, command: Command) =>
      run(command, async (session) => {
        for (const set of sets) session.noteTime(set);
        const result = await session.call('verify', {
          ...(sets.length > 0 ? { sets } : {}),
          ...(vault === undefined ? {} : { vault: session.place(vault) }),
          ...(object === undefined ? {} : { object }),
          ...(wait ? { waitForTapes: true } : {}),
          ...(written ? { written: true } : {}),
        });
        session.answer(result, () => verifyText(result));
        return verifyStatus(result);
      }),
    );
};

/** All of standard input, however slowly it comes: what writes to a pipe is rarely done when this begins to read. */
const standardInput = async (): Promise<Buffer> => Buffer.concat(await Array.fromAsync(process.stdin));

const inputOf = (
  set: string,
  paths: readonly string[],
  options: RestoreOptions,
  input: Buffer | null,
): InputOf<'restore'> => {
  if ((options.to === undefined) === (options.original === undefined)) {
    throw new ColdframeError('USAGE', {
      message: 'Say where to restore to: to a place of your choice, or to where the elements came from.',
      guidance: 'Give either --to PLACE or --original.',
    });
  }
  const cwd = process.cwd();
  const wanted = [...paths.map((path) => pathArgument(path, cwd)), ...(input === null ? [] : pathsOf0(input))];
  if (options.paths0 && wanted.length === 0) {
    throw new ColdframeError('USAGE', {
      message: 'Standard input names no paths.',
      guidance: 'Leave --paths0 out to restore everything.',
    });
  }
  return {
    set,
    ...(wanted.length > 0 ? { paths: wanted } : {}),
    ...(options.to === undefined ? {} : { to: pathArgument(options.to, cwd) }),
    ...(options.original ? { original: true as const } : {}),
    ...(options.relativeTo === undefined ? {} : { relativeTo: pathArgument(options.relativeTo, cwd) }),
    ...(options.onConflict ? { onConflict: options.onConflict } : {}),
    ...(options.dryRun ? { dryRun: true } : {}),
    ...(options.wait ? { waitForTapes: true } : {}),
  };
};

/**
 * Asks a person before what cannot be had back is overwritten: where it came from, or all that is on a device. A script has said so by its
 * options. Gives what was agreed to.
 */
const consent = async (
  session: Session,
  { original, onConflict, dryRun, to }: RestoreOptions,
  input: InputOf<'restore'>,
): Promise<Pick<InputOf<'restore'>, 'agreed'>> => {
  if (onConflict !== 'overwrite' || dryRun || !session.interactive) return {};
  if (!original && (to === undefined || !isDevice(to))) return {};
  const { loses = null, overwrites = null, warnings } = await session.call('restore', { ...input, dryRun: true });
  const later = warnings.filter(({ code }) => code === 'LATER_SET_INCOMPLETE').map(({ message }) => message);
  const question = [...later, loses ?? 'What is there now is overwritten with what was backed up.'].join(' ');
  if (await confirm(`${question} Go on?`)) return { agreed: { overwrites, loses } };
  throw new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
};

const isDevice = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isBlockDevice() ?? false;

/** How many of a kind are listed for people. */
const SHOWN = 20;

/** What a restore did, or would do. */
export const restoreText = (result: OutputOf<'restore'>): string =>
  [
    headLine(result),
    ...(result.loses === undefined ? [] : [result.loses]),
    ...(result.dryRun ? mountPlanLines(result) : []),
    ...(result.mounts.length > 0 && !result.dryRun
      ? [`Tapes: ${result.mounts.map(({ tape, drive }) => `${barcodesIn(result)(tape)} in drive ${drive}`).join(', ')}`]
      : []),
    ...standingLines(result),
    ...result.conflicts.slice(0, SHOWN).map(conflictLine),
    ...(result.conflictCount > SHOWN
      ? [
          `… and ${counted(result.conflictCount - SHOWN, 'more conflict')}; --json lists ${formatCount(result.conflicts.length)} of them.`,
        ]
      : []),
    ...damageLines(
      result,
      result.damaged.filter(({ tape }) => !isAway(result, tape)),
    ),
    ...awayLines(result),
    ...knownLines(result.knownDamage),
    ...otherLines(result, lacksTapesAlone(result)),
    ...warningLines(result.warnings),
  ].join('\n');

/** How what was in the way stands to what is wanted; of a volume onto a disk nothing is to be told. */
const standingLines = ({ dryRun, standings, loses, overwrites }: OutputOf<'restore'>): string[] => {
  if (!dryRun || standings === undefined || loses !== undefined || overwrites !== undefined) return [];
  const { same, changed } = standings;
  const newer = changed.newer > 0 ? `, ${formatCount(changed.newer)} of them later than what was backed up` : '';
  return [
    ...(same.count > 0
      ? [`There already, the same by size and time: ${counted(same.count, 'element')} (${formatSize(same.bytes)}).`]
      : []),
    ...(changed.count > 0
      ? [`There already, and different: ${counted(changed.count, 'element')} (${formatSize(changed.bytes)})${newer}.`]
      : []),
  ];
};

/** Which tapes each drive takes and in which order, what is not here, and how long reading takes. */
const mountPlanLines = (result: OutputOf<'restore'>): string[] => {
  const named = (tape: string): string => {
    const { bytes = 0, copyOf = null } = result.tapes.find((each) => each.tape === tape) ?? {};
    return `${barcodesIn(result)(tape)} (${formatSize(bytes)}${copyOf === null ? '' : `, copy of ${copyOf}`})`;
  };
  const drives = Map.groupBy(result.mounts, ({ drive }) => drive);
  const away = result.tapes.filter(({ present }) => !present);
  return [
    ...[...drives].map(([drive, mounts]) => `Drive ${drive}: ${mounts.map(({ tape }) => named(tape)).join(', then ')}`),
    ...(away.length === 0 ? [] : [`Not here: ${away.map(({ tape }) => named(tape)).join(', ')}`]),
    ...(result.pace
      ? [
          `Reading takes about ${formatSpan(result.pace.durationMs)}, at the pace of ${result.pace.restores === 1 ? 'the last restore' : `the last ${result.pace.restores} restores`} from this vault.`,
        ]
      : []),
  ];
};

type ConflictView = OutputOf<'restore'>['conflicts'][number];

/** In the words of --on-conflict; the path of a renamed element is the one that it has now. */
const conflictLine = ({ action, same, there, wanted, ...where }: ConflictView): string => {
  const line =
    action === 'rename'
      ? `Conflict: rename: its name is taken, so it is ${shownPath(where)}`
      : `Conflict: ${action === 'replace' ? 'overwrite' : action}: ${shownPath(where)}`;
  if (same !== false || there === undefined || wanted === undefined) return line;
  return `${line}  (now ${sideText(there)}; in the backup ${sideText(wanted)})`;
};

const sideText = ({ bytes, modifiedAt }: NonNullable<ConflictView['there']>): string =>
  `${formatSize(bytes)} of ${formatTime(modifiedAt)}`;

/** What was lost comes before what was not: a first line that reads like success is all that many read. */
const headLine = ({
  dryRun,
  restored,
  wanted,
  bytes,
  skipped,
  damagedElements,
  durationMs,
  conflicts,
  conflictCount,
  ...more
}: OutputOf<'restore'>): string => {
  if (dryRun && conflicts.some(({ action }) => action === 'fail'))
    return `Would restore nothing: ${counted(conflictCount, 'element')} would be in the way. Say what to do with them: --on-conflict.`;
  if (dryRun)
    return `Would restore ${counted(restored, 'element')} (${formatSize(bytes)}), skip ${formatCount(skipped)}.`;
  const rest = `skipped ${formatCount(skipped)}, in ${formatSpan(durationMs)}.`;
  if (restored >= wanted && damagedElements === 0)
    return `Restored ${counted(restored, 'element')} (${formatSize(bytes)}), ${rest}`;
  const some = `Restored ${formatCount(restored)} of ${counted(wanted, 'element')} (${formatSize(bytes)})`;
  const others = Math.max(0, wanted - restored - damagedElements);
  const lost = [
    ...(damagedElements > 0 ? [`${formatCount(damagedElements)} ${whatIsWrong(more)}`] : []),
    ...(others > 0 ? [`${formatCount(others)} failed`] : []),
  ];
  return `Not everything was restored: ${lost.join(', ')}. ${some}, ${rest}`;
};

/** Whether nothing of a tape could be read because it is not there; the empty name is of chunks whose tape is not known. */
const isAway = ({ tapes }: Pick<OutputOf<'restore'>, 'tapes'>, tape: string): boolean =>
  tape === '' || tapes.some((each) => each.tape === tape && (!each.present || each.unread));

const whatIsWrong = (result: Pick<OutputOf<'restore'>, 'damaged' | 'tapes'>): string => {
  const away = result.damaged.filter(({ tape }) => isAway(result, tape));
  if (away.length === 0) return 'damaged';
  const where = `on tapes that ${whyNotRead(result)}`;
  return away.length === result.damaged.length ? where : `damaged or ${where}`;
};

const whyNotRead = ({ tapes }: Pick<OutputOf<'restore'>, 'tapes'>): string =>
  tapes.some(({ unread }) => unread) ? 'could not be read' : 'are not here';

/** What the tapes that are not here would have given; which to put back, and what then, is told by the warnings. */
const awayLines = (result: Pick<OutputOf<'restore'>, 'damaged' | 'tapes'>): string[] => {
  const byTape = Map.groupBy(
    result.damaged.filter(({ tape }) => isAway(result, tape)),
    ({ tape }) => tape,
  );
  return [...byTape].map(([tape, chunks]) => {
    const names = [...new Set(chunks.flatMap(({ elements }) => elements))].sort();
    const more = names.length > SHOWN ? ` and ${formatCount(names.length - SHOWN)} more` : '';
    const known = result.tapes.find((each) => each.tape === tape);
    const where =
      known === undefined
        ? 'of which no tape is known'
        : `on tape ${placedName(known)}, ${known.unread ? 'with which the drives failed' : 'which is not here'}`;
    return printable(`Not restored, ${where}: ${names.slice(0, SHOWN).join(', ')}${more}`);
  });
};

/** What of a plan lies where damage was found before. */
const knownLines = (known: OutputOf<'restore'>['knownDamage']): string[] =>
  known.slice(0, SHOWN).map(({ tape, chunk, elements }) => {
    const more = elements.length > SHOWN ? ` and ${formatCount(elements.length - SHOWN)} more` : '';
    return printable(
      `Chunk ${chunk} on tape ${tape} was found damaged before, so this may not come back: ${elements.slice(0, SHOWN).join(', ')}${more}`,
    );
  });

/** Where else damaged elements may be had from, as commands to type. */
const otherLines = ({ others, tapes }: OutputOf<'restore'>, areAway: boolean): string[] => {
  if (others.length === 0) return [];
  const bySet = [...Map.groupBy(others, ({ set }) => set).values()];
  return [
    `Other versions of ${areAway ? `what lies on tapes that ${whyNotRead({ tapes })}` : 'damaged elements'}, stored elsewhere; they have not been read yet:`,
    ...bySet.slice(0, SHOWN).map((each) => {
      const [first] = each as [(typeof others)[number]];
      const paths = each.slice(0, 5).map(({ path }) => typed(path));
      const more = each.length > paths.length ? `  (and ${formatCount(each.length - paths.length)} more)` : '';
      const restore = `coldframe restore ${first.set.slice(0, 8)} ${paths.join(' ')} --to PLACE`;
      return printable(`  backed up ${formatTime(first.backedUpAt)}: ${restore}${more}`);
    }),
  ];
};

/** What lies on tapes that are away was not read, and is not damaged as far as anybody knows. */
export const restoreStatus = (result: OutputOf<'restore'>): number => {
  if (result.damaged.length > 0) return lacksTapesAlone(result) ? EXIT_WARNINGS : EXIT_STATUS.damaged;
  return result.warnings.length + result.knownDamage.length > 0 ? EXIT_WARNINGS : 0;
};

/** Damage counts for more than vaults that could not be read, and those for more than sets and tapes that are not here in full. */
export const verifyStatus = (result: OutputOf<'verify'>): number => {
  const { sets, damagedTapes, incomplete, unverified, warnings } = result;
  const { damaged, away } = damageOf(result);
  if (damaged.length > 0 || damagedTapes.length > 0) return EXIT_STATUS.damaged;
  const [first] = unverified;
  if (first !== undefined) return EXIT_STATUS[ERROR_CODES[first.code as ErrorCode]?.kind ?? 'failed'];
  // Who relies on a verification is not told that all is well when nothing was there to be verified.
  const behind = warnings.some(({ code }) => code === 'CATALOG_BEHIND' || code === 'LATER_SET_INCOMPLETE');
  return behind || away.length > 0 || incomplete.length > 0 || sets === 0 ? EXIT_WARNINGS : 0;
};

/** A verification that read nothing vouches for nothing. */
const verdict = (result: OutputOf<'verify'>): string[] => {
  const { sets, chunks, incomplete, unverified } = result;
  const { damaged, away } = damageOf(result);
  if (damaged.length > 0) return [];
  if (sets === 0) return ['Nothing was verified: there is no complete block set.'];
  if (chunks === 0 && away.length > 0) return ['Nothing was verified: nothing of it could be read.'];
  return [
    incomplete.length + unverified.length + away.length === 0
      ? 'Every digest is right.'
      : 'Every digest that was read is right.',
  ];
};

const damageOf = (result: OutputOf<'verify'>) => damageApart(result.damaged, tapesNotHere(result));

export const verifyText = (result: OutputOf<'verify'>): string =>
  [
    `Read ${counted(result.chunks, 'chunk')} of ${counted(result.sets, 'block set')} (${formatSize(result.bytes)}) in ${formatSpan(result.durationMs)}.`,
    ...result.damagedTapes.map(
      ({ barcode, reason }) =>
        `Damaged: the beginning of tape ${barcode}, which costs no element. ${reason} It takes nothing more.`,
    ),
    ...verdict(result),
    ...result.unverified.flatMap(({ vault, message, guidance }) => [
      printable(`Not verified: the vault at ${vault}. ${message}`),
      `  ${guidance} To verify it alone: coldframe verify --vault ${typed(vault)}`,
    ]),
    ...result.incomplete.map(({ set, object, createdAt }) =>
      printable(
        `Incomplete, not read: block set ${set.slice(0, 8)} of "${object}", begun ${formatTime(createdAt)}; if tapes of it are away, put them back and run "vault rebuild".`,
      ),
    ),
    ...result.missingTapes.map(({ barcode, chunks, away, ...where }) =>
      away
        ? `Not here: tape ${placedName({ barcode, ...where })} with ${counted(chunks, 'chunk')}, which were not read and are not known to be damaged; ${bringBack({ barcode, ...where })} and verify again.`
        : `Cannot be read: tape ${barcode} with ${counted(chunks, 'chunk')}; see "tape list".`,
    ),
    ...result.wrongIn.map(({ object, sets }) =>
      printable(
        sets.length === 0
          ? `Damage in "${object}" on one tape alone: another has the same whole, and every block set can be restored.`
          : `Damage in "${object}": ${sets.length === 1 ? 'block set' : 'block sets'} ${sets.map((set) => set.slice(0, 8)).join(', ')}.`,
      ),
    ),
    ...damageLines(
      result,
      result.damaged.filter(({ tape }) => !result.missingTapes.some((missing) => missing.tape === tape)),
    ),
    ...warningLines(result.warnings),
    ...afterDamage(result),
    ...result.unlisted.map(
      ({ barcode, chunks }) =>
        `Not listed: ${counted(chunks, 'chunk')} on tape ${barcode}; "vault open" reads what this home does not know.`,
    ),
  ].join('\n');

/** What becomes of what is damaged, and what is to be done. */
const afterDamage = (result: OutputOf<'verify'>): string[] => {
  const { damaged } = damageOf(result);
  const copied = damaged.filter(({ wholeOn }) => wholeOn.length > 0);
  const isNoted = result.warnings.every(({ code }) =>
    ['TAPE_DAMAGED', 'CATALOG_BEHIND', 'COPY_AWAY', 'COPY_ALONE'].includes(code),
  );
  return [
    ...(copied.length > 0
      ? [
          `${copied.length === damaged.length ? 'Nothing is lost' : 'What is whole on another tape is not lost'}: a restore reads it there. Until it lies twice again keep ${[...new Set(copied.flatMap(({ wholeOn }) => wholeOn))].map(barcodesIn(result)).join(', ')}: move what is kept of the damaged tape with "coldframe tape reclaim", or, where that one is a copy, erase it and copy its original again.`,
        ]
      : []),
    ...(damaged.length > 0 && isNoted
      ? [
          copied.length === damaged.length
            ? 'A tape is damaged all the same, so this ends with status 13. The next backup of each object stores that chunk once more.'
            : 'The next backup of each object stores what is damaged anew, from the source as it is then. A restore gives everything else.',
        ]
      : []),
  ];
};

type Damage = Pick<OutputOf<'verify'>['damaged'][number], 'tape' | 'chunk' | 'set' | 'elements'> & {
  readonly wholeOn?: readonly string[];
};

const damageLines = (result: FindingsOnTapes, damaged: readonly Damage[]): string[] => {
  const barcode = barcodesIn(result);
  return damaged.slice(0, SHOWN).map(({ tape, chunk, set, elements, wholeOn = [] }) => {
    const names = elements.length === 0 ? 'no element has content in it' : elements.slice(0, 5).join(', ');
    const listed = `${names}${elements.length > 5 ? ' …' : ''}`;
    const which = `chunk ${chunk} of set ${set.slice(0, 8)}`;
    return printable(
      wholeOn.length > 0
        ? `Damaged on ${barcode(tape)}, whole on ${wholeOn.map(barcode).join(', ')}: ${which}: ${listed}`
        : `Damaged: ${which} ${tape === '' ? 'on no tape that is known' : `on tape ${barcode(tape)}`}: ${listed}`,
    );
  });
};
