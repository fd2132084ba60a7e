import { type Command, Option } from 'commander';
import { CODECS } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { VaultView } from '../../../shared/contract/vaults.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { placedNames } from '../../../shared/model/tape-place.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { askNewPassphrase } from '../secrets.ts';
import type { Session } from '../session.ts';
import { atRate, counted, formatCount, formatSize, formatSpan, formatTime, parseSize, wholeNumber } from '../sizes.ts';
import { ask } from '../terminal/prompt.ts';
import { facts, table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

interface CreateOptions {
  readonly name?: string;
  readonly drives?: number;
  readonly slots?: number;
  readonly tapeSize?: number;
  readonly codec?: (typeof CODECS)[number];
  readonly changer?: string;
  readonly drive: string[];
}

interface OpenOptions extends KeyOptions {
  readonly tape?: string[];
  readonly changer?: string;
  readonly drive: string[];
  readonly vaultId?: string;
  readonly tapeSize?: number;
  readonly codec?: (typeof CODECS)[number];
}

interface KeyOptions {
  readonly newPassphraseFile?: string;
  readonly recoveryCodeFile?: string;
  readonly recoverLibrary?: true;
}

const RECOVER = 'make library.json anew from the tapes if it is lost or damaged (never one that can be read)';

const recoverChoice = ({ recoverLibrary }: KeyOptions): { recoverLibrary?: true } =>
  recoverLibrary === true ? { recoverLibrary } : {};

const incompleteLines = ({ incompleteSets }: { readonly incompleteSets: number }): string[] =>
  incompleteSets === 0
    ? []
    : [`${incompleteSets} of them ${incompleteSets === 1 ? 'is' : 'are'} incomplete; the warnings say why.`];

/** What was asked of a changer, as a call takes it. */
const inChanger = <Options extends { readonly drive: string[] }>({ drive, ...options }: Options) => ({
  ...options,
  ...(drive.length === 0 ? {} : { changerDrives: drive }),
});

const driveOption = (): Option =>
  new Option(
    '--drive <address>',
    'a drive of the changer, once for each, in the order of its elements; /dev/nstN is one too',
  )
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([] as string[], '');

/** Where nothing but the tapes in a changer was left of a vault. */
const recoveredFromChangerLines = (
  { recovered }: { readonly recovered: boolean },
  { tapeSize, codec }: OpenOptions,
): string[] => {
  if (!recovered) return [];
  const guessed = [
    ...(tapeSize === undefined ? ['the capacity of tapes, which was guessed from them'] : []),
    ...(codec === undefined ? ['how content is compressed, for which zstd was put in'] : []),
  ];
  return [
    `Its library.json was made anew from the tapes in the changer; nothing was written to any.${guessed.length > 0 ? ` On no tape is ${guessed.join(', nor ')}: see "vault show".` : ''} Which tapes were write protected, retired or copies of others, how often cleaning tapes were used, and where backups begin, is on no tape either: see "tape list" and "library allocation", and say it again.`,
  ];
};

const recoveredLines = ({ recovered }: { readonly recovered: boolean }): string[] =>
  recovered
    ? [
        'Its library.json was made anew from the tapes. The number of drives and the capacity of tapes are on no tape: 2 drives and a capacity guessed from the tapes were put in; see them with "vault show". No command of this version changes them; "tape label" adds tapes and slots. Which tapes were write protected, retired or copies of others, and where backups begin, is on no tape either: see "tape list" and "library allocation", and say it again.',
      ]
    : [];

const takenInLines = ({ objects }: { readonly objects: readonly string[] }): string[] =>
  objects.length === 0
    ? []
    : [
        printable(
          `New to this home: ${objects.join(', ')}. Schedules, rules of what to keep and holds are in the home that had them; sets that expired there are listed again as long as tapes hold them.`,
        ),
      ];

/** The commands on whole vaults. */
export const addVaultCommands = (program: Command, run: Run): void => {
  const vault = program.command('vault').description('vaults: tape libraries in a folder');

  vault
    .command('create <dir>')
    .description('create a vault; with a passphrase everything on its tapes is sealed')
    .addHelpText(
      'after',
      examples(
        'vault create /srv/vault',
        'vault create /mnt/disk/vault --tape-size 64GiB --passphrase-file /root/passphrase',
        'vault create /srv/vault --tape-size 6TB --changer iscsi://vtl/iqn.2026-01.com.example:vtl/0 --drive iscsi://vtl/iqn.2026-01.com.example:vtl/1',
      ),
    )
    .option('--name <name>', 'a name for people (default: that of the folder)')
    .option('--drives <n>', 'drives, and so tapes written in parallel (default: 2)', wholeNumber(1, 64))
    .option('--slots <n>', 'slots, and so tapes in the library (default: 8)', wholeNumber(1, 10_000))
    .option('--tape-size <size>', 'how much one tape holds, at least 32MiB (default: 8GiB)', parseSize)
    .addOption(new Option('--codec <codec>', 'how content is compressed (default: zstd)').choices(CODECS))
    .option(
      '--changer <address>',
      'keep the tapes in this real library: iscsi://HOST[:PORT]/TARGET/LUN of its changer, or /dev/sgN; then its slots, drives and barcodes count',
    )
    .addOption(driveOption())
    .action((dir: string, options: CreateOptions, command: Command) =>
      run(command, (session) => create(session, dir, options)),
    );

  vault
    .command('open <dir>')
    .description('take in a vault that exists, from another machine too')
    .addHelpText(
      'after',
      examples(
        'vault open /mnt/disk/vault',
        'vault open /srv/found --tape /mnt/usb/CF0001L8.tap --tape /mnt/usb/CF0002L8.tap',
        'vault open /srv/vault --tape-size 6TB --changer iscsi://vtl/iqn.2026-01.com.example:vtl/0 --drive iscsi://vtl/iqn.2026-01.com.example:vtl/1',
      ),
    )
    .option('--recovery-code-file <file>', 'open it with its recovery code')
    .option('--recover-library', RECOVER)
    .addOption(
      new Option(
        '--tape <file>',
        'make it of this file of a tape, in an empty or new folder; once for each, all of one vault. The files are copied, and only read',
      ).argParser((file: string, before: string[] | undefined) => [...(before ?? []), file]),
    )
    .option(
      '--changer <address>',
      'make its lost library.json anew from the tapes in this real library, in an empty or new folder too; nothing is written to a tape',
    )
    .addOption(driveOption())
    .option('--vault-id <id>', 'the vault that is meant, where the changer holds tapes of several')
    .option(
      '--tape-size <size>',
      'with --changer: how much one tape holds (default: guessed from the tapes)',
      parseSize,
    )
    .addOption(
      new Option('--codec <codec>', 'with --changer: how content is compressed (default: zstd)').choices(CODECS),
    )
    .action((dir: string, options: OpenOptions, command: Command) =>
      run(command, async (session) => {
        const { recoveryCodeFile: _, tape, ...choices } = options;
        const tapes = tape === undefined ? {} : { tapes: tape.map((file) => session.place(file)) };
        const input = { dir: session.place(dir), ...tapes, ...inChanger(choices) };
        const result = await session.call('vault.open', input, await recovery(session, options));
        const how = result.rebuilt ? 'its catalog was read from its tapes' : 'its catalog was at hand';
        const lines = [described(result.vault), `${counted(result.sets, 'block set')}; ${how}.`];
        const readOnly = 'It cannot be written to: it can be listed, restored from and verified.';
        session.answer(result, () =>
          [
            ...lines,
            ...incompleteLines(result),
            ...(options.changer === undefined ? recoveredLines(result) : recoveredFromChangerLines(result, options)),
            ...takenInLines(result),
            ...(result.readOnly ? [readOnly] : []),
            ...warningLines(result.warnings),
          ].join('\n'),
        );
        return result.warnings.length > 0 || result.incompleteSets > 0 ? 3 : 0;
      }),
    );

  vault
    .command('list')
    .description('the vaults that this home knows')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('vault.list', {});
        session.answer(result, () =>
          result.vaults.length === 0
            ? 'No vaults yet. Create one with: coldframe vault create DIR'
            : table(result.vaults, [
                { title: 'NAME', of: ({ name }) => name },
                { title: 'SEALED', of: ({ sealed }) => (sealed ? 'yes' : 'no') },
                { title: 'OBJECTS', align: 'right', of: ({ objects }) => formatCount(objects) },
                {
                  title: 'FOLDER',
                  flexible: true,
                  of: ({ dir, reachable }) => (reachable ? dir : `${dir} (not reachable)`),
                },
              ]),
        );
        return 0;
      }),
    );

  vault
    .command('show <dir>')
    .description('what a vault holds')
    .action((dir: string, _: unknown, command: Command) => run(command, (session) => show(session, dir)));

  vault
    .command('rebuild <dir>')
    .description(
      'make the catalog anew from tapes alone; files of tapes that lie under other names get their own first',
    )
    .option('--recovery-code-file <file>', 'open it with its recovery code')
    .option('--recover-library', RECOVER)
    .action((dir: string, options: KeyOptions, command: Command) =>
      run(command, async (session) => {
        const result = await session.call(
          'vault.rebuild',
          { dir: session.place(dir), ...recoverChoice(options) },
          await recovery(session, options),
        );
        session.answer(result, () =>
          [
            `${counted(result.sets, 'block set')} with ${counted(result.elements, 'element')} on ${counted(result.tapes, 'tape')} (${formatSize(result.bytes)}), in ${formatSpan(result.durationMs)}${atRate(result.bytes, result.durationMs)}.`,
            ...incompleteLines(result),
            ...recoveredLines(result),
            ...takenInLines(result),
            ...warningLines(result.warnings),
          ].join('\n'),
        );
        return result.warnings.length > 0 || result.incompleteSets > 0 ? 3 : 0;
      }),
    );

  vault
    .command('passphrase <dir>')
    .description('change the passphrase; no data is rewritten')
    .option('--new-passphrase-file <file>', 'the new passphrase')
    .option('--recovery-code-file <file>', 'the recovery code, in place of the old passphrase')
    .action((dir: string, options: KeyOptions, command: Command) =>
      run(command, (session) => changePassphrase(session, dir, options)),
    );

  vault
    .command('recovery-code <dir>')
    .description('make a new recovery code in place of the one from before, and show it once; needs the passphrase')
    .addHelpText('after', examples('vault recovery-code /srv/vault'))
    .action((dir: string, _: unknown, command: Command) => run(command, (session) => makeRecoveryCode(session, dir)));
};

