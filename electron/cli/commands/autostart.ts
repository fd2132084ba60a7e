import type { Command } from 'commander';
import type { Start } from '../../../shared/contract/autostart.ts';
import type { Run } from '../run.ts';
import { table } from '../terminal/table.ts';

interface WhichOptions {
  readonly service?: boolean;
}

/** The commands on starting with the session. */
export const addAutostartCommands = (program: Command, run: Run): void => {
  const autostart = program
    .command('autostart')
    .description('start with the session of the user, or as a service of the user, so that schedules are kept');

  autostart
    .command('show')
    .description('whether it starts by itself, and by which file')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => {
        const result = await session.call('autostart.get', {});
        session.answer(result, () => startsText(result.starts));
        return 0;
      }),
    );

  for (const [verb, on] of [
    ['on', true],
    ['off', false],
  ] as const) {
    autostart
      .command(verb)
      .description(
        on ? 'start with the session; on Linux by an XDG autostart entry' : 'do not start by itself any more',
      )
      .option('--service', 'the systemd user unit, which serves without a session being watched')
      .action(({ service }: WhichOptions, command: Command) =>
        run(command, async (session) => {
          const result = await session.call('autostart.set', { what: service ? 'service' : 'session', on });
          session.answer(result, () => startsText(result.starts));
          return 0;
        }),
      );
  }
};

const STATES: Readonly<Record<Start['state'], string>> = {
  on: 'on',
  off: 'off',
  foreign: 'not ours: left alone',
  unsupported: 'not on this system',
};

const startsText = (starts: readonly Start[]): string =>
  table(starts, [
    { title: 'START', of: ({ what }) => what },
    { title: 'STATE', of: ({ state }) => STATES[state] },
    { title: 'FILE', flexible: true, of: ({ path }) => path ?? '-' },
  ]);
