import type { Command } from 'commander';
import type { Run } from '../run.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly tokenFile?: string;
}

/** The commands on the console itself. */
export const addSystemCommands = (program: Command, run: Run): void => {
  program
    .command('serve')
    .description('hold the home and serve other commands until a signal ends it')
    .option('--host <address>', 'of the web shell, which is not there yet')
    .option('--port <number>', 'of the web shell, which is not there yet')
    .option('--token-file <file>', 'of the web shell, which is not there yet')
    .action((options: ServeOptions, command: Command) =>
      run(command, async (session) => (await import('../serve.ts')).serve(session, options)),
    );

  program
    .command('shutdown')
    .description('end a serving console once its jobs are done')
    .option('--cancel-jobs', 'end its jobs, too')
    .action(({ cancelJobs }: { cancelJobs?: boolean }, command: Command) =>
      run(command, async (session) => (await import('../serve.ts')).shutdown(session, cancelJobs ?? false)),
    );

  program
    .command('doctor')
    .description('what works on this machine, what does not, and what would make it work')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => (await import('../doctor.ts')).doctor(session)),
    );

  program
    .command('first-run')
    .description('a guided first backup and restore')
    .action((_: unknown, command: Command) =>
      run(command, async (session) => (await import('../first-run/first-run.ts')).firstRun(session)),
    );
};
