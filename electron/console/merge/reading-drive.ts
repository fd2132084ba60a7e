import { asColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import type { Library } from '../../engine/tape/library.ts';
import type { OpenVault } from '../vault-session.ts';

/**
 * The drive that a merge reads in, the last of the library. It never holds its tape against those that write: what is
 * read may be the very tape with room left, and a library with one drive has no other.
 */
export class ReadingDrive implements TapesToRead {
  readonly #library: Library;
  readonly #drive: number;
  #letGo: () => void = () => undefined;

  constructor(library: Library) {
    this.#library = library;
    this.#drive = Math.max(...library.state.drives.map(({ number }) => number));
  }

  /**
   * Puts a tape in, unless a job writes to it or has the drive: then it is read where it is. Nobody moves it out of the library before the drive
   * is emptied, or has another one. Throws NO_SUCH_TAPE.
   */
  load(tape: TapeId): null {
    this.#letGo();
    whenFree(() => void this.#library.load(this.#drive, tape));
    this.#letGo = this.#library.keepInPlace(tape);
    return null;
  }

  empty(): void {
    this.#letGo();
    this.#letGo = () => undefined;
    whenFree(() => this.#library.unload(this.#drive));
  }
}

/** Where a merge has its tapes read, one at a time. */
export interface TapesToRead {
  /** Puts a tape in. `failed`: drives that are taken only where there are no others. Gives the number of the drive that it is held in; null where it is not. Throws NO_SUCH_TAPE, TAPE_IN_USE. */
  load(tape: TapeId, failed: ReadonlySet<number>): number | null;
  empty(): void;
}

/**
 * The drive of a changer that a merge reads in, the last one that is free: it holds its tape, and nothing is written there or to what is yet to be read, since
 * nobody reads a tape of a changer that is in another drive.
 */
export class HeldDrive implements TapesToRead {
  readonly #vault: Pick<OpenVault, 'vault' | 'drives'>;
  #letGo: (() => void) | null = null;

  constructor(vault: Pick<OpenVault, 'vault' | 'drives'>) {
    this.#vault = vault;
  }

  load(tape: TapeId, failed: ReadonlySet<number>): number {
    this.empty();
    const { vault, drives } = this.#vault;
    const { library } = vault;
    const held = holdInOne(library, tape, failed.union(drives.outOfService));
    const unreserve = drives.reserve(held.drive);
    const keep = library.keepInPlace(tape);
    this.#letGo = () => {
      keep();
      unreserve();
      held.letGo();
    };
    return held.drive;
  }

  empty(): void {
    this.#letGo?.();
    this.#letGo = null;
  }
}

/** The last drive that is free, one of those that failed where there is no other. */
const holdInOne = (
  library: Library,
  tape: TapeId,
  failed: ReadonlySet<number>,
): { readonly drive: number; readonly letGo: () => void } => {
  const numbers = library.state.drives.map(({ number }) => number).toReversed();
  const order = [...numbers.filter((number) => !failed.has(number)), ...numbers.filter((number) => failed.has(number))];
  let inUse: unknown = null;
  for (const drive of order)
    try {
      return { drive, letGo: library.mountFree(tape, drive) };
    } catch (thrown) {
      if (asColdframeError(thrown).code !== 'TAPE_IN_USE') throw thrown;
      inUse = thrown;
    }
  throw inUse;
};

const whenFree = (work: () => void): void => {
  try {
    work();
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code !== 'TAPE_IN_USE') throw error;
  }
};
