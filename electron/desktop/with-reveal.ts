import { access } from 'node:fs/promises';
import { displayText, isUtf8 } from '../../shared/byte-string.ts';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { bytesOfPath } from '../console/paths.ts';

/** A console as the window has it: showing a place in the file manager is done here, whoever owns the home. */
export const withReveal = (console: ConsoleClient, show: (path: string) => void): ConsoleClient => ({
  call: async <P extends ProcedureName>(
    procedure: P,
    input: InputOf<P>,
    options?: CallOptions,
  ): Promise<OutputOf<P>> => {
    if (procedure === 'place.reveal') {
      await reveal(input as InputOf<'place.reveal'>, show);
      return {} as OutputOf<P>;
    }
    const output = await console.call(procedure, input, options);
    if (procedure !== 'about') return output;
    return { ...(output as OutputOf<'about'>), can: { reveal: true } } as OutputOf<P>;
  },
});

const reveal = async ({ path }: InputOf<'place.reveal'>, show: (path: string) => void): Promise<void> => {
  const bytes = bytesOfPath(path);
  const shown = displayText(bytes);
  const there = await access(Buffer.from(bytes, 'latin1')).then(
    () => true,
    () => false,
  );
  // A file manager is given text: a name that is none would lead it elsewhere.
  if (there && isUtf8(bytes)) return show(shown);
  throw new ColdframeError('NO_SUCH_PATH', {
    message: there ? `The file manager cannot be given the name ${shown}.` : `${shown} is not there.`,
    guidance: 'Open the folder above it yourself.',
    context: { path: shown },
  });
};
