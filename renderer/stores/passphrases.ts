import { create } from 'zustand';
import type { Secrets } from '../../shared/contract/calls.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { words } from '../words/words.ts';
import { isWhole } from './paths.ts';

interface Question {
  readonly vault: string;
  /** What was typed last does not open it. */
  readonly wrong: boolean;
  /** What was typed is being tried. */
  readonly trying: boolean;
  readonly answer: (passphrase: string | null) => void;
}

/** Whether a passphrase is being asked for, and for which vault. Never the passphrase itself. */
export const usePassphraseQuestion = create<{ readonly question: Question | null }>(() => ({ question: null }));

// Outside every store and never written anywhere: it goes beside a call and ends with the page.
const known = new Map<string, string>();

/** Whether a passphrase opens a vault; true also where that cannot be told now, for what it is for tells then. */
type Opens = (dir: string, passphrase: string) => Promise<boolean>;

/** Asks until what is typed opens the vault, so that nothing is begun with what does not; null when nobody answers. `dir`: its folder, if that is known. */
const ask = (vault: string, dir: string | undefined, wrong: boolean, opens: Opens): Promise<string | null> =>
  new Promise((done) => {
    const show = (question: Pick<Question, 'wrong' | 'trying'>): void =>
      usePassphraseQuestion.setState({ question: { ...question, vault, answer } });
    const end = (passphrase: string | null): void => {
      usePassphraseQuestion.setState({ question: null });
      done(passphrase);
    };
    let over = false;
    const answer = (passphrase: string | null): void => {
      if (passphrase === null || dir === undefined) {
        over = true;
        end(passphrase);
        return;
      }
      show({ wrong: false, trying: true });
      void opens(dir, passphrase).then((right) => {
        if (over) return;
        if (right) end(passphrase);
        else show({ wrong: true, trying: false });
      });
    };
    show({ wrong, trying: false });
  });

/** What is being asked for, by every name of its vault. */
const asked = new Map<string, Promise<string | null>>();
let lastAsked: Promise<unknown> = Promise.resolve();

/** Asks for one vault after the other, and for none twice: calls that need the same passphrase wait for the same answer. */
const askInTurn = (names: ReadonlySet<string>, question: () => Promise<string | null>): Promise<string | null> => {
  for (const name of names) {
    const same = asked.get(name);
    if (same) return same;
  }
  const answer = lastAsked.then(question).finally(() => {
    for (const name of names) asked.delete(name);
  });
  for (const name of names) asked.set(name, answer);
  lastAsked = answer.catch(() => null);
  return answer;
};

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
export const withPassphrase = async <T>(
  work: (secrets?: Secrets) => Promise<T>,
  opens: Opens = () => Promise.resolve(true),
): Promise<T> => {
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
      const dir = [...names].find(isWhole);
      const passphrase =
        remembered ?? (await askInTurn(names, () => ask(called, dir, code === 'PASSPHRASE_WRONG', opens)));
      if (passphrase === null) throw code === 'PASSPHRASE_MISSING' ? notGiven(thrown as ColdframeError) : thrown;
      tried.add(passphrase);
      for (const name of names) known.set(name, passphrase);
      secrets = { passphrase };
    }
  }
};
