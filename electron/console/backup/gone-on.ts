import type { Warning } from '../../../shared/model/block-set.ts';
import type { Setback } from './drives.ts';

/** What a job that goes on without a drive, or a tape, says of it. */
export const goneOn = ({ drive, tape, error }: Setback): Warning => ({
  code: error.code,
  path: tape,
  message: `drive ${drive} failed with tape ${tape}, and what was not safe on it was written elsewhere: ${error.message}`,
});

/** What a job that took another tape says of the one that it wanted: sets that it builds on may have lost what they have there. */
export const passedOver = ({ tape, error }: Setback): Warning => ({
  code: error.code,
  path: tape,
  message: `the tape was to be written to, and another one was taken: ${error.message} Whether what earlier sets have on it can still be read a verification tells.`,
});
