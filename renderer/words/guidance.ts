import type { ErrorCode } from '../../shared/error-codes.ts';

/** What to do next in a window, for errors whose own guidance names a command. */
const IN_WINDOW: Partial<Readonly<Record<ErrorCode, string>>> = {
  SET_STATE: 'Finish or repeat the backup. If tapes are missing, bring them back and verify the vault under Media.',
  CATALOG_DAMAGED: 'Nothing on tape is affected. The catalog can be made anew from the tapes.',
  NO_CLEANING_TAPE: 'Add one under Media, with “Label a tape”; into a changer a new one is put by hand.',
  NO_SUCH_TAPE: 'The tapes of the vault are listed under Media.',
  TAPES_AWAY:
    'Nothing was lost and no set was made. Put back what is away, or import its file, under Media, then try again. A full backup needs no earlier tape: it reads the source.',
  TAPE_PROTECTED: 'Take its write protection off, or use another tape.',
  JOB_STATE: 'What became of it stands under Jobs.',
  CONSOLE_ENDED: 'What was written so far is kept: “Take up again” goes on with it.',
  CANCELLED: 'What was written so far is kept: “Take up again” goes on with it.',
  NO_SUCH_JOB: 'All jobs that are known stand under Jobs.',
  NO_SUCH_OBJECT: 'What is protected stands in the overview.',
  NO_SUCH_PATH: 'Look for it by name with the search above.',
  NO_SUCH_SET: 'The backups that there are stand under Restore.',
  NO_SUCH_VOLUME: 'The volumes that there are stand under Volumes.',
  NO_SUCH_SNAPSHOT: 'The snapshots that are held stand under Volumes.',
  NO_SUCH_CHECKPOINT: 'The checkpoints of a volume stand on its page.',
  NO_SUCH_SERVER: 'Where a volume is served stands on its page.',
  VOLUME_IN_USE: 'Stop serving it and release its snapshots first, on its page.',
  TOO_MANY_SNAPSHOTS: 'Release one of them first: they stand on its page.',
  PARENT_MISSING: 'Take a full backup of it first.',
};

const NAMES_COMMAND =
  /\bcoldframe [a-z]|(^|\s)--[a-z]|["`](vault|tape|job|object|ls|find|backup|restore|verify|sets|volume|snapshot)\b[^"`]*["`]/;

/** Options that a window has other words for, so that the rest of a guidance can stay. */
const inWords = (guidance: string): string =>
  guidance
    .replaceAll('with --level full', 'by a full backup')
    .replaceAll('Make the plan again (--dry-run)', 'Go back and review it again');

/** Guidance without the words of the command line, where there are other words for it. */
export const guidanceInWindow = ({ code, guidance }: { readonly code: string; readonly guidance: string }): string => {
  const worded = inWords(guidance);
  return NAMES_COMMAND.test(worded) ? (IN_WINDOW[code as ErrorCode] ?? worded) : worded;
};