const create = async (session: Session, dir: string, options: CreateOptions): Promise<number> => {
  const passphrase = await newVaultPassphrase(session);
  const result = await session.call(
    'vault.create',
    { dir: session.place(dir), ...inChanger(options) },
    passphrase === '' ? {} : { passphrase },
  );
  session.answer(result, () =>
    [
      described(result.vault),
      ...(result.recoveryCode === null
        ? ['It is not sealed: whoever has its folder can read what it holds.']
        : [
            `Recovery code: ${result.recoveryCode}`,
            `It opens the vault when the passphrase is lost. It is shown now and never again: write it down. Should it get lost, make a new one: coldframe vault recovery-code ${result.vault.dir}`,
          ]),
      `Next: coldframe object add NAME --vault ${result.vault.dir} --files PATH...`,
    ].join('\n'),
  );
  return 0;
};

/** The passphrase of a vault to be: from a file, or asked for; none when nobody can be asked. */
const newVaultPassphrase = async (session: Session): Promise<string> => {
  const file = session.passphraseFile;
  if (file !== undefined) {
    const passphrase = await session.secretOf(file);
    if (passphrase !== '') return passphrase;
    throw new ColdframeError('USAGE', {
      message: `The passphrase file ${file} is empty.`,
      guidance: 'Write a passphrase into it, or leave the option out for a vault that is not sealed.',
    });
  }
  if (!session.interactive) return '';
  return await askNewPassphrase('Passphrase to seal the vault with (empty: not sealed): ', true);
};

