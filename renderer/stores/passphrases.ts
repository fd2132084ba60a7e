import { create } from 'zustand';
import type { Secrets } from '../../shared/contract/calls.ts';
import type { ColdframeError } from '../../shared/errors.ts';

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

/** Does something that a sealed vault may refuse, asks for its passphrase when it does, and does it again. */
export const withPassphrase = async <T>(work: (secrets?: Secrets) => Promise<T>): Promise<T> => {
  let secrets: Secrets | undefined;
  for (;;) {
    try {
      return await work(secrets);
    } catch (thrown) {
      const { code, context } = thrown as ColdframeError;
      if (code !== 'PASSPHRASE_MISSING' && code !== 'PASSPHRASE_WRONG') throw thrown;
      const vault = String(context.vault ?? '');
      // What was given and did not help is not given again.
      const remembered = code === 'PASSPHRASE_MISSING' && secrets === undefined ? known.get(vault) : undefined;
      if (code === 'PASSPHRASE_WRONG') known.delete(vault);
      const passphrase = remembered ?? (await ask(vault, code === 'PASSPHRASE_WRONG'));
      if (passphrase === null) throw thrown;
      known.set(vault, passphrase);
      secrets = { passphrase };
    }
  }
};
