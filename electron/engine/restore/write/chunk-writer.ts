import { UnitMemory, type UnitSeal } from '../../blockset/unit.ts';
import type { RunControl } from '../../mover/run-control.ts';
import { type MappedExtent, readPiece } from '../plan/piece-codec.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { checkedContent } from './check-digests.ts';
import { ElementFailures } from './element-failures.ts';
import { ELEMENT_COLUMNS, type ElementColumns, elementOf, type PlannedElement, rowsOf } from './element-row.ts';
import type { FileWriter } from './file-writer.ts';
import { plainOf, unitOffsets } from './unit-walk.ts';
import type { WriteNotes } from './write-notes.ts';

/** Files that wait for a later unit of their chunk and stay open meanwhile. */
const MOST_OPEN = 64;
const DIGEST_MISMATCH = 'its content does not have the digest that it had when it was backed up';

const SINGLES = `SELECT ${ELEMENT_COLUMNS}, e.extents, e.unit FROM element e WHERE e.chunk = ? ORDER BY e.unit`;
const PIECES = `SELECT ${ELEMENT_COLUMNS}, p.extents, p.unit FROM piece p JOIN element e ON e.id = p.element
  WHERE p.chunk = ? ORDER BY p.unit`;

/** One element's part of the chunk at hand. */
interface Task {
  readonly element: PlannedElement;
  /** In the order of their units. */
  readonly extents: readonly MappedExtent[];
  next: number;
  fd: number;
  opened: boolean;
  failed: boolean;
  /** End of the last extent that was written. */
  written: number;
}

export type Progress = Float64Array;
/** Positions in the progress of a thread. */
export const PROGRESS = { elements: 0, bytes: 1 } as const;

/** Turns chunks into files: goes through the units of a payload once and writes what each element has there. */
export class ChunkWriter {
  readonly #store: PlanStore;
  readonly #files: FileWriter;
  readonly #control: RunControl;
  readonly #progress: Progress;
  readonly #notes: () => WriteNotes;
  readonly #failures: ElementFailures;
  readonly #memory = new UnitMemory();
  #waiting: Task[] = [];
  /** Those that waited until the unit at hand, and were not taken up yet. */
  #due: Task[] = [];
  #open = 0;

  constructor(store: PlanStore, files: FileWriter, control: RunControl, progress: Progress, notes: () => WriteNotes) {
    this.#store = store;
    this.#files = files;
    this.#control = control;
    this.#progress = progress;
    this.#notes = notes;
    this.#failures = new ElementFailures(files, notes);
  }

