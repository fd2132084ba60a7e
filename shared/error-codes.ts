/** What an error means for the caller; each kind has one exit status (the table in the command line's contract). */
export type ErrorKind = 'failed' | 'usage' | 'not-found' | 'held' | 'passphrase' | 'damaged' | 'no-space' | 'cancelled';

export const EXIT_STATUS: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  usage: 2,
  'not-found': 10,
  held: 11,
  passphrase: 12,
  damaged: 13,
  'no-space': 14,
  cancelled: 130,
};

/** Exit status of a command that did its work but could not read some elements. */
export const EXIT_WARNINGS = 3;

const row = (kind: ErrorKind, meaning: string): { readonly kind: ErrorKind; readonly meaning: string } => ({
  kind,
  meaning,
});

/** Every error code of the product. `docs/errors.md` has the same rows; a test compares the two. */
export const ERROR_CODES = {
  INTERNAL: row('failed', 'A defect of Coldframe itself.'),
  USAGE: row('usage', 'An argument or option is missing, malformed or contradicts another.'),
  CANCELLED: row('cancelled', 'The job was cancelled by the user or by a signal.'),
  RECORD_MALFORMED: row('damaged', 'A record of the media format does not parse.'),
  UNIT_DAMAGED: row('damaged', 'A unit on tape fails its checksum, its seal, or cannot be expanded.'),
  IO: row('failed', 'The operating system reported an error for a file or device.'),
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
