import type { InventoryFindingView, LibraryView, TapeView } from '../../../shared/contract/tapes.ts';

/** Something about a tape that a person has to see to. */
export interface LibraryAlert {
  readonly barcode: string;
  /** As an inventory names it; `missing`, `damaged` and `damagedChunks` are known without one. */
  readonly kind: string;
  readonly note: string;
  readonly tape: TapeView | null;
  /** Of one with something damaged on it: tapes at hand that hold all that it does, each read through and right since it was written. */
  readonly holders: readonly TapeView[];
  /** Of the same: tapes that are not here and, as far as is known, hold all that it does. */
  readonly holdersAway: readonly TapeView[];
}

/** A copy with fewer chunks was made before the tape had them all, or without what could not be read. */
const sameAs = (tape: TapeView, tapes: readonly TapeView[]): readonly TapeView[] =>
  tapes.filter(
    (other) =>
      (other.copyOf === tape.id || (typeof tape.copyOf === 'string' && tape.copyOf === other.id)) &&
      other.state !== 'damaged' &&
      other.damagedChunks === 0 &&
      other.chunks >= tape.chunks,
  );

const holdersOf = (tape: TapeView, tapes: readonly TapeView[]): readonly TapeView[] =>
  sameAs(tape, tapes).filter(({ away, verifiedAt }) => !away && verifiedAt !== null);

const holdersAwayOf = (tape: TapeView, tapes: readonly TapeView[]): readonly TapeView[] =>
  sameAs(tape, tapes).filter(({ away }) => away);

const NONE = { holders: [], holdersAway: [] } as const;

/** What an inventory says that is no reason to worry. */
const GOOD = new Set(['returned', 'adopted']);

export const isWrong = ({ kind }: Pick<InventoryFindingView, 'kind'>): boolean => !GOOD.has(kind);

const SOUND = new Set(['labelled', 'filling', 'full']);
/** The worst first. */
const ORDER = [
  'damaged',
  'damagedChunks',
  'missing',
  'swapped',
  'renamed',
  'duplicate',
  'foreign',
  'unread',
  'changed',
  'outside',
];

/** One in the import/export slot is not lost, but somebody has yet to take it away or in. */
const kindOf = ({ state, away, importExport }: TapeView): string => {
  if (typeof importExport === 'number') return 'outside';
  return away ? 'missing' : state;
};

/** Somebody took it away and said where it is: nothing is out of order about that. */
const isOnShelf = ({ state, away, importExport, shelf }: TapeView): boolean =>
  state === 'missing' && away && (importExport ?? null) === null && (shelf ?? null) !== null;

/** No tape at hand takes anything more: the next backup ends for want of one, as the last may have. */
export const noTapeLeft = ({ nextTapes }: Pick<LibraryView, 'nextTapes'>): boolean => nextTapes?.length === 0;

/** What is out of order: what the last inventory found, and tapes that are known to be away or damaged; those that are `wanted` come first. */
export const libraryAlerts = (
  tapes: readonly TapeView[],
  findings: readonly InventoryFindingView[],
  wanted: readonly string[] = [],
): readonly LibraryAlert[] => {
  const byBarcode = new Map(tapes.map((tape) => [tape.barcode, tape]));
  const found = findings
    .filter(isWrong)
    // What was put in order since is not told any more.
    .filter(({ barcode, kind }) => {
      const tape = byBarcode.get(barcode);
      if (kind === 'missing' && tape !== undefined && isOnShelf(tape) && !wanted.includes(tape.id)) return false;
      return tape === undefined || (tape.importExport ?? null) !== null || tape.away || !SOUND.has(tape.state);
    })
    .map(({ barcode, kind, message }) => ({
      barcode,
      kind,
      note: message,
      tape: byBarcode.get(barcode) ?? null,
      ...NONE,
    }));
  const named = new Set(found.map(({ barcode }) => barcode));
  const known = tapes
    .filter(({ state, away, barcode }) => (away || state === 'missing' || state === 'damaged') && !named.has(barcode))
    .filter((tape) => !isOnShelf(tape) || wanted.includes(tape.id))
    .map((tape) => ({ barcode: tape.barcode, kind: kindOf(tape), note: tape.note, tape, ...NONE }));
  const harmed = tapes
    .filter(({ damagedChunks, state }) => damagedChunks > 0 && state !== 'damaged')
    .map((tape) => ({
      barcode: tape.barcode,
      kind: 'damagedChunks',
      note: '',
      tape,
      holders: holdersOf(tape, tapes),
      holdersAway: holdersAwayOf(tape, tapes),
    }));
  const rank = ({ kind, tape }: LibraryAlert) => (tape !== null && wanted.includes(tape.id) ? -2 : ORDER.indexOf(kind));
  return [...found, ...known, ...harmed].toSorted(
    (one, other) => rank(one) - rank(other) || (one.barcode < other.barcode ? -1 : 1),
  );
};
