import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../../shared/model/block-set.ts';
import type { DamagedChunk } from '../../catalog/index.ts';
import type { NotSet } from '../restore-test/compare-attributes.ts';
import type { DamagedElement, Loss, NameWithoutContent, WriteReport } from '../write/write-notes.ts';
import type { DriveFailure } from './failed-drives.ts';
import { nothingRead, TakenElsewhere } from './taken-elsewhere.ts';
import type { FilledSlot } from './thread-protocol.ts';

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
  /** Tapes in whose place another one was found: what lies on them is away, and is not known to be damaged. */
  readonly otherTapes: readonly string[];
  /** Drives that failed while they read, and what became of the tapes in them. */
  readonly driveFailures: readonly DriveFailure[];
  readonly damaged: readonly Damage[];
  /** Chunks whose content is not what it was; those that were not there to be read are none. */
  readonly wrong: readonly DamagedChunk[];
  /** Elements on damaged or missing chunks, those that are not listed included. */
  readonly damagedElements: number;
  readonly warnings: readonly Warning[];
}

const LISTED_ELEMENTS = 10_000;
const LISTED_WARNINGS = 1000;
const CODE_OF_LOSS = 'ATTRIBUTE_NOT_SET';

interface ListedDamage extends Damage {
  readonly elements: string[];
}

/** Adds up what the threads report. */
export class Outcome {
  restored = 0;
  skipped = 0;
  readonly displaced = new Map<number, ByteString | null>();
  readonly #mounts = new Map<string, Mount>();
  readonly #damaged: ListedDamage[] = [];
  readonly #wrong: DamagedChunk[] = [];
  #damagedElements = 0;
  #listed = 0;
  /** Elements of several pieces that are damaged: each counts once. */
  readonly #inPieces = new Set<number>();
  /** First names of files with several: where their damage is listed, if it is. */
  readonly #shared = new Map<number, ListedDamage | null>();
  readonly #warnings: Warning[] = [];
  readonly #losses = new Map<string, Loss>();
  readonly #elsewhere = new TakenElsewhere();
  /** Tapes that could not be read from at all, and why. */
  readonly #unusable = new Map<string, ColdframeError>();

  add(
    report: WriteReport,
    chunk: { tape: string; block: number; sequence: number; set: string; slot: Pick<FilledSlot, 'unread'> } | null,
  ): void {
    this.restored += report.restored;
    this.skipped += report.skipped;
    for (const { element, name } of report.displaced) this.displaced.set(element, name);
    this.#warnings.push(...report.warnings.slice(0, LISTED_WARNINGS - this.#warnings.length));
    for (const loss of report.losses) {
      const known = this.#losses.get(loss.kind);
      this.#losses.set(loss.kind, known ? { ...known, count: known.count + loss.count } : loss);
    }
    if (chunk !== null && report.damagedCount > 0) this.#damage(report, chunk);
    for (const name of report.withoutContent) this.#withoutContent(name);
  }

  /** A tape is read, in a drive that it was put into for that, or past the drives. */
  mounted(tape: string, drive: number | null): void {
    if (drive === null) return;
    const count = (this.#mounts.get(tape)?.count ?? 0) + 1;
    this.#mounts.set(tape, { tape, drive, count });
  }

  /** A tape that was to be there is not, is another one, or cannot be read from at all. */
  unusable(tape: string, error: ColdframeError): void {
    this.#unusable.set(tape, error);
  }

  /** A chunk cannot be read at a place, and is looked for at another. */
  putOff({ set, sequence, tape, kind, block }: ChunkPlace, unread: boolean): void {
    if (!unread) this.#wrong.push({ set, sequence, tape, kind, block });
    this.#elsewhere.add({ tape, set, sequence });
  }

  result(bytes: number, driveFailures: readonly DriveFailure[]): RestoreOutcome {
    return {
      restored: this.restored,
      skipped: this.skipped,
      bytes,
      mounts: [...this.#mounts.values()],
      otherTapes: [...this.#unusable].filter(([, { code }]) => code === 'TAPE_MISMATCH').map(([tape]) => tape),
      driveFailures,
      damaged: this.#damaged,
      wrong: this.#wrong,
      damagedElements: this.#damagedElements,
      warnings: [
        ...[...this.#unusable].map(([tape, error]) => nothingRead(tape, error)),
        ...this.#elsewhere.warnings(),
        ...this.#warnings,
        ...[...this.#losses.values()].map(warningOf),
      ],
    };
  }

  #damage(
    report: WriteReport,
    {
      tape,
      block,
      sequence,
      set,
      slot,
    }: { tape: string; block: number; sequence: number; set: string; slot: Pick<FilledSlot, 'unread'> },
  ): void {
    if (!slot.unread) this.#wrong.push({ set, sequence, tape, kind: 'data', block });
    this.#damagedElements += report.damagedCount - this.#countedBefore(report.damaged);
    const paths = new Set(report.damaged.map(({ path }) => path));
    const elements = [...paths].slice(0, LISTED_ELEMENTS - this.#listed);
    this.#listed += elements.length;
    const listed = elements.length > 0 ? { tape, chunk: sequence, set, elements } : null;
    if (listed !== null) this.#damaged.push(listed);
    for (const { element, shared } of report.damaged) if (shared) this.#shared.set(element, listed);
  }

  #countedBefore(damaged: readonly DamagedElement[]): number {
    let before = 0;
    for (const { element, pieces } of damaged) {
      if (pieces < 2) continue;
      if (this.#inPieces.has(element)) before += 1;
      this.#inPieces.add(element);
    }
    return before;
  }

  /** A name whose file is damaged is damaged itself; where its file is missing for another reason, it is a warning. */
  #withoutContent({ leader, path }: NameWithoutContent): void {
    const listed = this.#shared.get(leader);
    if (listed === undefined) {
      const message = 'It shares its content with an element that was not restored.';
      if (this.#warnings.length < LISTED_WARNINGS) this.#warnings.push({ code: 'CONTENT_MISSING', path, message });
      return;
    }
    this.#damagedElements += 1;
    if (listed === null || this.#listed >= LISTED_ELEMENTS) return;
    this.#listed += 1;
    listed.elements.push(path);
  }
}

const NOT_SET = /^The (owner|mode|time|ACL|extended attributes|file flags)\b/;

/** What a restore said that it could not set, by its warnings. */
export const kindsNotSet = (warnings: readonly Pick<Warning, 'code' | 'message'>[]): NotSet[] => [
  ...new Set(
    warnings
      .filter(({ code }) => code === CODE_OF_LOSS)
      .flatMap(({ message }) => (NOT_SET.exec(message)?.[1] as NotSet | undefined) ?? []),
  ),
];

/** Once per kind, with a count. */
const warningOf = ({ kind, count, path, message }: Loss): Warning => ({
  code: CODE_OF_LOSS,
  path,
  message: `The ${kind} of ${count === 1 ? 'one element' : `${count} elements`} could not be set. ${message}`,
});
