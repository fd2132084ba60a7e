import type { ColdframeError } from '../../../shared/errors.ts';
import { volumeOfBarcode } from './barcodes.ts';
import { isInImportExport, liesInImportExport } from './import-export.ts';
import type { LibraryState, TapeRecord } from './library-state.ts';
import { tapeMismatch } from './tape-errors.ts';
import type { TapeGlance } from './tape-glance.ts';
import { blankTape, damagedBefore, leastBytesOf, stateOf } from './tape-record.ts';
import {
  aboutTape,
  glanceAtTape,
  identifyTape,
  isShelved,
  isThere,
  placeOf,
  shelvedBarcodes,
  tapePath,
} from './tape-shelf.ts';

/** What an inventory found out about one tape. */
export interface InventoryFinding {
  readonly barcode: string;
  readonly kind:
    | 'missing'
    /** Of another vault, or in no order that can be named. */
    | 'foreign'
    /** The tape itself as it was before it was labelled anew. */
    | 'earlier'
    | 'damaged'
    /** Its label has to be read before it is used, and could not be for now. */
    | 'unread'
    | 'returned'
    | 'adopted'
    | 'changed'
    /** It and another tape lie in each other's places. */
    | 'swapped'
    /** Another tape of the vault lies here, which is not in its own place. */
    | 'renamed'
    /** Another tape of the vault lies here, which is in its own place too. */
    | 'duplicate';
  readonly message: string;
}

/**
 * Compares the library with the tape files that are there; `held` are volumes that jobs write to now, left alone. Says what is new, or, with
 * `all`, everything that is out of order.
 */
export const takeInventory = (
  dir: string,
  before: LibraryState,
  held: ReadonlySet<string>,
  options: { readonly all?: boolean } = {},
): { state: LibraryState; findings: InventoryFinding[] } => {
  const look = (dir: string, state: LibraryState, record: TapeRecord): Looked => {
    const { next, wrong, finding } = lookAt(dir, state, record);
    return { next, wrong, finding: options.all === true ? (wrong ?? finding) : finding };
  };
  const findings: InventoryFinding[] = [];
  const tapes = before.tapes.map((record) => {
    if (held.has(record.volume) || (record.state === 'blank' && !isThere(dir, record))) return record;
    const { next, finding } = look(dir, before, record);
    if (finding) findings.push(finding);
    return next;
  });
  const known = new Set(tapes.flatMap(({ barcode, liesAs = barcode }) => [barcode, liesAs]));
  const strangers = shelvedBarcodes(dir).filter((barcode) => !known.has(barcode));
  const adopted = strangers.flatMap((barcode) => {
    const { next, finding } = look(dir, before, blankTape(barcode.slice(0, 6) as TapeRecord['volume'], barcode));
    if (finding) findings.push(finding);
    return next.state === 'blank' || next.state === 'missing' ? [] : [next];
  });
  return { state: placed({ ...before, tapes: [...tapes, ...adopted] }), findings };
};

/**
 * The library with the missing tapes that lie in their places again, and with those that it took for blank and that lie there, as an inventory would take them;
 * itself when there are none. What does not say which tape it is may be anything, and is left to an inventory.
 */
export const withReturned = (dir: string, before: LibraryState): LibraryState => {
  const away = before.tapes.filter(
    (tape) => (tape.state === 'missing' || tape.state === 'blank') && isThere(dir, tape),
  );
  const back = new Map(
    away.flatMap((record) => lookAtReturned(dir, before, record)).map((next) => [next.volume, next]),
  );
  if (back.size === 0) return before;
  return placed({ ...before, tapes: before.tapes.map((tape) => back.get(tape.volume) ?? tape) });
};

/** The record of a tape that is back; none for one that cannot be looked at now, which is left to an inventory to tell of. */
const lookAtReturned = (dir: string, before: LibraryState, record: TapeRecord): TapeRecord[] => {
  try {
    const { next, nameless } = lookAt(dir, before, record);
    return next.state === 'missing' || next.state === 'blank' || nameless === true ? [] : [next];
  } catch {
    return [];
  }
};

