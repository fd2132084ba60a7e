import { type Command, InvalidArgumentError } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { UNPROTECTED_TYPES, type UnprotectedType } from '../../../shared/model/selection.ts';
import { examples } from '../argument-help.ts';
import { pathArgument } from '../raw-arguments.ts';
import type { Run } from '../run.ts';
import { counted, formatCount, formatTime } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { facts, table } from '../terminal/table.ts';
import { typed } from '../terminal/typed.ts';

interface AddOptions {
  readonly vault: string;
  readonly files?: string[];
  readonly volume?: string[];
  readonly unprotect?: UnprotectedType[];
  readonly exclude?: string[];
  readonly crossFileSystems?: boolean;
}

/** What the kinds of --unprotect leave out; the whole of it stands in electron/engine/selection/temp-places.ts. */
const KINDS = `
Kinds of --unprotect (\`plan\` says how much each leaves out):
  temp   temporary files (*.tmp, *.temp, *~, locks of editors, partial downloads),
         caches (.cache, __pycache__, folders tagged with CACHEDIR.TAG, ...), trash,
         and what lies in /tmp, /var/tmp and /var/cache
  swap   swap areas by name and signature, pagefile.sys, hiberfil.sys
  spool  queues of printers and mail, incoming mail too: /var/spool/cups,
         /var/spool/postfix, /var/mail, ...
A place that is named with --files itself is never left out.`;

/** The commands on logical objects. */
export const addObjectCommands = (program: Command, run: Run): void => {
  const object = program.command('object').description('logical objects: what is protected');

  object
    .command('add <name>')
    .description('protect files or volumes')
    .addHelpText('after', KINDS)
    .addHelpText(
      'after',
      examples(
        'object add docs --vault /srv/vault --files /home/ada/documents /etc',
        'object add vm --vault /srv/vault --volume nbd://storage.example.org:10809/vm-disk',
        "object add home --vault /srv/vault --files /home/ada --unprotect temp,swap --exclude '*.iso' --exclude build/",
      ),
    )
    .requiredOption('--vault <dir>', 'the vault to back it up to')
    .option('--files <paths...>', 'files and folders')
    .option('--volume <names...>', 'managed volumes, and NBD URIs of exports of other servers')
    .option(
      '--unprotect <types>',
      `leave out by kind: ${UNPROTECTED_TYPES.join(',')} (free: of volumes alone)`,
      unprotectedTypes,
    )
    .option('--exclude <glob>', 'leave out what matches; may be given several times', collect, [])
    .option('--cross-file-systems', 'descend into file systems mounted below')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('object.add', {
          name,
          vault: session.place(options.vault),
          ...(options.files ? { files: options.files.map((path) => pathArgument(path, process.cwd())) } : {}),
          ...(options.volume ? { volumes: options.volume } : {}),
          ...(options.unprotect ? { unprotect: options.unprotect } : {}),
          ...(options.exclude ? { exclude: options.exclude } : {}),
          ...(options.crossFileSystems ? { crossFileSystems: true } : {}),
        });
        session.answer(result, () =>
          [
            ...result.unmatched.map((glob) => `Note: nothing there matches --exclude ${glob} now.`),
            `${name} is protected. Back it up with: coldframe backup ${typed(name)}`,
          ].join('\n'),
        );
        return 0;
      }),
    );

  object
    .command('list')
    .description('the logical objects of this home')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('object.list', {});
        session.answer(result, () =>
          result.objects.length === 0
            ? 'No objects yet. Add one with: coldframe object add NAME --vault DIR --files PATH...'
            : table(result.objects, [
                { title: 'NAME', of: ({ name }) => name },
                { title: 'WHAT', flexible: true, of: contentOf },
                { title: 'LEFT OUT', flexible: true, of: leftOutOf },
                { title: 'VAULT', flexible: true, of: ({ vault }) => vault.dir },
              ]),
        );
        return 0;
      }),
    );

  object
    .command('show <name>')
    .description('what a logical object is made of')
    .action((name: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('object.show', { object: name });
        session.answer(result, () =>
          facts([
            ['Object', result.object.name],
            ['Id', result.object.id],
            ...rootsOf(result.object).map((each, at) => [at === 0 ? 'What' : '', each] as const),
            ['Left out', leftOutOf(result.object)],
            ['Vault', result.object.vault.dir],
            ['Added', formatTime(result.object.createdAt)],
            ['Block sets', formatCount(result.sets)],
            ['Last backup', result.lastBackupAt === null ? 'never' : formatTime(result.lastBackupAt)],
          ]),
        );
        return 0;
      }),
    );

  object
    .command('remove <name>')
    .description('protect it no longer; what was backed up stays in the vault')
    .action((name: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        if (
          session.interactive &&
          !(await confirm(
            `Protect ${name} no longer? Its schedules and rules of what to keep go; what was backed up stays.`,
          ))
        )
          throw declined();
        const result = await session.call('object.remove', { object: name });
        session.answer(
          result,
          () => `${name} is no longer protected. Its block sets stay in ${result.object.vault.dir}.${goneWith(result)}`,
        );
        return 0;
      }),
    );
};

/** What an object took with it is not asked about where there is no terminal: then it is said. */
const goneWith = ({ schedules, keepRules }: OutputOf<'object.remove'>): string => {
  const gone = [
    ...(schedules > 0 ? [counted(schedules, 'schedule')] : []),
    ...(keepRules ? ['its rules of what to keep'] : []),
  ];
  return gone.length === 0 ? '' : ` Gone with it: ${gone.join(', ')}.`;
};

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const unprotectedTypes = (text: string): UnprotectedType[] =>
  text.split(',').map((each) => {
    const type = UNPROTECTED_TYPES.find((known) => known === each.trim());
    if (type) return type;
    throw new InvalidArgumentError(`The types are ${UNPROTECTED_TYPES.join(', ')}.`);
  });

const rootsOf = ({ roots, ...object }: ObjectView): string[] => [
  ...roots.map(({ path, crossFileSystems }) => (crossFileSystems ? `${path} (and file systems mounted below)` : path)),
  ...volumesOf(object),
];

const volumesOf = ({ volumes, sources }: Pick<ObjectView, 'volumes' | 'sources'>): string[] =>
  volumes.map((name) => {
    const uri = sources.find(({ volume }) => volume === name)?.uri;
    return uri === undefined ? name : `${name} (${uri})`;
  });

const contentOf = ({ roots, volumes }: ObjectView): string => [...roots.map(({ path }) => path), ...volumes].join(', ');

const leftOutOf = ({ unprotected, exclude }: ObjectView): string => [...unprotected, ...exclude].join(', ') || '-';

const declined = (): ColdframeError =>
  new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
