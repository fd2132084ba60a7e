import { readFileSync } from 'node:fs';
import { ColdframeError } from '../../shared/errors.ts';
import { ask } from './terminal/prompt.ts';

/** The secret in a file: its content in UTF-8, one trailing newline removed. */
export const secretFromFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ColdframeError('PASSPHRASE_MISSING', {
      message: `The file ${file} cannot be read: ${(cause as Error).message}.`,
      guidance: 'Name a readable file that holds the passphrase or recovery code and nothing else.',
      context: { file },
      cause,
    });
  }
};

/** Asks for a passphrase that is new, twice; empty means none, where that is allowed. */
export const askNewPassphrase = async (question: string, mayBeEmpty: boolean): Promise<string> => {
  for (;;) {
    const first = await ask(question, { echo: false });
    if (first === '' && mayBeEmpty) return '';
    if (first !== '' && (await ask('Once more: ', { echo: false })) === first) return first;
    process.stderr.write(first === '' ? 'It may not be empty.\n' : 'The two are not the same.\n');
  }
};
