import { asColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import type { Library } from '../../engine/tape/library.ts';

/**
 * The drive that a merge reads in, the last of the library. It never holds its tape against those that write: what is
 * read may be the very tape with room left, and a library with one drive has no other.
 */
export class ReadingDrive {
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
  load(tape: TapeId): void {
    this.#letGo();
    whenFree(() => void this.#library.load(this.#drive, tape));
    this.#letGo = this.#library.keepInPlace(tape);
  }

  empty(): void {
    this.#letGo();
    this.#letGo = () => undefined;
    whenFree(() => this.#library.unload(this.#drive));
  }
}

const whenFree = (work: () => void): void => {
  try {
    work();
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code !== 'TAPE_IN_USE') throw error;
  }
};
