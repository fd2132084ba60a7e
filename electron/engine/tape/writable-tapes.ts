import type { VaultId } from '../../../shared/units.ts';
import { takesMore } from './allocation.ts';
import { isCleaningTape } from './barcodes.ts';
import type { OutOfUse } from './library-errors.ts';
import type { LibraryState, Pool, TapeRecord } from './library-state.ts';
import { warningBytes } from './tail-reserve.ts';
import { tapeMismatch } from './tape-errors.ts';
import type { TapeGlance } from './tape-glance.ts';
import { damagedBefore } from './tape-record.ts';
import { glanceAtTape, placeOf } from './tape-shelf.ts';

const WRITTEN: ReadonlySet<TapeRecord['state']> = new Set(['filling', 'full']);

/** What of a tape is taken for as long as it is not labelled anew. */
export const bytesInUse = ({ expiredAt, usedBytes }: Pick<TapeRecord, 'expiredAt' | 'usedBytes'>): number =>
  expiredAt === null ? usedBytes : 0;

/**
 * The tapes that a pool may be written to, best first: those of the pool with room, in the order of labelling; empty
 * ones of the pool; empty ones of the scratch pool; blank ones but cleaning tapes; those on which everything expired. `isHeld` tells those that a job uses;
 * `isOpen` which of those with something on them may take more.
 */
export const writableTapes = (
  { tapes, settings }: Pick<LibraryState, 'tapes' | 'settings'>,
  pool: Pool,
  isHeld: (volume: TapeRecord['volume']) => boolean,
  isOpen: (tape: TapeRecord) => boolean = () => true,
): TapeRecord[] => {
  const usable = tapes.filter((tape) => !tape.writeProtected && !isHeld(tape.volume)).sort(bySequence);
  const free = usable.filter((tape) => tape.expiredAt === null);
  const empty = free.filter((tape) => tape.state === 'labelled');
  return [
    ...free.filter((tape) => isPartlyFilled(tape, pool, settings) && isOpen(tape)),
    ...empty.filter((tape) => tape.pool === pool),
    ...empty.filter((tape) => tape.pool === 'scratch' && pool !== 'scratch'),
    ...free.filter((tape) => tape.state === 'blank' && !isCleaningTape(tape.barcode)),
    ...usable.filter(
      (tape) => tape.expiredAt !== null && WRITTEN.has(tape.state) && (tape.pool === pool || tape.pool === 'vaulted'),
    ),
  ];
};

/** Tapes that the pool could be written to but for what is known of them: why they are not. */
export const outOfUse = ({ tapes, settings }: Pick<LibraryState, 'tapes' | 'settings'>, pool: Pool): OutOfUse[] =>
  tapes.flatMap((tape) => {
    const { barcode, state, note, writeProtected, takenOut } = tape;
    const before = takenOut?.state ?? state;
    if (before === 'full' || before === 'retired' || isCleaningTape(barcode)) return [];
    if (bytesInUse(tape) + warningBytes(settings.tapeBytes, 0) >= settings.tapeBytes) return [];
    if (tape.pool !== pool && tape.pool !== 'scratch') return [];
    if (state === 'missing')
      return { barcode, why: note === '' ? 'it is not in its place' : note, wayBack: 'inventory' };
    if (state === 'damaged')
      return {
        barcode,
        why: note === '' ? 'it is damaged' : note,
        wayBack: damagedBefore(tape) ? 'erase' : 'inventory',
      };
    return writeProtected ? { barcode, why: 'it is write protected', wayBack: 'unprotect' } : [];
  });

const isPartlyFilled = (tape: TapeRecord, pool: Pool, { tapeBytes }: LibraryState['settings']): boolean =>
  tape.state === 'filling' && tape.pool === pool && tape.usedBytes + warningBytes(tapeBytes, 0) < tapeBytes;

/** The tapes that a backup may write to at a moment, best first, as if no job used any. */
export const tapesForBackups = (state: LibraryState, now: number): TapeRecord[] =>
  writableTapes(state, 'data', () => false, takesMore(state.allocation, now));

/** Whether a tape has room that no backup takes any more, since it was begun for another run or period. */
export const isClosed = (state: LibraryState, tape: TapeRecord, now: number): boolean =>
  tape.expiredAt === null && isPartlyFilled(tape, 'data', state.settings) && !takesMore(state.allocation, now)(tape);

/** A look at the file of a tape, by default in its place. Throws TAPE_MISMATCH when it is another tape; else as `glanceAtTape`. */
export const demandOwnTape = (
  dir: string,
  own: VaultId,
  record: TapeRecord,
  path = placeOf(dir, record),
): TapeGlance => {
  const glance = glanceAtTape(path);
  const { vault, tape } = glance.header;
  if (glance.front) throw glance.front;
  if (vault.id !== own) throw tapeMismatch(record.barcode, `it belongs to vault "${vault.name}"`);
  if (tape.volume !== record.volume || (record.sequence > 0 && tape.sequence !== record.sequence))
    throw tapeMismatch(record.barcode, `it is labelled ${tape.volume} as tape ${tape.sequence} of the vault`);
  return glance;
};

const bySequence = (one: TapeRecord, other: TapeRecord): number => one.sequence - other.sequence;

/** The tapes that can be written to, in the order in which they are used, and what each has room for beside its own records. */
export const roomToWrite = (
  state: LibraryState,
  now: number,
): { readonly tape: string; readonly bytesFree: number }[] => {
  const { tapeBytes } = state.settings;
  return tapesForBackups(state, now).map((tape) => ({
    tape: tape.volume,
    bytesFree: Math.max(0, tapeBytes - warningBytes(tapeBytes, 0) - bytesInUse(tape)),
  }));
};
