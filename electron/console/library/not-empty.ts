import { ColdframeError } from '../../../shared/errors.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';

/** Something lies on the tape that a copy was to go to, of which the catalog lists some. */
export const notEmpty = (
  dir: string,
  { barcode, volume }: TapeRecord,
  chunks: number,
  listed: number,
): ColdframeError =>
  new ColdframeError('TAPE_NEEDED', {
    message: `Tape ${barcode} holds ${chunks} chunks; a copy goes onto an empty tape. Nothing was changed.`,
    guidance: `Name an empty tape, add one with "tape label", or let go of what lies on it with "tape erase".${
      chunks > listed
        ? ` The catalog of this home does not list all of it: a copy that was interrupted just before its end, or that another home made, is listed after: coldframe vault rebuild ${dir}`
        : ''
    }`,
    context: { tape: volume, chunks },
  });
