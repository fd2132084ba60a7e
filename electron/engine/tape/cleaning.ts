import { isBarcode, isCleaningTape, volumeOfBarcode } from './barcodes.ts';
import { badCleaningTape, noCleaningTape, noSuchCleaningTape, ofChanger } from './cleaning-errors.ts';
import type { LibraryState } from './library-state.ts';
import type { WantedMove } from './robot-log.ts';

type Drive = LibraryState['drives'][number];
type DriveCare = NonNullable<Drive['cleaning']>;
/** A tape that cleans the drive that it is put into. */
export type CleaningTape = NonNullable<LibraryState['cleaning']>['tapes'][number];
/** What asks for a drive to be cleaned: a write that failed, or the drive itself. */
export type CleaningAsked = NonNullable<DriveCare['asked']>;
/** Why a drive wants to be cleaned: so much was written to tapes in it, or something asks. */
type CleaningReason = 'written' | CleaningAsked;

/** How often a cleaning tape cleans: what vendors of LTO cartridges promise. */
const CLEANING_USES = 50;
/** Written by a virtual drive before it wants cleaning, bytes. */
const CLEAN_AFTER_BYTES = 1_000_000_000_000;
const MOST_NUMBERED = 1000;

/** Virtual cleaning tapes take no slot. */
const RACK = { kind: 'rack', number: 0 } as const;

const UNTOUCHED: DriveCare = { bytes: 0, asked: null, at: null, tape: null };

export const cleaningTapes = ({ cleaning }: Pick<LibraryState, 'cleaning'>): readonly CleaningTape[] =>
  cleaning?.tapes ?? [];

/** Bytes written after which a virtual drive wants cleaning; 0: never. */
export const cleanAfterBytes = ({ cleaning, settings }: Pick<LibraryState, 'cleaning' | 'settings'>): number =>
  settings.changer === undefined ? (cleaning?.afterBytes ?? CLEAN_AFTER_BYTES) : 0;

/** Whether a cleaning tape can be used: it is there, and has uses left. */
export const canClean = ({ usesLeft, away }: CleaningTape): boolean => usesLeft > 0 && away !== true;

export const careOf = ({ cleaning }: Drive): DriveCare => cleaning ?? UNTOUCHED;

/**
 * Why a drive wants to be cleaned; null when it does not. Advice: jobs go on. A drive of a virtual library has nothing that gets dirty, so it
 * wants it only where somebody keeps cleaning tapes.
 */
export const wantsCleaning = (state: LibraryState, drive: Drive): CleaningReason | null => {
  const { asked, bytes } = careOf(drive);
  if (state.settings.changer !== undefined) return asked;
  if (cleaningTapes(state).length === 0) return null;
  const after = cleanAfterBytes(state);
  return asked ?? (after > 0 && bytes >= after ? 'written' : null);
};

/** A drive without the cleaning tape that may lie in it. */
export const withoutCleaningTape = (drive: Drive): Drive =>
  careOf(drive).tape === null ? drive : { ...drive, cleaning: { ...careOf(drive), tape: null } };

/** The library once so much was written to a tape in its drive. */
export const withWritten = (state: LibraryState, volume: string, bytes: number): LibraryState =>
  bytes === 0 ? state : withCare(state, (drive) => drive.tape === volume, { add: bytes });

/** The library once something asked for a drive to be cleaned; null: the drive does not, or no more. The same when nothing changed. */
export const withAsked = (state: LibraryState, number: number, asked: CleaningAsked | null): LibraryState => {
  const drive = state.drives.find((one) => one.number === number);
  const before = drive === undefined ? null : careOf(drive).asked;
  // That it does not ask itself says nothing about writes that failed.
  const now = asked ?? (before === 'errors' ? 'errors' : null);
  return drive === undefined || now === before ? state : withCare(state, (one) => one === drive, { asked: now });
};

const withCare = (
  state: LibraryState,
  isMeant: (drive: Drive) => boolean,
  { add = 0, ...change }: Partial<DriveCare> & { readonly add?: number },
): LibraryState => ({
  ...state,
  drives: state.drives.map((drive) =>
    isMeant(drive) ? { ...drive, cleaning: { ...careOf(drive), bytes: careOf(drive).bytes + add, ...change } } : drive,
  ),
});

interface NewCleaningTape {
  readonly barcode?: string;
  /** How often it cleans. */
  readonly uses?: number;
}

