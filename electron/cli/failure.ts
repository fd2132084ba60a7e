import type { CommanderError } from 'commander';
import { EXIT_STATUS } from '../../shared/error-codes.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import { printable } from '../../shared/model/printable.ts';

/** Tells of an error, as the one JSON document or in words; answers the exit status. */
export const tell = (thrown: unknown, json: boolean): number => {
  const error = asColdframeError(thrown);
  const { code, message, guidance, context } = error.toData();
  if (json) {
    process.stdout.write(`${JSON.stringify({ error: { code, message, guidance, context } })}\n`);
  } else {
    process.stderr.write(
      `coldframe: ${printable(message)}\n${guidance === '' ? '' : `           ${printable(guidance)}\n`}`,
    );
    if (code === 'INTERNAL' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
  }
  return EXIT_STATUS[error.kind];
};

/** What commander found wrong with the arguments of a command; `words` name the command, empty for none. */
export const usageError = ({ code, message }: CommanderError, words: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: code === 'commander.help' ? missing(words) : sentence(message.replace(/^error: /, '')),
    guidance: `See: coldframe ${words === '' ? '' : `${words} `}--help`,
    context: { command: words },
  });

const missing = (words: string): string =>
  words === '' ? 'There is no command.' : `The command "${words}" goes on: what to do is missing.`;

const sentence = (message: string): string => {
  const line = message.replace(/\s*\n\s*/g, ' ').trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?)]$/.test(line) ? '' : '.'}`;
};
