import type { ByteString } from '../../../../shared/byte-string.ts';
import { asColdframeError } from '../../../../shared/errors.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { isErrno } from '../../../platform/errno.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import { ByteReader } from '../../blockset/byte-reader.ts';
import { readAttributes } from '../../blockset/element-codec.ts';
import type { RunControl } from '../../mover/run-control.ts';
import { DIRECTORY_STATE, type PlanStore, ROOT_DIRECTORY } from '../plan/plan-store.ts';
import { flagsToSet, settableFlags } from '../plan/settable-flags.ts';
import { applyAttributes } from './apply-attributes.ts';
import type { Destination } from './destination.ts';
import { ELEMENT_COLUMNS, type ElementColumns, elementOf, rowsOf } from './element-row.ts';
import { fatalError, isFatal } from './fatal.ts';
import type { WriteNotes } from './write-notes.ts';

const SELECT =
  'SELECT id, state, attributes, modified_seconds, modified_nanos FROM directory WHERE state <> 4 ORDER BY depth DESC';
type DirectoryColumns = [number, number, Uint8Array | null, number | null, number | null];
const ITSELF = '.' as ByteString;
const FLAGGED = `SELECT ${ELEMENT_COLUMNS} FROM element e WHERE e.flagged IS NOT NULL`;
/** Of directories that only lead to something restored, as `mkdir -p` makes them. */
const WAY_MODE = 0o755;

/** The last steps: directories get their attributes deepest first, so that nothing below changes their times again. */
export class FinishDirectories {
  readonly #store: PlanStore;
  readonly #destination: Destination;
  readonly #notes: () => WriteNotes;
  /** Whether the run before has counted the directories. */
  readonly #counted: boolean;
  readonly #leaves: boolean;
  readonly #flagged: { id: number; flags: number; path: ByteString }[] = [];

  /** `leaves`: one that was there already is left alone, and counted as skipped by the plan. */
  constructor(store: PlanStore, destination: Destination, notes: () => WriteNotes, leaves: boolean) {
    this.#leaves = leaves;
    this.#store = store;
    this.#counted = store.meta('lacking-only') === 'yes';
    this.#destination = destination;
    this.#notes = notes;
  }

  /** Makes what is still missing (empty directories) and dresses all that are ours. */
  dress(control: RunControl): void {
    for (const [id, state, encoded, seconds, nanos] of rowsOf<DirectoryColumns>(this.#store, SELECT)) {
      if (control.held) control.passageSync();
      const attributes = encoded === null ? null : readAttributes(new ByteReader(encoded));
      try {
        if (state === DIRECTORY_STATE.merge) this.#leave(id, attributes, seconds, nanos);
        else this.#one(id, state, attributes);
      } catch (error) {
        this.#failed(attributes, error);
      }
    }
    failpoint('restore:after-directories');
  }

  /** File flags come last of all: some of them forbid every further change. */
  setFlags(displaced: ReadonlyMap<number, ByteString | null>): void {
    for (const row of rowsOf<ElementColumns>(this.#store, FLAGGED)) {
      const { id, directory, name, attributes } = elementOf(row);
      const actual = displaced.has(id) ? displaced.get(id) : name;
      if (actual === null || actual === undefined || attributes.type !== 'file') continue;
      this.#flag(this.#destination.directory(directory), actual, attributes.fileFlags ?? 0, attributes.path);
    }
    for (const { id, flags, path } of this.#flagged) this.#flag(this.#destination.directory(id), ITSELF, flags, path);
  }

  /** One that was there keeps its attributes, so its time too, which what was put into it has changed. */
  #leave(id: number, attributes: ElementAttributes | null, seconds: number | null, nanos: number | null): void {
    if (attributes !== null && seconds !== null && nanos !== null) {
      const { files } = this.#destination;
      try {
        files.setModified(this.#destination.directory(id), ITSELF, { seconds, nanos });
      } catch (error) {
        // Somebody else's, into which this user may write all the same, or on a file system that keeps no times.
        if (!isErrno(error, 'EPERM', 'EACCES', 'EROFS', 'ENOSYS', 'EOPNOTSUPP', 'EINVAL')) throw error;
      }
    }
    if (!this.#leaves) this.#count(attributes);
  }

  #one(id: number, state: number, attributes: ElementAttributes | null): void {
    const path = this.#destination.directory(id);
    if (attributes === null) {
      if (id !== ROOT_DIRECTORY && state !== DIRECTORY_STATE.own)
        this.#destination.files.changeMode(path, ITSELF, WAY_MODE);
      return;
    }
    const { files } = this.#destination;
    const fd = files.openForDressing(path, ITSELF);
    try {
      applyAttributes(files, fd, attributes, this.#destination.inheritsAcl(id), this.#notes());
    } finally {
      files.closeFd(fd);
    }
    const flags = settableFlags(attributes.fileFlags);
    if (flags !== 0) this.#flagged.push({ id, flags, path: attributes.path });
    this.#count(attributes);
  }

  #count(attributes: ElementAttributes | null): void {
    if (attributes !== null && !this.#counted) this.#notes().restored += 1;
  }

  #flag(directory: number, name: ByteString, flags: number, path: ByteString): void {
    const { files } = this.#destination;
    try {
      const fd = files.openForDressing(directory, name);
      try {
        files.setFileFlags(fd, flagsToSet(files.readFileFlags(fd) ?? 0, flags));
      } finally {
        files.closeFd(fd);
      }
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return;
      this.#notes().loss('file flags', path, error);
    }
  }

  #failed(attributes: ElementAttributes | null, error: unknown): void {
    const path = attributes?.path ?? ('/' as ByteString);
    if (isFatal(error)) throw fatalError(error, path);
    const { code, message } = asColdframeError(error);
    this.#notes().warn(code, path, message);
  }
}
