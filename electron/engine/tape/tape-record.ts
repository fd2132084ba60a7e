import type { TapeId } from '../../../shared/units.ts';
import type { TapeRecord } from './library-state.ts';

/** The state of a tape that can be used. */
export const stateOf = (full: boolean, chunks: number): TapeRecord['state'] => {
  if (full) return 'full';
  return chunks > 0 ? 'filling' : 'labelled';
};

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
