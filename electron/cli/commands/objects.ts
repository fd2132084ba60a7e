import { type Command, InvalidArgumentError } from 'commander';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { UNPROTECTED_TYPES, type UnprotectedType } from '../../../shared/model/selection.ts';
import { examples } from '../argument-help.ts';
import { vaultMeant } from '../only-vault.ts';
import { pathArgument } from '../raw-arguments.ts';
import type { Run } from '../run.ts';
import { counted, formatCount, formatSpan, formatTime, wholeSeconds } from '../sizes.ts';
import { confirm } from '../terminal/prompt.ts';
import { facts, table } from '../terminal/table.ts';
import { typed } from '../terminal/typed.ts';

interface AddOptions {
  readonly vault?: string;
  readonly files?: string[];
  readonly volume?: string[];
  readonly unprotect?: UnprotectedType[];
  readonly exclude?: string[];
  readonly crossFileSystems?: boolean;
  readonly notice?: number;
}

/** What the kinds of --unprotect leave out; the whole of it stands in shared/model/unprotected-places.ts, and in the wizard. */
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
        "object add vm --vault /srv/vault --volume 'nbds://ada@storage.example.org/vm-disk?tls-psk-file=/etc/coldframe/keys.psk'",
        "object add home --vault /srv/vault --files /home/ada --unprotect temp,swap --exclude '*.iso' --exclude build/",
      ),
    )
    .option('--vault <dir>', 'the vault to back it up to (default: the only one that this home knows)')
    .option('--files <paths...>', 'files and folders')
    .option('--volume <names...>', 'managed volumes, and NBD URIs of exports of other servers')
    .option(
      '--unprotect <types>',
      `leave out by kind: ${UNPROTECTED_TYPES.join(',')} (free: of volumes alone)`,
      unprotectedTypes,
    )
    .option('--exclude <glob>', 'leave out what matches; may be given several times', collect, [])
    .option('--cross-file-systems', 'descend into file systems mounted below')
    .option('--notice <seconds>', 'of volumes: tell users and windows so long before each backup', wholeSeconds)
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('object.add', {
          name,
          vault: await vaultMeant(session, options.vault),
          ...(options.files ? { files: options.files.map((path) => pathArgument(path, process.cwd())) } : {}),
          ...(options.volume ? { volumes: options.volume } : {}),
          ...(options.unprotect ? { unprotect: options.unprotect } : {}),
          ...(options.exclude ? { exclude: options.exclude } : {}),
          ...(options.crossFileSystems ? { crossFileSystems: true } : {}),
          ...(options.notice === undefined ? {} : { noticeMs: options.notice }),
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
            ...noticeOf(result.object),
            ['Vault', result.object.vault.dir],
            ['Added', formatTime(result.object.createdAt)],
            ['Block sets', formatCount(result.sets)],
            ['Last backup', result.lastBackupAt === null ? 'never' : formatTime(result.lastBackupAt)],
            ...sharedOf(result.sharedDisk),
          ]),
        );
        return 0;
      }),
    );

  object
    .command('edit <name>')
    .description(
      'change what an object of files is made of, or the notice before backups of one of volumes; what is not given stays, what was backed up too',
    )
    .addHelpText(
      'after',
      examples(
        'object edit docs --files /home/ada/documents /srv/papers',
        'object edit docs --exclude "*.iso" --exclude build/',
        'object edit docs --no-exclude --no-unprotect',
        'object edit machine --notice 60',
      ),
    )
    .option('--files <paths...>', 'these in the place of all that it has now')
    .option('--unprotect <types>', 'leave out by kind: these in the place of those now', unprotectedTypes)
    .option('--no-unprotect', 'leave nothing out by kind')
    .option('--exclude <glob>', 'leave out what matches, in the place of the globs now; several times', collectAnew)
    .option('--no-exclude', 'leave nothing out by glob')
    .option('--cross-file-systems', 'descend into file systems mounted below')
    .option('--no-cross-file-systems', 'stay on the file systems of what is named')
    .option('--notice <seconds>', 'of volumes: tell users and windows so long before each backup', wholeSeconds)
    .option('--no-notice', 'tell nobody')
    .action((name: string, options: EditOptions, command: Command) =>
      run(command, async (session) => {
        const changes = changesOf(options);
        if (Object.keys(changes).length === 0)
          throw new ColdframeError('USAGE', {
            message: `Nothing of ${name} is to be changed.`,
            guidance:
              'Give --files, --unprotect, --exclude, --cross-file-systems or --notice: coldframe object edit --help',
          });
        const result = await session.call('object.update', { object: name, ...changes });
        session.answer(result, () =>
          [
            `${name} is changed, from its next backup on: ${contentOf(result.object)}`,
            `Left out: ${leftOutOf(result.object)}`,
            ...noticeOf(result.object).map(([title, value]) => `${title}: ${value}`),
          ].join('\n'),
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

/** What `object edit` was given; a choice that was taken back (`--no-…`) is false. */
interface EditOptions {
  readonly files?: string[];
  readonly unprotect?: UnprotectedType[] | boolean;
  readonly exclude?: string[] | boolean;
  readonly crossFileSystems?: boolean;
  readonly notice?: number | false;
}

const changesOf = ({ files, unprotect, exclude, crossFileSystems, notice }: EditOptions) => ({
  ...(files === undefined ? {} : { files: files.map((path) => pathArgument(path, process.cwd())) }),
  ...(unprotect === undefined || unprotect === true ? {} : { unprotect: unprotect === false ? [] : unprotect }),
  ...(exclude === undefined || exclude === true ? {} : { exclude: exclude === false ? [] : exclude }),
  ...(crossFileSystems === undefined ? {} : { crossFileSystems }),
  ...(notice === undefined ? {} : { noticeMs: notice === false ? null : notice }),
});

/** `--no-…` makes the choice true where nothing was given. */
const collectAnew = (value: string, before: unknown): string[] => [...(Array.isArray(before) ? before : []), value];

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

const noticeOf = ({ noticeMs }: ObjectView): [string, string][] =>
  noticeMs === null ? [] : [['Notice', `${formatSpan(noticeMs)} before each backup`]];

/** What is lost with the disk of its vault: no warning, since it helps against all else. */
const sharedOf = (shared: OutputOf<'object.show'>['sharedDisk']): [string, string][] =>
  shared.map(({ path }, at) => [
    at === 0 ? 'On one disk' : '',
    `${path} and the vault: if that disk breaks, both are gone`,
  ]);

const declined = (): ColdframeError =>
  new ColdframeError('CANCELLED', { message: 'Nothing was changed.', guidance: 'Answer y, or give --yes.' });
