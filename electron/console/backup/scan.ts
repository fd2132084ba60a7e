import { type ByteString, baseOf, displayText, joinBytes } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ElementAttributes, StoredExtent } from '../../../shared/model/element.ts';
import { type SetTable, writeElement, writeRemoved } from '../../engine/blockset/records.ts';
import type { DamagedChunks, KnownElement, KnownState } from '../../engine/catalog/index.ts';
import { mapFile } from '../../engine/extents/file-map.ts';
import type { ContentRun } from '../../engine/mover/content-run.ts';
import type { RunControl } from '../../engine/mover/run-control.ts';
import type { Spool } from '../../engine/mover/spool.ts';
import type { EntryCursor } from '../../engine/selection/cursor.ts';
import { decodeIdentity } from '../../engine/selection/identity.ts';
import { isWithin } from '../../engine/selection/roots.ts';
import type { Visitor, WalkWarning } from '../../engine/selection/visitor.ts';
import { errnoOf } from '../../platform/errno.ts';
import { sourceFiles } from '../../platform/source-files.ts';
import type { ScanCounts } from './scan-protocol.ts';
import type { StoredContent } from './stored-content.ts';
import type { WorkSender } from './work-sender.ts';

const WARNINGS_KEPT = 1000;
const NONE: readonly StoredExtent[] = [];

/** Where a scan puts what it finds. */
export interface ScanTargets {
  readonly elements: Spool;
  readonly removed: Spool;
  readonly links: Spool;
  readonly sender: WorkSender;
  readonly table: SetTable;
}

/** What a scan knows beforehand. */
export interface ScanKnowledge {
  readonly state: KnownState | null;
  readonly stored: StoredContent | null;
  /** When the scan began, milliseconds. */
  readonly began: number;
  /** When the known set was begun, milliseconds. */
  readonly knownSince: number;
  /** The roots of the selection. */
  readonly roots: ReadonlySet<ByteString>;
  /** Chunks that nothing may refer to any more. */
  readonly damaged: DamagedChunks;
}

/** Mount points that are named; the others are counted. */
const MOUNTS_NAMED = 10;

/**
 * Compares what the walk finds with what the parent set knows. What did not change costs a look-up and nothing else; what
 * did is mapped and sent to the front ends, or, when it has no content, noted at once. `targets` null: only counts.
 */
export class Scan implements Visitor {
  readonly counts = { elements: 0, logicalBytes: 0, files: 0, bytes: 0, leftOutElements: 0, leftOutBytes: 0 };
  readonly warnings: Warning[] = [];
  warningsDropped = 0;
  readonly leftOutByRule = new Map<string, { elements: number; bytes: number }>();
  /** Other file systems below the roots that were not entered: how many, and the first of them. */
  readonly notEntered = { count: 0, first: [] as string[] };
  /** Directories that were entered and are mount points. */
  readonly mounts: ByteString[] = [];
  /** Directories that were mount points and are none any more. */
  readonly noMounts = new Set<ByteString>();
  /** Directories whose disks are not there and whose content the set does not have, and the devices they were on. */
  readonly missing = new Map<ByteString, number>();
  readonly #known: ScanKnowledge;
  readonly #targets: ScanTargets | null;
  readonly #control: RunControl;
  readonly #levels: (Map<ByteString, KnownElement> | null)[] = [];
  readonly #paths: ByteString[] = [];
  /** Inodes of which a name was met, by device. */
  readonly #linked = new Map<number, Set<number>>();

  constructor(known: ScanKnowledge, targets: ScanTargets | null, control: RunControl) {
    this.#known = known;
    this.#targets = targets;
    this.#control = control;
  }

  enterDirectory(cursor: EntryCursor): boolean {
    this.#control.passageSync();
    const known = this.#take(cursor);
    this.#paths.push(cursor.path);
    this.#levels.push(known?.type === 'dir' ? (this.#known.state?.children(known.node) ?? null) : null);
    this.#compare(cursor, known);
    return true;
  }

  entry(cursor: EntryCursor): void {
    // A folder may have a million of them.
    this.#control.passageSync();
    this.#compare(cursor, this.#take(cursor));
  }

