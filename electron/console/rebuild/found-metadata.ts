import fs from 'node:fs';
import { join } from 'node:path';
import { decodeUnit, type UnitSeal } from '../../engine/blockset/unit.ts';
import { type RecordStream, spoolStream } from '../../engine/catalog/index.ts';
import { tapeDamaged } from '../../engine/tape/tape-errors.ts';

/** The metadata of one set as far as it was found: the plain content of each part in a file of its own. */
export class FoundMetadata {
  readonly #folder: string;
  readonly #parts = new Set<number>();
  #last: number | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(part: number): boolean {
    return this.#parts.has(part);
  }

  /** Takes in the payload of a metadata chunk. Throws UNIT_DAMAGED, TAPE_DAMAGED; then nothing of it counts. */
  add(
    chunk: { readonly part: number; readonly last: boolean; readonly units: number; readonly tape: string },
    payload: Uint8Array,
    seal: UnitSeal | null,
  ): void {
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const fd = fs.openSync(this.#fileOf(chunk.part), 'w', 0o600);
    try {
      let units = 0;
      for (let at = 0; at < payload.length; units += 1) {
        const { plain, number, next } = decodeUnit(payload, at, seal);
        if (number !== units) throw tapeDamaged(chunk.tape, 'the units of a metadata chunk are out of order');
        for (let done = 0; done < plain.length; ) done += fs.writeSync(fd, plain, done);
        at = next;
      }
      if (units !== chunk.units) throw tapeDamaged(chunk.tape, 'units of a metadata chunk are missing');
    } finally {
      fs.closeSync(fd);
    }
    this.#parts.add(chunk.part);
    if (chunk.last) this.#last = chunk.part;
  }

  /** Whether every part is there. */
  get whole(): boolean {
    if (this.#last === null) return false;
    for (let part = 0; part <= this.#last; part += 1) if (!this.#parts.has(part)) return false;
    return true;
  }

  /** The stream, up to the first part that is missing. */
  stream(): RecordStream {
    const files: string[] = [];
    for (let part = 0; this.#parts.has(part); part += 1) files.push(this.#fileOf(part));
    return spoolStream(files);
  }

  /** It was taken in. */
  forget(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #fileOf(part: number): string {
    return join(this.#folder, `part-${part}`);
  }
}
