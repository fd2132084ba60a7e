import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import type { PlannedElement } from './element-row.ts';
import { fatalError, isFatal } from './fatal.ts';
import type { FileWriter } from './file-writer.ts';
import type { WriteNotes } from './write-notes.ts';

/** What happens when one element cannot be restored: it is named, nothing of it is left, and the others go on. */
export class ElementFailures {
  readonly #files: FileWriter;
  readonly #notes: () => WriteNotes;

  constructor(files: FileWriter, notes: () => WriteNotes) {
    this.#files = files;
    this.#notes = notes;
  }

  /** Its content cannot be given out. */
  damaged(element: PlannedElement, reason: string): void {
    this.#notes().damaged(element, reason);
    this.#leftOut(element, element.pieces < 2);
  }

  /** The system refused something. `alone`: no other thread has a part of it. Throws what ends the whole restore. */
  failed(element: PlannedElement, error: unknown, alone = element.pieces < 2): void {
    const { path } = element.attributes;
    this.#leftOut(element, alone);
    if (isFatal(error)) throw fatalError(error, path);
    const { code, message } = error instanceof ColdframeError ? error : asColdframeError(error);
    this.#notes().warn(code, path, message);
  }

  #leftOut(element: PlannedElement, alone: boolean): void {
    if (alone) this.#removeTemporary(element);
    if (element.attributes.links > 1) this.#notes().displaced(element.id, null);
  }

  #removeTemporary(element: PlannedElement): void {
    try {
      this.#files.discard(element);
    } catch {
      // The error that brought us here says more; the next run removes what is left.
    }
  }
}
