import { lstatSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import { moveFile } from '../../platform/move-file.ts';
import { volumeOfBarcode } from './barcodes.ts';
import {
  barcodesInImportExport,
  importExportFull,
  importExportPath,
  importExportSlots,
  inImportExport,
  isInImportExport,
  liesInImportExport,
  MOVED_OUT,
  notInImportExport,
  notThatTape,
  outOfReach,
  placeTaken,
  UNREAD,
} from './import-export.ts';
import { noTapeFile } from './library-errors.ts';
import { admitTape } from './library-inventory.ts';
import type { LibraryState, TapeRecord } from './library-state.ts';
import type { WantedMove } from './robot-log.ts';
import { slotOf } from './robot-places.ts';
import { asBeforeTakenOut, stateOf, unlessRetired, without } from './tape-record.ts';
import { aboutTape, isShelved, tapePath } from './tape-shelf.ts';
import { demandOwnTape } from './writable-tapes.ts';

/** The slots of virtual tapes hold what is there in the order of the barcodes: none has a number of its own. */
const OUTSIDE = { kind: 'import-export', number: 0 } as const;

/** What the slots to the outside need of the library that they belong to. */
interface Owner {
  readonly dir: string;
  /** Throws once the vault is held by somebody else, or when it cannot be written to at all. */
  readonly demand: () => void;
  readonly state: () => LibraryState;
  /** Keeps a change durably. */
  readonly save: (state: LibraryState) => void;
  /** By volume id or barcode. Throws NO_SUCH_TAPE. */
  readonly tape: (name: string) => TapeRecord;
  readonly withTape: (volume: TapeId, change: Partial<TapeRecord>) => LibraryState;
  /** Throws TAPE_IN_USE while a job has the tape. */
  readonly demandIdle: (volume: TapeId) => void;
  readonly outOfDrive: (volume: TapeId) => void;
  /** Writes moves into the robot's log, around the work that makes them. */
  readonly moving: (moves: readonly WantedMove[], work: () => void) => void;
  readonly addBlank: (barcode: string, volume: TapeId) => void;
}

/** The slots of a library through which tapes go out and come in. Every change is durable when the call returns. */
export class ImportExportSlots {
  readonly #owner: Owner;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /**
   * Moves a virtual tape into the import/export slot, out of its drive if need be: no job reaches it there until it is taken in. Where its file
   * lies is the truth, so a kill leaves it in one place or the other. Errors: SLOTS_FULL, NO_SUCH_TAPE, TAPE_IN_USE, TAPE_MISMATCH.
   */
  eject(volume: TapeId): TapeRecord {
    const record = this.demandEjectable(volume);
    const slots = importExportSlots(this.#owner.state());
    if (barcodesInImportExport(this.#owner.dir).length >= slots) throw importExportFull(slots);
    const stranger = this.#strangerIn(this.#pathOf(volume), record);
    if (stranger) throw stranger;
    const importExportSlot = inImportExport(this.#owner.dir, this.#owner.state()).indexOf(null) + 1;
    this.#owner.outOfDrive(volume);
    this.#owner.demand();
    const { barcode } = record;
    this.#owner.moving([{ barcode, from: slotOf(this.#owner.state(), volume), to: OUTSIDE }], () =>
      moveFile(this.#pathOf(volume), importExportPath(this.#owner.dir, barcode)),
    );
    const gone = record.state === 'retired' ? {} : ({ state: 'missing', note: MOVED_OUT } as const);
    this.#owner.save(this.#owner.withTape(volume, { ...gone, importExportSlot }));
    return this.#owner.tape(volume);
  }

  /** Throws TAPE_IN_USE, or NO_SUCH_TAPE where there is nothing to move out. */
  demandEjectable(volume: TapeId): TapeRecord {
    const record = this.#owner.tape(volume);
    this.#owner.demandIdle(volume);
    // What lies under the barcode of another one is to be taken out.
    if (this.#isReal && record.takenOut && !isMistaken(record)) throw outOfReach(record.barcode, record.takenOut.slot);
    if (!this.#isReal && isInImportExport(this.#owner.dir, record.barcode)) throw liesInImportExport(record.barcode);
    if (!this.#isReal && !isShelved(this.#owner.dir, record.barcode)) throw noTapeFile(this.#owner.dir, volume);
    return record;
  }

  /**
   * Takes a virtual tape in from the import/export slot, to its own place, if it says by its label that it is that tape. Errors: NO_SUCH_TAPE,
   * TAPE_MISMATCH, TAPE_EXISTS when something lies in that place.
   */
  takeIn(name: string): TapeRecord {
    const { volume, barcode } = this.#owner.tape(name);
    const from = importExportPath(this.#owner.dir, barcode);
    if (!isInImportExport(this.#owner.dir, barcode)) throw notInImportExport(barcode);
    if (!lstatSync(from).isFile()) throw notThatTape(barcode, 'it is no file of its own');
    const stranger = this.#strangerIn(from, this.#owner.tape(volume), true);
    if (stranger) throw stranger;
    if (isShelved(this.#owner.dir, barcode)) throw placeTaken(barcode);
    this.#owner.demand();
    this.#owner.moving([{ barcode, from: OUTSIDE, to: slotOf(this.#owner.state(), volume) }], () =>
      moveFile(from, this.#pathOf(volume)),
    );
    const { state } = this.#owner.tape(volume);
    if (state === 'missing' || state === 'blank' || state === 'damaged') {
      const next = admitTape(this.#owner.dir, this.#owner.state(), barcode, false, false);
      if (!isDeepStrictEqual(next, this.#owner.state())) this.#owner.save(next);
    }
    return this.#owner.tape(volume);
  }

  /** Notes that a tape of a changer goes into an import/export slot; before it does, so that no job counts on it. */
  noteTakenOut(volume: TapeId, slot: number, slots: number): void {
    const { state, note, takenOut } = this.#owner.tape(volume);
    this.#owner.outOfDrive(volume);
    const before = takenOut ?? { state, note };
    const gone = { state: unlessRetired(state, 'missing'), note: MOVED_OUT };
    this.#owner.save(withImportExport(this.#owner.withTape(volume, { ...gone, takenOut: { ...before, slot } }), slots));
  }

  /** Notes that a tape of a changer is to be carried in, before it is: also after a kill no job reaches it before its label was read. */
  noteArriving(barcode: string): void {
    const known = this.#owner.state().tapes.find((tape) => tape.barcode === barcode);
    if (!known || isThere(known)) return;
    const takenOut = { ...beforeArrival(known), slot: known.takenOut?.slot ?? 0, unread: true };
    this.#owner.save(this.#owner.withTape(known.volume, { takenOut }));
  }

  /**
   * Notes that a tape of a changer was carried in; no job reaches it before its label was read. One that was there all the time is left as it is;
   * one that was not known is to be a blank one. Throws TAPE_EXISTS.
   */
  noteArrived(barcode: string, slots: number): TapeRecord {
    const volume = volumeOfBarcode(barcode);
    const known = this.#owner.state().tapes.find((tape) => tape.volume === volume);
    if (known && known.barcode !== barcode) throw placeTaken(barcode);
    if (known && isThere(known)) return known;
    if (!known) this.#owner.addBlank(barcode, volume);
    const record = this.#owner.tape(volume);
    const takenOut = { ...beforeArrival(record), slot: 0, unread: true, ...(known ? {} : { isNew: true }) };
    const arrived = { state: unlessRetired(record.state, 'missing'), note: UNREAD, takenOut };
    this.#owner.save(withImportExport(this.#owner.withTape(volume, arrived), slots));
    return this.#owner.tape(volume);
  }

  /** Forgets a tape that was never used and turned out to be none that could be. */
  forget(volume: TapeId): void {
    this.#owner.save(without(this.#owner.state(), new Set([volume])));
  }

  /** Notes that a tape of a changer did not go out after all. */
  noteKeptIn(volume: TapeId, slots: number): TapeRecord {
    const change = asBeforeTakenOut(this.#owner.tape(volume));
    this.#owner.save(withImportExport(this.#owner.withTape(volume, change), slots));
    return this.#owner.tape(volume);
  }

  get #isReal(): boolean {
    return this.#owner.state().settings.changer !== undefined;
  }

  #pathOf(volume: TapeId): string {
    return tapePath(this.#owner.dir, this.#owner.tape(volume).barcode);
  }

  /** Why the tape in a file is not the one of a record; null when it is, or, unless it has to say so, when it is too damaged to. */
  #strangerIn(path: string, record: TapeRecord, hasToSay = false): ColdframeError | null {
    try {
      demandOwnTape(this.#owner.dir, this.#owner.state().vault.id, record, path);
    } catch (thrown) {
      const error = aboutTape(thrown);
      if (error.code === 'TAPE_MISMATCH' || error.code === 'NO_SUCH_TAPE') return error;
      if (hasToSay) return notThatTape(record.barcode, error.message);
    }
    return null;
  }
}

/** Whether what lies in the changer under the barcode of a tape is not known to be that tape. */
export const isMistaken = ({ takenOut }: TapeRecord): boolean => takenOut?.unread === true && takenOut.slot === 0;

const isThere = ({ takenOut, state }: TapeRecord): boolean => !takenOut && state !== 'missing';

/** What a tape that comes in is once its label was read. */
const beforeArrival = ({
  takenOut,
  state,
  note,
  chunks,
  sequence,
}: TapeRecord): NonNullable<TapeRecord['takenOut']> => {
  if (takenOut) return takenOut;
  if (state !== 'missing') return { slot: 0, state, note };
  return { slot: 0, state: sequence === 0 ? 'blank' : stateOf(false, chunks), note: '' };
};

/** The library of a changer with as many import/export elements. */
const withImportExport = (state: LibraryState, importExport: number): LibraryState => {
  const { changer } = state.settings;
  return changer ? { ...state, settings: { ...state.settings, changer: { ...changer, importExport } } } : state;
};
