import type { ColdframeError } from '../../../../shared/errors.ts';

/** A drive failed while a tape was read in it. */
export interface DriveFailure {
  /** Its number, from 1. */
  readonly drive: number;
  readonly tape: string;
  readonly code: string;
  readonly message: string;
  /** The drive in which what was left of the tape was read; null when it was not read there. */
  readonly readIn: number | null;
}

/** A tape that fails in two drives, or twice in the only one, is not put into another: it may be what breaks them. */
const MOST_TRIES = 2;

/** Drives that failed while a job reads, and whether what they did not read is worth another mount. */
export class FailedDrives {
  readonly #count: number;
  readonly #drives = new Set<number>();
  readonly #failures: { -readonly [Key in keyof DriveFailure]: DriveFailure[Key] }[] = [];
  readonly #givenUp = new Map<string, ColdframeError>();
  #last: ColdframeError | null = null;
  /** Failures since a chunk was read last. */
  #inARow = 0;
  #hasRead = false;

  /** `count`: drives of the library. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Numbers of those that failed. */
  get drives(): ReadonlySet<number> {
    return this.#drives;
  }

  get failures(): readonly DriveFailure[] {
    return this.#failures;
  }

  /** What the job failed of: drives did, and nothing at all was read. */
  get failure(): ColdframeError | null {
    return this.#hasRead ? null : ([...this.#givenUp.values()][0] ?? null);
  }

  /** Whether no drive is tried any more: each failed, without anything read in between. */
  get noneLeft(): boolean {
    return this.#inARow > this.#count + 1;
  }

  /** A drive failed with a tape in it, or keeps the tape that is wanted in another one, `used`. Gives whether the tape is to be mounted again. */
  add(drive: number, used: number, tape: string, error: ColdframeError): boolean {
    const { code, message } = error;
    this.#last = error;
    this.#inARow += 1;
    this.#drives.add(drive);
    this.#failures.push({ drive, tape, code, message, readIn: null });
    const tries = this.#failures.filter((each) => each.tape === tape).length;
    const again = drive === used && tries < MOST_TRIES && !this.noneLeft;
    if (!again) this.#givenUp.set(tape, error);
    return again;
  }

  /** No drive is left for a tape: gives why. */
  skip(tape: string): ColdframeError {
    const last = this.#failures.at(-1);
    if (last === undefined || this.#last === null) throw new RangeError('a tape is left out, and no drive failed');
    this.#failures.push({ ...last, tape });
    return this.#last;
  }

  /** A chunk was read. */
  read(): void {
    this.#hasRead = true;
    this.#inARow = 0;
  }

  /** All that was wanted of a tape was read, in this drive. */
  readThrough(tape: string, drive: number | null): void {
    if (this.#givenUp.has(tape)) return;
    for (const failure of this.#failures) if (failure.tape === tape) failure.readIn = drive;
  }
}
