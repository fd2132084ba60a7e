import { isDeepStrictEqual } from 'node:util';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { canReclaim } from '../../../shared/model/reclaim.ts';
import type { Millis, TapeId } from '../../../shared/units.ts';
import { errnoOf } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import { type Allocation, beginningOf, begunForAt, takesMore } from './allocation.ts';
import { isBarcode, isCleaningTape, MEDIA_SUFFIX, volumeOf, volumeOfBarcode } from './barcodes.ts';
import { inventoryOfChanger } from './changer-inventory.ts';
import { cleaningTapesIn } from './changer-library.ts';
import {
  type CleaningAsked,
  careOf,
  cleaningTapes,
  DriveCleaning,
  withAsked,
  withoutCleaningTape,
  withWritten,
} from './cleaning.ts';
import { isForCleaning } from './cleaning-errors.ts';
import { damagedFront } from './erasable.ts';
import {
  barcodesInImportExport,
  isInImportExport,
  liesInImportExport,
  outOfReach,
  stillInLibrary,
  TAKEN_AWAY,
  unreachable,
} from './import-export.ts';
import { ImportExportSlots } from './import-export-slots.ts';
import type { LaterEnvelopes } from './later-envelopes.ts';
import { isBehind, withMissing } from './library-behind.ts';
import {
  badRequest,
  noSuchTape,
  notInChanger,
  outOfNewTapes,
  outOfTapes,
  slotTaken,
  tapeInUse,
  tapeProtected,
} from './library-errors.ts';
import { admitTape, type InventoryFinding, isLabelledAnew, takeInventory, withReturned } from './library-inventory.ts';
import { type LibraryState, type Pool, type TapeRecord, writeLibrary } from './library-state.ts';
import { outOfPlace, type PutInPlace, putInPlace } from './own-places.ts';
import { sequencesOf } from './relabel.ts';
import { logMove, readRobotLog, type WantedMove } from './robot-log.ts';
import { robotPlaceOf, slotOf, withElementsInside, withRobotMoves } from './robot-places.ts';
import type { Element } from './scsi/element-status.ts';
import type { TapeSummary } from './tape-ending.ts';
import { notOurs, tapeDamaged, tapeMismatch } from './tape-errors.ts';
import {
  asBeforeTakenOut,
  blankTape,
  leastBytesOf,
  stateOf,
  unlessRetired,
  withoutShelvesOfReturned,
} from './tape-record.ts';
import { aboutTape, glanceAtTape, identifyTape, isShelved, placeOf, tapePath, writeTapeStart } from './tape-shelf.ts';
import { demandOwnTape, outOfUse, writableTapes } from './writable-tapes.ts';

export interface LibraryContext {
  readonly dir: string;
  readonly now: () => Millis;
  /** Throws once the vault is held by somebody else, or when it cannot be written to at all. */
  readonly demand: () => void;
  /** What only says where tapes are is then kept in memory. */
  readonly readOnly: boolean;
}

const NOTED_TOGETHER_MS = 1000;

/** What a tape is wanted for. */
export interface TapeUse {
  /** Old content is put together, which no policy is about: where it begins does not matter, and a tape of its own would defeat it. */
  readonly consolidates?: boolean;
  /** Whether somebody knows of something on a tape that the library takes for an empty one; asked of tapes of a changer. */
  readonly isWritten?: (tape: TapeRecord) => boolean;
}

/** What a file of a tape says of it. */
type WoundTape = Pick<
  TapeRecord,
  'state' | 'sequence' | 'labelledAt' | 'chunks' | 'payloadBytes' | 'usedBytes' | 'envelopesGeneration' | 'pool'
>;

/** Why nobody else gets a tape. */
type AloneFor =
  | 'it is being erased'
  | 'what is kept of it is being moved'
  | 'it is being copied onto'
  | 'it is being made anew from a file'
  | 'its label is being read'
  | 'the robot moves it';

/** A tape that waits in a drive for whoever writes next: who wants the drive or the tape gets either. */
interface Standby {
  /** Whether it still waits there. */
  readonly kept: boolean;
  /** It is in the drive, and nothing works with it: from now on it goes back to its slot for others. */
  arrived(): void;
  /** It is not wanted; back to its slot. */
  letGo(): void;
}

/** A tape that somebody reads who would not keep a writer from it. */
export interface ReadingHold {
  /** The drive that it is in for him; null when he reads it past the drives, as he does once a writer took that. */
  readonly drive: number | null;
  /** He is done; the tape goes back into its slot. */
  letGo(): void;
}

/**
 * Slots, drives and tapes of one vault. What it says of a tape is what was durable when it was last noted; the tape
 * itself is the truth. Every change is durable when the call returns. One instance per vault and process (the lease
 * sees to it), so that a tape that a drive holds is held by nobody else.
 */
export class Library {
  /** Its cleaning tapes, which are none of the tapes that all else here speaks of. */
  readonly cleaning: DriveCleaning;
  /** Where its tapes go out and come in. */
  readonly importExport: ImportExportSlots;
  readonly #context: LibraryContext;
  #state: LibraryState;
  /** Drives that a job works with, and their tapes. */
  readonly #held = new Map<number, TapeId>();
  /** Of these, those of somebody who only reads: a writer takes the drive, and he reads on beside it. */
  readonly #lent = new Map<number, { drive: number | null }>();
  /** Of the held drives, those with a tape that is written to next. */
  readonly #standby = new Map<number, { readonly volume: TapeId; arrived: boolean }>();
  /** Tapes that are not written to for now, though they could be. */
  readonly #spared = new Set<TapeId>();
  /** The tapes that are held alone, and what is done with them. */
  readonly #alone = new Map<TapeId, AloneFor>();
  /** Tapes of a changer that are out of reach, and in a drive for a look at their labels. */
  readonly #looked = new Set<TapeId>();
  /** Tapes that something works with that holds no drive, by how often. */
  readonly #inHand = new Map<TapeId, number>();
  /** Drives into or out of which the robot moves a tape for an operator. */
  readonly #operated = new Set<number>();
  /** Resolves when the robot has done with what operators wanted; null when there is nothing. */
  #moved: Promise<void> | null = null;
  /** Backups that run together, where each run has tapes of its own; complete once one of them is. */
  #run: { readonly id: string; complete: boolean } | null = null;
  #putBack = false;
  /** What mounts changed and is written down together, and when that was last; null where each is by itself. */
  #together: { waits: boolean; writtenAt: number } | null = null;

  constructor(context: LibraryContext, state: LibraryState) {
    this.#context = context;
    this.#state = state;
    this.cleaning = new DriveCleaning({
      dir: context.dir,
      state: () => this.#state,
      save: (next) => this.#save(next),
      note: (next) => this.#note(next),
      demandDrive: (drive, tape) => this.#demandDrive(drive, tape),
      moving: (moves, work) => this.#moving(moves, work),
      emptied: (drive) => this.#emptied(drive),
      now: context.now,
    });
    this.importExport = new ImportExportSlots({
      dir: context.dir,
      demand: context.demand,
      state: () => this.#state,
      save: (next) => this.#save(next),
      tape: (name) => this.tape(name),
      withTape: (volume, change) => this.#withTape(volume, change),
      demandIdle: (volume) => this.#demandIdle(volume),
      outOfDrive: (volume) => this.#outOfDrive(volume),
      moving: (moves, work) => this.#moving(moves, work),
      addBlank: (barcode, volume) => this.#addBlank(barcode, volume, this.#state.nextVolume),
    });
  }

  get state(): LibraryState {
    return this.#state;
  }

  /** Whether it turned out to be from before a change of the passphrase, and has the later envelopes since. */
  get putBack(): boolean {
    return this.#putBack;
  }

