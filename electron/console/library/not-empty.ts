import { ColdframeError } from '../../../shared/errors.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';

/** Something lies on the tape that a copy was to go to. */
export const notEmpty = ({ barcode, volume }: TapeRecord, chunks: number): ColdframeError =>
  new ColdframeError('TAPE_NEEDED', {
    message: `Tape ${barcode} holds ${chunks} chunks; a copy goes onto an empty tape. Nothing was changed.`,
    guidance: 'Name an empty tape, add one with "tape label", or let go of what lies on it with "tape erase".',
    context: { tape: volume, chunks },
  });