/**
 * Takes in one tape whose file was put in its place, as an inventory would. `fresh`: whatever was wrong or right with the file that was there
 * says nothing of this one; `whole`: it lacks nothing that an earlier import may have left out. Throws TAPE_MISMATCH when it is not that tape.
 */
export const admitTape = (
  dir: string,
  before: LibraryState,
  barcode: string,
  fresh: boolean,
  whole: boolean,
): LibraryState => {
  const volume = volumeOfBarcode(barcode);
  const there = before.tapes.find((tape) => tape.volume === volume);
  const found = fresh && there ? { ...there, readRightAt: null } : there;
  const isWell = fresh || (whole && found?.damagedBy === 'import');
  const known =
    isWell && (found?.state === 'damaged' || found?.state === 'missing')
      ? { ...found, state: 'missing' as const, damagedBy: null }
      : found;
  const { next, wrong } = lookAt(dir, before, known ?? blankTape(volume, barcode));
  if (next.state === 'blank' || next.state === 'missing' || (wrong !== undefined && ANOTHER.has(wrong.kind)))
    throw tapeMismatch(barcode, wrong?.message ?? 'it has no label');
  const tapes = known ? before.tapes.map((tape) => (tape.volume === volume ? next : tape)) : [...before.tapes, next];
  return placed({ ...before, tapes });
};

/** What an inventory calls a tape in whose place another one lies. */
const ANOTHER: ReadonlySet<InventoryFinding['kind']> = new Set([
  'foreign',
  'earlier',
  'swapped',
  'renamed',
  'duplicate',
]);

interface Looked {
  readonly next: TapeRecord;
  /** What is new. */
  readonly finding: InventoryFinding | null;
  /** What is out of order, new or not. */
  readonly wrong?: InventoryFinding | undefined;
  /** Something lies in its place that does not say which tape it is. */
  readonly nameless?: boolean;
}

/** The record of a tape as its file says, what is new about it and what is wrong. */
const lookAt = (dir: string, state: LibraryState, record: TapeRecord): Looked => {
  const { barcode } = record;
  let glance: TapeGlance;
  try {
    glance = glanceAtTape(placeOf(dir, record));
  } catch (thrown) {
    const error = missingOr(dir, barcode, aboutTape(thrown));
    const gone = error.code === 'NO_SUCH_TAPE' ? 'missing' : 'damaged';
    // Somebody said where it is kept: it is where it should be.
    if (gone === 'missing' && record.state === 'missing' && typeof record.shelf === 'string')
      return { next: record, finding: null };
    const news = record.state !== gone || record.note !== error.message;
    const wrong = { barcode, kind: gone, message: error.message } as const;
    const state = record.state === 'retired' ? 'retired' : gone;
    const next: TapeRecord = { ...record, ...readRightUntil(gone === 'damaged' && news), state, note: error.message };
    return { next, wrong, finding: news ? wrong : null, nameless: gone === 'damaged' };
  }
  const { vault, tape, sealed } = glance.header;
  if (vault.id === state.vault.id && sealed !== state.settings.sealed) {
    const message = `${barcode} is ${sealed ? '' : 'not '}sealed, unlike its vault.`;
    const wrong = { barcode, kind: 'foreign', message } as const;
    const next: TapeRecord = { ...record, state: unlessKept(record, 'damaged'), note: message };
    return { next, wrong, finding: record.note === message ? null : wrong };
  }
  if (isLater(state.vault.id, record, glance.header)) return present(asBlank(record), glance);
  if (
    vault.id !== state.vault.id ||
    tape.volume !== record.volume ||
    (record.sequence > 0 && tape.sequence > 0 && tape.sequence !== record.sequence)
  ) {
    const { kind, message } = misplaced(dir, state, record, glance.header);
    const wrong = { barcode, kind, message } as const;
    const next: TapeRecord = { ...record, state: unlessKept(record, 'missing'), note: message };
    return { next, wrong, finding: record.note === message ? null : wrong };
  }
  return present(record, glance);
};

