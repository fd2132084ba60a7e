import type { Command } from 'commander';
import type { ReplicaUpdateView, ReplicaView } from '../../../shared/contract/replicas.ts';
import type { WarningView } from '../../../shared/contract/values.ts';
import { EXIT_WARNINGS } from '../../../shared/error-codes.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { counted, formatSize, formatSpan, formatTime, wholeMs, wholeSeconds } from '../sizes.ts';
import { table } from '../terminal/table.ts';
import { serveUntilEnded } from '../volume-serve.ts';

interface MomentOptions {
  readonly quietMs?: number;
  readonly deadlineMs?: number;
  readonly pre?: string;
  readonly post?: string;
  readonly notice?: number;
  readonly noticeCommand?: string;
}

/** The commands on replicas of managed volumes. */
export const addReplicaCommands = (program: Command, run: Run): void => {
  const replica = program
    .command('replica')
    .description('copies of volumes that move from one consistent state to the next');

  atMoment(
    replica
      .command('create <replica>')
      .description('copy a volume into a new file that follows it from then on')
      .addHelpText('after', examples('replica create spare --of disk1 --file /mnt/other/disk1.img'))
      .requiredOption('--of <volume>', 'the volume to follow')
      .requiredOption('--file <file>', 'the image file to make'),
  ).action((name: string, { of, file, ...how }: MomentOptions & { of: string; file: string }, command: Command) =>
    run(command, async (session) => {
      const result = await session.call('replica.create', {
        name,
        volume: of,
        file: session.place(file),
        ...momentOf(how),
      });
      session.answer(result, () => updateText(result));
      return statusOf(result);
    }),
  );

  atMoment(
    replica
      .command('update <replica>')
      .description('move a replica to the state that its volume has now')
      .addHelpText('after', examples('replica update spare', 'replica update spare --quiet-ms 200 --readers-ms 5000'))
      .option('--readers-ms <ms>', 'how long readers of the state before may go on (default: 60000)', wholeMs),
  ).action((name: string, how: MomentOptions & { readersMs?: number }, command: Command) =>
    run(command, async (session) => {
      const result = await session.call('replica.update', { replica: name, ...momentOf(how) });
      session.answer(result, () => updateText(result));
      return statusOf(result);
    }),
  );

  replica
    .command('list')
    .description('the replicas of this home, and the moment that each shows')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('replica.list', {});
        session.answer(result, () =>
          result.replicas.length === 0
            ? 'No replicas yet. Make one with: coldframe replica create NAME --of VOLUME --file FILE'
            : [...result.warnings.map(({ message }) => message), listText(result.replicas)].join('\n'),
        );
        return statusOf(result);
      }),
    );

  replica
    .command('serve <replicas...>')
    .description('serve replicas read only to NBD clients until Ctrl-C')
    .addHelpText('after', examples('replica serve spare --socket /run/spare.sock'))
    .option('--socket <path>', 'a unix socket')
    .option('--listen <host:port>', 'a TCP port; other machines only with --psk-file')
    .option('--psk-file <file>', 'keys of the clients that may connect, lines of NAME:HEXKEY; TLS is demanded then')
    .action(
      (
        replicas: string[],
        { socket, listen, pskFile }: { socket?: string; listen?: string; pskFile?: string },
        command: Command,
      ) =>
        run(command, async (session) =>
          serveUntilEnded(
            session,
            async () =>
              await session.call('replica.serve', {
                replicas,
                ...(socket === undefined ? {} : { socket: session.place(socket) }),
                ...(listen === undefined ? {} : { listen }),
                ...(pskFile === undefined ? {} : { pskFile: session.place(pskFile) }),
              }),
          ),
        ),
    );

  replica
    .command('remove <replica>')
    .description('forget a replica; its file stays where it is')
    .option('--discard-file', 'remove its file too')
    .action((name: string, { discardFile }: { discardFile?: boolean }, command: Command) =>
      run(command, async (session) => {
        const discard = discardFile === undefined ? {} : { discardFile };
        const result = await session.call('replica.remove', { replica: name, ...discard });
        const { path } = result.replica;
        session.answer(
          result,
          () =>
            `${name} is no longer a replica. ${result.fileRemoved ? 'Its file is gone' : 'Its file stays'}: ${path}`,
        );
        return 0;
      }),
    );
};

const atMoment = (command: Command): Command =>
  command
    .option('--quiet-ms <ms>', 'wait until nothing was written for so long', wholeMs)
    .option('--deadline-ms <ms>', 'give up when that takes longer (default: 30000)', wholeMs)
    .option('--pre <command>', 'a command of the shell to run before the volume is frozen')
    .option('--post <command>', 'and one to run after, whatever happened')
    .option('--notice <seconds>', 'tell users and windows so long before, and when it was taken', wholeSeconds)
    .option('--notice-command <command>', 'a command of the shell that reads the message, instead of `wall`');

const momentOf = <How extends MomentOptions>({ notice, ...how }: How) => ({
  ...how,
  ...(notice === undefined ? {} : { noticeMs: notice }),
});

interface Updated {
  readonly replica: ReplicaView;
  readonly update: ReplicaUpdateView;
  readonly warnings: readonly WarningView[];
}

const statusOf = ({ warnings }: { readonly warnings: readonly unknown[] }): number =>
  warnings.length === 0 ? 0 : EXIT_WARNINGS;

const WHOLE: Readonly<Record<NonNullable<ReplicaUpdateView['whole']>, string>> = {
  first: 'It is a new copy: all of the volume was read.',
  file: 'Its file had been written to by somebody else, so all of the volume was read and compared.',
  checkpoint: 'Its checkpoint was no longer known, so all of the volume was read and compared.',
  volume: 'What had changed was not known for sure, so all of the volume was read and compared.',
};

const updateText = ({ replica, update, warnings }: Updated): string =>
  [
    ...warnings.map(({ message }) => message),
    `${replica.name} shows ${replica.volume} as it was at ${formatTime(replica.takenAt ?? '')}: ${counted(update.segments, 'segment')}, ${formatSize(update.bytesCopied)} copied in ${formatSpan(update.durationMs)}.`,
    ...(update.whole === null ? [] : [WHOLE[update.whole]]),
  ].join('\n');

const listText = (replicas: readonly ReplicaView[]): string =>
  table(replicas, [
    { title: 'REPLICA', of: ({ name }) => name },
    { title: 'OF', of: ({ volume }) => volume },
    { title: 'SHOWS', of: ({ takenAt }) => (takenAt === null ? 'nothing yet' : formatTime(takenAt)) },
    { title: 'STATE', of: ({ state, busy }) => (busy ? `${state}, being updated` : state) },
    { title: 'FILE', flexible: true, of: ({ path }) => path },
  ]);
