import { ask } from './terminal/prompt.ts';

/** Asks for a passphrase that is new, twice; empty means none, where that is allowed. */
export const askNewPassphrase = async (question: string, mayBeEmpty: boolean): Promise<string> => {
  for (;;) {
    const first = await ask(question, { echo: false });
    if (first === '' && mayBeEmpty) return '';
    if (first !== '' && (await ask('Once more: ', { echo: false })) === first) return first;
    process.stderr.write(first === '' ? 'It may not be empty.\n' : 'The two are not the same.\n');
  }
};