/** Of a tape that is not in its place, that it lies in the import/export slot, where it does. */
const missingOr = (dir: string, barcode: string, error: ColdframeError): ColdframeError =>
  error.code === 'NO_SUCH_TAPE' && isInImportExport(dir, barcode) ? liesInImportExport(barcode) : error;

/** What the tape that lies in the place of another one is, and where it belongs. */
const misplaced = (
  dir: string,
  state: LibraryState,
  record: TapeRecord,
  { vault, tape }: TapeGlance['header'],
): Pick<InventoryFinding, 'kind' | 'message'> => {
  const there = `${record.barcode} holds tape ${tape.sequence} (${tape.volume}) of vault "${vault.name}"`;
  if (vault.id !== state.vault.id) return { kind: 'foreign', message: `${there}.` };
  if (tape.volume === record.volume)
    return {
      kind: 'earlier',
      message: `${record.barcode} is this tape as it was labelled on ${tape.labelledAt.slice(0, 10)}, before it was erased${record.labelledAt === null ? '' : ` on ${new Date(record.labelledAt).toISOString().slice(0, 10)}`}: an older file lies in its place.`,
    };
  const home = state.tapes.find(({ volume }) => volume === tape.volume)?.barcode ?? tape.barcode;
  const inItsPlace = volumeAt(dir, home);
  if (inItsPlace === tape.volume) return { kind: 'duplicate', message: `${there}, which is in its own place too.` };
  if (inItsPlace === record.volume)
    return { kind: 'swapped', message: `${there}: it and ${home} lie in each other's places.` };
  if (inItsPlace !== null) return { kind: 'foreign', message: `${there}, and another tape lies in the place of that.` };
  return { kind: 'renamed', message: `${there}: its file was given another name than ${home}.tap.` };
};

/** Which tape lies in a place by its own word; null when nothing legible does. */
const volumeAt = (dir: string, barcode: string): string | null => {
  if (!isShelved(dir, barcode)) return null;
  try {
    return identifyTape(tapePath(dir, barcode)).tape.volume;
  } catch (thrown) {
    aboutTape(thrown);
    return null;
  }
};

/**
 * Whether a header is that of the tape that a record speaks of, labelled anew since: the library is from before that, or nobody was left
 * to note it.
 */
const isLater = (own: string, record: TapeRecord, { vault, tape }: TapeGlance['header']): boolean =>
  vault.id === own && tape.volume === record.volume && record.sequence > 0 && tape.sequence > record.sequence;

/** The same of the tape in its place; false when that cannot be read. */
export const isLabelledAnew = (dir: string, own: string, record: TapeRecord): boolean => {
  try {
    const { front, header } = glanceAtTape(tapePath(dir, record.barcode));
    return front === null && isLater(own, record, header);
  } catch (thrown) {
    aboutTape(thrown);
    return false;
  }
};

/** Nothing that was known of what is on it holds any more. */
const asBlank = ({ volume, barcode, writeProtected, mounts, bytesWritten }: TapeRecord): TapeRecord => ({
  ...blankTape(volume, barcode),
  writeProtected,
  mounts,
  bytesWritten,
});

