import { isShortPassphrase, SHORTEST_PASSPHRASE } from '../../shared/model/passphrase-rule.ts';
import { ask } from './terminal/prompt.ts';

/** Asks for a passphrase that is new, twice; empty means none, where that is allowed. */
export const askNewPassphrase = async (question: string, mayBeEmpty: boolean): Promise<string> => {
  for (;;) {
    const first = await ask(question, { echo: false });
    if (first === '' && mayBeEmpty) return '';
    if (isShortPassphrase(first)) {
      process.stderr.write(`It needs at least ${SHORTEST_PASSPHRASE} characters.\n`);
      continue;
    }
    if ((await ask('Once more: ', { echo: false })) === first) return first;
    process.stderr.write('The two are not the same.\n');
  }
};
