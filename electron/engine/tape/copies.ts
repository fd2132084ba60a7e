import type { TapeId } from '../../../shared/units.ts';
import type { TapeRecord } from './library-state.ts';

type Labelled = Pick<TapeRecord, 'volume' | 'sequence' | 'copyOf'>;

/**
 * The tape that another one is a copy of, while that one still has the label that it had when the copy was made; null once it was labelled anew.
 * Labellings of a vault are numbered in their order, and an original is always labelled before its copy.
 */
export const originalOf = (
  { tapes }: { readonly tapes: readonly Labelled[] },
  { copyOf, sequence }: Labelled,
): TapeId | null => {
  const original = tapes.find(({ volume }) => volume === copyOf);
  return original !== undefined && original.sequence < sequence ? original.volume : null;
};
