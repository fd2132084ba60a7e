import type { Command } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import type { RobotView } from '../../../shared/contract/robot.ts';
import type { DriveHead, LibraryView } from '../../../shared/contract/tapes.ts';
import { EXIT_STATUS, EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { printable } from '../../../shared/model/printable.ts';
import { robotPlaceText, robotUsersText, robotWantedText } from '../../../shared/model/robot-words.ts';
import { examples } from '../argument-help.ts';
import { driveOf, slotOf } from '../drive-number.ts';
import { vaultMeant } from '../only-vault.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatCount, formatSize, formatTime, wholeNumber } from '../sizes.ts';
import { table } from '../terminal/table.ts';
import { requestLines } from '../waiting.ts';
import { addAllocationCommand, allocationText } from './allocation.ts';
import { addCleaningCommands, cleaningText, wantedText } from './cleaning.ts';
import { headText, stateOf, whereOf } from './tapes.ts';

/** The commands of an operator on a library: drives, slots, and what lies in them. */
export const addLibraryCommands = (program: Command, run: Run): void => {
  const library = program.command('library').description('the library of a vault: drives, slots and what lies in them');

  library
    .command('show [dir]')
    .description('drives, slots and pools of a vault, and the counters of its tapes')
    .action((dir: string | undefined, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.show', { vault: await vaultMeant(session, dir) });
        session.answer(result, () =>
          [libraryText(result, result.requests, result.heads), ...robotLines(result.robot)].join('\n'),
        );
        return 0;
      }),
    );

  library
    .command('log [dir]')
    .description('what the robot moved, newest first: which tape, from where to where, for which job')
    .option('--tape <tape>', 'the moves of one tape alone')
    .option('--limit <count>', 'how many of the newest to list (default 100)', wholeNumber(1, 10_000))
    .addHelpText('after', examples('library log /srv/vault --tape CF0003'))
    .action((dir: string | undefined, { tape, limit }: { tape?: string; limit?: number }, command: Command) =>
      run(command, async (session) => {
        const vault = await vaultMeant(session, dir);
        const result = await session.call('library.log', { vault, ...(tape && { tape }), ...(limit && { limit }) });
        session.answer(result, () => robotLogText(result));
        return 0;
      }),
    );

  library
    .command('load <dir> <tape> <drive>')
    .description('have the robot put a tape into a drive; what is in the drive goes back to its slot')
    .addHelpText('after', examples('library load /srv/vault CF0003 1'))
    .action((dir: string, tape: string, drive: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.load', { vault: session.place(dir), tape, drive: driveOf(drive) });
        session.answer(result, () => driveText(result, driveOf(drive)));
        return 0;
      }),
    );

  library
    .command('unload <dir> <drive>')
    .description('have the robot put what is in a drive back into its slot')
    .action((dir: string, drive: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.unload', { vault: session.place(dir), drive: driveOf(drive) });
        session.answer(result, () => driveText(result, driveOf(drive)));
        return 0;
      }),
    );

  library
    .command('move <dir> <tape> <slot>')
    .description('have the robot move a tape to another slot, which is its own from then on')
    .addHelpText('after', examples('library move /srv/vault CF0003 7'))
    .action((dir: string, tape: string, slot: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.move', { vault: session.place(dir), tape, slot: slotOf(slot) });
        session.answer(result, () => `Tape ${result.move.barcode}: ${robotPlaceText(result.move.to)}.`);
        return 0;
      }),
    );

  library
    .command('eject <dir> <tape>')
    .description('move a tape into the import/export slot, to be taken away; no job reaches it there')
    .addHelpText('after', examples('library eject /srv/vault CF0003'))
    .action((dir: string, tape: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.eject', { vault: session.place(dir), tape });
        session.answer(result, () => tapeText(result, tape));
        return 0;
      }),
    );

  library
    .command('take-in <dir> <tape>')
    .description('take a tape in from the import/export slot')
    .addHelpText('after', examples('library take-in /srv/vault CF0003'))
    .action((dir: string, tape: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('library.takeIn', { vault: session.place(dir), tape });
        session.answer(result, () => tapeText(result, tape));
        return 0;
      }),
    );

  addCleaningCommands(library, run);
  addAllocationCommand(library, run);

  library
    .command('inventory [dir]')
    .description('hold every place against the label of what lies there, and name what is out of order')
    .action((dir: string | undefined, _: unknown, command: Command) =>
      run(command, async (session) => inventory(session, await vaultMeant(session, dir))),
    );
};

/** What is no reason to worry: a tape is back, or was taken in. */
const GOOD = new Set(['returned', 'adopted']);

const inventory = async (session: Session, vault: string): Promise<number> => {
  const result = await session.call('library.inventory', { vault });
  const wrong = result.findings.filter(({ kind }) => !GOOD.has(kind));
  session.answer(result, () =>
    [
      wrong.length === 0
        ? `${counted(result.tapes, 'tape')}; everything is in its place.`
        : `${counted(result.tapes, 'tape')}; ${formatCount(wrong.length)} out of order. Nothing was written to any tape.`,
      ...result.findings.map(({ kind, message }) => `${kind}: ${message}`),
    ].join('\n'),
  );
  if (wrong.some(({ kind }) => kind === 'damaged')) return EXIT_STATUS.damaged;
  return wrong.length > 0 ? EXIT_WARNINGS : 0;
};

