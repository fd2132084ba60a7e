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
    this.#notes().damaged(element.attributes.path, reason);
    this.#leftOut(element);
  }

  /** The system refused something. Throws what ends the whole restore. */
  failed(element: PlannedElement, error: unknown): void {
    const { path } = element.attributes;
    this.#leftOut(element);
    if (isFatal(error)) throw fatalError(error, path);
    const { code, message } = error instanceof ColdframeError ? error : asColdframeError(error);
    this.#notes().warn(code, path, message);
  }

  #leftOut(element: PlannedElement): void {
    if (element.pieces < 2) this.#removeTemporary(element);
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
