import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { Timestamp } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { type ConflictAction, conflictAction, otherName } from './conflict.ts';
import { identityOf } from './destination-root.ts';
import { namesWithPrefix, standingAt } from './destination-view.ts';
import { DirectoryHandles } from './directory-handles.ts';
import { DIRECTORY_STATE, type DirectoryState, type PlanStore, ROOT_DIRECTORY } from './plan-store.ts';
import type { PriorDirectory, PriorRun } from './prior-run.ts';
import type { Met } from './restore-plan.ts';

/** A directory of the destination as the planner knows it. */
export interface PlannedDirectory {
  readonly id: number;
  readonly parent: number;
  readonly name: ByteString;
  readonly depth: number;
  readonly state: DirectoryState;
  /** Its id in the earlier run's plan, or null. */
  readonly prior: number | null;
}

const REMEMBERED = 8192;
const INSERT = 'INSERT INTO directory VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)';
const SELECT = 'SELECT id, parent, name, depth, state FROM directory WHERE parent = ? AND source = ?';

/** What is told of a directory as it is found. */
export interface DirectoryNews {
  readonly onConflict: (parent: PlannedDirectory, name: ByteString, action: ConflictAction, met: Met) => void;
  /** Nothing is put into it. */
  readonly onKeptOut: (parent: PlannedDirectory, name: ByteString) => void;
}

/** The directories of a plan: finds each by its names, looks at what stands there, and keeps a row for it. */
export class PlannedDirectories {
  readonly #files: DestinationFiles;
  readonly #store: PlanStore;
  readonly #policy: ConflictPolicy;
  readonly #prior: PriorRun | null;
  readonly #news: DirectoryNews;
  readonly #keptOut: ReadonlySet<string>;
  readonly #again: boolean;
  readonly #handles: DirectoryHandles | null;
  readonly #known = new Map<string, PlannedDirectory>();
  readonly #names = new Map<number, { parent: number; name: ByteString }>();
  readonly #stat = new FileStat();
  readonly #root: PlannedDirectory;
  #nextId = ROOT_DIRECTORY + 1;

  /**
   * `rootFd` is null when the destination is not there yet. `keptOut`: identities of directories that nothing is put into. `again`: the earlier run ended, and directories that something more goes into are
   * left afterwards as it left them.
   */
  constructor(
    files: DestinationFiles,
    store: PlanStore,
    policy: ConflictPolicy,
    prior: PriorRun | null,
    rootFd: number | null,
    news: DirectoryNews,
    keptOut: ReadonlySet<string>,
    again = false,
  ) {
    this.#files = files;
    this.#store = store;
    this.#policy = policy;
    this.#prior = prior;
    this.#news = news;
    this.#keptOut = keptOut;
    this.#again = again;
    const step = (id: number) => this.#step(id);
    this.#handles =
      rootFd === null
        ? null
        : new DirectoryHandles(files, { id: ROOT_DIRECTORY, fd: rootFd }, step, (parent, name) =>
            files.openDirectory(parent, name),
          );
    this.#root = this.#plantRoot(rootFd);
  }

  /** The directory that these names lead to, and rows for all on the way. Its state may be `skip`. */
  at(names: readonly ByteString[]): PlannedDirectory {
    let found = this.#root;
    for (const name of names) {
      found = this.#child(found, name);
      if (found.state === DIRECTORY_STATE.skip) return found;
    }
    return found;
  }

  /** Gives a directory its attributes, encoded. */
  dress(directory: PlannedDirectory, attributes: Uint8Array): void {
    this.#store.statement('UPDATE directory SET attributes = ? WHERE id = ?').run(attributes, directory.id);
  }

  /** A descriptor to look at what stands in a directory, or null when it is not there yet. */
  view(directory: PlannedDirectory): number | null {
    const exists = directory.state === DIRECTORY_STATE.merge || directory.state === DIRECTORY_STATE.own;
    return exists && this.#handles ? this.#handles.get(directory.id) : null;
  }

  close(): void {
    this.#handles?.close();
  }

