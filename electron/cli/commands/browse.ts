import { type Command, Option } from 'commander';
import type { Entry } from '../../../shared/contract/browse.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { examples } from '../argument-help.ts';
import { printPages } from '../pages.ts';
import { pathArgument } from '../raw-arguments.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatSize, formatTime } from '../sizes.ts';
import { shownPath } from '../terminal/shown-path.ts';
import { table } from '../terminal/table.ts';

const PAGE = 1000;

/** The commands that look into the catalog. */
export const addBrowseCommands = (program: Command, run: Run): void => {
  program
    .command('ls <set> [path]')
    .description('what a block set holds in a folder')
    .addHelpText(
      'after',
      examples(
        'ls docs',
        'ls docs@2026-01-31 /home/ada/documents',
        'ls 2e9b3cb5 --recursive',
        'ls docs /home/ada --gone',
      ),
    )
    .option('--recursive', 'everything below it')
    .option('--gone', 'instead, what earlier sets had in the folder and this one has not')
    .action((set: string, path: string | undefined, { recursive, gone }: LsOptions, command: Command) =>
      run(command, async (session) => {
        session.noteTime(set);
        if (gone) return await printGone(session, set, path, recursive ?? false);
        const wanted = { set, limit: PAGE, ...inPath(path), ...(recursive ? { recursive } : {}) };
        await printPages(session, {
          name: 'entries',
          fetch: (after) => session.call('ls', { ...wanted, ...from(after) }),
          rows: (page) => page.entries,
          head: (page) => ({ set: page.set }),
          text: entryTable,
          none: 'Nothing there.',
        });
        return 0;
      }),
    );

  program
    .command('du <set> <path>')
    .description('how much a block set has at and beneath a path')
    .addHelpText('after', examples('du docs /home/ada/documents'))
    .action((set: string, path: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        session.noteTime(set);
        const result = await session.call('du', { set, path: pathArgument(path, process.cwd()) });
        session.answer(result, () => `${counted(result.elements, 'element')}, ${formatSize(result.bytes)}`);
        return 0;
      }),
    );

  program
    .command('versions <name> <path>')
    .description('every version of an element')
    .addHelpText('after', examples('versions docs /home/ada/documents/letter.txt'))
    .action((object: string, path: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('versions', { object, path: pathArgument(path, process.cwd()) });
        session.answer(result, () =>
          table(result.versions, [
            { title: 'SET', of: (version) => version.set.slice(0, 8) },
            { title: 'BACKED UP', of: (version) => formatTime(version.from) },
            { title: 'UNTIL', of: (version) => (version.until === null ? 'now' : formatTime(version.until)) },
            { title: 'TYPE', of: (version) => version.type },
            { title: 'SIZE', align: 'right', of: (version) => formatSize(version.bytes) },
            { title: 'MODIFIED', of: (version) => formatTime(version.modifiedAt) },
          ]),
        );
        return 0;
      }),
    );

  program
    .command('find <pattern>')
    .description('elements by name')
    .addHelpText('after', examples('find letter', "find '*.jpg' --object pictures --all-versions"))
    .option('--object <name>', 'of one logical object only')
    .option('--all-versions', 'earlier versions too')
    .action((pattern: string, options: { object?: string; allVersions?: boolean }, command: Command) =>
      run(command, async (session) => {
        await printPages(session, {
          name: 'entries',
          fetch: (after) => session.call('find', { pattern, ...options, limit: PAGE, ...from(after) }),
          rows: (page) => page.entries,
          text: entryTable,
          cut: 'There are more: give a longer pattern or --object, or --json for all of them.',
          none: 'Nothing of that name.',
        });
        return 0;
      }),
    );

  program
    .command('diff <from> <to> [path]')
    .description('what changed from one block set to another')
    .addHelpText(
      'after',
      examples(
        'diff docs@2026-01-31 docs',
        'diff 27bee12d 2e9b3cb5 /home/ada/documents',
        "diff docs@2026-01-31 docs --count --only removed --name '*.odt'",
      ),
    )
    .option('--count', 'how many there are of each kind, and the first of them')
    .addOption(new Option('--only <kind>', 'changes of one kind, with their counts').choices(Object.keys(SIGNS)))
    .option('--name <pattern>', 'only what is named so, with the counts of that')
    .action((older: string, newer: string, path: string | undefined, options: DiffOptions, command: Command) =>
      run(command, async (session) => {
        for (const each of [older, newer]) session.noteTime(each);
        if (Object.keys(options).length > 0) return await printCounted(session, older, newer, path, options);
        const wanted = { from: older, to: newer, limit: PAGE, ...inPath(path) };
        await printPages(session, {
          name: 'changes',
          fetch: (after) => session.call('diff', { ...wanted, ...from(after) }),
          rows: (page) => page.changes,
          head: (page) => ({ from: page.from, to: page.to }),
          text: (rows, first) =>
            [
              ...(first ? ['  PATH (+ added, - removed, ~ changed)'] : []),
              ...rows.map((row) => `${SIGNS[row.change]} ${shownPath(row)}`),
            ].join('\n'),
          none: 'No differences.',
        });
        return 0;
      }),
    );
};

