import { ColdframeError } from '../../../shared/errors.ts';
import { readHolder } from './holder.ts';

/** Who says that it holds the home: for people. */
export const whoHolds = (note: string): string => {
  const holder = readHolder(note);
  return holder
    ? `process ${holder.pid} on ${holder.host} (coldframe ${holder.command}, since ${holder.startedAt})`
    : 'another process';
};

/** What it is when the one that holds the home does not answer. */
export const homeHeld = (home: string, note: string): ColdframeError => {
  const holder = readHolder(note);
  return new ColdframeError('HOME_HELD', {
    message: `The home ${home} is held by ${whoHolds(note)}, which does not answer.`,
    guidance: 'Wait for it to end, or end it; or use another home with --home.',
    context: { home, ...(holder ? { pid: holder.pid, host: holder.host } : {}) },
  });
};