  /** By volume id or barcode. Throws NO_SUCH_TAPE, and USAGE for a cleaning tape. */
  tape(name: string): TapeRecord {
    const found = this.#state.tapes.find((tape) => tape.volume === name || tape.barcode === name);
    if (!found && cleaningTapes(this.#state).some(({ barcode }) => barcode === name)) throw isForCleaning(name);
    if (!found) throw noSuchTape(this.#context.dir, name);
    return found;
  }

  pathOf(volume: TapeId): string {
    return placeOf(this.#context.dir, this.tape(volume));
  }

  isHeld(volume: TapeId): boolean {
    return [...this.#held.values()].includes(volume);
  }

  /** Puts a tape into a drive for a job, which holds both until `unmount`. Errors: TAPE_IN_USE, NO_SUCH_TAPE, also of one that is being moved out. */
  mount(drive: number, volume: TapeId): TapeRecord {
    const record = this.#load(drive, volume, (state) => this.#noteMount(state));
    this.#held.set(drive, volume);
    return record;
  }

  /** Ends the hold and puts the tape back into its slot. */
  unmount(drive: number): void {
    this.#held.delete(drive);
    this.#unload(drive, (state) => this.#noteMount(state));
  }

  /**
   * Until the returned function is called, what `mount` and `unmount` change is written down together, once a second and at the end: for a job that has the vault for itself
   * and reads one tape after the other. A kill leaves untold which tape was in a drive that nobody holds any more, and mounts of the last second.
   * In a changer each is written down at once: there a tape is where it was moved to.
   */
  noteMountsTogether(): () => void {
    const together = { waits: false, writtenAt: performance.now() };
    if (!this.#isReal) this.#together = together;
    return () => {
      if (this.#together === together) this.#together = null;
      if (together.waits) this.#noteIfPossible(this.#state);
      together.waits = false;
    };
  }

  #noteMount(state: LibraryState): void {
    const together = this.#together;
    if (together === null || this.#context.readOnly) {
      this.#noteIfPossible(state);
      return;
    }
    this.#context.demand();
    this.#state = state;
    together.waits = performance.now() - together.writtenAt < NOTED_TOGETHER_MS;
    if (together.waits) return;
    this.#noteIfPossible(state);
    together.writtenAt = performance.now();
  }

  /** The same for a writer, who goes before those to whom the drive, or the tape, is lent. */
  mountAhead(drive: number, volume: TapeId): TapeRecord {
    for (const [number, lent] of this.#lent) {
      if (number !== drive && this.#held.get(number) !== volume) continue;
      lent.drive = null;
      this.#lent.delete(number);
      this.#held.delete(number);
    }
    return this.mount(drive, volume);
  }

  /**
   * Puts a tape into a free drive for somebody who only reads it, and keeps it in its place until he lets go of it, also when a writer took the
   * drive meanwhile. Null when no drive is free, or the tape is in use in one. `but`: drives that are taken only where there are no others. Errors: NO_SUCH_TAPE.
   */
  lend(volume: TapeId, but: ReadonlySet<number> = new Set()): ReadingHold | null {
    const { drives } = this.#state;
    const good = drives.filter(({ number }) => !but.has(number));
    const free = this.#freeOf(good.length > 0 ? good : drives, volume);
    this.#takeFromStandby(volume);
    if (free === undefined || this.isHeld(volume) || this.#alone.has(volume)) return null;
    this.mount(free.number, volume);
    const lent: { drive: number | null } = { drive: free.number };
    this.#lent.set(free.number, lent);
    const letGo = this.keepInPlace(volume);
    return {
      get drive() {
        return lent.drive;
      },
      letGo: () => {
        letGo();
        const { drive } = lent;
        if (drive === null) return;
        lent.drive = null;
        this.#lent.delete(drive);
        this.unmount(drive);
      },
    };
  }

  /** Keeps a tape in its place for somebody who reads its file past the drives. Errors: NO_SUCH_TAPE, also of one that is being moved out; USAGE. */
  readBeside(volume: TapeId): ReadingHold {
    this.#demandVirtual('cannot be read past their drives');
    const { takenOut, barcode } = this.tape(volume);
    if (takenOut) throw liesInImportExport(barcode);
    return { drive: null, letGo: this.keepInPlace(volume) };
  }

  /** Puts a tape into a drive, out of another one if need be; what was in the drive goes back to its slot. Errors: as `mount`, VAULT_READ_ONLY. */
  load(drive: number, volume: TapeId): TapeRecord {
    return this.#load(drive, volume, (state) => this.#save(state));
  }

  /**
   * Puts the tape that is to be written to next into a drive that nobody uses, ahead of time. Nothing of the tape changes, and nothing is noted but where it is; who wants
   * the drive or the tape gets it. Null where another job has either, or the tape is out of reach.
   */
  standBy(drive: number, volume: TapeId): Standby | null {
    if (this.#held.has(drive) || this.#operated.has(drive) || this.isHeld(volume)) return null;
    if (this.#alone.has(volume) || this.tape(volume).takenOut) return null;
    this.mount(drive, volume);
    const standby = { volume, arrived: false };
    this.#standby.set(drive, standby);
    const isKept = (): boolean => this.#standby.get(drive) === standby;
    return {
      get kept() {
        return isKept();
      },
      arrived: () => {
        standby.arrived = true;
      },
      letGo: () => {
        if (isKept()) this.#endStandby(drive);
      },
    };
  }

  #endStandby(drive: number): void {
    this.#standby.delete(drive);
    this.unmount(drive);
  }

  /** A drive that nobody works with for a tape: that in which it lies, else an empty one, else one from which another tape is put away, else one in which a tape waits to be written to. */
  #freeOf(drives: LibraryState['drives'], volume: TapeId): LibraryState['drives'][number] | undefined {
    const idle = drives.filter(({ number }) => !this.#held.has(number) && !this.#operated.has(number));
    return (
      idle.find((drive) => liesIn(drive) === volume) ??
      idle.find((drive) => liesIn(drive) === null && withoutCleaningTape(drive) === drive) ??
      idle[0] ??
      drives.find(({ number }) => this.#standby.get(number)?.arrived === true)
    );
  }

  /** The drive that a tape lies in, where nobody uses that, else the one that is wanted for it. `but`: drives that are not to be used. */
  driveFor(volume: TapeId, wanted: number, but: ReadonlySet<number> = new Set()): number {
    const drive = this.#state.drives.find((one) => liesIn(one) === volume);
    if (drive === undefined || but.has(drive.number) || this.#operated.has(drive.number)) return wanted;
    return this.#held.has(drive.number) ? wanted : drive.number;
  }

  /** Resolves when the robot has done with what operators wanted of it; null when it has. Whoever needs a drive waits for that. */
  get moved(): Promise<void> | null {
    return this.#moved;
  }

  /**
   * Keeps jobs from a drive and a tape of a changer while the robot moves that for an operator, until the returned function is called. Errors: TAPE_IN_USE,
   * NO_SUCH_TAPE of a tape that is out of reach, USAGE.
   */
  beginMove(volume: TapeId | null, drive: number | null): () => void {
    if (drive !== null) this.#demandDrive(drive, volume ?? 'in the drive');
    if (volume !== null) {
      this.#demandIdle(volume);
      this.demandInReach(this.tape(volume));
      this.#alone.set(volume, 'the robot moves it');
    }
    if (drive !== null) this.#operated.add(drive);
    const over = Promise.withResolvers<void>();
    const moved = Promise.all([this.#moved, over.promise]).then(() => {
      if (this.#moved === moved) this.#moved = null;
    });
    this.#moved = moved;
    return () => {
      if (volume !== null) this.#alone.delete(volume);
      if (drive !== null) this.#operated.delete(drive);
      over.resolve();
    };
  }

  /** Takes down where the tapes of a changer lie after its robot moved one for an operator; `into`: the drive that got it. */
  noteMoved(elements: readonly Element[], volume: TapeId | null, into: number | null): void {
    const { state } = inventoryOfChanger(this.#state, elements, new Set(this.#held.values()));
    const seen = withElementsInside(state, elements, readRobotLog(this.#context.dir), new Set(this.#held.keys()));
    const counted = into === null || volume === null ? seen : withMount(seen, volume, into);
    this.#note(counted);
  }

  /** Moves a virtual tape to another slot, out of its drive if need be. Gives whether it was anywhere else. Errors: USAGE, SLOT_TAKEN, TAPE_IN_USE, NO_SUCH_TAPE. */
  moveToSlot(volume: TapeId, slot: number): boolean {
    this.demandSlot(volume, slot);
    const from = robotPlaceOf(this.#state, volume);
    if (from.kind === 'slot' && from.number === slot) return false;
    const { barcode } = this.tape(volume);
    const slots = this.#state.slots.map((one) =>
      one.number === slot ? { ...one, tape: volume } : one.tape === volume ? { ...one, tape: null } : one,
    );
    const drives = this.#state.drives.map((one) => (one.tape === volume ? { ...one, tape: null } : one));
    this.#moving([{ barcode, from, to: { kind: 'slot', number: slot } }], () =>
      this.#note({ ...this.#state, slots, drives }),
    );
    return true;
  }

  /** Throws USAGE where there is no such slot, SLOT_TAKEN where it is that of another tape, TAPE_IN_USE, or NO_SUCH_TAPE of a tape that is away. */
  demandSlot(volume: TapeId, slot: number): void {
    this.#demandIdle(volume);
    const record = this.tape(volume);
    if (this.#isReal) this.demandInReach(record);
    const found = this.#state.slots.find(({ number }) => number === slot);
    if (found === undefined)
      throw badRequest(`There is no slot ${slot}.`, `Slots are numbered from 1 to ${this.#state.slots.length}.`);
    const cleaning = cleaningTapes(this.#state).find((tape) => tape.slot === slot && tape.away !== true);
    const holds = found.tape === null ? cleaning?.barcode : this.tape(found.tape).barcode;
    if (holds !== undefined && found.tape !== volume) throw slotTaken(slot, holds);
  }

  /** Ends that a tape waits in a drive to be written to, since somebody else wants it. */
  #takeFromStandby(volume: TapeId): void {
    for (const [drive, standby] of this.#standby)
      if (standby.volume === volume && standby.arrived) this.#endStandby(drive);
  }

  #load(drive: number, volume: TapeId, note: (state: LibraryState) => void): TapeRecord {
    const record = this.tape(volume);
    const waits = this.#standby.get(drive);
    if (waits?.volume === volume && waits.arrived) {
      // It stays where it is, for whoever it was brought for.
      this.#standby.delete(drive);
      this.#held.delete(drive);
    }
    this.#takeFromStandby(volume);
    this.#demandDrive(drive, volume);
    // A job that was planned before would have the robot fetch what it was told to carry out, and lose it in the middle.
    if (record.takenOut && !this.#looked.has(volume)) throw unreachable(record, record.takenOut);
    if (this.isHeld(volume)) throw tapeInUse(volume, drive, 'another drive holds it');
    this.#demandNotAlone(volume, drive);
    if (this.#state.drives.some((one) => one.number === drive && one.tape === volume)) return record;
    const target = this.#state.drives.find((one) => one.number === drive);
    const [empty, leaves] = target === undefined ? [null, []] : this.#emptied(target);
    const isThere = target?.inside === volume;
    const drives = this.#state.drives.map((one) => {
      if (one === target) return { ...(empty ?? one), tape: volume, mounts: one.mounts + (isThere ? 0 : 1) };
      return one.tape === volume ? { ...one, tape: null } : one;
    });
    const from = robotPlaceOf(this.#state, volume);
    const moves = [...leaves, { barcode: record.barcode, from, to: { kind: 'drive', number: drive } as const }];
    this.#moving(moves, () =>
      note({ ...this.#withTape(volume, { mounts: record.mounts + (isThere ? 0 : 1) }), drives }),
    );
    return this.tape(volume);
  }

  /** A drive without what is in it, and the moves that this takes. */
  #emptied(drive: LibraryState['drives'][number]): [LibraryState['drives'][number], WantedMove[]] {
    const from = { kind: 'drive', number: drive.number } as const;
    const cleaning = careOf(drive).tape;
    const { tape } = drive;
    return [
      { ...withoutCleaningTape(drive), tape: null },
      [
        ...(cleaning === null ? [] : [{ barcode: cleaning, from, to: { kind: 'rack', number: 0 } as const }]),
        ...(tape === null ? [] : [{ barcode: this.tape(tape).barcode, from, to: slotOf(this.#state, tape) }]),
      ],
    ];
  }

  /** Moves virtual tapes, which is to note where they are, and writes it into the robot's log. That of a changer is written by the thread that moves. */
  #moving<Result>(moves: readonly WantedMove[], work: () => Result): Result {
    if (this.#isReal || this.#context.readOnly) return work();
    const ends = moves.map((move) => logMove(this.#context.dir, move));
    try {
      const result = work();
      for (const end of ends) end();
      return result;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      for (const end of ends) end(error);
      throw thrown;
    }
  }

  /** A library of a changer, once it knows what its robot did. */
  #withRobotMoves(state: LibraryState): LibraryState {
    return state.settings.changer === undefined ? state : withRobotMoves(state, readRobotLog(this.#context.dir));
  }

  /** Puts what is in a drive back into its slot. */
  unload(drive: number): void {
    this.#unload(drive, (state) => this.#save(state));
  }

  #unload(drive: number, note: (state: LibraryState) => void): void {
    this.#demandDrive(drive, 'in the drive');
    const before = this.#state.drives.find((one) => one.number === drive);
    if (before === undefined || (before.tape === null && withoutCleaningTape(before) === before)) return;
    const [empty, moves] = this.#emptied(before);
    const drives = this.#state.drives.map((one) => (one === before ? empty : one));
    this.#moving(moves, () => note(this.#withRobotMoves({ ...this.#state, drives })));
  }

  /**
   * The tape to write to next: one of the pool with room, else a labelled one with nothing on it, else a blank one,
   * which is labelled, else one on which everything expired, which is labelled anew if `mayErase` says so too. Tapes in use, protected ones and those that are not what they were are passed over, the latter
   * noted. Mount it before anything else is asked. Where a policy says so, those with something on them are left out but for what this run, or this period, began.
   * Throws OUT_OF_TAPES.
   */
  nextWritableTape(
    pool: Pool = 'data',
    mayErase: (tape: TapeRecord) => boolean = () => false,
    { consolidates = false, isWritten = () => false }: TapeUse = {},
  ): TapeRecord {
    const policy = consolidates ? undefined : this.#allocationOfRun();
    const now = this.#context.now();
    const isOpen = takesMore(policy, now);
    const isTaken = this.#isTaken;
    for (const candidate of writableTapes(this.#state, pool, isTaken, isOpen)) {
      // A tape is appended to while somebody reads it, and never labelled anew.
      if (candidate.expiredAt !== null && this.#isInHand(candidate.volume)) continue;
      const readied = this.#readied(candidate, pool, mayErase);
      if (readied === null || readied instanceof ColdframeError) continue;
      const record = this.#state.allocation ? this.#asItIs(readied, isWritten) : readied;
      if (record.state === 'full' || (record.state === 'filling' && !isOpen(record))) continue;
      this.#allot(record, pool, policy, now);
      return this.tape(record.volume);
    }
    const { dir } = this.#context;
    const closed = writableTapes(this.#state, pool, isTaken).filter((tape) => tape.state === 'filling').length;
    const unused = outOfUse(this.#state, pool);
    if (policy !== undefined && closed > 0) throw outOfNewTapes(dir, beginningOf(policy), closed, unused);
    throw outOfTapes(dir, pool, this.#state.slots.length, unused);
  }

  /** The tape that `nextWritableTape` would take now, unless it would be labelled anew; null when there is none. Nothing is noted. */
  upcomingTape(pool: Pool = 'data'): TapeRecord | null {
    const isOpen = takesMore(this.#allocationOfRun(), this.#context.now());
    const [first] = writableTapes(this.#state, pool, this.#isTaken, isOpen);
    return first === undefined || first.expiredAt !== null ? null : first;
  }

  /** Whether another job has a tape, as far as who writes is concerned. */
  get #isTaken(): (volume: TapeId) => boolean {
    const isFree = (drive: number): boolean => this.#lent.has(drive) || this.#standby.get(drive)?.arrived === true;
    const written = new Set([...this.#held].filter(([drive]) => !isFree(drive)).map(([, volume]) => volume));
    return (volume) => written.has(volume) || this.#spared.has(volume) || this.#alone.has(volume);
  }

  /** Chooses on which tapes backups begin; null: on whichever has room. Of a run that is under way, the tapes that it has yet to take. */
  setAllocation(wanted: { readonly policy: 'new' } | Extract<Allocation, { policy: 'calendar' }> | null): void {
    const { allocation: before, ...state } = this.#state;
    if (wanted === null) this.#save(state);
    else if (wanted.policy === 'calendar') this.#save({ ...state, allocation: wanted });
    else if (before?.policy !== 'new') this.#save({ ...state, allocation: { policy: 'new', run: null } });
  }

  /** A backup of the run that is under way is complete on its tapes: the next run begins others, also after a kill. */
  noteComplete(): void {
    if (this.#run === null) return;
    this.#run.complete = true;
    const { allocation } = this.#state;
    if (allocation?.policy === 'new' && allocation.run === this.#run.id)
      this.#save({ ...this.#state, allocation: { policy: 'new', run: null } });
  }

  /** No backup runs any more. One that left nothing complete is gone on with by the next, on the tapes that it began. */
  endRun(): void {
    this.#run = null;
  }

  /** Keeps tapes from being chosen to write to, until the returned function is called: what lies on them is on its way elsewhere. */
  spare(volumes: readonly TapeId[]): () => void {
    for (const volume of volumes) this.#spared.add(volume);
    return () => {
      for (const volume of volumes) this.#spared.delete(volume);
    };
  }

  /** Keeps a tape where it is, without a drive of its own, until the returned function is called: it is neither moved out nor taken out of use. Throws TAPE_IN_USE while it is held alone. */
  keepInPlace(volume: TapeId): () => void {
    this.#demandNotAlone(volume);
    const count = (by: number): void => void this.#inHand.set(volume, (this.#inHand.get(volume) ?? 0) + by);
    count(1);
    let kept = true;
    return () => {
      if (kept) count(-1);
      kept = false;
    };
  }

  /**
   * Holds a tape that is to be erased or written anew until the returned function is called: no drive and no job gets it, nobody moves, protects or retires it, so
   * that `erase` right after the call does what `demandErasable` said before. Throws TAPE_IN_USE.
   */
  holdAlone(volume: TapeId): () => void {
    this.#demandIdle(volume);
    this.#alone.set(volume, 'it is being erased');
    return () => void this.#alone.delete(volume);
  }

  /** The same of a tape of a changer, which goes into a drive that is free, or into that one. Throws TAPE_IN_USE also where none is. */
  holdAloneInDrive(volume: TapeId, why: AloneFor = 'it is being erased', drive?: number): () => void {
    this.#demandIdle(volume);
    const letGo = this.mountFree(volume, drive);
    this.#alone.set(volume, why);
    return () => {
      this.#alone.delete(volume);
      letGo();
    };
  }

  /** Puts a tape into a drive that is free, or into that one, which holds both until the returned function is called. Throws TAPE_IN_USE also where none is, and as `mount`. */
  mountFree(volume: TapeId, drive?: number): () => void {
    const free = this.#freeOf(
      this.#state.drives.filter(({ number }) => number === (drive ?? number)),
      volume,
    );
    if (free === undefined) throw tapeInUse(volume, null, 'jobs use all drives');
    this.mount(free.number, volume);
    return () => this.unmount(free.number);
  }

  /** The same of one that is out of reach, whose label is to be read in the drive. Throws TAPE_IN_USE. */
  holdToLook(volume: TapeId, why: AloneFor = 'its label is being read'): () => void {
    this.#looked.add(volume);
    try {
      const letGo = this.holdAloneInDrive(volume, why);
      return () => {
        this.#looked.delete(volume);
        letGo();
      };
    } catch (thrown) {
      this.#looked.delete(volume);
      throw thrown;
    }
  }

  /** Takes down what a writer made durable on a tape. */
  noteWritten(volume: TapeId, summary: Omit<TapeSummary, 'sets'>): void {
    const before = this.tape(volume);
    const { chunks, payloadBytes, usedBytes, bytesToTail } = summary;
    const more = Math.max(0, payloadBytes - before.payloadBytes);
    // A tail that is written anew, for other envelopes, changes nothing of what was read, or expired.
    const isTail = !before.relabels && chunks === before.chunks && payloadBytes === before.payloadBytes;
    const { readRightAt, expiredAt } = isTail ? before : { readRightAt: null, expiredAt: null };
    const state = this.#withTape(volume, {
      state: stateOf(summary.full, chunks),
      chunks,
      payloadBytes,
      usedBytes,
      bytesToTail,
      bytesWritten: before.bytesWritten + more,
      readRightAt,
      relabels: null,
      envelopesGeneration: this.#state.envelopesGeneration,
      expiredAt,
    });
    this.#save(withWritten(state, volume, more));
  }

  /**
   * Takes down what is durable on a tape whose drive failed before it had its tail: the next that writes to it is to find no less. `payloadBytes`: of what was written
   * to it last.
   */
  noteWithoutTail(
    volume: TapeId,
    {
      last,
      payloadBytes,
    }: { readonly last: Pick<ChunkPlace, 'tapeSequence' | 'offset'>; readonly payloadBytes: number },
  ): void {
    const before = this.tape(volume);
    const chunks = last.tapeSequence + 1;
    if (chunks <= before.chunks) return;
    const state = this.#withTape(volume, {
      state: before.state === 'retired' ? before.state : stateOf(false, chunks),
      chunks,
      payloadBytes: before.payloadBytes + payloadBytes,
      usedBytes: Math.max(before.usedBytes, last.offset),
      bytesToTail: null,
      bytesWritten: before.bytesWritten + payloadBytes,
      readRightAt: null,
      relabels: null,
      expiredAt: null,
    });
    this.#save(withWritten(state, volume, payloadBytes));
  }

  /** Takes down what asks for a drive to be cleaned: a write that failed, or the drive; null: the drive does not, or no more. Jobs go on. */
  noteCleaningAsked(drive: number, asked: CleaningAsked | null): void {
    const state = withAsked(this.#state, drive, asked);
    if (state !== this.#state) this.#noteIfPossible(state);
  }

  /** Marks tapes as holding nothing that is kept: they may be labelled anew when a tape is wanted. The catalog knows it by then. */
  noteExpired(volumes: readonly TapeId[]): void {
    const expired = new Set<string>(volumes);
    const expiredAt = this.#context.now();
    this.#save({
      ...this.#state,
      tapes: this.#state.tapes.map((tape) => (expired.has(tape.volume) ? { ...tape, expiredAt } : tape)),
    });
  }

  /**
   * Takes a tape out of use because of what was found on it; what can be read of it still can. `asBefore`: one that was to be labelled anew was
   * not, and is what it was before; otherwise it may have its new label and more.
   */
  noteDamaged(volume: TapeId, note: string, asBefore = false): void {
    const { state, takenOut, relabels } = this.tape(volume);
    const { agreed: _, ...before } = (asBefore && relabels) || {};
    this.#save(
      this.#withTape(volume, {
        ...before,
        ...(takenOut ? { takenOut: null } : {}),
        relabels: null,
        state: unlessRetired(state, 'damaged'),
        note,
        readRightAt: null,
        damagedBy: 'write',
        errors: this.tape(volume).errors + 1,
      }),
    );
  }

  /**
   * Takes a tape out of use because another one was found under its barcode, or in its place. It is used again once it is there: of a file a look
   * tells, of a tape of a changer its label in a drive; but for one that is retired.
   */
  noteAnother(volume: TapeId, note: string): void {
    const { state, note: noted, takenOut } = this.tape(volume);
    const before = takenOut ?? { slot: 0, state, note: noted };
    const change = { state: unlessRetired(state, 'missing'), note };
    this.#save(this.#withTape(volume, this.#isReal ? { ...change, takenOut: { ...before, unread: true } } : change));
  }

  /** The label of a tape that had to be read says that it is that tape: it is what it was before. */
  noteItself(volume: TapeId): TapeRecord {
    const record = this.tape(volume);
    if (record.takenOut) this.#save(this.#withTape(volume, asBeforeTakenOut(record)));
    return this.tape(volume);
  }

  /** Counts what went wrong on tapes, once for each time that a volume comes. Volumes that are not known are passed over. */
  noteErrors(volumes: readonly string[]): void {
    const counts = Map.groupBy(volumes, (volume) => volume);
    const tapes = this.#state.tapes.map((tape) => {
      const more = counts.get(tape.volume)?.length ?? 0;
      return more === 0 ? tape : { ...tape, errors: tape.errors + more, readRightAt: null };
    });
    if (tapes.some((tape, at) => tape !== this.#state.tapes[at])) this.#noteIfPossible({ ...this.#state, tapes });
  }

  /** Takes down that all that is kept on tapes was read just now, and is right; of those that are `wrong` that it is not, or could not be read. */
  noteReadRight(right: readonly string[], wrong: readonly string[] = []): void {
    const readRightAt = this.#context.now();
    const tapes = this.#state.tapes.map((tape) => {
      if (wrong.includes(tape.volume))
        return typeof tape.readRightAt === 'number' ? { ...tape, readRightAt: null } : tape;
      return right.includes(tape.volume) ? { ...tape, readRightAt } : tape;
    });
    if (tapes.some((tape, at) => tape !== this.#state.tapes[at])) this.#noteIfPossible({ ...this.#state, tapes });
  }

  /** Labels a new tape into the first free slot, else a new one. Without a barcode it gets the next. Errors: USAGE, TAPE_MISMATCH. */
  label(options: { barcode?: string; pool?: Pool } = {}): TapeRecord {
    const next = this.#nextVolume();
    const barcode = options.barcode ?? `${volumeOf(next)}${MEDIA_SUFFIX}`;
    if (!isBarcode(barcode))
      throw badRequest(`"${barcode}" is no barcode.`, 'A barcode has 8 capital letters and digits, such as CF0001L8.');
    if (isCleaningTape(barcode))
      throw badRequest(
        `"${barcode}" is the barcode of a cleaning tape, to which nothing is written.`,
        'Use a barcode that does not begin with CLN.',
      );
    const volume = volumeOfBarcode(barcode);
    if (!this.#state.tapes.some((tape) => tape.volume === volume))
      this.#demandVirtual('are those that it held when the vault was made');
    const pool = options.pool ?? 'scratch';
    const known = this.#state.tapes.find((tape) => tape.volume === volume);
    if (known && (known.state !== 'blank' || known.barcode !== barcode))
      throw badRequest(
        `The vault has a tape ${known.barcode} already.`,
        'Use another barcode: a tape is named by the first six of its eight characters.',
      );
    const before = this.#state;
    if (!known) this.#addBlank(barcode, volume, options.barcode === undefined ? next + 1 : this.#state.nextVolume);
    const labelled = this.#labelBlank(this.tape(volume), pool);
    if (labelled instanceof ColdframeError) {
      // A slot for what was refused would be there for good.
      if (!known) this.#save(before);
      throw notOurs(barcode, labelled);
    }
    return labelled;
  }

  /** Labels a tape anew: everything on it is gone. The caller has made sure that no set needs it. */
  erase(volume: TapeId, mayBeDamaged = false): TapeRecord {
    return this.#writeLabel(this.demandErasable(volume, mayBeDamaged), 'scratch');
  }

  /** Throws TAPE_PROTECTED, TAPE_IN_USE, NO_SUCH_TAPE or USAGE unless a tape of a changer may be erased; what it is its drive tells. */
  demandErasableInDrive(volume: TapeId): TapeRecord {
    const record = this.tape(volume);
    this.#demandWritable(record);
    this.demandInReach(record);
    if (record.sequence === 0)
      throw badRequest(
        `Tape ${record.barcode} has no label yet, as far as the library knows: there is nothing to erase.`,
        'It gets its label when it is first written to. What another program wrote to it, that one erases, or a tool such as mt.',
      );
    return record;
  }

  /** Throws NO_SUCH_TAPE when no robot can fetch a tape of a changer, as far as the library knows. */
  demandInReach(record: TapeRecord): void {
    if (record.takenOut) throw unreachable(record, record.takenOut);
    if (record.state === 'missing') throw outOfReach(record.barcode, 0);
  }

  /**
   * Notes that a tape of a changer that is held alone counts as labelled anew, before its drive does that: after a kill it gets its label when it is next
   * written to or erased. The caller has made sure that no set needs it.
   */
  beginErase(volume: TapeId): TapeRecord {
    return this.#writeLabel(this.tape(volume), 'scratch', null, sequencesOf(this.tape(volume)));
  }

  /** Notes that the drive has given a tape the label that it counts as having. */
  endErase(volume: TapeId): TapeRecord {
    this.#save(this.#withTape(volume, { relabels: null }));
    return this.tape(volume);
  }

  /** Labels a tape anew for the copy of another one: into pool "vaulted", where no backup writes. The caller has made sure that nothing needs it. */
  beginCopy(volume: TapeId, of: TapeId): TapeRecord {
    return this.#writeLabel(this.demandErasable(volume), 'vaulted', of);
  }

  /**
   * The same of a tape of a changer that is held alone: it counts as labelled anew before its drive does that, which `endErase` notes, and asks it first whether nothing
   * on it is kept. Only of what a copy wrote that was killed, or that failed, nobody asks. One whose copy ended before it had its label gets that very label.
   */
  beginCopyInDrive(volume: TapeId, of: TapeId): TapeRecord {
    const record = this.tape(volume);
    const { copyOf, relabels, expiredAt, sequence } = record;
    if (copyOf === null || expiredAt !== null) return this.#writeLabel(record, 'vaulted', of);
    if (!relabels) return this.#writeLabel(record, 'vaulted', of, [sequence]);
    this.#save(this.#withTape(volume, { copyOf: of, pool: 'vaulted' }));
    return this.tape(volume);
  }

  /** Takes back that a tape counts as labelled anew: its drive found something on it that is kept, and wrote nothing. */
  undoCopy(before: TapeRecord): void {
    const tapes = this.#state.tapes.map((tape) => (tape.volume === before.volume ? before : tape));
    this.#save({ ...this.#state, tapes });
  }

  /** Whether a tape has a label and nothing behind it. Throws TAPE_DAMAGED, NO_SUCH_TAPE, IO. */
  isBare(volume: TapeId): boolean {
    return glanceAtTape(this.pathOf(volume)).bare;
  }

  /**
   * Throws TAPE_PROTECTED, TAPE_IN_USE, TAPE_MISMATCH, TAPE_DAMAGED or NO_SUCH_TAPE unless `erase` would label the tape anew. `mayBeDamaged`: also
   * one whose beginning is, so that it may not say which tape it is.
   */
  demandErasable(volume: TapeId, mayBeDamaged = false): TapeRecord {
    const record = this.tape(volume);
    this.#demandVirtual('cannot be labelled anew yet');
    this.#demandWritable(record);
    // A tape that is away would be there twice, under one name, when it comes back.
    if (isInImportExport(this.#context.dir, record.barcode)) throw liesInImportExport(record.barcode);
    if (record.state === 'blank' && !isShelved(this.#context.dir, record.barcode)) return record;
    const front = damagedFront(this.#context.dir, this.#state.vault.id, record);
    if (front !== null && !mayBeDamaged) throw front.damage;
    // It came when nobody looked: what lies on it nobody was told of, who agreed to have it labelled.
    if (record.state === 'blank' && front === null && !this.isBare(volume))
      throw tapeMismatch(record.barcode, 'a tape with something on it lies in the place of one that counts as blank');
    return record;
  }

  /** Sets or removes write protection. Errors: TAPE_IN_USE while it is held alone. */
  protect(volume: TapeId, writeProtected: boolean): void {
    this.tape(volume);
    this.#demandNotAlone(volume);
    this.#save(this.#withTape(volume, { writeProtected }));
  }

  /**
   * Notes where a person keeps a tape that is out of the library, until it is back; null: that is not known any more. Throws TAPE_EXISTS while it is
   * in the library, so that it is still noticed when it goes missing there.
   */
  shelve(volume: TapeId, shelf: string | null): void {
    const record = this.tape(volume);
    const { state, barcode, takenOut } = record;
    const { dir } = this.#context;
    const isOut = this.#isReal
      ? state === 'missing' || Boolean(takenOut)
      : state !== 'blank' && (isInImportExport(dir, barcode) || !isShelved(dir, barcode));
    if (shelf !== null && !isOut) throw stillInLibrary(barcode, dir);
    const gone = state === 'labelled' || state === 'filling' || state === 'full';
    this.#save(
      this.#withTape(volume, { shelf, ...(shelf !== null && gone ? { state: 'missing', note: TAKEN_AWAY } : {}) }),
    );
  }

  /** Takes a tape out of use for good; it can still be read. */
  retire(volume: TapeId): void {
    this.#demandIdle(volume);
    this.#save(this.#withTape(volume, { state: 'retired' }));
  }

  /** Throws TAPE_EXISTS, TAPE_IN_USE or NO_SUCH_TAPE unless a tape is away, and nothing lies in its place, so that it can be forgotten. */
  demandForgettable(volume: TapeId): TapeRecord {
    const record = this.tape(volume);
    const { dir } = this.#context;
    this.#demandIdle(volume);
    if (isInImportExport(dir, record.barcode)) throw liesInImportExport(record.barcode);
    if (this.#isReal ? record.state === 'missing' && !record.takenOut : !isShelved(dir, record.barcode)) return record;
    throw new ColdframeError('TAPE_EXISTS', {
      message: `Tape ${record.barcode} is not forgotten while ${this.#isReal ? 'the changer holds it' : 'a file lies in its place'}: an inventory would find it again. Nothing was changed.`,
      guidance: `Take ${this.#isReal ? 'it' : tapePath(dir, record.barcode)} away first, then take an inventory: coldframe library inventory ${dir}`,
      context: { tape: volume },
    });
  }

  /**
   * Forgets a tape that is away, as if it never had been here. Its slot is free for another one; behind the others it goes with it. The caller has made sure that no
   * set needs it. Throws as `demandForgettable`.
   */
  forget(volume: TapeId): void {
    this.demandForgettable(volume);
    const { slots, drives, tapes } = this.#state;
    const last = Math.max(0, ...slots.map(({ number }) => number));
    const left = this.#isReal ? slots : slots.filter(({ number, tape }) => number !== last || tape !== volume);
    this.#save({
      ...this.#state,
      tapes: tapes.filter((each) => each.volume !== volume),
      slots: left.map((slot) => (slot.tape === volume ? { ...slot, tape: null } : slot)),
      drives: drives.map((drive) => (drive.tape === volume ? { ...drive, tape: null } : drive)),
    });
  }

  /** Moves a tape to another pool. */
  moveToPool(volume: TapeId, pool: Pool): void {
    this.tape(volume);
    this.#save(this.#withTape(volume, { pool }));
  }

  /**
   * Gives the files of tapes that have other names their own, but for those of which that is not clear; an inventory takes them in. Of a vault
   * that cannot be written to nothing is moved: `liesAs` of its tapes says where they are read. Nothing else may use a tape. Throws VAULT_HELD, IO.
   */
  putInPlace(vaultKey: Uint8Array | null): PutInPlace {
    if (this.#isReal) return { put: [], doubtful: [], failure: null };
    const { dir, readOnly } = this.#context;
    if (readOnly) return { put: [], doubtful: outOfPlace(dir, this.#state, vaultKey).doubtful, failure: null };
    return putInPlace(dir, this.#state, vaultKey, this.#context.demand);
  }

  /**
   * Looks at every tape file and brings the library in line with what is there; says what is new, or, with `all`, everything that is out of order.
   */
  inventory(options: { readonly all?: boolean } = {}): InventoryFinding[] {
    // What is in a changer is found out when a tape is wanted: the robot answers in a thread of its own.
    if (this.#isReal) return [];
    const held = new Set<string>(this.#held.values());
    const { state, findings } = takeInventory(this.#context.dir, this.#state, held, options);
    if (findings.length > 0 || !isDeepStrictEqual(state, this.#state)) this.#noteIfPossible(state);
    return findings;
  }

  /**
   * Brings the library of a changer in line with what that holds; says everything that is out of order. `since`: the library when the changer was
   * asked.
   */
  takeElements(elements: readonly Element[], since: LibraryState): readonly InventoryFinding[] {
    this.cleaning.takeNote(cleaningTapesIn(elements));
    const held = new Set<string>(this.#held.values());
    const { state: known, findings } = inventoryOfChanger(this.#state, elements, held, since);
    const state = withElementsInside(known, elements, readRobotLog(this.#context.dir), new Set(this.#held.keys()));
    if (!isDeepStrictEqual(state, this.#state)) this.#note(state);
    return findings;
  }

  /** Throws NO_SUCH_TAPE, TAPE_PROTECTED or TAPE_IN_USE unless a tape of a changer may be written to from the file of it; what lies on it its drive tells. */
  demandWindable(volume: TapeId, barcode: string): TapeRecord {
    const record = this.#state.tapes.find((tape) => tape.volume === volume);
    if (record === undefined) throw notInChanger(this.#context.dir, barcode);
    this.#demandWritable(record);
    if (!isOnlyUnread(record)) this.demandInReach(record);
    return record;
  }

  /** Holds a tape of a changer that is to be made anew from a file, in a drive, as `holdAloneInDrive` does. Throws TAPE_IN_USE. */
  holdToWind(volume: TapeId): () => void {
    const why = 'it is being made anew from a file';
    return isOnlyUnread(this.tape(volume)) ? this.holdToLook(volume, why) : this.holdAloneInDrive(volume, why);
  }

  /**
   * Notes that a tape of a changer is made anew from the file of it: before that is done it has a part of what it should, and takes nothing else.
   * The returned function takes that back, when nothing was written.
   */
  beginWind(volume: TapeId, { sequence, labelledAt }: Pick<TapeRecord, 'sequence' | 'labelledAt'>): () => void {
    const before = this.tape(volume);
    const state = this.#withTape(volume, {
      state: 'damaged',
      note: 'It was being made anew from a file, and that did not come to its end. Import the file again.',
      damagedBy: 'import',
      takenOut: null,
      readRightAt: null,
      sequence,
      labelledAt,
    });
    this.#save({ ...state, nextSequence: Math.max(this.#state.nextSequence, sequence + 1) });
    return () => {
      const { state: was, note, damagedBy, takenOut, readRightAt } = before;
      const label = { sequence: before.sequence, labelledAt: before.labelledAt };
      this.#save(this.#withTape(volume, { state: was, note, damagedBy, takenOut, readRightAt, ...label }));
    };
  }

  /** Notes what a tape of a changer holds that was made anew from a file, or is the same as one; it was read through. */
  endWind(volume: TapeId, { pool, ...is }: WoundTape): TapeRecord {
    const record = this.tape(volume);
    const { damagedBy, state, takenOut } = record;
    const isNews = damagedBy === 'import' || takenOut || state === 'blank';
    this.#save({
      ...this.#withTape(volume, {
        ...(isNews
          ? { ...is, note: '', damagedBy: null, takenOut: null, begunFor: null, relabels: null, bytesToTail: null }
          : {}),
        ...(isNews && record.chunks === 0 ? { pool } : {}),
        readRightAt: this.#context.now(),
      }),
      nextSequence: Math.max(this.#state.nextSequence, is.sequence + 1),
    });
    return this.tape(volume);
  }

  /**
   * Takes in the tape whose file was put in its place. `lacking`: what it lacks, so that it takes no more; `fresh`: whether the file is
   * another one than that of which the library knows. Throws TAPE_MISMATCH.
   */
  admit(barcode: string, lacking: string | null, fresh = false): TapeRecord {
    const state = admitTape(this.#context.dir, this.#state, barcode, fresh, lacking === null);
    if (!isDeepStrictEqual(state, this.#state)) this.#save(state);
    const { volume, state: now } = this.tape(barcode);
    if (lacking !== null && now !== 'retired')
      this.#save(this.#withTape(volume, { state: 'damaged', note: lacking, damagedBy: 'import', readRightAt: null }));
    return this.tape(volume);
  }

  /** Takes in the tapes that were missing, or taken for blank, and lie in their places. */
  takeReturned(): void {
    const state = this.#isReal ? this.#state : withReturned(this.#context.dir, this.#state);
    if (state !== this.#state) this.#noteIfPossible(state);
  }

  /** Takes in a tape that was away and lies in its place, as an inventory would; says why not when that is not the tape. */
  lookForReturned(volume: TapeId): string | null {
    this.takeReturned();
    const record = this.tape(volume);
    const nameless = record.state === 'retired' ? null : whyNameless(this.pathOf(volume), record.barcode);
    if (nameless !== null) {
      if (record.state !== 'missing' || record.note !== nameless)
        this.#noteIfPossible(this.#withTape(volume, { state: 'missing', note: nameless }));
      return nameless;
    }
    if (record.state === 'missing') return record.note;
    // That it was away nobody may have noted: it is looked at all the same.
    if (record.state === 'damaged' || record.state === 'retired') return null;
    const found = this.#sound(record);
    return found instanceof ColdframeError && this.tape(volume).state === 'missing' ? found.message : null;
  }

  /** What the tape is that lies in the place of another one, which then counts as missing; null when it is that one, or nothing can be told of it yet. */
  strangerAt(volume: TapeId): string | null {
    const record = this.tape(volume);
    try {
      demandOwnTape(this.#context.dir, this.#state.vault.id, record);
      return null;
    } catch (thrown) {
      const { code, message: note } = aboutTape(thrown);
      if (code !== 'TAPE_MISMATCH') return null;
      if (record.state !== 'retired') this.#noteIfPossible(this.#withTape(volume, { state: 'missing', note }));
      return note;
    }
  }

  /** Throws USAGE for a vault with a changer of which it uses one drive alone. */
  demandReclaimable(): void {
    this.#demandTwoDrives(
      'A tape of a changer is reclaimed',
      'Have backups of all that is on it made anew, and let the old ones expire',
    );
  }

  /** The same. */
  demandMergeable(): void {
    this.#demandTwoDrives('Sets on tapes of a changer are merged', 'Make a full backup instead');
  }

  #demandTwoDrives(what: string, instead: string): void {
    const { drives, settings } = this.#state;
    if (!canReclaim(this.#isReal, drives.length))
      throw badRequest(
        `${what} with two drives: one reads, the other one writes, and this vault uses one of ${settings.changer?.address}.`,
        `Nothing was changed. ${instead}; or make a new vault with more drives of the changer.`,
      );
  }

  /**
   * Takes in tapes that are back in their places, and an inventory when the library is older than the shelf or a catalog,
   * or when the caller knows that it is `older`; says what it found but for those that are back. `named`: the volumes that a catalog has
   * chunks on. Do this before anything is written.
   */
  catchUp(named: readonly TapeId[], older: boolean): InventoryFinding[] {
    if (!older && !isBehind(this.#context.dir, this.#state, named)) {
      this.takeReturned();
      return [];
    }
    const findings = this.inventory();
    if (!isBehind(this.#context.dir, this.#state, named)) return findings;
    const before = new Set(this.#state.tapes.filter(({ state }) => state === 'missing').map(({ volume }) => volume));
    const { tapes } = withMissing(this.#state, named);
    const gone = tapes.filter(({ state, volume }) => state === 'missing' && !before.has(volume));
    if (gone.length > 0) this.#noteIfPossible({ ...this.#state, tapes });
    return [
      ...findings,
      ...gone.map(({ barcode, note }) => ({ barcode, kind: 'missing' as const, message: `${barcode}: ${note}` })),
    ];
  }

  /**
   * Replaces the envelopes; those on tapes are old then. The generation is the time, so that one that was counted on from
   * an older library, or from one made anew, is later too. For `changePassphrase` and `changeRecoveryCode`.
   */
  replaceEnvelopes(envelopes: LibraryState['envelopes']): void {
    const envelopesGeneration = Math.max(this.#state.envelopesGeneration + 1, this.#context.now());
    this.#save({ ...this.#state, envelopes, envelopesGeneration });
  }

  /** Takes over the later envelopes of a tape: the library was put back from before they were changed. */
  takeEnvelopes({ envelopes, envelopesGeneration }: LaterEnvelopes): void {
    this.#noteIfPossible({ ...this.#state, envelopes: [...envelopes], envelopesGeneration });
    this.#putBack = true;
  }

  #outOfDrive(volume: TapeId): void {
    const drive = this.#state.drives.find(({ tape }) => tape === volume);
    if (drive !== undefined) this.unload(drive.number);
  }

  /** A tape that was chosen, ready to be written to; null or why not when it is not to be. */
  #readied(tape: TapeRecord, pool: Pool, mayErase: (tape: TapeRecord) => boolean): TapeRecord | ColdframeError | null {
    if (tape.state === 'blank') return this.#labelBlank(tape, pool);
    if (tape.expiredAt === null) return this.#isReal ? tape : this.#sound(tape);
    if (this.#isReal && mayErase(tape)) return this.#writeLabel(tape, pool);
    if (this.#isReal) {
      this.#save(this.#withTape(tape.volume, { expiredAt: null }));
      return null;
    }
    // Killed between labelling it and noting that.
    if (isLabelledAnew(this.#context.dir, this.#state.vault.id, tape))
      return this.#labelBlank({ ...tape, sequence: 0, usedBytes: 0 }, pool);
    const found = this.#sound(tape);
    if (found instanceof ColdframeError) return found;
    if (mayErase(tape)) return this.#writeLabel(tape, pool);
    this.#save(this.#withTape(tape.volume, { expiredAt: null }));
    return null;
  }

  /** The policy as it holds for what runs now; without a run under way one begins, or the one that left nothing complete goes on. */
  #allocationOfRun(): Allocation | undefined {
    const { allocation } = this.#state;
    if (allocation?.policy !== 'new') return allocation;
    this.#run ??= { id: allocation.run ?? randomId(), complete: false };
    return { policy: 'new', run: this.#run.id };
  }

  /** An empty tape that a process wrote to, and was killed before it noted that, is no empty one. Those of a changer are asked when they are mounted. */
  #asItIs(record: TapeRecord, isWritten: (tape: TapeRecord) => boolean): TapeRecord {
    if (record.state !== 'labelled') return record;
    const { tail, bare } = this.#isReal
      ? { tail: null, bare: !isWritten(record) }
      : glanceAtTape(tapePath(this.#context.dir, record.barcode));
    const chunks = tail?.chunks ?? 0;
    if (bare || (tail !== null && chunks === 0)) return record;
    const state = stateOf(tail?.full ?? false, Math.max(1, chunks));
    this.#save(this.#withTape(record.volume, { state, chunks, payloadBytes: tail?.payloadBytes ?? 0 }));
    return this.tape(record.volume);
  }

  /** Takes down what a tape is about to be written for. */
  #allot(record: TapeRecord, pool: Pool, policy: Allocation | undefined, now: Millis): void {
    const { allocation } = this.#state;
    // What is consolidated may share the tape of a period, and takes that of a run away from it.
    const goesOn = allocation?.policy === 'calendar' && record.state === 'filling' ? (record.begunFor ?? null) : null;
    const begunFor = policy === undefined ? goesOn : begunForAt(policy, now);
    const begins = policy?.policy === 'new' && this.#run?.complete === false;
    const next = begins ? policy : allocation;
    const isNoted =
      record.pool === pool && (record.begunFor ?? null) === begunFor && isDeepStrictEqual(next, allocation);
    if (isNoted) return;
    const state = this.#withTape(record.volume, { pool, begunFor });
    this.#save(next === undefined ? state : { ...state, allocation: next });
  }

  /** The record, when the tape in its place is the one it speaks of; else why not, which is noted as missing or damaged. */
  #sound(record: TapeRecord): TapeRecord | ColdframeError {
    try {
      const glance = demandOwnTape(this.#context.dir, this.#state.vault.id, record);
      if (glance.bytes < leastBytesOf(record))
        throw tapeDamaged(record.barcode, `it has ${glance.bytes} bytes, and ${record.usedBytes} were written to it`);
      return record;
    } catch (thrown) {
      const error = aboutTape(thrown);
      const state = error.code === 'NO_SUCH_TAPE' || error.code === 'TAPE_MISMATCH' ? 'missing' : 'damaged';
      const readRightAt = state === 'damaged' ? null : record.readRightAt;
      this.#save(this.#withTape(record.volume, { state, note: error.message, readRightAt }));
      return error;
    }
  }

  /** Labels a blank tape. A file that lies in its place is never overwritten: ours is taken in, another is noted. */
  #labelBlank(record: TapeRecord, pool: Pool): TapeRecord | ColdframeError {
    if (!isShelved(this.#context.dir, record.barcode)) {
      // A label would make a second tape of its name.
      if (isInImportExport(this.#context.dir, record.barcode)) return liesInImportExport(record.barcode);
      return this.#writeLabel(record, pool);
    }
    const found = this.#sound(record);
    if (found instanceof ColdframeError) return found;
    const { header, tail, bare, bytes } = glanceAtTape(tapePath(this.#context.dir, record.barcode));
    const chunks = tail?.chunks ?? 0;
    this.#save({
      ...this.#withTape(record.volume, {
        pool,
        state: bare ? 'labelled' : stateOf(tail?.full ?? false, Math.max(1, chunks)),
        sequence: header.tape.sequence,
        labelledAt: Date.parse(header.tape.labelledAt),
        chunks,
        payloadBytes: tail?.payloadBytes ?? 0,
        usedBytes: bare ? bytes : 0,
        bytesToTail: null,
        note: '',
        expiredAt: null,
      }),
      nextSequence: Math.max(this.#state.nextSequence, header.tape.sequence + 1),
    });
    return this.tape(record.volume);
  }

  /** `agreed`: of a tape of a changer, the labels that it may have, whatever lies on it. */
  #writeLabel(record: TapeRecord, pool: Pool, copyOf: TapeId | null = null, agreed?: number[]): TapeRecord {
    this.#context.demand();
    const labelledAt = this.#context.now();
    const { vault, envelopes, nextSequence, envelopesGeneration } = this.#state;
    const { volume, barcode } = record;
    const request = { vault, volume, barcode, pool, sequence: nextSequence, labelledAt, envelopes };
    // A tape in a changer gets its label in its drive, if it is still blank there.
    const usedBytes = this.#isReal ? 0 : writeTapeStart(tapePath(this.#context.dir, barcode), request);
    const { sequence, chunks, payloadBytes, usedBytes: used } = record;
    const before = record.relabels ?? {
      sequence,
      chunks,
      payloadBytes,
      labelledAt: record.labelledAt,
      pool: record.pool,
      usedBytes: used,
    };
    const fresh = { pool, state: 'labelled', sequence: nextSequence, labelledAt, chunks: 0, payloadBytes: 0 } as const;
    this.#save({
      ...this.#withTape(volume, {
        ...fresh,
        usedBytes,
        bytesToTail: null,
        note: '',
        begunFor: null,
        damagedBy: null,
        readRightAt: null,
        envelopesGeneration,
        expiredAt: null,
        copyOf,
        relabels: agreed
          ? { ...before, agreed }
          : this.#isReal && (record.chunks > 0 || copyOf !== null)
            ? before
            : null,
      }),
      nextSequence: nextSequence + 1,
    });
    return this.tape(volume);
  }

  /** The number of the next tape: those that somebody gave by hand are passed over. */
  #nextVolume(): number {
    const outside = barcodesInImportExport(this.#context.dir).map(volumeOfBarcode);
    const taken = new Set<string>([...this.#state.tapes.map(({ volume }) => volume), ...outside]);
    let next = this.#state.nextVolume;
    while (taken.has(volumeOf(next))) next += 1;
    return next;
  }

  #addBlank(barcode: string, volume: TapeId, nextVolume: number): void {
    const { slots } = this.#state;
    const forCleaning = new Set(cleaningTapes(this.#state).map(({ slot }) => slot));
    const free = slots.find(({ tape, number }) => tape === null && !forCleaning.has(number));
    const number = free?.number ?? Math.max(0, ...slots.map((one) => one.number)) + 1;
    this.#save({
      ...this.#state,
      slots: [...slots.filter((one) => one !== free), { number, tape: volume }].sort((a, b) => a.number - b.number),
      tapes: [...this.#state.tapes, blankTape(volume, barcode)],
      nextVolume,
    });
  }

  #demandDrive(drive: number, tape: string): void {
    if (!this.#state.drives.some(({ number }) => number === drive))
      throw badRequest(`There is no drive ${drive}.`, `Drives are numbered from 1 to ${this.#state.drives.length}.`);
    if (this.#standby.get(drive)?.arrived) this.#endStandby(drive);
    if (this.#operated.has(drive)) throw tapeInUse(tape, drive, 'the robot moves a tape there for an operator');
    const holds = this.#held.get(drive);
    if (holds !== undefined) throw tapeInUse(tape, drive, `a job uses the drive with tape ${holds}`);
  }

  get #isReal(): boolean {
    return this.#state.settings.changer !== undefined;
  }

  #demandVirtual(what: string): void {
    if (this.#isReal)
      throw badRequest(`Tapes of a changer ${what}.`, 'Use another tape of the changer, or make a new vault with it.');
  }

  #demandIdle(volume: TapeId): void {
    this.#takeFromStandby(volume);
    const [drive] = [...this.#held].find(([, held]) => held === volume) ?? [];
    if (drive !== undefined) throw tapeInUse(volume, drive, 'a job uses it');
    this.#demandNotAlone(volume);
    if (this.#isInHand(volume)) throw tapeInUse(volume, null, 'a job works with it');
  }

  #demandNotAlone(volume: TapeId, drive: number | null = null): void {
    const why = this.#alone.get(volume);
    if (why !== undefined) throw tapeInUse(volume, drive, why);
  }

  #isInHand(volume: TapeId): boolean {
    return (this.#inHand.get(volume) ?? 0) > 0;
  }

  #demandWritable(record: TapeRecord): void {
    this.#demandIdle(record.volume);
    if (record.writeProtected) throw tapeProtected(record.volume, 'is write protected');
    if (record.state === 'blank' && isCleaningTape(record.barcode))
      throw tapeProtected(record.volume, 'is a cleaning tape');
    if (record.state === 'retired') throw tapeProtected(record.volume, 'is retired');
  }

  #withTape(volume: TapeId, change: Partial<TapeRecord>): LibraryState {
    return {
      ...this.#state,
      tapes: this.#state.tapes.map((tape) => (tape.volume === volume ? { ...tape, ...change } : tape)),
    };
  }

  /** Keeps a change that only says where tapes are: durable where that can be. */
  #note(state: LibraryState): void {
    if (this.#context.readOnly) this.#state = state;
    else this.#save(state);
  }

  /** The same of what a job comes upon, or does, that reads: a disk that is full, or takes nothing more, keeps nobody from it. Throws once the vault is held by somebody else. */
  #noteIfPossible(state: LibraryState): void {
    try {
      this.#note(state);
    } catch (thrown) {
      if (errnoOf(thrown) === null) throw thrown;
      if (!this.#context.readOnly) this.#context.demand();
      this.#state = state;
    }
  }

  #save(state: LibraryState): void {
    this.#context.demand();
    const next = { ...withoutShelvesOfReturned(this.#state, state), generation: this.#state.generation + 1 };
    writeLibrary(this.#context.dir, next);
    this.#state = next;
  }
}

/** What is in a drive, or was left in it. */
const liesIn = ({ tape, inside }: LibraryState['drives'][number]): TapeId | null => tape ?? inside ?? null;

/** The library once a tape was put into a drive once more. */
const withMount = (state: LibraryState, volume: TapeId, drive: number): LibraryState => ({
  ...state,
  drives: state.drives.map((one) => (one.number === drive ? { ...one, mounts: one.mounts + 1 } : one)),
  tapes: state.tapes.map((tape) => (tape.volume === volume ? { ...tape, mounts: tape.mounts + 1 } : tape)),
});

/** Whether nothing but a look at its label keeps a tape of a changer from being used. */
const isOnlyUnread = ({ takenOut }: TapeRecord): boolean => takenOut?.unread === true && takenOut.slot === 0;

/** Why nothing tells which tape a file is; null when something does. */
const whyNameless = (path: string, barcode: string): string | null => {
  try {
    identifyTape(path);
    return null;
  } catch (thrown) {
    const { code, message } = aboutTape(thrown);
    return code === 'TAPE_DAMAGED'
      ? `What lies in the place of ${barcode} does not say that it is that tape: ${message}`
      : null;
  }
};