  #plantRoot(fd: number | null): PlannedDirectory {
    const earlier = this.#prior?.directory(0, '' as ByteString) ?? null;
    const own = earlier?.own === true || this.#policy === 'overwrite' || (fd !== null && this.#files.isEmpty(fd));
    const state = fd === null ? DIRECTORY_STATE.make : own ? DIRECTORY_STATE.own : DIRECTORY_STATE.merge;
    const root = {
      id: ROOT_DIRECTORY,
      parent: 0,
      name: '' as ByteString,
      depth: 0,
      state,
      prior: this.#prior && ROOT_DIRECTORY,
    };
    this.#keep(root, '' as ByteString);
    this.#noteLeftovers(root);
    return this.#dressedAgain(root, earlier);
  }

  #child(parent: PlannedDirectory, source: ByteString): PlannedDirectory {
    const key = `${parent.id}/${source}`;
    const known = this.#known.get(key) ?? this.#stored(parent, source) ?? this.#plant(parent, source);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, known);
    return known;
  }

  /** What was looked at last: no folder, where one is wanted. */
  #met(): Met {
    const { size, modifiedSeconds, modifiedNanos } = this.#stat;
    const modifiedAt = { seconds: modifiedSeconds, nanos: modifiedNanos };
    return { same: false, there: { bytes: size, modifiedAt }, wanted: null };
  }

  #stored(parent: PlannedDirectory, source: ByteString): PlannedDirectory | null {
    const row = this.#store.statement(SELECT).get(parent.id, source);
    if (row === undefined) return null;
    return {
      id: Number(row.id),
      parent: parent.id,
      name: row.name as ByteString,
      depth: Number(row.depth),
      state: Number(row.state) as DirectoryState,
      prior: this.#priorOf(parent, source)?.id ?? null,
    };
  }

  /** A new row, after a look at what stands there. */
  #plant(parent: PlannedDirectory, source: ByteString): PlannedDirectory {
    const id = this.#nextId++;
    const prior = this.#priorOf(parent, source);
    const view = this.view(parent);
    const wanted = prior?.own ? prior.name : source;
    const standing = view === null ? 'nothing' : standingAt(this.#files, view, wanted, this.#stat);
    const action = conflictAction('directory', standing, this.#policy);
    const met = this.#met();
    const name = action === 'rename' && view !== null ? this.#freeName(view, source) : wanted;
    const planned = { id, parent: parent.id, name, depth: parent.depth + 1, prior: prior?.id ?? null };
    if (action !== 'merge') {
      if (action !== 'create') this.#news.onConflict(parent, name, action, met);
      return this.#dressedAgain(this.#keep({ ...planned, state: STATE_OF[action] }, source), prior);
    }
    if (this.#keptOut.has(identityOf(this.#stat))) {
      this.#news.onKeptOut(parent, name);
      return this.#keep({ ...planned, state: DIRECTORY_STATE.skip }, source);
    }
    this.#names.set(id, { parent: parent.id, name });
    const now = { seconds: this.#stat.modifiedSeconds, nanos: this.#stat.modifiedNanos };
    // An earlier run that was interrupted has changed the time already.
    const modifiedAt = this.#again ? now : (prior?.modifiedAt ?? now);
    const own = prior?.own === true || this.#policy === 'overwrite' || this.#isEmpty(id);
    const state = own ? DIRECTORY_STATE.own : DIRECTORY_STATE.merge;
    const kept = this.#keep({ ...planned, state }, source, own ? null : modifiedAt);
    this.#noteLeftovers(kept);
    return this.#dressedAgain(kept, prior);
  }

  #dressedAgain(directory: PlannedDirectory, prior: PriorDirectory | null): PlannedDirectory {
    if (this.#again && prior?.attributes) this.dress(directory, prior.attributes);
    return directory;
  }

  #keep(directory: PlannedDirectory, source: ByteString, modifiedAt: Timestamp | null = null): PlannedDirectory {
    const { id, parent, name, depth, state } = directory;
    const times = [modifiedAt?.seconds ?? null, modifiedAt?.nanos ?? null];
    this.#store.statement(INSERT).run(id, parent, source, name, depth, state, ...times);
    if (this.#names.size >= REMEMBERED) this.#names.clear();
    this.#names.set(id, { parent, name });
    return directory;
  }

  #isEmpty(id: number): boolean {
    return this.#handles !== null && this.#files.isEmpty(this.#handles.get(id));
  }

  /** An earlier run's temporary files are noted, to be removed when the plan is executed. */
  #noteLeftovers(directory: PlannedDirectory): void {
    const view = this.#prior ? this.view(directory) : null;
    if (view === null || this.#prior === null) return;
    const insert = this.#store.statement('INSERT INTO leftover VALUES (?, ?)');
    for (const name of namesWithPrefix(this.#files, view, this.#prior.temporaryPrefixes))
      insert.run(directory.id, name);
  }

  #freeName(view: number, source: ByteString): ByteString {
    for (let n = 1; ; n += 1) {
      const name = otherName(source, n);
      if (standingAt(this.#files, view, name, this.#stat) === 'nothing') return name;
    }
  }

  #priorOf(parent: PlannedDirectory, source: ByteString): PriorDirectory | null {
    return parent.prior === null || this.#prior === null ? null : this.#prior.directory(parent.prior, source);
  }

  #step(id: number): { parent: number; name: ByteString } {
    const known = this.#names.get(id);
    if (known) return known;
    const row = this.#store.statement('SELECT parent, name FROM directory WHERE id = ?').get(id);
    if (row === undefined) throw new RangeError(`the plan has no directory ${id}`);
    return { parent: Number(row.parent), name: row.name as ByteString };
  }
}

const STATE_OF: Readonly<Record<Exclude<ConflictAction, 'merge'>, DirectoryState>> = {
  create: DIRECTORY_STATE.make,
  rename: DIRECTORY_STATE.make,
  replace: DIRECTORY_STATE.replace,
  skip: DIRECTORY_STATE.skip,
  fail: DIRECTORY_STATE.skip,
  blocked: DIRECTORY_STATE.skip,
};
