import type { TapeId } from '../../../shared/units.ts';
import type { LibraryState, TapeRecord } from './library-state.ts';

/** The state of a tape that can be used. */
export const stateOf = (full: boolean, chunks: number): TapeRecord['state'] => {
  if (full) return 'full';
  return chunks > 0 ? 'filling' : 'labelled';
};

/** How long the file of a tape is at least: without its tail, which a job that was interrupted may have taken off, all that was written is there. */
export const leastBytesOf = ({ usedBytes, bytesToTail }: Pick<TapeRecord, 'usedBytes' | 'bytesToTail'>): number =>
  Math.min(usedBytes, bytesToTail ?? usedBytes);

/** What a tape becomes of which something was found: one that was retired stays so, since nobody puts it back into use. */
export const unlessRetired = (state: TapeRecord['state'], otherwise: 'missing' | 'damaged'): TapeRecord['state'] =>
  state === 'retired' ? state : otherwise;

/** What a tape of a changer is again that was out of reach. */
export const asBeforeTakenOut = ({ state, takenOut }: TapeRecord): Partial<TapeRecord> =>
  takenOut ? { state: state === 'retired' ? state : takenOut.state, note: takenOut.note, takenOut: null } : {};

/** Whether a tape was found damaged in a way that no look at its file can take back. */
export const damagedBefore = ({ state, damagedBy, errors }: TapeRecord): boolean =>
  damagedBy === undefined ? state === 'damaged' && errors > 0 : damagedBy !== null;

/** A tape that has a barcode and nothing else. */
export const blankTape = (volume: TapeId, barcode: string): TapeRecord => ({
  volume,
  barcode,
  pool: 'scratch',
  state: 'blank',
  writeProtected: false,
  sequence: 0,
  labelledAt: null,
  chunks: 0,
  payloadBytes: 0,
  usedBytes: 0,
  mounts: 0,
  bytesWritten: 0,
  errors: 0,
  envelopesGeneration: 0,
  note: '',
  copyOf: null,
  expiredAt: null,
});

/** Tapes that are back are on no shelf any more: where one was must not pass for where it is once it is missing again. */
export const withoutShelvesOfReturned = (before: LibraryState, next: LibraryState): LibraryState => {
  const missing = new Set(before.tapes.filter(({ state }) => state === 'missing').map(({ volume }) => volume));
  const isBack = ({ volume, state, shelf }: TapeRecord): boolean =>
    typeof shelf === 'string' && state !== 'missing' && missing.has(volume);
  if (!next.tapes.some(isBack)) return next;
  return { ...next, tapes: next.tapes.map((tape) => (isBack(tape) ? { ...tape, shelf: null } : tape)) };
};

/** A library that does not know some tapes any more. */
export const without = (state: LibraryState, gone: ReadonlySet<TapeId>): LibraryState => ({
  ...state,
  slots: state.slots.map((slot) => (slot.tape !== null && gone.has(slot.tape) ? { ...slot, tape: null } : slot)),
  tapes: state.tapes.filter(({ volume }) => !gone.has(volume)),
});
