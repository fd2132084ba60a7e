import type { Command } from 'commander';
import type { SnapshotView } from '../../../shared/contract/volumes.ts';
import { examples } from '../argument-help.ts';
import type { Run } from '../run.ts';
import { formatSpan, formatTime, wholeMs, wholeSeconds } from '../sizes.ts';
import { table } from '../terminal/table.ts';

interface CreateOptions {
  readonly quietMs?: number;
  readonly deadlineMs?: number;
  readonly pre?: string;
  readonly post?: string;
  readonly notice?: number;
  readonly noticeCommand?: string;
}

/** The commands on snapshots of managed volumes. */
export const addSnapshotCommands = (program: Command, run: Run): void => {
  const snapshot = program.command('snapshot').description('frozen images of managed volumes');

  snapshot
    .command('create <volumes...>')
    .description('freeze volumes at one moment, all of them together')
    .addHelpText(
      'after',
      examples(
        'snapshot create disk1 disk2 --quiet-ms 200 --deadline-ms 10000',
        'snapshot create disk1 --notice 60',
        "snapshot create db --pre 'systemctl stop db' --post 'systemctl start db'",
      ),
    )
    .option('--quiet-ms <ms>', 'wait until nothing was written for so long', wholeMs)
    .option('--deadline-ms <ms>', 'give up when that takes longer (default: 30000)', wholeMs)
    .option('--pre <command>', 'a command of the shell to run before')
    .option('--post <command>', 'and one to run after, whatever happened')
    .option('--notice <seconds>', 'tell users and windows so long before, and when it was taken', wholeSeconds)
    .option('--notice-command <command>', 'a command of the shell that reads the message, instead of `wall`')
    .action((volumes: string[], { notice, ...options }: CreateOptions, command: Command) =>
      run(command, async (session) => {
        const noticeMs = notice === undefined ? {} : { noticeMs: notice };
        const result = await session.call('snapshot.create', { volumes, ...options, ...noticeMs });
        const { id } = result.snapshot;
        session.answer(
          result,
          () =>
            `Snapshot ${id.slice(0, 12)} of ${volumes.join(', ')} was made in ${formatSpan(result.tookMs)}. Where ${volumes[0]} is served it is ${volumes[0]}@${id.slice(0, 12)}.`,
        );
        return 0;
      }),
    );

  snapshot
    .command('announced')
    .description('the snapshots that people were told of and that are not taken yet')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('snapshot.announced', {});
        session.answer(result, () =>
          result.announced.length === 0
            ? 'No snapshot is announced.'
            : table(result.announced, [
                { title: 'NOTICE', of: ({ notice }) => notice.slice(0, 12) },
                { title: 'TAKEN AT', of: ({ at }) => formatTime(at) },
                { title: 'VOLUMES', flexible: true, of: ({ volumes }) => volumes.join(', ') },
              ]),
        );
        return 0;
      }),
    );

  snapshot
    .command('call-off <notice>')
    .description('have an announced snapshot not taken; a backup that is for it is cancelled')
    .action((notice: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('snapshot.callOff', { notice });
        session.answer(result, () => `The snapshot of ${result.calledOff.volumes.join(', ')} was called off.`);
        return 0;
      }),
    );

  snapshot
    .command('list')
    .description('the snapshots that are held')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('snapshot.list', {});
        session.answer(result, () =>
          result.snapshots.length === 0
            ? 'No snapshots are held.'
            : table(result.snapshots, [
                { title: 'SNAPSHOT', of: ({ id }) => id.slice(0, 12) },
                { title: 'MADE', of: ({ createdAt }) => formatTime(createdAt) },
                { title: 'VOLUMES', flexible: true, of: volumesOf },
                { title: 'FOR', of: ({ purpose }) => purpose },
              ]),
        );
        return 0;
      }),
    );

  snapshot
    .command('release <snapshot>')
    .description('give a snapshot up, and what it preserved')
    .action((id: string, _: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('snapshot.release', { snapshot: id });
        session.answer(result, () => `Snapshot ${result.snapshot.id.slice(0, 12)} was released.`);
        return 0;
      }),
    );
};

const volumesOf = ({ volumes }: SnapshotView): string =>
  volumes.map(({ name, lost, read }) => `${name}${conditionOf(lost, read)}`).join(', ');

const conditionOf = (lost: string | null, read: boolean): string => {
  if (lost !== null) return ` (lost: ${lost})`;
  return read ? '' : ' (not in use yet)';
};
