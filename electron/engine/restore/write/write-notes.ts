import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import type { Warning } from '../../../../shared/model/block-set.ts';
import type { PlannedElement } from './element-row.ts';

/** Names that one answer of a thread lists; what is beyond is counted. */
const LISTED = 1000;
/** Names without content that one answer lists: they are what a restore has to show for files that it lost. */
const LISTED_NAMES = 100_000;

/** An attribute that could not be set: once per kind, with a count. */
export interface Loss {
  readonly kind: string;
  readonly count: number;
  /** The first element, and what the system said. */
  readonly path: string;
  readonly message: string;
}

/** A content that cannot be given out. */
export interface DamagedElement {
  readonly element: number;
  readonly path: string;
  readonly reason: string;
  /** Pieces that it has in all: another one may be damaged too. */
  readonly pieces: number;
  /** Whether other elements are further names of it. */
  readonly shared: boolean;
}

/** A further name of a file, which has nothing to stand for: its first name was not restored. */
export interface NameWithoutContent {
  /** The element that bears the first name. */
  readonly leader: number;
  readonly path: string;
}

/** What a thread tells of a piece of its work: plain data. */
export interface WriteReport {
  /** Elements that stand at the destination now. */
  readonly restored: number;
  /** Elements left out because of what stood there when their turn came. */
  readonly skipped: number;
  readonly damaged: readonly DamagedElement[];
  readonly damagedCount: number;
  readonly warnings: readonly Warning[];
  readonly losses: readonly Loss[];
  /** Pieces of elements that have more than one. */
  readonly partial: readonly { readonly element: number; readonly pieces: number; readonly sound: boolean }[];
  /** Hard-linked elements that are not at the name which the plan says: another name, or null when not there at all. */
  readonly displaced: readonly { readonly element: number; readonly name: ByteString | null }[];
  readonly withoutContent: readonly NameWithoutContent[];
}

/** Collects a report while a thread works. */
export class WriteNotes {
  restored = 0;
  skipped = 0;
  readonly #damaged: DamagedElement[] = [];
  #damagedCount = 0;
  readonly #warnings: Warning[] = [];
  readonly #losses = new Map<string, { count: number; path: string; message: string }>();
  readonly #partial: { element: number; pieces: number; sound: boolean }[] = [];
  readonly #displaced: { element: number; name: ByteString | null }[] = [];
  readonly #withoutContent: NameWithoutContent[] = [];

  damaged({ id, pieces, attributes: { path, links } }: PlannedElement, reason: string): void {
    this.#damagedCount += 1;
    // Those that may come up again are known by their number, however many they are.
    if (this.#damaged.length < LISTED || links > 1 || pieces > 1)
      this.#damaged.push({ element: id, path: displayText(path), reason, pieces, shared: links > 1 });
  }

  warn(code: string, path: ByteString, message: string): void {
    if (this.#warnings.length < LISTED) this.#warnings.push({ code, path: displayText(path), message });
  }

  loss(kind: string, path: ByteString, error: unknown): void {
    const known = this.#losses.get(kind);
    if (known) known.count += 1;
    else {
      const message = error instanceof Error ? error.message : String(error);
      this.#losses.set(kind, { count: 1, path: displayText(path), message });
    }
  }

  partial(element: number, pieces: number, sound: boolean): void {
    this.#partial.push({ element, pieces, sound });
  }

  withoutContent(leader: number, path: ByteString): void {
    if (this.#withoutContent.length < LISTED_NAMES) this.#withoutContent.push({ leader, path: displayText(path) });
  }

  displaced(element: number, name: ByteString | null): void {
    this.#displaced.push({ element, name });
  }

  report(): WriteReport {
    return {
      restored: this.restored,
      skipped: this.skipped,
      damaged: this.#damaged,
      damagedCount: this.#damagedCount,
      warnings: this.#warnings,
      losses: [...this.#losses].map(([kind, loss]) => ({ kind, ...loss })),
      partial: this.#partial,
      displaced: this.#displaced,
      withoutContent: this.#withoutContent,
    };
  }
}