  leaveDirectory(path: ByteString, complete: boolean): void {
    const left = this.#levels.pop();
    this.#paths.pop();
    if (left && !complete) for (const [name, known] of left) this.#stays(joinBytes(path, name), known);
    if (!complete || !left || this.#targets === null) return;
    for (const [name, known] of left) this.#removeBut(joinBytes(path, name), known);
  }

  leftOut(rule: string, entries: number, bytes: number): void {
    const sum = this.leftOutByRule.get(rule) ?? { elements: 0, bytes: 0 };
    sum.elements += entries;
    sum.bytes = sumOf(sum.bytes, bytes);
    this.counts.leftOutElements += entries;
    this.counts.leftOutBytes = sumOf(this.counts.leftOutBytes, bytes);
    this.leftOutByRule.set(rule, sum);
  }

  warning({ code, path, message }: WalkWarning): void {
    if (this.warnings.length < WARNINGS_KEPT || code === 'NOT_MOUNTED')
      this.warnings.push({ code, path: displayText(path), message });
    else this.warningsDropped += 1;
  }

  notCrossed(path: ByteString): void {
    this.leftOut('mounts', 1, 0);
    this.notEntered.count += 1;
    if (this.notEntered.first.length < MOUNTS_NAMED) this.notEntered.first.push(displayText(path));
  }

  mounted(path: ByteString): void {
    this.mounts.push(path);
  }

  noMount(path: ByteString): void {
    this.noMounts.add(path);
  }

  lacking(path: ByteString, device: number): void {
    this.missing.set(path, device);
  }

  passedOver(path: ByteString): void {
    const level = this.#levels.at(-1);
    const known = level ? level.get(baseOf(path)) : this.#known.state?.root(path);
    level?.delete(baseOf(path));
    if (known) this.#count(path, known);
  }

  sample(): ScanCounts {
    return { ...this.counts };
  }

  /** What the parent set knows of the element under this path; each is taken once, and what is left was removed. */
  #take(cursor: EntryCursor): KnownElement | undefined {
    const { state } = this.#known;
    if (state === null) return undefined;
    if (this.#levels.length === 0) return state.root(cursor.path);
    const level = this.#levels.at(-1);
    const known = level?.get(cursor.name);
    if (known) level?.delete(cursor.name);
    return known;
  }

  #compare(cursor: EntryCursor, known: KnownElement | undefined): void {
    if (cursor.size > Number.MAX_SAFE_INTEGER) {
      this.#tooLarge(cursor);
      return;
    }
    this.counts.elements += 1;
    this.counts.logicalBytes = sumOf(this.counts.logicalBytes, cursor.size);
    if (known && !known.racy && !cursor.unflushed && same(known.identity, cursor.identity()))
      if (!this.#isDamaged(cursor, known)) return;
    if (known?.type === 'dir' && cursor.type !== 'dir' && this.#targets) this.#remove(cursor.path);
    if (cursor.type === 'file' && cursor.size > 0) this.#file(cursor, known);
    else if (this.#targets) this.#plain(cursor, this.#targets);
  }

  #tooLarge(cursor: EntryCursor): void {
    this.warning({
      code: 'TOO_LARGE',
      path: cursor.path,
      message: `says that it is ${cursor.size} bytes long, and ${Number.MAX_SAFE_INTEGER} are the most that can be kept; left out. Make it shorter, or exclude it`,
    });
    if (this.#targets) this.#remove(cursor.path);
  }

  /** Whether something of an element that did not change lies on damaged chunks: then it is stored anew. */
  #isDamaged(cursor: EntryCursor, { version }: KnownElement): boolean {
    const { damaged, state } = this.#known;
    if (!damaged.any || state === null || cursor.type !== 'file') return false;
    return state.parts(version).some((part) => state.layout(version, part).some((extent) => damaged.has(extent)));
  }

  /** An element without content: its attributes are all there is. */
  #plain(cursor: EntryCursor, targets: ScanTargets): void {
    const attributes = this.#attributes(cursor);
    if (attributes === null) return;
    writeElement(targets.elements.out, { attributes, extents: NONE }, targets.table);
    targets.elements.settle();
  }

  #file(cursor: EntryCursor, known: KnownElement | undefined): void {
    if (cursor.links > 1 && this.#isFurtherName(cursor)) {
      const attributes = this.#targets && this.#attributes(cursor);
      if (attributes && this.#targets) {
        writeElement(this.#targets.links.out, { attributes, extents: NONE }, this.#targets.table);
        this.#targets.links.settle();
      }
      return;
    }
    if (this.#targets) this.#content(cursor, known, this.#targets);
    else this.#toRead(this.#contentBytes(cursor));
  }

  /** Notes a file whose content has to be read. */
  #toRead(bytes: number): void {
    this.counts.files += 1;
    this.counts.bytes = sumOf(this.counts.bytes, bytes);
  }

  /** What of a file is no hole, for who only counts. */
  #contentBytes(cursor: EntryCursor): number {
    if (cursor.size < SPARSE_BYTES) return cursor.size;
    const fd = this.#open(cursor);
    if (fd === null) return cursor.size;
    try {
      return lengthOf(mapOf(fd, cursor.size));
    } finally {
      sourceFiles().closeFile(fd);
    }
  }

