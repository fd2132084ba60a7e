import { volumeOfBarcode } from './barcodes.ts';
import { isOurs } from './changer-library.ts';
import type { InventoryFinding } from './library-inventory.ts';
import type { LibraryState, TapeRecord } from './library-state.ts';
import type { Element } from './scsi/element-status.ts';
import { asBeforeTakenOut, stateOf, unlessRetired, without } from './tape-record.ts';

const NOT_THERE = 'It is not in the changer.';

interface Judged {
  readonly next: TapeRecord;
  readonly finding: InventoryFinding | null;
}

/**
 * Compares the library with what a changer holds, by barcodes alone: what is on a tape is read when it is in a drive. `held`: volumes that jobs work with, left
 * alone; `since`: the library when the changer was asked: what was moved since then is left alone, too. Says everything that is out of order, and
 * forgets what was taken in as new and is gone before it was known to be blank. Pure.
 */
export const inventoryOfChanger = (
  before: LibraryState,
  elements: readonly Element[],
  held: ReadonlySet<string>,
  since: LibraryState = before,
): { readonly state: LibraryState; readonly findings: readonly InventoryFinding[] } => {
  const outside = elements.filter(({ type }) => type === 'importExport');
  const isAsItWas = ({ volume, takenOut }: TapeRecord): boolean => {
    const was = since.tapes.find((tape) => tape.volume === volume);
    return was !== undefined && was.takenOut?.slot === takenOut?.slot;
  };
  const isGone = (record: TapeRecord): boolean => {
    const place = elements.find(({ barcode }) => barcode === record.barcode);
    return record.takenOut?.isNew === true && (place === undefined || place.type === 'importExport');
  };
  const forgotten = before.tapes.filter((tape) => !held.has(tape.volume) && isAsItWas(tape) && isGone(tape));
  const known = without(before, new Set(forgotten.map(({ volume }) => volume)));
  const judged = known.tapes.map((record): Judged => {
    const isLeft = record.state === 'retired' && !record.takenOut;
    if (held.has(record.volume) || isLeft || !isAsItWas(record)) return { next: record, finding: null };
    return judge(record, elements, outside);
  });
  const tapes = judged.map(({ next }) => next);
  return {
    state: { ...known, tapes, slots: slotsOf(known, elements) },
    findings: [...judged.flatMap(({ finding }) => finding ?? []), ...strangers(known, elements)],
  };
};

const judge = (record: TapeRecord, elements: readonly Element[], outside: readonly Element[]): Judged => {
  const { barcode, state, note, takenOut } = record;
  const [place, another] = elements.filter((element) => element.barcode === barcode);
  if (another !== undefined)
    return {
      next: record,
      finding: found(
        record,
        'duplicate',
        `elements ${place?.address} and ${another.address} both hold a tape with its barcode. No job uses it before one of them is taken out`,
      ),
    };
  const before = takenOut ?? { state, note };
  if (place === undefined || place.type === 'importExport') {
    const slot = place === undefined ? 0 : outside.indexOf(place) + 1;
    const why = place === undefined ? NOT_THERE : `It lies in import/export slot ${slot}.`;
    return {
      next: { ...record, state: unlessRetired(state, 'missing'), note: why, takenOut: { ...before, slot } },
      finding: found(
        record,
        'missing',
        place === undefined ? 'it is not in the changer' : `it lies in import/export slot ${slot}`,
      ),
    };
  }
  if (takenOut?.unread)
    return {
      next: { ...record, takenOut: { ...takenOut, slot: 0 } },
      finding: found(record, 'unread', `its label has to be read before it is used: ${note.replace(/\.$/, '')}`),
    };
  if (state !== 'missing' && !takenOut) return { next: record, finding: null };
  const back = { state: record.sequence === 0 ? ('blank' as const) : stateOf(false, record.chunks), note: '' };
  return {
    next: { ...record, ...(takenOut ? asBeforeTakenOut(record) : back) },
    finding: found(record, 'returned', 'it is in the changer again'),
  };
};

const found = (
  { barcode }: Pick<TapeRecord, 'barcode'>,
  kind: InventoryFinding['kind'],
  what: string,
): InventoryFinding => ({
  barcode,
  kind,
  message: `${barcode}: ${what}.`,
});

/** The tapes whose labels have to be read before they are used again, and with whose barcodes something lies in one place. */
export const toLookAt = ({ tapes }: LibraryState, elements: readonly Element[]): TapeRecord[] =>
  tapes.filter(({ barcode, takenOut }) => {
    const places = elements.filter((element) => element.barcode === barcode);
    return takenOut?.unread === true && places.length === 1 && places[0]?.type !== 'importExport';
  });

/** What lies in a slot or a drive and is none of the tapes that are known. */
const strangers = ({ tapes }: LibraryState, elements: readonly Element[]): InventoryFinding[] =>
  elements
    .filter(({ type, full }) => full && (type === 'storage' || type === 'drive'))
    .flatMap(({ barcode, address }) => {
      if (barcode === null)
        return found(
          { barcode: `element ${address}` },
          'foreign',
          'what lies there has no barcode that can be read, and is left alone',
        );
      if (!isOurs(barcode) || tapes.some((tape) => tape.barcode === barcode)) return [];
      const taken = tapes.some(({ volume }) => volume === volumeOfBarcode(barcode));
      return found(
        { barcode },
        'foreign',
        taken
          ? 'a tape of the vault has the same first six characters; it is left alone'
          : `it is not known to this vault, and is left alone. Is it a blank tape, take it in: coldframe library take-in DIR ${barcode}`,
      );
    });

/** Each slot with the tape that lies in it, or came out of it into a drive; tapes that are away keep theirs while nothing else lies there. */
const slotsOf = ({ slots, tapes }: LibraryState, elements: readonly Element[]): LibraryState['slots'] => {
  const storage = elements.filter(({ type }) => type === 'storage').map(({ address }) => address);
  const there = new Map<number, TapeRecord['volume']>();
  for (const { type, address, source, barcode } of elements) {
    const volume = tapes.find((tape) => tape.barcode === barcode)?.volume;
    const number = storage.indexOf(type === 'storage' ? address : (source ?? -1)) + 1;
    if (volume !== undefined && number > 0 && (type === 'storage' || (type === 'drive' && !there.has(number))))
      there.set(number, volume);
  }
  const placed = new Set(there.values());
  const numbers = Array.from({ length: Math.max(storage.length, slots.length) }, (_, index) => index + 1);
  return numbers.map((number) => {
    const own = slots.find((slot) => slot.number === number)?.tape ?? null;
    return { number, tape: there.get(number) ?? (own !== null && !placed.has(own) ? own : null) };
  });
};
