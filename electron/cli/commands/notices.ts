import { type Command, Option } from 'commander';
import type { NoticeTarget, NoticeView } from '../../../shared/contract/notices.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import {
  NOTICE_EVENTS,
  NOTICE_SENDS,
  type NoticeEvent,
  type NoticeSend,
  WEBHOOK_FORMATS,
  type WebhookFormat,
} from '../../../shared/model/notice.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import type { Session } from '../session.ts';
import { counted, formatTime } from '../sizes.ts';
import { facts, table } from '../terminal/table.ts';
import { warningLines } from '../warnings.ts';

interface AddOptions {
  readonly desktop?: boolean;
  readonly folder?: string;
  readonly server?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly urlFile?: string;
  readonly format?: WebhookFormat;
  readonly signingKeyFile?: string;
  readonly run?: string;
  readonly secretInFile?: boolean;
}

interface ChangeOptions extends Omit<AddOptions, 'desktop'> {
  readonly name?: string;
}

/** The commands on notices. */
export const addNoticeCommands = (program: Command, run: Run): void => {
  const notice = program.command('notice').description('who is told of what, and how');

  notice
    .command('add <name>')
    .description('tell by mail, through a webhook or a command, or on the desktop')
    .addHelpText(
      'after',
      examples(
        'notice add admin --server smtp://mail.example.org --user backup --password-file F --from backup@example.org --to admin@example.org',
        'notice add chat --url-file F --format slack',
        'notice add log --run "cat >> /var/log/backups.json"',
        'notice add screen --desktop',
        'notice add reports --folder /srv/reports',
      ),
    )
    .option('--server <url>', 'a mail server: smtp://HOST[:PORT], or smtps:// where it is encrypted from the start')
    .option('--user <name>', 'who signs in there')
    .option('--password-file <file>', 'the password of that user')
    .option(
      '--ca-file <file>',
      'certificates (PEM) of the authority that signed that of the server; no other is trusted',
    )
    .option('--from <address>', 'the sender of the mails')
    .option('--to <address...>', 'who gets them')
    .option('--url-file <file>', 'the address of a webhook; in a file, as whoever knows it can use it')
    .addOption(new Option('--format <name>', 'what the webhook takes (default: json)').choices(WEBHOOK_FORMATS))
    .option(
      '--signing-key-file <file>',
      'sign what the webhook is sent with this key: whsec_ and base64, or a text of 16 bytes or more (docs/WEBHOOKS.md)',
    )
    .option(
      '--secret-in-file',
      'keep the password or address in a file of the home, also where the session has a secret store: for a console that runs without it',
    )
    .option('--run <command>', 'a line for the shell, which reads the notice as JSON')
    .option('--folder <dir>', 'as files in a folder: the report of each month as a page, the rest as text')
    .option('--desktop', 'in the windows and pages of the console')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (session) => {
        const target = targetOf({
          ...options,
          ...(options.caFile === undefined ? {} : { caFile: session.place(options.caFile) }),
          ...(options.folder === undefined ? {} : { folder: session.place(options.folder) }),
        });
        const where = options.secretInFile ? { secretIn: 'file' as const } : {};
        const result = await session.call('notice.add', { name, target, ...where }, await secretsIn(session, options));
        for (const line of warningLines(result.warnings)) session.note(line);
        session.answer(result, () => `${noticeText(result.notice)}\nTry it with: coldframe notice test ${name}`);
        return 0;
      }),
    );

  notice
    .command('change <name>')
    .description('change where a notice goes; its rules and secrets stay but for what is given')
    .addHelpText(
      'after',
      `\nIts kind stays. Another --server or --user needs its --password-file.${examples(
        'notice change admin --to admin@example.org second@example.org',
        'notice change chat --url-file F',
        'notice change reports --name monthly --folder /srv/reports',
      )}`,
    )
    .option('--name <name>', 'what it is called from then on')
    .option('--server <url>', 'the mail server')
    .option('--user <name>', 'who signs in there')
    .option('--password-file <file>', 'the password of that user')
    .option('--ca-file <file>', 'certificates (PEM) of the authority that signed that of the server')
    .option('--from <address>', 'the sender of the mails')
    .option('--to <address...>', 'who gets them')
    .option('--url-file <file>', 'the address of a webhook')
    .addOption(new Option('--format <name>', 'what the webhook takes').choices(WEBHOOK_FORMATS))
    .option('--signing-key-file <file>', 'sign what the webhook is sent with this key')
    .option('--run <command>', 'a line for the shell')
    .option('--folder <dir>', 'the folder')
    .option('--secret-in-file', 'keep a password or address that is given in a file of the home')
    .action((name: string, options: ChangeOptions, command: Command) =>
      run(command, async (session) => {
        const { notices } = await session.call('notice.list', {});
        const known = notices.find((each) => each.name === name);
        // Of one that is not there the console says so.
        const target = changedTarget(
          known?.target ?? { kind: 'desktop' },
          known === undefined
            ? {}
            : {
                ...options,
                ...(options.caFile === undefined ? {} : { caFile: session.place(options.caFile) }),
                ...(options.folder === undefined ? {} : { folder: session.place(options.folder) }),
              },
        );
        const result = await session.call(
          'notice.change',
          {
            notice: name,
            target,
            ...(options.name === undefined ? {} : { name: options.name }),
            ...(options.secretInFile ? { secretIn: 'file' as const } : {}),
          },
          await secretsIn(session, options),
        );
        for (const line of warningLines(result.warnings)) session.note(line);
        session.answer(result, () => noticeText(result.notice));
        return 0;
      }),
    );

  notice
    .command('list')
    .description('where notices go, and how the last one came out')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('notice.list', {});
        session.answer(result, () =>
          result.notices.length === 0
            ? 'Nobody is told of anything yet: coldframe notice add --help'
            : table(result.notices, [
                { title: 'NOTICE', of: ({ name }) => name },
                { title: 'KIND', of: ({ kind, format }) => format ?? kind },
                { title: 'WAITING', align: 'right', of: ({ waiting }) => String(waiting) },
                { title: 'TO', of: ({ where }) => where },
                { title: 'LAST', flexible: true, of: lastText },
              ]),
        );
        return 0;
      }),
    );

  notice
    .command('rule <name>')
    .description('say when a notice tells of an event, of all objects or of one')
    .addHelpText(
      'after',
      `\nEvents: ${NOTICE_EVENTS.join(', ')}.\nWhat is told daily comes at eight in the morning. A month-report comes once the month is over, with the page\nof it in mails and folders.${examples(
        'notice rule admin --event backup-done --send daily',
        'notice rule admin --event overdue --object scratch --send off',
      )}`,
    )
    .addOption(new Option('--event <name>', 'what happened').choices(NOTICE_EVENTS).makeOptionMandatory())
    .addOption(
      new Option('--send <when>', 'at once, with others, never, or as usual')
        .choices([...NOTICE_SENDS, 'default'])
        .makeOptionMandatory(),
    )
    .option('--object <name>', 'of this object only')
    .action(
      (
        name: string,
        options: { readonly event: NoticeEvent; readonly send: NoticeSend | 'default'; readonly object?: string },
        command: Command,
      ) =>
        run(command, async (session) => {
          const result = await session.call('notice.rule', { notice: name, ...options });
          session.answer(result, () => noticeText(result.notice));
          return 0;
        }),
    );

  const one = {
    test: ['send a notice that says that it is a test', (name: string) => `The test got to ${name}.`],
    remove: ['tell this way no more; what waits is dropped', (name: string) => `${name} was removed.`],
  } as const;
  for (const verb of ['test', 'remove'] as const) {
    notice
      .command(`${verb} <name>`)
      .description(one[verb][0])
      .action((name: string, _: unknown, command: Command) =>
        run(command, (session) => act(session, verb, name, one[verb][1])),
      );
  }
};