/** A cleaning tape that nobody used yet. */
export const unusedCleaningTape = (barcode: string, slot: number | null, uses = CLEANING_USES): CleaningTape => ({
  barcode,
  usesLeft: uses,
  uses: 0,
  slot,
});

/** What the cleaning of drives needs of the library that they belong to. */
interface Owner {
  readonly dir: string;
  readonly state: () => LibraryState;
  /** Keeps a change durably. */
  readonly save: (state: LibraryState) => void;
  /** Keeps what only says where tapes are: of a vault that cannot be written to in memory alone. */
  readonly note: (state: LibraryState) => void;
  /** Throws USAGE for a drive that there is none of, and TAPE_IN_USE while a job has it. */
  readonly demandDrive: (drive: number, tape: string) => void;
  /** Writes moves into the robot's log, around the work that makes them. */
  readonly moving: (moves: readonly WantedMove[], work: () => void) => void;
  /** A drive without what is in it, and the moves that this takes. */
  readonly emptied: (drive: Drive) => [Drive, WantedMove[]];
  readonly now: () => number;
}

/** Cleaning tapes of a library, and the cleaning of its drives with them. Every change is durable when the call returns, but where `Owner.note` keeps it. */
export class DriveCleaning {
  readonly #owner: Owner;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Adds a cleaning tape to a virtual library; without a barcode it gets the next. Errors: USAGE, TAPE_EXISTS. */
  add({ barcode: wanted, uses = CLEANING_USES }: NewCleaningTape = {}): CleaningTape {
    this.#demandVirtual();
    const state = this.#owner.state();
    const barcode = wanted ?? nextBarcode(state);
    if (!isBarcode(barcode) || !isCleaningTape(barcode))
      throw badCleaningTape('usage', `"${barcode}" is no barcode of a cleaning tape.`);
    const volume = volumeOfBarcode(barcode);
    const known = cleaningTapes(state).some((tape) => tape.barcode === barcode);
    if (known || state.tapes.some((tape) => tape.volume === volume))
      throw badCleaningTape('taken', `The vault has a tape ${barcode} already.`);
    const tape = unusedCleaningTape(barcode, null, uses);
    this.#owner.save(withTapes(state, [...cleaningTapes(state), tape]));
    return tape;
  }

