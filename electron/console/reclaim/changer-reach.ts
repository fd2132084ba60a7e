import { setTimeout as sleep } from 'node:timers/promises';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { isAboutTape } from '../../engine/tape/tape-errors.ts';
import { eraseInDrive } from '../library/erase-tape.ts';
import { demandInDrive } from '../library/label-in-drive.ts';
import type { JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import type { ChunkFerry, Ferried } from './chunk-ferry.ts';
import { keyOf } from './chunk-key.ts';
import { judgeTape, type KeptChunk, type LookedAt, notToBeRead, type Surroundings } from './look-at-tape.ts';
import type { Proof, Reach } from './reach.ts';
import type { PlaceToProve, WrongPlace } from './reclaim-protocol.ts';

/** The drive that chunks are written in, and then read back in. */
const WRITING_DRIVE = 1;
const RETRY_MS = 200;
/** A thread that takes longer is ended by force. */
const COMMAND_MS = 5000;

/**
 * Tapes of a changer: one drive holds the tape that is reclaimed, from the look at it to its new label, the other one writes, and reads back what it wrote once that tape has its tail. Whose label does not say
 * that it is the tape that is meant is neither read nor written to.
 */
export class ChangerReach implements Reach {
  /** A tail, a rewind and a way back along the tape for each. */
  readonly batchBytes = 64 * 2 ** 30;
  readonly #vault: OpenVault;
  readonly #ferry: ChunkFerry;
  readonly #job: JobControl;
  readonly #readingDrive: number;
  #letGo: (() => void) | null = null;

  constructor(vault: OpenVault, ferry: ChunkFerry, job: JobControl) {
    this.#vault = vault;
    this.#ferry = ferry;
    this.#job = job;
    this.#readingDrive = vault.drives.count;
  }

  take(tape: TapeId): void {
    const { vault, drives } = this.#vault;
    vault.library.demandErasableInDrive(tape);
    const letGo = vault.library.holdAloneInDrive(tape, 'what is kept of it is being moved', this.#readingDrive);
    const unreserve = drives.reserve(this.#readingDrive);
    this.#letGo = () => {
      unreserve();
      letGo();
    };
  }

  async look(record: TapeRecord, around: Surroundings): Promise<LookedAt> {
    try {
      await this.#demandMeant(record.volume);
      return judgeTape(this.#vault, record, around, await this.#ferry.tell(record.volume));
    } catch (thrown) {
      if (isAboutTape(asColdframeError(thrown))) return notToBeRead(thrown);
      throw thrown;
    }
  }

  async reading<Result>(_: TapeId, work: () => Promise<Result>): Promise<Result> {
    return await work();
  }

  /** What is damaged on the tape is taken from others, which are put into its drive for that. */
  async move(tape: TapeId, chunks: readonly KeptChunk[]): Promise<Ferried> {
    const first = await this.#ferry.move(chunks.map((chunk) => onlyOn(chunk, tape)));
    await this.#ferry.land();
    const places = [...first.places];
    const wrong = [...first.wrong];
    let lost = chunks.filter((chunk) => first.lost.some((place) => keyOf(place) === keyOf(chunk)));
    for (const other of new Set(lost.flatMap((chunk) => chunk.places.map((place) => place.tape)))) {
      const there = lost.filter((chunk) => other !== tape && chunk.places.some((place) => place.tape === other));
      if (there.length === 0) continue;
      const more = await this.#inItsStead(tape, other, async () => {
        const ferried = await this.#ferry.move(there.map((chunk) => onlyOn(chunk, other)));
        await this.#ferry.land();
        return ferried;
      });
      if (more instanceof ColdframeError) continue;
      const found = new Set(more.places.map(({ place }) => keyOf(place)));
      places.push(...more.places);
      wrong.push(...more.wrong);
      lost = lost.filter((chunk) => !found.has(keyOf(chunk)));
    }
    return { places, wrong, lost: lost.map((chunk) => chunk.places[0] as ChunkPlace) };
  }

  async prove(places: readonly PlaceToProve[]): Promise<Proof> {
    const wrong: WrongPlace[] = [];
    const unreached = new Map<TapeId, ColdframeError>();
    for (const [tape, there] of Map.groupBy(places, ({ place }) => place.tape)) {
      const inOrder = there.toSorted((one, other) => one.place.offset - other.place.offset);
      const found = await this.#inDrive(WRITING_DRIVE, tape, async () => await this.#ferry.prove(inOrder));
      if (found instanceof ColdframeError) unreached.set(tape, found);
      else wrong.push(...found);
    }
    return { wrong, unreached };
  }

  async settle(tape: TapeId): Promise<ColdframeError | null> {
    return await this.#inDrive(WRITING_DRIVE, tape, async () => {
      await this.#ferry.settle(tape);
      return null;
    });
  }

  async demandGone(tape: TapeId): Promise<void> {
    await this.#demandMeant(tape);
    // Moving and reading back may have taken a day: another console may have the vault by now.
    this.#vault.demandCurrent();
    this.#vault.demandHeld();
  }

  async relabel(tape: TapeId): Promise<void> {
    await eraseInDrive(this.#vault, this.#vault.vault.library.tape(tape), false);
  }

  release(): void {
    this.#letGo?.();
    this.#letGo = null;
  }

  /** Has a tape in a drive that nobody uses; its error when that is not the tape that is meant, or its label cannot be read. */
  async #inDrive<Result>(drive: number, tape: TapeId, work: () => Promise<Result>): Promise<Result | ColdframeError> {
    const { library } = this.#vault.vault;
    try {
      await this.#mount(drive, tape);
    } catch (thrown) {
      // Somebody had the robot carry it out.
      return unlessAboutTape(thrown);
    }
    try {
      const error = await this.#demandMeant(tape).then(() => null, unlessAboutTape);
      return error ?? (await work());
    } finally {
      // One that was cancelled may be in the midst of a command still.
      await this.#ferry.idle(COMMAND_MS);
      library.unmount(drive);
    }
  }

  /** An inventory may have a drive for as long as it takes to read a label. */
  async #mount(drive: number, tape: TapeId): Promise<void> {
    for (;;) {
      try {
        this.#vault.vault.library.mount(drive, tape);
        return;
      } catch (thrown) {
        if (asColdframeError(thrown).code !== 'TAPE_IN_USE') throw thrown;
      }
      await sleep(RETRY_MS, undefined, { signal: this.#job.signal });
    }
  }

  /** Has another tape in the drive of the one that was taken, which nobody moves meanwhile. */
  async #inItsStead<Result>(
    taken: TapeId,
    other: TapeId,
    work: () => Promise<Result>,
  ): Promise<Result | ColdframeError> {
    this.release();
    const stay = this.#vault.vault.library.keepInPlace(taken);
    try {
      return await this.#inDrive(this.#readingDrive, other, work);
    } finally {
      stay();
      this.take(taken);
    }
  }

  /** Reads the label of a tape that is in a drive. One that is another is noted as such, and not used any more. */
  async #demandMeant(tape: TapeId): Promise<void> {
    const { vault, keys } = this.#vault;
    this.#job.signal.throwIfAborted();
    try {
      await demandInDrive(vault.access(tape, keys), vault.library.tape(tape), this.#job);
    } catch (thrown) {
      const { code, message } = asColdframeError(thrown);
      if (code === 'TAPE_MISMATCH') vault.library.noteAnother(tape, message);
      throw thrown;
    }
    this.#job.signal.throwIfAborted();
  }
}

const onlyOn = (chunk: KeptChunk, tape: TapeId): KeptChunk => ({
  ...chunk,
  places: chunk.places.filter((place) => place.tape === tape),
});

/** What is wrong with a tape; anything else is thrown. */
const unlessAboutTape = (thrown: unknown): ColdframeError => {
  const error = asColdframeError(thrown);
  if (isAboutTape(error)) return error;
  throw error;
};
