import type { ByteString } from '../../../shared/byte-string.ts';
import type { PartReport } from '../../engine/mover/front-end-protocol.ts';

interface LongFile {
  readonly parts: number;
  pending: number;
  changed: boolean;
  attempts: number;
}

/** What becomes of a long file when its last part has come back. */
export type Verdict = 'pending' | 'stored' | 'again' | 'stored-changed';

/** Keeps account of files that are copied in parts: they are judged when all parts are there. */
export class PartKeeper {
  readonly #files = new Map<ByteString, LongFile>();
  readonly #limit: number;

  /** `limit`: how often a changed file is copied again. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  expect(path: ByteString, parts: number): void {
    const known = this.#files.get(path);
    this.#files.set(path, { parts, pending: parts, changed: false, attempts: known?.attempts ?? 0 });
  }

  /** Takes a part's report; the verdict is due with the last one. */
  take({ path, changed }: PartReport): Verdict {
    const file = this.#files.get(path);
    if (file === undefined) throw new RangeError('a part came of a file that was not expected');
    file.pending -= 1;
    file.changed ||= changed;
    if (file.pending > 0) return 'pending';
    if (!file.changed) {
      this.#files.delete(path);
      return 'stored';
    }
    file.attempts += 1;
    if (file.attempts <= this.#limit) return 'again';
    this.#files.delete(path);
    return 'stored-changed';
  }
}
