import { type ByteString, joinBytes } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import { asColdframeError } from '../../../../shared/errors.ts';
import type { ElementAttributes, ElementRecord } from '../../../../shared/model/element.ts';
import { type DestinationFiles, destinationFiles } from '../../../platform/destination-files.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { writeAttributes } from '../../blockset/element-codec.ts';
import { chooseTapes } from './choose-tapes.ts';
import { type ConflictAction, isConflict } from './conflict.ts';
import { directoryPath, identitiesOf, openRoot } from './destination-root.ts';
import type { ElementSource } from './element-source.ts';
import { PlanNotes } from './plan-notes.ts';
import { DIRECTORY_STATE, ELEMENT_ACTION, PlanStore } from './plan-store.ts';
import { PlannedDirectories, type PlannedDirectory } from './planned-directories.ts';
import { type OpenPlacement, type Placement, Placements } from './planned-elements.ts';
import { PlannedName } from './planned-names.ts';
import { PriorRun } from './prior-run.ts';
import { ReMapping } from './re-mapping.ts';
import type { Met, PlannedWork, RestoreDestination, RestorePlan } from './restore-plan.ts';
import { settableFlags } from './settable-flags.ts';
import { pathParts, targetParts } from './target-path.ts';

export interface PlanOrder {
  /** 16 hexadecimal digits, new for every plan. */
  readonly id: string;
  /** Plan store to write. */
  readonly file: string;
  /** Plan store that an interrupted run of the same restore left, or null. */
  readonly prior: string | null;
  /**
   * Goes on with a run that ended, which is `prior`: only what that lacked because tapes were away is restored. What it did restore is left
   * alone, whatever became of it since.
   */
  readonly lackingOnly?: boolean;
  readonly bootId: string;
  readonly destination: RestoreDestination;
  /** Folders that nothing is put into, those of vaults for one, and files that nothing takes the place of: what would is left out. */
  readonly keptOut?: readonly ByteString[];
  /** Tapes that are at hand; null when all are. */
  readonly present: readonly string[] | null;
}

const INSERT = 'INSERT INTO element VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

/**
 * Builds the plan of a restore: looks at every element once, in the order in which the source gives them, and keeps what
 * grows in the plan store. Changes nothing at the destination. Call `check` often: it throws when the job is cancelled.
 */
export const buildPlan = (source: ElementSource, order: PlanOrder, check: () => void): RestorePlan => {
  const builder = new PlanBuilder(order);
  try {
    let seen = 0;
    for (const item of source.items()) {
      // A run that goes on reads what stands at the destination, which takes its time.
      if (order.prior !== null || (seen++ & 1023) === 0) check();
      if (item.kind === 'element') builder.element(item.record);
      else builder.part(item.extents);
    }
    return builder.finish(source, check);
  } finally {
    builder.close();
  }
};

class PlanBuilder {
  readonly #order: PlanOrder;
  readonly #files: DestinationFiles;
  readonly #relativeTo: readonly ByteString[];
  readonly #store: PlanStore;
  readonly #prior: PriorRun | null;
  /** Null unless only what it lacked is wanted. */
  readonly #lackingOf: PriorRun | null;
  readonly #rootFd: number | null;
  readonly #directories: PlannedDirectories;
  readonly #placements: Placements;
  readonly #mapping: ReMapping;
  readonly #notes = new PlanNotes();
  readonly #out = new ByteWriter(4096);
  #nextId = 1;
  #plain = false;
  /** Ends the element at hand, once all its parts have come. */
  #pending: { readonly part: (extents: ElementRecord['extents']) => void; readonly settle: () => void } | null = null;
  #comparing: OpenPlacement | null = null;
  /** Folders that are there already are left alone. */
  readonly #leaves: boolean;
  #lastParent = '';
  #lastDirectory: PlannedDirectory | null = null;
  #lastPath: { readonly id: number; readonly path: ByteString } | null = null;

