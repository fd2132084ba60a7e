import type { Command } from 'commander';
import type { LibraryView } from '../../../shared/contract/tapes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { examples } from '../argument-help.ts';
import { driveOf } from '../drive-number.ts';
import { vaultMeant } from '../only-vault.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatTime, parseSize, wholeNumber } from '../sizes.ts';
import { table } from '../terminal/table.ts';

interface CleaningOptions {
  /** A barcode, or `true` for the next one. */
  readonly add?: string | true;
  readonly uses?: number;
  readonly remove?: string;
  readonly after?: number;
}

/** The commands that clean drives, and look after what they are cleaned with. */
export const addCleaningCommands = (library: Command, run: Run): void => {
  library
    .command('clean <dir> <drive>')
    .description('clean a drive with a cleaning tape; what is in the drive goes back to its slot')
    .option('--with <barcode>', 'the cleaning tape (default: the one with the fewest uses left)')
    .addHelpText('after', examples('library clean /srv/vault 1', 'library clean /srv/vault 1 --with CLN001CU'))
    .action((dir: string, drive: string, options: { with?: string }, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.clean', {
          vault: session.place(dir),
          drive: driveOf(drive),
          ...(options.with === undefined ? {} : { tape: options.with }),
        });
        session.answer(
          result,
          () => `Drive ${result.drive} is clean; ${result.tape} has ${counted(result.usesLeft, 'use')} left.`,
        );
        return 0;
      }),
    );

  library
    .command('cleaning [dir]')
    .description('cleaning tapes, and when drives were cleaned; adds one to a vault of files, or takes one out')
    .option('--add [barcode]', 'add a cleaning tape (default: with the next barcode, such as CLN001CU)')
    .option('--uses <n>', 'how often the one that is added cleans (default: 50)', wholeNumber(1, 10_000))
    .option('--remove <barcode>', 'take a cleaning tape out')
    .option('--after <size>', 'bytes written after which a drive wants cleaning; 0: never (default: 1 TB)', parseSize)
    .addHelpText('after', examples('library cleaning /srv/vault --add', 'library cleaning /srv/vault --after 500GB'))
    .action((dir: string | undefined, options: CleaningOptions, command: Command) =>
      run(command, async (session) => {
        const result = await cleaning(session, await vaultMeant(session, dir), options);
        session.answer(
          {
            vault: result.vault,
            ...result.cleaning,
            drives: result.drives.map(({ number, cleaning: care }) => ({ number, ...care })),
          },
          () => cleaningText(result),
        );
        return 0;
      }),
    );
};

const cleaning = async (
  session: Session,
  vault: string,
  { add, uses, remove, after }: CleaningOptions,
): Promise<LibraryView> => {
  if ([add, remove, after].filter((option) => option !== undefined).length > 1 || (uses !== undefined && !add))
    throw new ColdframeError('USAGE', {
      message: 'These options cannot be given together.',
      guidance: 'Give one of --add, --remove and --after; --uses goes with --add.',
    });
  if (remove !== undefined) return await session.call('library.removeCleaningTape', { vault, barcode: remove });
  if (after !== undefined) return await session.call('library.setCleaning', { vault, afterBytes: after });
  if (add === undefined) return await session.call('library.show', { vault });
  return await session.call('library.addCleaningTape', {
    vault,
    ...(add === true ? {} : { barcode: add }),
    ...(uses === undefined ? {} : { uses }),
  });
};

const WANTED: Readonly<Record<string, string>> = {
  written: 'wants cleaning: so much was written since the last time',
  errors: 'wants cleaning: a write failed',
  drive: 'wants cleaning: it says so itself',
};

export const wantedText = (wanted: string): string => WANTED[wanted] ?? 'wants cleaning';

/** Cleaning tapes, and the drives that they are for. */
export const cleaningText = ({ drives, cleaning: { tapes, afterBytes } }: LibraryView): string =>
  [
    tapes.length === 0
      ? 'No cleaning tape.'
      : table(tapes, [
          { title: 'CLEANING TAPE', of: ({ barcode }) => barcode },
          { title: 'USES LEFT', align: 'right', of: ({ usesLeft }) => formatCount(usesLeft) },
          { title: 'WHERE', of: whereOf },
          { title: '', of: ({ usesLeft }) => (usesLeft === 0 ? 'used up' : '') },
        ]),
    ...drives.map(
      ({ number, cleaning: { wanted, bytesSince, lastAt } }) =>
        `Drive ${number}: ${lastAt === null ? 'never cleaned' : `cleaned ${formatTime(lastAt)}`}, ${formatSize(bytesSince)} written since${wanted === null ? '' : `; ${wantedText(wanted)}`}`,
    ),
    ...(afterBytes === 0 || tapes.length === 0 ? [] : [`A drive wants cleaning after ${formatSize(afterBytes)}.`]),
  ].join('\n');

const whereOf = ({ slot, drive, away }: LibraryView['cleaning']['tapes'][number]): string => {
  if (drive !== null) return `drive ${drive}`;
  if (away) return 'not in the changer';
  return slot === null ? 'its own slot' : `slot ${slot}`;
};