  #content(cursor: EntryCursor, known: KnownElement | undefined, targets: ScanTargets): void {
    const fd = this.#open(cursor);
    try {
      const attributes = this.#attributes(cursor, fd);
      if (attributes !== null) this.#send(attributes, fd, known, targets);
    } finally {
      if (fd !== null) sourceFiles().closeFile(fd);
    }
  }

  #send(attributes: ElementAttributes, fd: number | null, known: KnownElement | undefined, targets: ScanTargets): void {
    // What cannot be opened here goes to a front end all the same: it finds out why, and says so.
    const { size, device } = attributes;
    const extents = fd === null ? unmapped(size) : mapOf(fd, size);
    const whole = fd === null ? null : this.#known.stored?.whole(attributes, extents);
    if (whole && attributes.links === 1) {
      writeElement(targets.elements.out, { attributes, extents: whole }, targets.table);
      targets.elements.settle();
      return;
    }
    // Neither holes nor what an interrupted backup stored are read: progress that counted them would never come to its end.
    this.#toRead(lengthOf(extents));
    targets.sender.add({ attributes, device, extents, prior: this.#prior(attributes, known) });
  }

  #open(cursor: EntryCursor): number | null {
    try {
      return cursor.openFile();
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return null;
    }
  }

  #isFurtherName(cursor: EntryCursor): boolean {
    const met = this.#linked.get(cursor.device);
    if (met?.has(cursor.inode)) return true;
    if (met) met.add(cursor.inode);
    else this.#linked.set(cursor.device, new Set([cursor.inode]));
    return false;
  }

  /** Content that is known under this path, or, for a name that is new, under another path of the same inode. */
  #prior(attributes: ElementAttributes, known: KnownElement | undefined): (part: number) => readonly StoredExtent[] {
    const { state, stored, damaged } = this.#known;
    const version = known ? known.version : this.#renamedFrom(attributes);
    return (part) => {
      const fromStored = stored?.prior(attributes.path, part) ?? NONE;
      if (fromStored.length > 0 || version === undefined || state === null) return fromStored;
      return state.layout(version, part).filter((extent) => !damaged.has(extent));
    };
  }

  /** The version that the known set has of a file which may only have got another name: its content is older than the set. */
  #renamedFrom(attributes: ElementAttributes): number | undefined {
    if (attributes.modifiedAt.seconds * 1000 > this.#known.knownSince) return undefined;
    return this.#known.state?.byInode(attributes.inode)[0]?.version;
  }

  #attributes(cursor: EntryCursor, fd: number | null = null): ElementAttributes | null {
    try {
      return cursor.attributes(this.#known.began, fd);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === null) throw error;
      if (errno !== 'ENOENT')
        this.warning({
          code: 'ELEMENT_UNREADABLE',
          path: cursor.path,
          message: `attributes could not be read (${errno}); left out`,
        });
      if (this.#targets) this.#remove(cursor.path);
      this.counts.elements -= 1;
      return null;
    }
  }

  /** Removes an element with what lies beneath it, except for roots: those are walked on their own. */
  #removeBut(path: ByteString, known: KnownElement): void {
    const { roots, state } = this.#known;
    if (roots.has(path)) return;
    if (known.type === 'dir' && state && [...roots].some((root) => isWithin(root, path))) {
      this.#add(known);
      for (const [name, child] of state.children(known.node)) this.#removeBut(joinBytes(path, name), child);
    } else {
      this.#remove(path);
    }
  }

  /** Counts what is in the set because nobody looked whether it is still there; roots are counted on their own. */
  #stays(path: ByteString, known: KnownElement): void {
    if (!this.#known.roots.has(path)) this.#count(path, known);
  }

  #count(path: ByteString, known: KnownElement): void {
    this.#add(known);
    if (known.type !== 'dir' || !this.#known.state) return;
    for (const [name, child] of this.#known.state.children(known.node)) this.#stays(joinBytes(path, name), child);
  }

  #add({ identity }: KnownElement): void {
    // A directory that is only on the way to others is no element.
    if (identity.length === 0) return;
    const { type, size } = decodeIdentity(identity);
    this.counts.elements += 1;
    this.counts.logicalBytes = sumOf(this.counts.logicalBytes, type === 'file' ? size : 0);
  }

  #remove(path: ByteString): void {
    const removed = this.#targets?.removed;
    if (!removed) return;
    writeRemoved(removed.out, path);
    removed.settle();
  }
}

/** A sum that stays a whole number: files that are holes for the most part may together say more. */
const sumOf = (one: number, other: number): number => Math.min(Number.MAX_SAFE_INTEGER, one + other);

/** The map of one who knows nothing: all of it is content. Whoever reads it finds out what is the matter. */
const unmapped = (size: number): readonly ContentRun[] => [{ offset: 0, length: size, address: null }];

/** The map of an open file; of one that the system refuses to map, that of one who knows nothing. */
const mapOf = (fd: number, size: number): readonly ContentRun[] => {
  try {
    return mapFile(fd, size).extents;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return unmapped(size);
  }
};

/** Smaller files are not looked into for holes when a backup is only planned. */
const SPARSE_BYTES = 1024 * 1024;

const same = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
};

const lengthOf = (extents: readonly { readonly length: number }[]): number =>
  extents.reduce((sum, { length }) => sum + length, 0);