  constructor(order: PlanOrder) {
    this.#order = order;
    this.#files = destinationFiles(order.destination.layer);
    this.#relativeTo = pathParts(order.destination.relativeTo);
    this.#store = PlanStore.create(order.file);
    this.#prior = order.prior === null ? null : PriorRun.open(order.prior, order.bootId, order.destination.policy);
    this.#lackingOf = order.lackingOnly === true ? this.#prior : null;
    if (order.lackingOnly === true && this.#prior === null) throw new RangeError('there is no run to go on with');
    this.#rootFd = openRoot(this.#files, order.destination.root);
    const policy = this.#policy;
    this.#leaves = policy === 'skip';
    const keptOut = identitiesOf(this.#files, order.keptOut ?? []);
    this.#directories = new PlannedDirectories(
      this.#files,
      this.#store,
      policy,
      this.#prior,
      this.#rootFd,
      {
        onConflict: (parent, name, action, met) => this.#conflict(parent, name, action, met),
        onKeptOut: (parent, name) => this.#notes.keptFolder(joinBytes(this.#pathOf(parent.id), name)),
      },
      keptOut,
      order.lackingOnly === true,
    );
    this.#placements = new Placements(this.#files, policy, this.#prior, keptOut);
    this.#mapping = new ReMapping(this.#store);
  }

  element(record: ElementRecord): void {
    this.#settle();
    const { attributes } = record;
    if (this.#isLeftAlone(attributes)) return;
    try {
      const names = this.#target(attributes);
      if (names === null) return;
      if (names[0] !== undefined) names[0] = this.#files.firstName(this.#order.destination.root, names[0]);
      if (attributes.type === 'dir') this.#directory(names, attributes);
      else this.#other(names, record);
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.code !== 'RECORD_MALFORMED') throw error;
      this.#notes.warn(error.code, attributes.path, error.message);
    }
  }

  /** Directories that something goes into are found on the way to it. */
  #isLeftAlone({ type, path }: ElementAttributes): boolean {
    return this.#lackingOf !== null && (type === 'dir' || !this.#lackingOf.lacked(path));
  }

