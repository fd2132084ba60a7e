import type { CommanderError } from 'commander';
import { EXIT_STATUS } from '../../shared/error-codes.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import { printable } from './terminal/table.ts';

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

/** What commander found wrong with the arguments. */
export const usageError = ({ message }: CommanderError): ColdframeError =>
  new ColdframeError('USAGE', {
    message: message.replace(/^error: /, '').replace(/\n/g, ' '),
    guidance: 'See coldframe --help, or --help after a command.',
  });
