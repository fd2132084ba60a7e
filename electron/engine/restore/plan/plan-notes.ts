import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import type { Warning } from '../../../../shared/model/block-set.ts';
import type { ConflictAction } from './conflict.ts';
import { type Conflict, LISTED_CONFLICTS, type RestorePlan } from './restore-plan.ts';

const LISTED_WARNINGS = 1000;

type Summary = Pick<RestorePlan, 'elements' | 'skipped' | 'alreadyDone' | 'bytes' | 'conflicts' | 'warnings'>;

/** What a plan tells people: counts of everything, the first of what is listed by name. */
export class PlanNotes {
  #elements = 0;
  #skipped = 0;
  #done = 0;
  #bytes = 0;
  #conflicts = 0;
  readonly #first: Conflict[] = [];
  #blocked = 0;
  readonly #firstBlocked: ByteString[] = [];
  readonly #warnings: Warning[] = [];

  planned(bytes: number): void {
    this.#elements += 1;
    this.#bytes += bytes;
  }

  skipped(): void {
    this.#skipped += 1;
  }

  done(): void {
    this.#done += 1;
  }

  /** `path` is only made for those that are listed. */
  conflict(action: ConflictAction, path: () => ByteString): void {
    this.#conflicts += 1;
    if (action === 'blocked') {
      this.#blocked += 1;
      if (this.#firstBlocked.length < LISTED_CONFLICTS) this.#firstBlocked.push(path());
    }
    if (this.#first.length < LISTED_CONFLICTS) this.#first.push({ path: path(), action });
  }

  /** An element that cannot be restored; it counts as skipped. */
  warn(code: string, path: ByteString, message: string): void {
    this.#skipped += 1;
    if (this.#warnings.length < LISTED_WARNINGS) this.#warnings.push({ code, path: displayText(path), message });
  }

  summary(): Summary {
    return {
      elements: this.#elements,
      skipped: this.#skipped,
      alreadyDone: this.#done,
      bytes: this.#bytes,
      conflicts: {
        total: this.#conflicts,
        first: this.#first,
        blocked: { total: this.#blocked, first: this.#firstBlocked },
      },
      warnings: this.#warnings,
    };
  }
}