  /** Nothing is refused any more once something was restored: what appeared meanwhile stays, and the rest comes. */
  get #policy(): ConflictPolicy {
    const { lackingOnly, destination } = this.#order;
    return lackingOnly === true && destination.policy === 'fail' ? 'skip' : destination.policy;
  }

  #target({ path }: ElementAttributes): ByteString[] | null {
    const { as } = this.#order.destination;
    if (as === undefined) return targetParts(path, this.#relativeTo);
    if (this.#nextId > 1) throw new RangeError('several elements cannot have one name');
    return [as];
  }

  part(extents: ElementRecord['extents']): void {
    this.#pending?.part(extents);
  }

  finish(source: ElementSource, check: () => void): RestorePlan {
    this.#settle();
    this.#mapping.finish();
    check();
    const { id, file, destination, present } = this.#order;
    const tapes = chooseTapes(this.#store, (set, sequence) => source.chunkPlaces(set, sequence), {
      isPresent: (tape) => present === null || present.includes(tape),
      isDamaged: (place) => source.isDamaged(place),
    });
    const lost = this.#store.statement('SELECT count(*) AS n FROM chunk WHERE tape IS NULL').get();
    const lostChunks = Number(lost?.n);
    const lostSets = this.#store.statement('SELECT DISTINCT set_id FROM chunk WHERE tape IS NULL').all();
    const plan = {
      id,
      file,
      destination: { ...destination, policy: this.#policy },
      ...this.#notes.summary(),
      tapes,
      lostChunks,
      lostSets: lostSets.map(({ set_id }) => String(set_id)),
      work: this.#work(),
    };
    this.#store.setMeta('runs', [...(this.#prior?.runs ?? []), id].join(','));
    this.#store.setMeta('boot', this.#order.bootId);
    this.#store.setMeta('root', destination.root);
    this.#store.setMeta('policy', destination.policy);
    const away = tapes.filter((tape) => !tape.present).map(({ tape }) => tape);
    this.#store.setMeta('away', JSON.stringify(away));
    if (this.#lackingOf !== null) this.#store.setMeta('lacking-only', 'yes');
    this.#store.setMeta('complete', 'yes');
    this.#store.finish();
    return plan;
  }

  close(): void {
    this.#comparing?.close();
    this.#directories.close();
    if (this.#rootFd !== null) this.#files.closeFd(this.#rootFd);
    this.#prior?.close();
    this.#store.close();
  }

  #work(): PlannedWork {
    const one = (sql: string): number => Number(this.#store.statement(sql).get()?.n ?? 0);
    return {
      elementsEnd: this.#nextId,
      plain: this.#plain,
      links: one('SELECT count(*) AS n FROM (SELECT 1 FROM element WHERE leader IS NOT NULL LIMIT 1)') > 0,
      payloadBytes: one('SELECT max(payload) AS n FROM chunk'),
    };
  }

  #directory(names: readonly ByteString[], attributes: ElementAttributes): void {
    const directory = this.#directories.at(names);
    if (directory.state === DIRECTORY_STATE.skip) {
      this.#notes.skipped();
      return;
    }
    this.#directories.dress(directory, this.#encoded(attributes));
    if (directory.state === DIRECTORY_STATE.merge && this.#leaves) this.#notes.skipped();
    else this.#notes.planned(0);
  }

  #other(names: readonly ByteString[], record: ElementRecord): void {
    const { attributes } = record;
    const own = names.at(-1);
    if (own === undefined) {
      this.#notes.warn('USAGE', attributes.path, 'It would take the place of the destination itself.');
    } else if (attributes.marks.unreadable) {
      this.#notes.warn(
        'UNREADABLE',
        attributes.path,
        'Its content could not be read when it was backed up; "versions" says whether another set has it.',
      );
    } else {
      const directory = this.#parent(names, attributes.path);
      if (directory.state === DIRECTORY_STATE.skip) this.#notes.skipped();
      else this.#place(directory, own, record);
    }
  }

  #place(directory: PlannedDirectory, name: ByteString, record: ElementRecord): void {
    const { attributes } = record;
    const shared = attributes.links > 1 ? new PlannedName(this.#store, attributes) : null;
    const leader = shared?.likely ?? null;
    const view = (): number | null => this.#directories.view(directory);
    const placed = this.#placements.place({ view, prior: directory.prior, name, element: attributes, leader });
    if ('planned' in placed) this.#placed(directory, placed, record, shared);
    else this.#compare(directory, placed, record, shared);
  }

  #placed(directory: PlannedDirectory, placement: Placement, record: ElementRecord, shared: PlannedName | null): void {
    if (!this.#note(directory, placement)) return;
    const id = this.#nextId++;
    const withContent = placement.planned !== ELEMENT_ACTION.done && record.attributes.type === 'file';
    this.#mapping.begin(id, shared !== null && shared.likely !== null);
    const row = this.#row(directory, record, id);
    const part = (extents: ElementRecord['extents']): void => {
      shared?.add(extents);
      this.#mapping.add(extents);
    };
    const settle = (): void => {
      const leader = shared?.leader() ?? null;
      if (leader === null) shared?.lead(id);
      else this.#mapping.takeBack();
      row(placement, leader);
    };
    this.#pending = { part, settle };
    if (withContent) part(record.extents);
    else this.#settle();
  }

  /** Compares the element with what stands at its target, and plans its content meanwhile, in case it is another one. */
  #compare(directory: PlannedDirectory, open: OpenPlacement, record: ElementRecord, shared: PlannedName | null): void {
    const id = this.#nextId++;
    this.#comparing = open;
    this.#mapping.begin(id, true);
    const row = this.#row(directory, record, id);
    const part = (extents: ElementRecord['extents']): void => {
      open.add(extents);
      shared?.add(extents);
      this.#mapping.add(extents);
    };
    const settle = (): void => {
      const placement = open.end(id);
      this.#comparing = null;
      const wanted = this.#note(directory, placement);
      const leader = shared?.leader() ?? null;
      if (!wanted || placement.planned === ELEMENT_ACTION.done || leader !== null) this.#mapping.takeBack();
      if (wanted && leader === null) shared?.lead(id);
      if (wanted) row(placement, leader);
    };
    this.#pending = { part, settle };
    part(record.extents);
  }

  /** Counts what becomes of an element; false when the plan leaves it out. */
  #note(directory: PlannedDirectory, { name, action, planned, met = null, isKept }: Placement): boolean {
    if (isKept) this.#notes.keptDisk(joinBytes(this.#pathOf(directory.id), name));
    if (isConflict(action)) this.#conflict(directory, name, action, met);
    if (planned === ELEMENT_ACTION.done) this.#notes.done();
    if (planned === null) this.#notes.skipped();
    return planned !== null;
  }

  /** What writes the element's row, when all its extents are known. */
  #row(
    directory: PlannedDirectory,
    { attributes }: ElementRecord,
    id: number,
  ): (placement: Placement, leader: number | null) => void {
    const encoded = this.#encoded(attributes);
    return ({ name, planned }, leader) => {
      const content = this.#mapping.end();
      const { pieces, chunk, unit, extents } = content;
      if (pieces === 0 && leader === null) this.#plain = true;
      const flagged = settableFlags(attributes.fileFlags) === 0 ? null : 1;
      this.#store
        .statement(INSERT)
        .run(id, directory.id, name, planned, pieces, chunk, unit, leader, flagged, encoded, extents);
      if (planned !== ELEMENT_ACTION.done) this.#notes.planned(content.bytes);
    };
  }

  #settle(): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.settle();
  }

  /** The directory of an element: elements of one directory mostly come one after the other. */
  #parent(names: readonly ByteString[], path: ByteString): PlannedDirectory {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (this.#lastDirectory === null || parent !== this.#lastParent) {
      this.#lastDirectory = this.#directories.at(names.slice(0, -1));
      this.#lastParent = parent;
    }
    return this.#lastDirectory;
  }

  #encoded(attributes: ElementAttributes): Uint8Array {
    this.#out.reset();
    writeAttributes(this.#out, attributes);
    return Buffer.from(this.#out.view());
  }

  #conflict(directory: PlannedDirectory, name: ByteString, action: ConflictAction, met: Met | null): void {
    this.#notes.conflict(action, met, () => joinBytes(this.#pathOf(directory.id), name));
  }

  /** Where a directory is at the destination: what is in the way mostly lies beside what was in the way before it. */
  #pathOf(id: number): ByteString {
    if (this.#lastPath?.id !== id)
      this.#lastPath = { id, path: directoryPath(this.#store, this.#order.destination.root, id) };
    return this.#lastPath.path;
  }
}
