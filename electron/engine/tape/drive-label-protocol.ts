import type { ErrorData } from '../../../shared/errors.ts';
import type { TapeAccess } from './tape-access.ts';

/** What the thread is asked that has a drive read the label of a tape, or write it. */
export type DriveLabelRequest = { readonly access: TapeAccess } & (
  | {
      /** Nothing is written: is it the tape that is meant? */
      readonly act: 'look';
      /** The sequences that its label may have. */
      readonly sequences: readonly number[];
      /** Whether it may also be blank, or end within its label. */
      readonly blank: boolean;
    }
  /** It gets the label that the library counts on; `access` says which tape may. */
  | {
      readonly act: 'label';
      /** Also where its label is damaged, if it, or a chunk behind it, says that it is that tape: somebody agreed to that. */
      readonly damagedFront: boolean;
    }
);

export type DriveLabelAnswer = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: ErrorData };