const act = async (
  session: Session,
  verb: 'test' | 'remove',
  name: string,
  text: (name: string) => string,
): Promise<number> => {
  const result = await session.call(`notice.${verb}`, { notice: name });
  session.answer(result, () => text(name));
  return 0;
};

const secretsIn = async (
  session: Session,
  { passwordFile, urlFile, signingKeyFile }: AddOptions,
): Promise<{ readonly notice?: string; readonly signingKey?: string }> => {
  const read = async (file: string): Promise<string> => (await session.secretOf(session.place(file))).trim();
  const file = passwordFile ?? urlFile;
  return {
    ...(file === undefined ? {} : { notice: await read(file) }),
    ...(signingKeyFile === undefined ? {} : { signingKey: await read(signingKeyFile) }),
  };
};

/** The options that say where a notice of a kind goes. */
const OF_KIND = {
  desktop: [],
  folder: ['folder'],
  command: ['run'],
  webhook: ['urlFile', 'format', 'signingKeyFile'],
  email: ['server', 'user', 'passwordFile', 'caFile', 'from', 'to'],
} as const satisfies Record<NoticeTarget['kind'], readonly (keyof AddOptions)[]>;

const changedTarget = (target: NoticeTarget, options: ChangeOptions): NoticeTarget => {
  const fitting: readonly string[] = OF_KIND[target.kind];
  const foreign = Object.values(OF_KIND)
    .flat()
    .find((option) => options[option] !== undefined && !fitting.includes(option));
  if (foreign !== undefined)
    throw usage(
      `A notice of the kind ${target.kind} has no --${foreign.replace(/[A-Z]/g, '-$&').toLowerCase()}.`,
      'change',
    );
  switch (target.kind) {
    case 'desktop':
      return target;
    case 'folder':
      return { ...target, folder: options.folder ?? target.folder };
    case 'command':
      return { ...target, command: options.run ?? target.command };
    case 'webhook':
      return {
        ...target,
        format: options.format ?? target.format,
        ...(options.signingKeyFile === undefined ? {} : { signed: true }),
      };
    case 'email': {
      const { server, user, caFile, from, to } = options;
      return {
        ...target,
        ...(server === undefined ? {} : { server }),
        ...(user === undefined ? {} : { user }),
        ...(caFile === undefined ? {} : { caFile }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to: [...to] }),
      };
    }
  }
};

