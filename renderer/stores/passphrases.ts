import { create } from 'zustand';
import type { Secrets } from '../../shared/contract/calls.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { words } from '../words/words.ts';

interface Question {
  readonly vault: string;
  readonly wrong: boolean;
  readonly answer: (passphrase: string | null) => void;
}

/** Whether a passphrase is being asked for, and for which vault. Never the passphrase itself. */
export const usePassphraseQuestion = create<{ readonly question: Question | null }>(() => ({ question: null }));

// Outside every store and never written anywhere: it goes beside a call and ends with the page.
const known = new Map<string, string>();

const ask = (vault: string, wrong: boolean): Promise<string | null> =>
  new Promise((done) => {
    usePassphraseQuestion.setState({
      question: {
        vault,
        wrong,
        answer: (passphrase) => {
          usePassphraseQuestion.setState({ question: null });
          done(passphrase);
        },
      },
    });
  });

export const forgetPassphrases = (): void => known.clear();

/** Notes what opens a vault that was just made, so that its first backup does not ask again. */
export const rememberPassphrase = (vault: string, passphrase: string): void => {
  known.set(vault, passphrase);
};

/** What an error calls the vault, as which its passphrase is known: a refusal before a job names the folder, the vault itself its id. */
const namesIn = ({ dir, vault }: ColdframeError['context']): string[] =>
  [dir, vault].filter((name) => typeof name === 'string');

/** The console advises what a command line can do about it; here is a window that asks. */
const notGiven = ({ message, context }: ColdframeError): ColdframeError =>
  new ColdframeError('PASSPHRASE_MISSING', { message, guidance: words.passphrase.notGiven, context });

/** Does something that a sealed vault may refuse, asks for its passphrase when it does, and does it again. */
export const withPassphrase = async <T>(work: (secrets?: Secrets) => Promise<T>): Promise<T> => {
  const names = new Set<string>();
  const tried = new Set<string>();
  let secrets: Secrets | undefined;
  for (;;) {
    try {
      return await work(secrets);
    } catch (thrown) {
      const { code, context } = thrown as ColdframeError;
      if (code !== 'PASSPHRASE_MISSING' && code !== 'PASSPHRASE_WRONG') throw thrown;
      for (const name of namesIn(context)) names.add(name);
      // Not one that another call was given meanwhile: that may be right.
      if (code === 'PASSPHRASE_WRONG')
        for (const name of names) if (tried.has(known.get(name) ?? '')) known.delete(name);
      // What was given and did not help is not given again.
      const remembered = [...names].map((name) => known.get(name)).find((found) => found && !tried.has(found));
      const [called = ''] = names;
      const passphrase = remembered ?? (await ask(called, code === 'PASSPHRASE_WRONG'));
      if (passphrase === null) throw code === 'PASSPHRASE_MISSING' ? notGiven(thrown as ColdframeError) : thrown;
      tried.add(passphrase);
      for (const name of names) known.set(name, passphrase);
      secrets = { passphrase };
    }
  }
};