  /**
   * Writes what a chunk holds. `payload` may lack units that nobody wants; with `lost` given there is none, and all that
   * lies in the chunk is reported. Throws CANCELLED and what ends the whole restore; then no temporary file is left of
   * elements that lie in this chunk alone.
   */
  write(chunk: number, payload: Buffer, seal: UnitSeal | null, lost: string | null): void {
    const offsets = lost === null ? unitOffsets(payload) : new Map<number, number>();
    const singles = new Rows(rowsOf<[...ElementColumns, Uint8Array, number]>(this.#store, SINGLES, chunk));
    const pieces = new Rows(rowsOf<[...ElementColumns, Uint8Array, number]>(this.#store, PIECES, chunk));
    try {
      for (let unit = this.#nextUnit(singles, pieces); unit < Infinity; unit = this.#nextUnit(singles, pieces)) {
        const found = lost === null ? plainOf(payload, offsets.get(unit), seal, this.#memory) : { reason: lost };
        this.#due = this.#waiting;
        this.#waiting = [];
        for (let task = this.#due.shift(); task; task = this.#due.shift()) this.#step(task, unit, found);
        for (const rows of [singles, pieces]) while (rows.unit === unit) this.#step(taskOf(rows.take()), unit, found);
      }
    } catch (error) {
      this.#abandon();
      throw error;
    } finally {
      singles.end();
      pieces.end();
    }
  }

  #nextUnit(singles: Rows, pieces: Rows): number {
    let unit = Math.min(singles.unit, pieces.unit);
    for (const { extents, next } of this.#waiting) unit = Math.min(unit, (extents[next] as MappedExtent).unit);
    return unit;
  }

  /** Writes what a task has in a unit, and ends the task or lets it wait for its next unit. */
  #step(task: Task, unit: number, found: { plain: Uint8Array } | { reason: string }): void {
    if (this.#control.held) this.#passage(task);
    try {
      for (let extent = task.extents[task.next]; extent?.unit === unit; extent = task.extents[task.next]) {
        task.next += 1;
        if (!task.failed) this.#extent(task, extent, found);
      }
      if (task.next === task.extents.length) this.#end(task);
      else this.#wait(task);
    } catch (error) {
      task.failed = true;
      this.#waiting.push(task);
      quietly(() => this.#close(task));
      this.#failures.failed(task.element, error);
      this.#waiting.pop();
      if (task.next < task.extents.length) this.#waiting.push(task);
      else this.#end(task);
    }
  }

  #extent(task: Task, extent: MappedExtent, found: { plain: Uint8Array } | { reason: string }): void {
    const content = 'plain' in found ? checkedContent(found.plain, extent) : null;
    if (content === null) {
      this.#close(task);
      task.failed = true;
      this.#failures.damaged(task.element, 'reason' in found ? found.reason : DIGEST_MISMATCH);
      return;
    }
    if (task.fd < 0) {
      task.fd = this.#files.open(task.element, task.opened);
      task.opened = true;
      this.#open += 1;
    }
    this.#files.write(task.fd, content, extent.offset);
    task.written = Math.max(task.written, extent.offset + extent.length);
    this.#progress[PROGRESS.bytes] = (this.#progress[PROGRESS.bytes] as number) + extent.length;
  }

  #end(task: Task): void {
    const { element } = task;
    if (element.pieces > 1) {
      this.#close(task);
      this.#notes().partial(element.id, element.pieces, !task.failed);
    } else if (!task.failed) {
      const { fd } = task;
      task.fd = -1;
      this.#open -= 1;
      this.#files.finish(element, fd, task.written);
      this.#progress[PROGRESS.elements] = (this.#progress[PROGRESS.elements] as number) + 1;
    }
  }

  #wait(task: Task): void {
    if (this.#open > MOST_OPEN) this.#close(task);
    this.#waiting.push(task);
  }

  #close(task: Task): void {
    if (task.fd < 0) return;
    const { fd } = task;
    task.fd = -1;
    this.#open -= 1;
    this.#files.close(fd);
  }

  /** Waits out a pause; when the job is cancelled, the task at hand is among those that are abandoned. */
  #passage(task: Task): void {
    this.#waiting.push(task);
    this.#control.passageSync();
    this.#waiting.pop();
  }

  /** Removes the temporary files of elements that nobody else is going to finish. */
  #abandon(): void {
    const left = [...this.#due, ...this.#waiting];
    this.#due = [];
    this.#waiting = [];
    for (const task of left) {
      const { element, opened } = task;
      if (element.pieces > 1) this.#notes().partial(element.id, element.pieces, false);
      quietly(() => this.#close(task));
      if (element.pieces < 2 && opened) quietly(() => this.#files.discard(element));
    }
  }
}

/** The error that ended the restore says more than what fails while it is taken back. */
const quietly = (step: () => void): void => {
  try {
    step();
  } catch {
    // The next run removes what is left.
  }
};

const taskOf = (row: [...ElementColumns, Uint8Array, number]): Task => {
  const extents = readPiece(row[6] as Uint8Array);
  if (extents.length > 1) extents.sort((a, b) => a.unit - b.unit || a.offset - b.offset);
  return { element: elementOf(row), extents, next: 0, fd: -1, opened: false, failed: false, written: 0 };
};

/** Rows in the order of their first unit, of which one is looked at ahead. */
class Rows {
  readonly #rows: Iterator<[...ElementColumns, Uint8Array, number]>;
  #head: [...ElementColumns, Uint8Array, number] | null = null;
  /** First unit of the next row; Infinity when there is none. */
  unit = Infinity;

  constructor(rows: Iterator<[...ElementColumns, Uint8Array, number]>) {
    this.#rows = rows;
    this.#advance();
  }

  take(): [...ElementColumns, Uint8Array, number] {
    const row = this.#head;
    if (row === null) throw new RangeError('there is no row left');
    this.#advance();
    return row;
  }

  end(): void {
    this.#rows.return?.();
  }

  #advance(): void {
    const next = this.#rows.next();
    this.#head = next.done ? null : next.value;
    this.unit = this.#head === null ? Infinity : (this.#head[7] as number);
  }
}
