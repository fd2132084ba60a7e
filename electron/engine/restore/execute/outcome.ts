import type { ByteString } from '../../../../shared/byte-string.ts';
import type { Warning } from '../../../../shared/model/block-set.ts';
import type { Loss, WriteReport } from '../write/write-notes.ts';

/** Damage that a restore or a verification found. */
export interface Damage {
  /** Volume id, or empty when no tape is known that holds the chunk. */
  readonly tape: string;
  /** Sequence of the chunk within its set. */
  readonly chunk: number;
  readonly set: string;
  readonly elements: readonly string[];
}

export interface Mount {
  readonly tape: string;
  readonly drive: number;
  readonly count: number;
}

/** How a restore ended. */
export interface RestoreOutcome {
  readonly restored: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly mounts: readonly Mount[];
  readonly damaged: readonly Damage[];
  /** Elements on damaged or missing chunks, those that are not listed included. */
  readonly damagedElements: number;
  readonly warnings: readonly Warning[];
}

const LISTED_ELEMENTS = 10_000;
const LISTED_WARNINGS = 1000;
const CODE_OF_LOSS = 'ATTRIBUTE_NOT_SET';

/** Adds up what the threads report. */
export class Outcome {
  restored = 0;
  skipped = 0;
  readonly displaced = new Map<number, ByteString | null>();
  readonly #mounts = new Map<string, Mount>();
  readonly #damaged: Damage[] = [];
  #damagedElements = 0;
  #listed = 0;
  readonly #warnings: Warning[] = [];
  readonly #losses = new Map<string, Loss>();

  add(report: WriteReport, chunk: { tape: string; sequence: number; set: string } | null): void {
    this.restored += report.restored;
    this.skipped += report.skipped;
    for (const { element, name } of report.displaced) this.displaced.set(element, name);
    this.#warnings.push(...report.warnings.slice(0, LISTED_WARNINGS - this.#warnings.length));
    for (const loss of report.losses) {
      const known = this.#losses.get(loss.kind);
      this.#losses.set(loss.kind, known ? { ...known, count: known.count + loss.count } : loss);
    }
    if (chunk !== null && report.damagedCount > 0) this.#damage(report, chunk);
  }

  mounted(tape: string, drive: number): void {
    const count = (this.#mounts.get(tape)?.count ?? 0) + 1;
    this.#mounts.set(tape, { tape, drive, count });
  }

  result(bytes: number): RestoreOutcome {
    return {
      restored: this.restored,
      skipped: this.skipped,
      bytes,
      mounts: [...this.#mounts.values()],
      damaged: this.#damaged,
      damagedElements: this.#damagedElements,
      warnings: [...this.#warnings, ...[...this.#losses.values()].map(warningOf)],
    };
  }

  #damage(report: WriteReport, { tape, sequence, set }: { tape: string; sequence: number; set: string }): void {
    this.#damagedElements += report.damagedCount;
    const elements = report.damaged.slice(0, LISTED_ELEMENTS - this.#listed).map(({ path }) => path);
    this.#listed += elements.length;
    if (elements.length > 0) this.#damaged.push({ tape, chunk: sequence, set, elements });
  }
}

/** Once per kind, with a count. */
const warningOf = ({ kind, count, path, message }: Loss): Warning => ({
  code: CODE_OF_LOSS,
  path,
  message: `The ${kind} of ${count === 1 ? 'one element' : `${count} elements`} could not be set. ${message}`,
});