const show = async (session: Session, dir: string): Promise<number> => {
  const result = await session.call('vault.show', { dir: session.place(dir) });
  const { vault, library, tapes } = result;
  session.answer(result, () =>
    facts([
      ['Vault', vault.name],
      ['Folder', vault.dir],
      ['Id', vault.id],
      ['Created', formatTime(vault.createdAt)],
      ['Sealed', vault.sealed ? 'yes, with a passphrase' : 'no'],
      [
        'Library',
        `${counted(library.drives, 'drive')}, ${counted(library.slots, 'slot')}, tapes of ${formatSize(library.tapeBytes)}, ${library.codec}`,
      ],
      [
        'Tapes',
        `${tapes.total}: ${tapes.written} written, ${tapes.scratch} scratch; ${formatSize(tapes.bytesUsed)} used, ${formatSize(tapes.bytesFree)} free${onDisk(tapes)}`,
      ],
      ...(tapes.away.length > 0 ? [['Not here', placedNames(tapes.away)] as const] : []),
      [
        'Block sets',
        `${formatCount(result.sets)} (${formatSize(result.bytesStored)} stored)${result.setsAway > 0 ? `; ${formatCount(result.setsAway)} of them cannot be restored whole until these tapes are back` : ''}`,
      ],
      ['Objects', result.objects.join(', ') || '-'],
    ]),
  );
  return 0;
};

