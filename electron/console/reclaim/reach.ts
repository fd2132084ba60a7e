import type { ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { ReadingDrive } from '../merge/reading-drive.ts';
import type { OpenVault } from '../vault-session.ts';
import type { ChunkFerry, Ferried } from './chunk-ferry.ts';
import { type KeptChunk, type LookedAt, lookAtTape, type Surroundings } from './look-at-tape.ts';
import type { PlaceToProve, WrongPlace } from './reclaim-protocol.ts';

/** What came of reading places back. */
export interface Proof {
  readonly wrong: readonly WrongPlace[];
  /** Tapes that could not be read at all, and why: what lies there was not proved, and is not known to be damaged. */
  readonly unreached: ReadonlyMap<TapeId, ColdframeError>;
}

/** How a reclaim gets at tapes: one is taken, looked at, read, and at last labelled anew; then the next. */
export interface Reach {
  /** Payload that is moved, read back and noted at a time, bytes: what a kill can make it write again. */
  readonly batchBytes: number;
  /** Nobody else gets the tape before it is released. Throws TAPE_IN_USE, TAPE_PROTECTED, NO_SUCH_TAPE. */
  take(tape: TapeId): void;
  look(record: TapeRecord, around: Surroundings): Promise<LookedAt>;
  /** Does work that reads the tape. */
  reading<Result>(tape: TapeId, work: () => Promise<Result>): Promise<Result>;
  /** Has chunks of the tape written to others; they are durable, and can be read back, when it resolves. */
  move(tape: TapeId, chunks: readonly KeptChunk[]): Promise<Ferried>;
  prove(places: readonly PlaceToProve[]): Promise<Proof>;
  /** As of a ferry; why not, when the tape cannot be reached. */
  settle(tape: TapeId): Promise<ColdframeError | null>;
  /** Throws unless the tape is the one that was taken and may be labelled anew; the last look before the catalog lets go of it. */
  demandGone(tape: TapeId): Promise<void>;
  /** Labels the tape anew, durably. The catalog knows nothing on it by then. */
  relabel(tape: TapeId): Promise<void>;
  /** Ends what `take` began. */
  release(): void;
}

/** Tapes that are files: read past the drives where that has to be. */
export class FileReach implements Reach {
  readonly batchBytes = 64 << 20;
  readonly #vault: OpenVault;
  readonly #ferry: ChunkFerry;
  readonly #drive: ReadingDrive;

  constructor(vault: OpenVault, ferry: ChunkFerry) {
    this.#vault = vault;
    this.#ferry = ferry;
    this.#drive = new ReadingDrive(vault.vault.library);
  }

  take(): void {
    // A file is held by nobody but for the moment in which it is written anew.
  }

  async look(record: TapeRecord, around: Surroundings): Promise<LookedAt> {
    return lookAtTape(this.#vault, record, around);
  }

  async reading<Result>(tape: TapeId, work: () => Promise<Result>): Promise<Result> {
    this.#drive.load(tape);
    try {
      return await work();
    } finally {
      this.#drive.empty();
    }
  }

  async move(_: TapeId, chunks: readonly KeptChunk[]): Promise<Ferried> {
    return await this.#ferry.move(chunks);
  }

  async prove(places: readonly PlaceToProve[]): Promise<Proof> {
    return { wrong: await this.#ferry.prove(places), unreached: new Map() };
  }

  async settle(tape: TapeId): Promise<null> {
    await this.#ferry.settle(tape);
    return null;
  }

  async demandGone(tape: TapeId): Promise<void> {
    this.#vault.vault.library.demandErasable(tape);
  }

  async relabel(tape: TapeId): Promise<void> {
    this.#vault.vault.library.erase(tape);
  }

  release(): void {
    this.#drive.empty();
  }
}
