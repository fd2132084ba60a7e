import { type Command, CommanderError } from 'commander';
import { EXIT_STATUS } from '../../shared/error-codes.ts';
import type { ColdframeError } from '../../shared/errors.ts';
import { tell, usageError } from './failure.ts';
import { buildProgram } from './program.ts';
import { cancelOnSignals, nameOf, runner } from './run.ts';

/** Reads the command line, carries it out, and answers the exit status. */
const main = async (argv: readonly string[]): Promise<number> => {
  const json = saysJson(argv);
  const { run, status } = runner(cancelOnSignals());
  const program = buildProgram(run);
  const printed: string[] = [];
  let refusedBy = '';
  tame(program, { json, printed, refused: (command) => (refusedBy = wordsOf(command)) });
  try {
    await program.parseAsync(argv);
    return status();
  } catch (error) {
    if (!(error instanceof CommanderError)) return tell(error, json);
    if (error.exitCode !== 0) return refuse(usageError(error, refusedBy), error.code, json);
    if (json) process.stdout.write(`${JSON.stringify({ text: printed.join('') })}\n`);
    return 0;
  }
};

/** Whether the one JSON document is wanted: asked before arguments are read, as they may be wrong. */
const saysJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
};

interface Output {
  readonly json: boolean;
  /** What help and version print, when that has to become a JSON document. */
  readonly printed: string[];
  readonly refused: (command: Command) => void;
}

/** Lets errors of usage be thrown, not printed, on every level of commands. */
const tame = (command: Command, output: Output): void => {
  const { json, printed, refused } = output;
  command
    .exitOverride((error) => {
      refused(command);
      throw error;
    })
    .configureOutput({
      outputError: () => undefined,
      ...(json ? { writeOut: (text) => printed.push(text), writeErr: () => undefined } : {}),
    });
  for (const each of command.commands) tame(each, output);
};

/** Who named a group and no command in it has read its help by now. */
const refuse = (error: ColdframeError, code: string, json: boolean): number => {
  if (code === 'commander.help' && !json) process.stderr.write('\n');
  return tell(error, json);
};

const wordsOf = (command: Command): string => (command.parent ? nameOf(command) : '');

// Whoever reads the answer may leave early (`coldframe ls … | head`). An answer that is lost otherwise was wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `coldframe: The answer cannot be written to standard output (${error.code ?? error.message}).\n`,
  );
  process.exit(EXIT_STATUS.failed);
});
// Who listens to the progress may leave, too; what goes on is not theirs to end.
process.stderr.on('error', () => undefined);

const status = await main(process.argv);
process.stdout.write('', (error) => {
  if (!error) process.exit(status);
});