const changePassphrase = async (session: Session, dir: string, options: KeyOptions): Promise<number> => {
  let secrets = await recovery(session, options);
  if (session.passphraseFile === undefined && !('recoveryCode' in secrets) && session.interactive) {
    secrets = { passphrase: await ask('Passphrase now: ', { echo: false }) };
  }
  const newPassphrase = options.newPassphraseFile
    ? await session.secretOf(options.newPassphraseFile)
    : session.interactive
      ? await askNewPassphrase('New passphrase: ', false)
      : '';
  const result = await session.call('vault.passphrase', { dir: session.place(dir) }, { ...secrets, newPassphrase });
  session.answer(result, () =>
    [
      `The passphrase of ${result.vault.dir} was changed.`,
      'The keys of the vault stay: whoever has the old passphrase and any one tape or copy from before can read everything, also what is backed up from now on. Only a new vault ends that. The recovery code stays.',
      ...result.skipped.map(({ tape, reason }) => `Tape ${tape} goes on opening with the old one: ${reason}`),
    ].join('\n'),
  );
  return 0;
};

const makeRecoveryCode = async (session: Session, dir: string): Promise<number> => {
  const result = await session.call('vault.recoveryCode', { dir: session.place(dir) });
  session.answer(result, () =>
    [
      `Recovery code: ${result.recoveryCode}`,
      `It opens ${result.vault.dir} when the passphrase is lost. It is shown now and never again: write it down.`,
      'The keys of the vault stay: whoever has the code from before and any one tape or copy from before can read everything, also what is backed up from now on. Only a new vault ends that. The passphrase stays.',
      ...result.skipped.map(({ tape, reason }) => `Tape ${tape} goes on opening with the code from before: ${reason}`),
    ].join('\n'),
  );
  return 0;
};

const recovery = async (
  session: Session,
  { recoveryCodeFile }: KeyOptions,
): Promise<{ recoveryCode?: string; passphrase?: string }> =>
  recoveryCodeFile === undefined ? {} : { recoveryCode: await session.secretOf(recoveryCodeFile) };

const described = ({ name, dir, sealed }: VaultView): string => `Vault ${name} at ${dir}${sealed ? ', sealed' : ''}.`;

/** Said where the disk is what a vault runs out of first. */
const onDisk = ({ bytesFree, bytesFreeOnDisk }: OutputOf<'vault.show'>['tapes']): string =>
  bytesFreeOnDisk === null || bytesFreeOnDisk >= bytesFree
    ? ''
    : `, but only ${formatSize(bytesFreeOnDisk)} on the disk`;
