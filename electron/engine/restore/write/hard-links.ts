import fs from 'node:fs';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import { isErrno } from '../../../platform/errno.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import type { RunControl } from '../../mover/run-control.ts';
import { ELEMENT_ACTION, type PlanStore } from '../plan/plan-store.ts';
import { temporaryName } from '../plan/prior-run.ts';
import type { Destination } from './destination.ts';
import { ElementFailures } from './element-failures.ts';
import {
  ELEMENT_COLUMNS,
  type ElementColumns,
  elementById,
  elementOf,
  type PlannedElement,
  rowsOf,
} from './element-row.ts';
import type { FileWriter } from './file-writer.ts';
import { putInPlace } from './put-in-place.ts';
import type { WriteNotes } from './write-notes.ts';

const SELECT = `SELECT ${ELEMENT_COLUMNS}, e.leader FROM element e WHERE e.leader IS NOT NULL ORDER BY e.leader`;
/** The two places cannot share a file: the content is copied instead. */
const CANNOT_LINK = ['EXDEV', 'EMLINK', 'EPERM', 'EOPNOTSUPP'] as const;
const COPY_BYTES = 1024 * 1024;

/** Makes the further names of files with several: each is linked to the name that got the content. */
export class HardLinks {
  readonly #store: PlanStore;
  readonly #destination: Destination;
  readonly #files: FileWriter;
  readonly #run: string;
  readonly #policy: ConflictPolicy;
  readonly #notes: () => WriteNotes;
  readonly #stat = new FileStat();
  readonly #other = new FileStat();

  constructor(
    place: { store: PlanStore; destination: Destination; files: FileWriter; run: string; policy: ConflictPolicy },
    notes: () => WriteNotes,
  ) {
    this.#store = place.store;
    this.#destination = place.destination;
    this.#files = place.files;
    this.#run = place.run;
    this.#policy = place.policy;
    this.#notes = notes;
  }

  /** `displaced`: elements that stand elsewhere than planned, or nowhere (null). */
  make(displaced: ReadonlyMap<number, ByteString | null>, control: RunControl): void {
    const failures = new ElementFailures(this.#files, this.#notes);
    for (const row of rowsOf<[...ElementColumns, number]>(this.#store, SELECT)) {
      if (control.held) control.passageSync();
      const element = elementOf(row);
      const leader = elementById(this.#store, row[6] as number);
      const name = displaced.get(leader.id) ?? leader.name;
      try {
        if (displaced.get(leader.id) === null) this.#notes().withoutContent(leader.id, element.attributes.path);
        else this.#link({ ...leader, name }, element);
      } catch (error) {
        failures.failed(element, error);
      }
    }
  }

  #link(leader: PlannedElement, element: PlannedElement): void {
    const { files } = this.#destination;
    const from = files.openDirectory(this.#destination.directory(leader.directory), '.' as ByteString);
    try {
      const directory = this.#destination.directory(element.directory);
      if (this.#isSame(from, leader.name, directory, element.name)) {
        this.#notes().restored += 1;
        return;
      }
      const temporary = temporaryName(this.#run, element.id);
      try {
        files.makeHardLink(from, leader.name, directory, temporary);
      } catch (error) {
        if (!isErrno(error, ...CANNOT_LINK) || element.attributes.type !== 'file') throw error;
        this.#copy(from, leader, element);
        return;
      }
      failpoint('restore:after-link');
      if (putInPlace(files, directory, temporary, element, this.#policy, this.#notes()) !== null)
        this.#notes().restored += 1;
    } finally {
      files.closeFd(from);
    }
  }

  /** Renaming one name of a file over another one does nothing, so this has to be asked first. */
  #isSame(from: number, leader: ByteString, directory: number, name: ByteString): boolean {
    try {
      this.#destination.files.statAt(from, leader, this.#stat);
      this.#destination.files.statAt(directory, name, this.#other);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
    return this.#stat.inode === this.#other.inode && this.#stat.device === this.#other.device;
  }

  /** A file of its own with the same content, checked when the first name was written. */
  #copy(from: number, leader: PlannedElement, element: PlannedElement): void {
    const { files } = this.#destination;
    const source = files.openForReading(from, leader.name);
    let target = -1;
    let done = 0;
    try {
      target = this.#files.open(element, false);
      const buffer = Buffer.allocUnsafe(COPY_BYTES);
      for (let read = 1; read > 0; done += read) {
        read = fs.readSync(source, buffer, 0, buffer.length, done);
        this.#files.write(target, buffer.subarray(0, read), done);
      }
    } catch (error) {
      if (target >= 0) files.closeFd(target);
      throw error;
    } finally {
      files.closeFd(source);
    }
    this.#files.finish(
      { ...element, action: element.action === ELEMENT_ACTION.replace ? element.action : ELEMENT_ACTION.create },
      target,
      done,
    );
  }
}
