import type { Warning } from '../../../shared/model/block-set.ts';
import type { Setback } from './drive-pool.ts';

/** What a job that goes on without a drive, or a tape, says of it. */
export const goneOn = ({ drive, tape, error }: Setback): Warning => ({
  code: error.code,
  path: tape,
  message: `drive ${drive} failed with tape ${tape}, and what was not safe on it was written elsewhere: ${error.message}`,
});
