import { format } from './format.ts';

export const transportWords = {
  refused: {
    code: 'SIGNED_OUT',
    message: 'The console did not let this page in.',
    guidance: 'Get a fresh link from where the console was started.',
  },
  lost: {
    message: 'The connection to the console ended before it answered.',
    guidance:
      'It is being opened again. Jobs go on if the console still runs; look under Jobs for what became of this one.',
  },
  notConnected: {
    message: 'There is no connection to the console at the moment.',
    guidance: 'It is being opened again. Try once more when the bar at the bottom says connected.',
  },
  notAnswering: {
    message: 'The console is there, but does not answer at the moment: nothing was asked of it.',
    guidance: 'Try once more when the bar at the bottom says connected.',
  },
  tooLong: (bytes: number, most: number) => ({
    message: `More is asked for at a time (${format.bytes(bytes)}) than the console takes from a page (${format.bytes(most)}).`,
    guidance: 'Tick the folders that hold what is wanted instead of each of it, or do it in several parts.',
  }),
  otherVersion: (version: string) => ({
    message: `The console is of version ${version}, which speaks another language than this page.`,
    guidance: 'Load this page again; if that does not help, start the console anew.',
  }),
  foreignAnswer: (procedure: string) => ({
    message: `The console answered ${procedure} in a form that this page does not know.`,
    guidance: 'Page and console are of different versions: load this page again.',
  }),
} as const;
