import { type Command, Option } from 'commander';
import type { Run } from '../run.ts';
import type { ServeOptions } from '../serve.ts';
import { wholeNumber } from '../sizes.ts';

/** The commands on the console itself. */
export const addSystemCommands = (program: Command, run: Run): void => {
  program
    .command('serve')
    .description('hold the home and serve browsers and other commands until a signal ends it')
    .option(
      '--host <address>',
      'where browsers reach it (default: 127.0.0.1; elsewhere with TLS and a token file only)',
    )
    .option(
      '--port <number>',
      'at which port (default: 0, the one of last time, else any that is free)',
      wholeNumber(0, 65_535),
    )
    .option('--token-file <file>', 'a token to be used again and again, in a file of mode 0600; made when missing')
    .option(
      '--metrics-token-file <file>',
      'serve metrics to who shows the token in this file, which opens nothing else; made when missing',
    )
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .addOption(new Option('--instead-of-desktop <why>').hideHelp())
    .action((options: ServeOptions, command: Command) =>
      run(command, async (session) => (await import('../serve.ts')).serve(session, options)),
    );

  program
    .command('open')
    .description('print a fresh link to the console that serves the home, and open it where there is a display')
    .option('--no-browser', 'only print it')
    .action((options: { browser: boolean }, command: Command) =>
      run(command, async (session) => (await import('../serve.ts')).open(session, options)),
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