  /** Takes a cleaning tape out of the library. Errors: NO_SUCH_TAPE. */
  remove(barcode: string): void {
    this.#demandVirtual();
    const state = this.#owner.state();
    const { barcode: found } = this.tape(barcode);
    this.#owner.save({
      ...withTapes(
        state,
        cleaningTapes(state).filter((tape) => tape.barcode !== found),
      ),
      drives: state.drives.map((drive) => (careOf(drive).tape === found ? withoutCleaningTape(drive) : drive)),
    });
  }

  /** Sets after how many written bytes a virtual drive wants cleaning; 0: never. */
  setAfter(afterBytes: number): void {
    this.#demandVirtual();
    const state = this.#owner.state();
    this.#owner.save({ ...state, cleaning: { tapes: [...cleaningTapes(state)], afterBytes } });
  }

  /** Takes note of the cleaning tapes that a changer holds. What was counted of those that were known stays, also while they are away. */
  takeNote(there: readonly CleaningTape[]): void {
    const state = this.#owner.state();
    const before = cleaningTapes(state);
    const found = there.map(({ slot, ...tape }) => {
      const { away: _, ...counted } = before.find(({ barcode }) => barcode === tape.barcode) ?? tape;
      return { ...counted, slot };
    });
    const gone = before.filter(({ barcode }) => !there.some((tape) => tape.barcode === barcode));
    const tapes = [...found, ...gone.map((tape) => ({ ...tape, slot: null, away: true }))];
    // Versions that did not know them took them for blank ones.
    const taken = new Set(
      state.tapes.filter((tape) => tape.state === 'blank' && isCleaningTape(tape.barcode)).map(({ volume }) => volume),
    );
    const emptied = <Place extends { readonly tape: Drive['tape'] }>(place: Place): Place =>
      place.tape !== null && taken.has(place.tape) ? { ...place, tape: null } : place;
    this.#owner.note({
      ...withTapes(state, tapes),
      tapes: state.tapes.filter(({ volume }) => !taken.has(volume)),
      slots: state.slots.map(emptied),
      drives: state.drives.map(emptied),
    });
  }

  /**
   * Puts a cleaning tape into a drive: the one that is named, else the one with the fewest uses left. What is in the drive goes back to its
   * slot. The use is counted before the drive has it. Errors: USAGE, TAPE_IN_USE, NO_SUCH_TAPE, NO_CLEANING_TAPE.
   */
  begin(drive: number, barcode?: string): CleaningTape {
    this.#owner.demandDrive(drive, 'for cleaning');
    const state = this.#owner.state();
    const chosen = barcode === undefined ? this.#next() : this.tape(barcode);
    if (chosen.usesLeft === 0) throw noCleaningTape(this.#owner.dir, this.#isReal, chosen.barcode);
    const used = { ...chosen, usesLeft: chosen.usesLeft - 1, uses: chosen.uses + 1 };
    const tapes = cleaningTapes(state).map((tape) => (tape === chosen ? used : tape));
    const drives = state.drives.map((one) => {
      if (one.number === drive) return { ...one, tape: null, cleaning: { ...careOf(one), tape: chosen.barcode } };
      return careOf(one).tape === chosen.barcode ? withoutCleaningTape(one) : one;
    });
    const target = state.drives.find(({ number }) => number === drive);
    const before = target === undefined ? [] : this.#owner.emptied(target)[1];
    const fetched = { barcode: chosen.barcode, from: RACK, to: { kind: 'drive', number: drive } as const };
    this.#owner.moving([...before, fetched], () => this.#owner.save({ ...withTapes(state, tapes), drives }));
    return used;
  }

  /** The cleaning tape goes back; the drive is clean if it `cleaned`. `usedUp`: as the drive said of the tape. */
  end(drive: number, { cleaned, usedUp = false }: { readonly cleaned: boolean; readonly usedUp?: boolean }): void {
    const state = this.#owner.state();
    const inDrive = state.drives.find(({ number }) => number === drive)?.cleaning?.tape;
    const tapes = cleaningTapes(state).map((tape) =>
      usedUp && tape.barcode === inDrive ? { ...tape, usesLeft: 0 } : tape,
    );
    const drives = state.drives.map((one) => {
      if (one.number !== drive) return one;
      return cleaned ? { ...one, cleaning: { ...UNTOUCHED, at: this.#owner.now() } } : withoutCleaningTape(one);
    });
    const gone = inDrive ? [{ barcode: inDrive, from: { kind: 'drive', number: drive } as const, to: RACK }] : [];
    this.#owner.moving(gone, () => this.#owner.save({ ...withTapes(state, tapes), drives }));
  }

  #demandVirtual(): void {
    if (this.#isReal) throw ofChanger();
  }

  get #isReal(): boolean {
    return this.#owner.state().settings.changer !== undefined;
  }

  /** By its barcode. Throws NO_SUCH_TAPE. */
  tape(barcode: string): CleaningTape {
    const found = cleaningTapes(this.#owner.state()).find((tape) => tape.barcode === barcode);
    if (!found) throw noSuchCleaningTape(this.#owner.dir, barcode);
    return found;
  }

  /** One is used up before the next is begun, so that at most one is ever nearly so. */
  #next(): CleaningTape {
    const usable = cleaningTapes(this.#owner.state()).filter(canClean);
    const [next] = usable.toSorted((one, other) => one.usesLeft - other.usesLeft);
    if (!next) throw noCleaningTape(this.#owner.dir, this.#isReal);
    return next;
  }
}

const withTapes = (state: LibraryState, tapes: readonly CleaningTape[]): LibraryState => ({
  ...state,
  cleaning: { afterBytes: cleanAfterBytes(state), tapes: [...tapes] },
});

/** As vendors number them; CU is the media type of a cleaning cartridge for every LTO drive. */
const nextBarcode = (state: LibraryState): string => {
  const taken = new Set<string>([
    ...cleaningTapes(state).map(({ barcode }) => barcode.slice(0, 6)),
    ...state.tapes.map(({ volume }) => volume),
  ]);
  for (let number = 1; number < MOST_NUMBERED; number += 1) {
    const volume = `CLN${String(number).padStart(3, '0')}`;
    if (!taken.has(volume)) return `${volume}CU`;
  }
  throw badCleaningTape('taken', 'Every number of a cleaning tape is taken.');
};
