import { format } from './format.ts';

const WANTED: Readonly<Record<string, string>> = {
  written: 'So much was written in it since it was last cleaned.',
  errors: 'A write failed in it.',
  drive: 'It says so itself.',
};

/** The texts of drives that want cleaning, and of cleaning tapes. */
export const cleaningWords = {
  tapes: 'cleaning tapes',
  wants: 'wants cleaning',
  usesLeft: (uses: number) => (uses === 0 ? 'used up' : uses === 1 ? '1 use left' : `${format.count(uses)} uses left`),
  inDrive: (drive: number) => `in drive ${format.count(drive)}`,
  away: 'not here',
  driveTitle: (drive: number) => `Drive ${format.count(drive)} wants cleaning`,
  driveAbout: (wanted: string, possible: boolean) =>
    `${WANTED[wanted] ?? ''} Jobs go on meanwhile.${possible ? '' : ' No cleaning tape has uses left.'}`.trim(),
  clean: (drive: number) => `Clean drive ${format.count(drive)}`,
  cleaned: (drive: number, tape: string, uses: number) =>
    `Drive ${format.count(drive)} is clean; ${tape}: ${cleaningWords.usesLeft(uses)}.`,
  usedUpTitle: (barcode: string) => `${barcode} is used up`,
  usedUpAbout: 'It cleans no more. Take it out, and add another one.',
  remove: 'Take it out',
  removed: (barcode: string) => `${barcode} is out of the library.`,
  add: 'Add a cleaning tape',
  addAbout: 'Drives that wrote much want to be cleaned. A cleaning tape takes no slot, and nothing is written to it.',
  added: 'A cleaning tape is in the library.',
} as const;