const driveText = ({ drives }: LibraryView, drive: number): string => {
  const { barcode = null } = drives.find(({ number }) => number === drive) ?? {};
  return `Drive ${drive}: ${barcode ?? 'empty'}.`;
};

const tapeText = ({ tapes }: LibraryView, name: string): string => {
  const tape = tapes.find(({ id, barcode }) => id === name || barcode === name);
  return tape === undefined ? name : `Tape ${tape.id}: ${whereOf(tape)}.`;
};

/** What the robot does, and what waits for it. */
const robotLines = ({ moving, waiting }: RobotView): string[] =>
  [
    ...(moving === null ? [] : [`The robot moves ${robotWantedText(moving)}, since ${formatTime(moving.since)}.`]),
    ...waiting.map((each) => `Waits for the robot: ${robotWantedText(each)}, since ${formatTime(each.since)}.`),
  ].map(printable);

const robotLogText = ({ moves, total }: OutputOf<'library.log'>): string =>
  moves.length === 0
    ? 'The robot has moved nothing yet, as far as its log goes back.'
    : [
        table(moves, [
          { title: 'TIME', of: ({ at }) => formatTime(at) },
          { title: 'TAPE', of: ({ barcode }) => printable(barcode === '' ? 'no barcode' : barcode) },
          { title: 'FROM', of: ({ from }) => robotPlaceText(from) },
          { title: 'TO', of: ({ to }) => robotPlaceText(to) },
          {
            title: 'OUTCOME',
            of: ({ outcome, message }) => printable(message === '' ? outcome : `${outcome}: ${message}`),
          },
          { title: 'FOR', flexible: true, of: (move) => printable(robotUsersText(move.for)) },
        ]),
        ...(total > moves.length ? [`${formatCount(total - moves.length)} earlier ones: --limit ${total}`] : []),
      ].join('\n');

const retiredText = (tapes: LibraryView['tapes']): string => {
  const retired = tapes.filter(({ state }) => state === 'retired').length;
  return retired === 0 ? '' : `; retired ${counted(retired, 'tape')}`;
};

/** What `library show` says of a library, and of the jobs that wait for tapes of it. */
export const libraryText = (
  library: LibraryView,
  requests: readonly MountRequest[] = [],
  heads: readonly DriveHead[] = [],
): string => {
  const { drives, slots, importExport, pools, tapes, cleaning } = library;
  const tapeIn = (volume: string | null) => tapes.find(({ id }) => id === volume);
  const inDrive = new Map(drives.map(({ number, tape }) => [tape, number]));
  return [
    table(drives, [
      { title: 'DRIVE', align: 'right', of: ({ number }) => String(number) },
      { title: 'TAPE', of: ({ barcode, cleaning: { tape } }) => barcode ?? tape ?? 'empty' },
      { title: 'MOUNTS', align: 'right', of: ({ mounts }) => formatCount(mounts) },
      {
        title: '',
        of: ({ number, inUse, cleaning: { wanted } }) =>
          [
            ...(inUse ? ['a job works with it'] : []),
            ...heads.filter(({ drive }) => drive === number).map(headText),
            ...(wanted === null ? [] : [wantedText(wanted)]),
          ].join(', '),
      },
    ]),
    '',
    table(slots, [
      { title: 'SLOT', align: 'right', of: ({ number }) => String(number) },
      { title: 'TAPE', of: ({ barcode }) => barcode ?? 'empty' },
      { title: 'POOL', of: ({ tape }) => tapeIn(tape)?.pool ?? '' },
      { title: 'MOUNTS', align: 'right', of: ({ tape }) => formatCount(tapeIn(tape)?.mounts ?? 0) },
      { title: 'WRITTEN', align: 'right', of: ({ tape }) => formatSize(tapeIn(tape)?.bytesWritten ?? 0) },
      { title: 'ERRORS', align: 'right', of: ({ tape }) => formatCount(tapeIn(tape)?.errors ?? 0) },
      { title: 'LABELLED', of: ({ tape }) => tapeIn(tape)?.labelledAt?.slice(0, 10) ?? '-' },
      {
        title: 'STATE',
        flexible: true,
        of: ({ tape }) => {
          const found = tapeIn(tape);
          if (found === undefined) return '';
          const drive = inDrive.get(tape);
          return `${stateOf(found, requests)}${drive === undefined ? '' : `, in drive ${drive}`}`;
        },
      },
    ]),
    ...(importExport.length === 0
      ? []
      : [
          '',
          table(importExport, [
            { title: 'IMPORT/EXPORT', align: 'right', of: ({ number }) => String(number) },
            { title: 'TAPE', of: ({ barcode }) => barcode ?? 'empty' },
            { title: '', of: ({ tape, barcode }) => (tape === null && barcode !== null ? 'not known here' : '') },
          ]),
        ]),
    ...(cleaning.tapes.length === 0 ? [] : ['', cleaningText(library)]),
    '',
    `${allocationText(library)}.`,
    ...(library.nextTapes?.length === 0
      ? [
          `No tape is left for backups: ${library.changer ? 'put blank tapes into the library and run "library inventory"' : 'label more with "tape label"'}, or put back, unprotect or reclaim one.`,
        ]
      : []),
    `Pools: ${pools.map(({ pool, tapes: count, bytesUsed }) => `${pool} ${counted(count, 'tape')} (${formatSize(bytesUsed)})`).join(', ')}${retiredText(tapes)}`,
    ...requestLines(requests),
  ].join('\n');
};
