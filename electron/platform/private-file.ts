import { closeSync, openSync } from 'node:fs';

/** Makes a file that its owner alone can read, where there is none yet: one that SQLite makes, everyone can. Never throws: whoever opens it tells what is wrong. */
export const makePrivate = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It is there, or cannot be made.
  }
};
