import { type Command, Option } from 'commander';
import type { CheckView } from '../../../shared/contract/checks.ts';
import { CHECK_KINDS, type CheckKind } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { EXIT_STATUS, EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { counted, formatSize, formatSpan, formatTime, parseSize, wholeNumber } from '../sizes.ts';
import { table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

interface TestOptions {
  readonly set?: string;
  readonly elements?: number;
  readonly bytes?: number;
}

interface ListOptions {
  readonly object?: string;
  readonly vault?: string;
  readonly kind?: CheckKind;
  readonly limit?: number;
}

/** How many failures are listed for people. */
const SHOWN = 20;

/** The commands on restore tests, and on what they and verifications found. */
export const addCheckCommands = (program: Command, run: Run): void => {
  program
    .command('restore-test <name>')
    .description('restore a random sample of an object into a folder of its own, compare it, and remove it again')
    .addHelpText(
      'after',
      '\nWhat came back is compared with what the catalog says of it, and with the source as long as nothing there\nsays that it changed. Takes the newest set, now and then an older one, and first what was wrong the last time.\nTo have it done by itself: coldframe schedule add NAME --task restore-test --cron "0 6 * * SUN"',
    )
    .addHelpText('after', examples('restore-test docs', 'restore-test docs --set docs@2026-01-31 --elements 100'))
    .option('--set <set>', 'the block set to take the sample from')
    .option('--elements <n>', 'how many elements at most (default: 25)', wholeNumber(1, 1000))
    .option('--bytes <size>', 'how much content at most, and so how long an element (default: 1GiB)', parseSize)
    .action((object: string, options: TestOptions, command: Command) =>
      run(command, async (session) => {
        if (options.set !== undefined) session.noteTime(options.set);
        const result = await session.call('restore.test', { object, ...options });
        session.answer(result, () => testText(result));
        if (result.failures.length > 0 && result.outcome !== 'away') return EXIT_STATUS.damaged;
        if (result.outcome === 'away') return EXIT_WARNINGS;
        return result.warnings.length > 0 || result.elements === 0 ? EXIT_WARNINGS : 0;
      }),
    );

  program
    .command('checks')
    .description('what restore tests and verifications found, newest first')
    .option('--object <name>', 'of one object')
    .option('--vault <dir>', 'of one vault')
    .addOption(new Option('--kind <kind>', 'of one kind').choices(CHECK_KINDS))
    .option('--limit <n>', 'how many (default: 100)', wholeNumber(1, 10_000))
    .action(({ vault, ...options }: ListOptions, command: Command) =>
      run(command, async (session) => {
        const where = vault === undefined ? {} : { vault: session.place(vault) };
        const result = await session.call('check.list', { ...options, ...where });
        session.answer(result, () =>
          result.checks.length === 0
            ? 'Nothing was tested or verified yet.'
            : table(result.checks, [
                { title: 'WHEN', of: ({ at }) => formatTime(at) },
                { title: 'KIND', of: ({ kind }) => kind },
                { title: 'OF', of: ofText },
                { title: 'OUTCOME', of: ({ outcome }) => outcome },
                { title: 'JOB', of: ({ job }) => job.slice(0, 8) },
                { title: 'FOUND', flexible: true, of: foundText },
              ]),
        );
        return 0;
      }),
    );
};

/** A verification of one set is neither of its object nor of its vault. */
const ofText = ({ kind, object, vault, set, written }: CheckView): string => {
  if (kind !== 'verify' || set === null) return object ?? vault ?? '-';
  return `${written ? 'what was written by ' : ''}set ${set.slice(0, 8)}${object === null ? '' : ` of ${object}`}`;
};

const foundText = ({
  kind,
  outcome,
  elements,
  bytes,
  failures,
  failed,
  wrongIn,
  error,
  population,
}: CheckView): string => {
  if (error !== null) return `${error.code}: ${error.message}`;
  const what = kind === 'verify' ? 'chunk' : 'element';
  const of = population === null ? '' : ` of ${population}`;
  const read = `${elements}${of} ${elements === 1 && of === '' ? what : `${what}s`}, ${formatSize(bytes)}`;
  const [first] = failed;
  if ((outcome !== 'wrong' && outcome !== 'away') || first === undefined) return read;
  const whose = wrongIn.length === 0 ? '' : ` in ${wrongIn.join(', ')}`;
  return printable(`${read}; ${counted(failures, 'failure')}${whose}: ${first.path}: ${first.message}`);
};

const testText = (result: OutputOf<'restore.test'>): string => {
  const { object, set, elements, population, bytes, inPieces, tooLong, sourceSame, sourceChanged } = result;
  const head =
    elements === 0
      ? `Nothing of ${object} could be tested: set ${set.slice(0, 8)} has no element that a test can take.`
      : `Tested ${elements} of ${counted(population, 'element')} of set ${set.slice(0, 8)} of ${object} (${formatSize(bytes)}) in ${formatSpan(result.durationMs)}.`;
  return [
    head,
    ...(result.failures.length === 0
      ? elements === 0
        ? []
        : ['All of them came back as they were backed up.']
      : [
          result.outcome === 'away'
            ? `Not tested in full: ${counted(result.failures.length, 'element')} could not be had back, and nothing is known to be damaged.`
            : `${counted(result.failures.length, 'element')} did not come back right:`,
        ]),
    ...result.failures.slice(0, SHOWN).map(({ path, code, message }) => printable(`  ${path}: ${code}: ${message}`)),
    ...(sourceSame > 0 ? [`${counted(sourceSame, 'element')} also compared with the source, byte by byte.`] : []),
    ...(sourceChanged > 0
      ? [`${counted(sourceChanged, 'element')} not compared with the source: changed since, or not to be told.`]
      : []),
    ...(inPieces > 0 ? [`${counted(inPieces, 'volume')} tested in places, being too long to be restored whole.`] : []),
    ...(tooLong > inPieces
      ? [
          `${counted(tooLong - inPieces, 'element')} longer than a test takes (see --bytes), so no such test reads them; "verify" does.`,
        ]
      : []),
    ...warningLines(result.warnings),
  ].join('\n');
};
