import { CommanderError } from 'commander';
import { tell, usageError } from './failure.ts';
import { buildProgram } from './program.ts';
import { cancelOnSignals, runner } from './run.ts';

/** Reads the command line, carries it out, and answers the exit status. */
const main = async (argv: readonly string[]): Promise<number> => {
  const json = argv.includes('--json');
  const { run, status } = runner(cancelOnSignals());
  const program = buildProgram(run);
  quietly(program);
  try {
    await program.parseAsync(argv);
    return status();
  } catch (error) {
    if (!(error instanceof CommanderError)) return tell(error, json);
    if (error.exitCode === 0) return 0;
    return tell(usageError(error), json);
  }
};

/** Lets errors of usage be thrown, not printed, on every level of commands. */
const quietly = (command: ReturnType<typeof buildProgram>): void => {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const each of command.commands) quietly(each);
};

// Whoever reads the answer may leave early (`coldframe ls … | head`).
process.stdout.on('error', () => process.exit(0));

const status = await main(process.argv);
process.stdout.write('', () => process.exit(status));
