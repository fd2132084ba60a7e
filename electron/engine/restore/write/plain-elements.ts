import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { RunControl } from '../../mover/run-control.ts';
import { ELEMENT_ACTION, type PlanStore } from '../plan/plan-store.ts';
import { temporaryName } from '../plan/prior-run.ts';
import { applyAttributesByName } from './apply-attributes.ts';
import { PROGRESS, type Progress } from './chunk-writer.ts';
import type { Destination } from './destination.ts';
import { dressAgain } from './dress-again.ts';
import { ElementFailures } from './element-failures.ts';
import { ELEMENT_COLUMNS, type ElementColumns, elementOf, type PlannedElement, rowsOf } from './element-row.ts';
import type { FileWriter } from './file-writer.ts';
import { putInPlace } from './put-in-place.ts';
import type { WriteNotes } from './write-notes.ts';

const SELECT = `SELECT ${ELEMENT_COLUMNS} FROM element e WHERE e.chunk IS NULL AND e.pieces = 0 AND e.leader IS NULL
  AND e.id >= ? AND e.id < ?`;

/**
 * Makes elements without content: empty files and files that are one hole, links, FIFOs, sockets, devices. Those that an
 * earlier run has written get their attributes again.
 */
export class PlainElements {
  readonly #store: PlanStore;
  readonly #destination: Destination;
  readonly #files: FileWriter;
  readonly #run: string;
  readonly #policy: ConflictPolicy;
  readonly #control: RunControl;
  readonly #progress: Progress;
  readonly #notes: () => WriteNotes;

  constructor(
    place: { store: PlanStore; destination: Destination; files: FileWriter; run: string; policy: ConflictPolicy },
    control: RunControl,
    progress: Progress,
    notes: () => WriteNotes,
  ) {
    this.#store = place.store;
    this.#destination = place.destination;
    this.#files = place.files;
    this.#run = place.run;
    this.#policy = place.policy;
    this.#control = control;
    this.#progress = progress;
    this.#notes = notes;
  }

  /** Makes those whose numbers are in [from, to). */
  make(from: number, to: number): void {
    const failures = new ElementFailures(this.#files, this.#notes);
    for (const row of rowsOf<ElementColumns>(this.#store, SELECT, from, to)) {
      if (this.#control.held) this.#control.passageSync();
      const element = elementOf(row);
      if (element.action === ELEMENT_ACTION.done) {
        this.#dress(element, failures);
        continue;
      }
      try {
        this.#make(element);
      } catch (error) {
        failures.failed(element, error);
      }
      this.#progress[PROGRESS.elements] = (this.#progress[PROGRESS.elements] as number) + 1;
    }
  }

  /** The plan has counted it already: it is taken off again when it is not there any more. */
  #dress(element: PlannedElement, failures: ElementFailures): void {
    try {
      dressAgain(this.#destination.files, this.#destination.directory(element.directory), element, this.#notes());
    } catch (error) {
      this.#notes().restored -= 1;
      failures.failed(element, error);
    }
  }

  #make(element: PlannedElement): void {
    const { attributes } = element;
    if (attributes.type === 'file') {
      this.#files.finish(element, this.#files.open(element, false), 0);
      return;
    }
    const { files } = this.#destination;
    const directory = this.#destination.directory(element.directory);
    const temporary = temporaryName(this.#run, element.id);
    const { type, linkTarget, deviceMajor, deviceMinor } = attributes;
    if (type === 'symlink') files.makeSymbolicLink(directory, temporary, linkTarget);
    else if (type !== 'dir') files.makeNode(directory, temporary, type, 0o600, deviceMajor, deviceMinor);
    failpoint('restore:after-create');
    const notes = this.#notes();
    applyAttributesByName(files, directory, temporary, attributes, notes);
    const name = putInPlace(files, directory, temporary, element, this.#policy, notes);
    if (name !== null) notes.restored += 1;
    if (name !== element.name && attributes.links > 1) notes.displaced(element.id, name);
  }
}