/** A tape that is where it belongs. */
const present = (record: TapeRecord, glance: TapeGlance): Looked => {
  const { barcode } = record;
  if (glance.front) return withDamagedFront(record, glance, glance.front.message);
  if (glance.bytes < leastBytesOf(record)) {
    const message = `${barcode} has ${glance.bytes} bytes, and ${record.usedBytes} were written to it.`;
    const wrong = { barcode, kind: 'damaged', message } as const;
    const state = record.state === 'retired' ? 'retired' : 'damaged';
    const news = record.note !== message;
    const next: TapeRecord = { ...record, ...readRightUntil(news), state, note: message };
    return { next, wrong, finding: news ? wrong : null };
  }
  // A look at its file found it damaged, and now finds nothing: it is back as one that was missing is.
  if (record.state === 'damaged' && damagedBefore(record))
    return { next: record, finding: null, wrong: { barcode, kind: 'damaged', message: record.note } };
  if (record.state !== 'blank' && record.state !== 'missing' && record.state !== 'damaged')
    return { next: record, finding: null };
  const chunks = glance.tail?.chunks ?? record.chunks;
  const next: TapeRecord = {
    ...record,
    pool: record.state === 'blank' && !glance.bare ? poolOfFound(glance) : record.pool,
    state: glance.bare ? 'labelled' : stateOf(glance.tail?.full ?? false, Math.max(1, chunks)),
    sequence: glance.header.tape.sequence,
    labelledAt: Date.parse(glance.header.tape.labelledAt),
    chunks,
    payloadBytes: glance.tail?.payloadBytes ?? record.payloadBytes,
    usedBytes: glance.tail ? glance.bytes : record.usedBytes,
    bytesToTail: glance.tail ? glance.tail.beginsAt : (record.bytesToTail ?? null),
    note: '',
  };
  if (damagedBefore(record)) {
    const message = `${barcode} was found damaged in use before it was taken away.`;
    const wrong = { barcode, kind: 'damaged', message } as const;
    return { next: { ...next, state: 'damaged', note: message }, finding: wrong, wrong };
  }
  // A label with nothing behind it is what a kill leaves between labelling a tape and noting it: no news for anybody.
  if (record.state === 'blank' && glance.bare) return { next, finding: null };
  const kind = record.state === 'blank' ? 'adopted' : 'returned';
  return {
    next,
    finding: {
      barcode,
      kind,
      message:
        record.state === 'damaged'
          ? `${barcode} is whole again, as far as a look at it tells.`
          : `${barcode} is in its place${kind === 'adopted' ? ' and was not known' : ' again'}.`,
    },
  };
};

/** What a tape becomes whose file is not right: one that is blank has no file of its own, and one that was retired stays so. */
const unlessKept = ({ state }: TapeRecord, otherwise: 'missing' | 'damaged'): TapeRecord['state'] =>
  state === 'blank' || state === 'retired' ? state : otherwise;

/** Copies are labelled into pool "vaulted": whoever finds one again does not write to it either. */
export const poolOfFound = ({ header }: Pick<TapeGlance, 'header'>): TapeRecord['pool'] =>
  header.tape.pool === 'vaulted' ? 'vaulted' : 'data';

/** That it was read and found right says nothing of a tape on which damage was found later. */
const readRightUntil = (isNews: boolean): Pick<TapeRecord, 'readRightAt'> | undefined =>
  isNews ? { readRightAt: null } : undefined;

/** A tape that takes no more, because of what is wrong at its beginning; all that lies behind that can be read. */
const withDamagedFront = (record: TapeRecord, { header, tail, bytes }: TapeGlance, note: string): Looked => {
  const { barcode, state } = record;
  const news = state !== 'damaged' || record.note !== note;
  const counts =
    record.sequence > 0
      ? {}
      : {
          sequence: header.tape.sequence,
          labelledAt: Date.parse(header.tape.labelledAt),
          chunks: tail?.chunks ?? record.chunks,
          payloadBytes: tail?.payloadBytes ?? record.payloadBytes,
          usedBytes: bytes,
          pool: poolOfFound({ header }),
        };
  return {
    next: { ...record, ...counts, ...readRightUntil(news), state: state === 'retired' ? state : 'damaged', note },
    wrong: { barcode, kind: 'damaged', message: note },
    finding: news ? { barcode, kind: 'damaged', message: note } : null,
  };
};

/** Every tape in a slot; slots are added when there are too few. Numbers go on behind those of the tapes. */
const placed = (state: LibraryState): LibraryState => {
  const slots = state.slots.map((slot) => ({ ...slot }));
  const inSlot = new Set(slots.map(({ tape }) => tape));
  for (const { volume } of state.tapes.filter((tape) => !inSlot.has(tape.volume))) {
    const free = slots.find(({ tape }) => tape === null);
    if (free) free.tape = volume;
    else slots.push({ number: slots.length + 1, tape: volume });
  }
  const nextSequence = Math.max(state.nextSequence, ...state.tapes.map(({ sequence }) => sequence + 1));
  return { ...state, slots, nextSequence };
};