const targetOf = (options: AddOptions): NoticeTarget => {
  const { desktop, folder, server, user, caFile, from, to, urlFile, format = 'json', signingKeyFile, run } = options;
  const ways = [desktop, folder, server, urlFile, run].filter((each) => each !== undefined);
  if (ways.length !== 1) throw usage('Name one way to tell: --server, --url-file, --run, --folder or --desktop.');
  if (signingKeyFile !== undefined && urlFile === undefined) throw usage('--signing-key-file is of a webhook.');
  if (desktop) return { kind: 'desktop' };
  if (folder !== undefined) return { kind: 'folder', folder };
  if (run !== undefined) return { kind: 'command', command: run };
  if (server === undefined)
    return { kind: 'webhook', format, ...(signingKeyFile === undefined ? {} : { signed: true }) };
  if (from === undefined || to === undefined) throw usage('A mail needs --from and --to.');
  const signs = caFile === undefined ? {} : { caFile };
  return { kind: 'email', server, from, to: [...to], ...(user === undefined ? {} : { user }), ...signs };
};

const usage = (message: string, command = 'add'): ColdframeError =>
  new ColdframeError('USAGE', { message, guidance: `See: coldframe notice ${command} --help` });

const lastText = ({ last, givenUp }: NoticeView): string =>
  [
    last === null ? 'never tried' : `${formatTime(last.at)} ${last.error === null ? 'sent' : `failed: ${last.error}`}`,
    ...(givenUp > 0 ? [`${counted(givenUp, 'event')} given up`] : []),
  ].join('; ');

const isSigned = ({ target }: NoticeView): boolean => target?.kind === 'webhook' && target.signed === true;

const noticeText = (notice: NoticeView): string =>
  facts([
    ['Notice', notice.name],
    ['To', `${notice.format ?? notice.kind}, ${notice.where}${isSigned(notice) ? ', signed' : ''}`],
    ...notice.rules.map(
      ({ event, object, send }) => [object === null ? event : `${event} of ${object}`, send] as const,
    ),
    ['Waiting', counted(notice.waiting, 'event')],
    ['Last', lastText(notice)],
  ]);
