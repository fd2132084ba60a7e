import fs from 'node:fs';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { errnoOf, isErrno } from '../../../platform/errno.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import { FileStat, TYPE_FILE } from '../../../platform/file-stat.ts';
import { temporaryName } from '../plan/prior-run.ts';
import { applyAttributes } from './apply-attributes.ts';
import type { Destination } from './destination.ts';
import type { PlannedElement } from './element-row.ts';
import type { FreshFiles } from './fresh-files.ts';
import { putInPlace, removeQuietly } from './put-in-place.ts';
import type { WriteNotes } from './write-notes.ts';

/** No copy on write: taken by btrfs only while a file is empty. Source: linux/fs.h. */
const FS_NOCOW_FL = 0x80_0000;

/** Writes regular files: into a temporary file beside the target, which gets its name when it is whole. */
export class FileWriter {
  readonly #system: DestinationFiles;
  readonly #destination: Destination;
  readonly #fresh: FreshFiles;
  readonly #run: string;
  readonly #policy: ConflictPolicy;
  readonly #notes: () => WriteNotes;
  readonly #stat = new FileStat();
  readonly #uid = process.geteuid?.() ?? 0;

  constructor(
    { destination, fresh }: { destination: Destination; fresh: FreshFiles },
    run: string,
    policy: ConflictPolicy,
    notes: () => WriteNotes,
  ) {
    this.#system = destination.files;
    this.#destination = destination;
    this.#fresh = fresh;
    this.#run = run;
    this.#policy = policy;
    this.#notes = notes;
  }

  /** Opens the temporary file of an element, and makes it when no thread has yet. `again`: this thread had it open. */
  open(element: PlannedElement, again: boolean): number {
    const directory = this.#destination.directory(element.directory);
    const name = temporaryName(this.#run, element.id);
    if (again) return this.#reopen(directory, name, element);
    const mode = this.#fresh.mode(element);
    let fd: number;
    try {
      fd = this.#system.createFile(directory, name, mode);
    } catch (error) {
      if (!isErrno(error, 'EEXIST') || element.pieces < 2) throw error;
      return this.#reopen(directory, name, element);
    }
    failpoint('restore:after-create');
    return this.#orClosed(fd, () => {
      this.#fresh.made(element, mode, () => this.#system.statFd(fd, this.#stat));
      if ((element.attributes.fileFlags ?? 0) & FS_NOCOW_FL) refuseCopyOnWrite(this.#system, fd);
    });
  }

  /** Writes all of a run of content at its offset. */
  write(fd: number, content: Uint8Array, offset: number): void {
    for (let done = 0; done < content.length; )
      done += fs.writeSync(fd, content, done, content.length - done, offset + done);
  }

  /** Closes a file that somebody goes on with. */
  close(fd: number): void {
    this.#system.closeFd(fd);
  }

  /** Gives a whole file its length, attributes and name, and closes it. `written`: the end of its last extent. */
  finish(element: PlannedElement, fd: number, written: number): void {
    const notes = this.#notes();
    const { attributes } = element;
    let closed = false;
    try {
      // Content behind its end is in sets of volumes that had become shorter, made before that was left out.
      if (written !== attributes.size) this.#system.setLength(fd, attributes.size);
      const right = this.#fresh.takeRight(element.id);
      applyAttributes(this.#system, fd, attributes, this.#destination.inheritsAcl(element.directory), notes, right);
      closed = true;
      this.#system.closeWritten(fd);
      failpoint('restore:before-rename');
      this.#place(element, notes);
    } catch (error) {
      if (!closed) this.#system.closeFd(fd);
      this.discard(element);
      throw error;
    }
  }

  /** Removes the temporary file of an element. */
  discard(element: PlannedElement): void {
    this.#fresh.takeRight(element.id);
    const directory = this.#destination.directoryIfThere(element.directory);
    if (directory !== null) removeQuietly(this.#system, directory, temporaryName(this.#run, element.id));
  }

  #place(element: PlannedElement, notes: WriteNotes): void {
    const directory = this.#destination.directory(element.directory);
    const name = putInPlace(
      this.#system,
      directory,
      temporaryName(this.#run, element.id),
      element,
      this.#policy,
      notes,
    );
    failpoint('restore:after-rename');
    if (name !== null) notes.restored += 1;
    if (name !== element.name && element.attributes.links > 1) notes.displaced(element.id, name);
  }

  /** Opens what another thread of this restore made; what somebody else put there instead is not written into. */
  #reopen(directory: number, name: ByteString, element: PlannedElement): number {
    this.#fresh.takeRight(element.id);
    const fd = this.#system.openForWriting(directory, name);
    return this.#orClosed(fd, () => {
      const { type, uid, links } = this.#system.statFd(fd, this.#stat);
      if (type !== TYPE_FILE || uid !== this.#uid || links !== 1)
        throw new Error('the temporary file of a restore was replaced by something else');
    });
  }

  /** An open file that `look` has nothing against; closed when it throws. */
  #orClosed(fd: number, look: () => void): number {
    try {
      look();
      return fd;
    } catch (error) {
      this.#system.closeFd(fd);
      throw error;
    }
  }
}

/** Sets the flag that has to be there before the content; where it cannot be set, the restore says so when it sets the others. */
const refuseCopyOnWrite = (files: DestinationFiles, fd: number): void => {
  try {
    files.setFileFlags(fd, (files.readFileFlags(fd) ?? 0) | FS_NOCOW_FL);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
};
