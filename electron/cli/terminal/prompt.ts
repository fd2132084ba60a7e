import { ColdframeError } from '../../../shared/errors.ts';
import { secretNotText } from '../../platform/secret-file.ts';

/** Whether there is a person to ask. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks for a line; the question goes to standard error, so that standard output holds the answer of the command alone. */
export const ask = async (question: string, options: { echo: boolean } = { echo: true }): Promise<string> => {
  process.stderr.write(question);
  const { stdin } = process;
  if (!options.echo) stdin.setRawMode(true);
  try {
    return await (options.echo ? readLine() : readHidden());
  } finally {
    if (!options.echo) {
      stdin.setRawMode(false);
      process.stderr.write('\n');
    }
    stdin.pause();
  }
};

/** Asks yes or no; anything but y is no. */
export const confirm = async (question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());

const readLine = (): Promise<string> =>
  new Promise((done, fail) => {
    const { stdin } = process;
    let text = '';
    const take = (data: Buffer) => {
      text += data.toString('utf8');
      if (text.includes('\n')) end(() => done(text.slice(0, text.indexOf('\n'))));
    };
    const closed = () => end(() => fail(cancelled()));
    const end = (then: () => void) => {
      stdin.off('data', take);
      stdin.off('end', closed);
      for (const signal of ENDING) process.off(signal, closed);
      then();
    };
    stdin.on('data', take);
    stdin.on('end', closed);
    // With the line edited by the terminal, Ctrl-C is a signal and no key.
    for (const signal of ENDING) process.once(signal, closed);
    stdin.resume();
  });

/** Reads keys one by one, in UTF-8, since the terminal no longer edits the line: Enter ends, Backspace takes one back, Ctrl-U all. */
const readHidden = (): Promise<string> =>
  new Promise((done, fail) => {
    const { stdin } = process;
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let text = '';
    const take = (data: Buffer) => {
      let keys: string;
      try {
        keys = decoder.decode(data, { stream: true });
      } catch {
        return end(() => fail(secretNotText('What was typed')));
      }
      for (const key of keys) {
        if (key === '\r' || key === '\n') return end(() => done(text));
        if (key === '\u0003' || key === '\u0004') return end(() => fail(cancelled()));
        if (key === '\u007f' || key === '\b') text = Array.from(text).slice(0, -1).join('');
        else if (key === '\u0015') text = '';
        else text += key;
      }
    };
    const closed = () => end(() => fail(cancelled()));
    const end = (then: () => void) => {
      stdin.off('data', take);
      stdin.off('end', closed);
      for (const signal of ENDING) process.off(signal, closed);
      then();
    };
    stdin.on('data', take);
    stdin.on('end', closed);
    for (const signal of ENDING) process.once(signal, closed);
    stdin.resume();
  });

/** What ends a question as Ctrl-C does. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const cancelled = (): ColdframeError =>
  new ColdframeError('CANCELLED', { message: 'The question was not answered.', guidance: 'Run the command again.' });