interface LsOptions {
  readonly recursive?: boolean;
  readonly gone?: boolean;
}

/** What earlier sets had in a folder. Throws `USAGE` where none is named. */
const printGone = async (
  session: Session,
  set: string,
  path: string | undefined,
  recursive: boolean,
): Promise<number> => {
  if (path === undefined || recursive) {
    throw new ColdframeError('USAGE', {
      message: '--gone tells of one folder.',
      guidance: 'Name the folder, and leave out --recursive.',
    });
  }
  const result = await session.call('gone', { set, path: pathArgument(path, process.cwd()), limit: PAGE });
  session.answer(result, () =>
    result.total === 0
      ? 'Nothing is gone that earlier sets had there.'
      : [
          table(result.entries, [
            { title: 'LAST IN', of: ({ last }) => last.slice(0, 8) },
            { title: 'BACKED UP', of: ({ lastAt }) => formatTime(lastAt) },
            { title: 'GONE SINCE', of: ({ until }) => formatTime(until) },
            { title: 'SIZE', align: 'right', of: ({ type, bytes }) => (type === 'file' ? formatSize(bytes) : '') },
            { title: 'PATH', of: shownPath },
          ]),
          ...(result.total > result.entries.length ? [`… the last ${result.entries.length} of ${result.total}`] : []),
        ].join('\n'),
  );
  return 0;
};

interface DiffOptions {
  readonly count?: true;
  readonly only?: keyof typeof SIGNS;
  readonly name?: string;
}

/** How much differs of each kind, and the first of what is wanted. */
const printCounted = async (
  session: Session,
  older: string,
  newer: string,
  path: string | undefined,
  { only, name }: DiffOptions,
): Promise<number> => {
  const wanted = { ...inPath(path), ...(only ? { change: only } : {}), ...(name === undefined ? {} : { name }) };
  const result = await session.call('compare', { from: older, to: newer, limit: PAGE, ...wanted });
  session.answer(result, () => comparisonText(result));
  return 0;
};

/** Counts of everything, then the first of what was wanted. */
export const comparisonText = ({ totals, changes, more }: OutputOf<'compare'>): string =>
  [
    ...(['added', 'removed', 'changed'] as const).map(
      (kind) => `${SIGNS[kind]} ${kind}: ${counted(totals[kind].count, 'element')}, ${formatSize(totals[kind].bytes)}`,
    ),
    ...changes.map((row) => `${SIGNS[row.change]} ${shownPath(row)}`),
    ...(more ? [`… the first ${changes.length}; without --count, --only and --name all are listed.`] : []),
  ].join('\n');

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

const inPath = (path: string | undefined) => (path === undefined ? {} : { path: pathArgument(path, process.cwd()) });

const from = (after: string | undefined) => (after === undefined ? {} : { after });

const LETTERS: Readonly<Record<Entry['type'], string>> = {
  file: '-',
  dir: 'd',
  symlink: 'l',
  fifo: 'p',
  socket: 's',
  chardev: 'c',
  blockdev: 'b',
};

const HEADING = `T ${'SIZE'.padStart(10)}  ${'MODIFIED (UTC)'.padEnd(19)}  ${'SET'.padEnd(8)}  PATH`;

type Hit = OutputOf<'find'>['entries'][number];

/** A page of entries, the first one under its heading. */
export const entryTable = (entries: Parameters<typeof entryLines>[0], first: boolean): string =>
  first ? `${HEADING}\n${entryLines(entries)}` : entryLines(entries);

/** `gone`: not in the newest set of its object any more. */
export const entryLines = (entries: readonly (Entry & Partial<Pick<Hit, 'gone' | 'last'>>)[]): string =>
  entries
    .map(({ type, bytes, modifiedAt, set, gone, last, ...where }) => {
      const modified = modifiedAt?.slice(0, 19).replace('T', ' ') ?? ' '.repeat(19);
      const size = (type === 'file' ? formatSize(bytes) : '').padStart(10);
      return `${LETTERS[type]} ${size}  ${modified}  ${set.slice(0, 8)}  ${shownPath(where)}${gone ? `  (gone since${last === undefined ? '' : `; last in ${last.slice(0, 8)}`})` : ''}`;
    })
    .join('\n');
