import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import type { Warning } from '../../../../shared/model/block-set.ts';
import type { ConflictAction } from './conflict.ts';
import { ConflictNotes } from './conflict-notes.ts';
import { LISTED_CONFLICTS, type Met, type RestorePlan } from './restore-plan.ts';

const LISTED_WARNINGS = 1000;

type Summary = Pick<RestorePlan, 'elements' | 'skipped' | 'alreadyDone' | 'bytes' | 'conflicts' | 'warnings'>;

/** What a plan tells people: counts of everything, the first of what is listed by name. */
export class PlanNotes {
  #elements = 0;
  #skipped = 0;
  #done = 0;
  #bytes = 0;
  readonly #conflicts = new ConflictNotes();
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

  /** `path` is only made for those that are listed, and for what is replaced. */
  conflict(action: ConflictAction, met: Met | null, path: () => ByteString): void {
    this.#conflicts.add(action, met, path);
    if (action === 'blocked') {
      this.#blocked += 1;
      if (this.#firstBlocked.length < LISTED_CONFLICTS) this.#firstBlocked.push(path());
    }
  }

  /** An element that cannot be restored; it counts as skipped. */
  warn(code: string, path: ByteString, message: string): void {
    this.#skipped += 1;
    this.#tell(code, path, message);
  }

  /** A folder that nothing is put into; what was to go there counts as skipped. */
  keptFolder(path: ByteString): void {
    this.#tell(
      'DESTINATION_TAKEN',
      path,
      'Coldframe keeps a vault or its own state here, of which the newest would be lost: what was to go there is left out. Restore it to another folder.',
    );
  }

  /** A file that nothing takes the place of. */
  keptDisk(path: ByteString): void {
    this.#tell(
      'VOLUME_IN_USE',
      path,
      'It is the disk of a managed volume, which would go on with the file that is replaced: it is left out. Restore it to another folder, or forget the volume first (coldframe volume remove).',
    );
  }

  summary(): Summary {
    return {
      elements: this.#elements,
      skipped: this.#skipped,
      alreadyDone: this.#done,
      bytes: this.#bytes,
      conflicts: {
        ...this.#conflicts.summary(),
        blocked: { total: this.#blocked, first: this.#firstBlocked },
      },
      warnings: this.#warnings,
    };
  }

  #tell(code: string, path: ByteString, message: string): void {
    if (this.#warnings.length < LISTED_WARNINGS) this.#warnings.push({ code, path: displayText(path), message });
  }
}
