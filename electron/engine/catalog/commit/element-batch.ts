import { type ByteString, baseOf, parentOf } from '../../../../shared/byte-string.ts';
import { NodeBitmap } from '../node-bitmap.ts';
import { childOf, nameHash } from '../nodes.ts';
import type { Store } from '../store.ts';
import type { ParsedElement, ParsedPart } from './parse.ts';
import type { PartStage } from './part-stage.ts';
import type { StateEditor } from './state-editor.ts';

const BATCH_BYTES = 48 << 20;

/** No path begins with it. */
const NO_DIRECTORY = '\0';

interface Directory {
  readonly node: number;
  /** Made in this batch: nothing in the database is in it. */
  readonly fresh: boolean;
}

const byName = (one: ParsedElement, other: ParsedElement): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : 0;

/**
 * Collects elements in the order in which they come (that of the disk) and applies them by directory and name, so that
 * what is listed together lies together. Of several records of one path the last counts.
 */
export class ElementBatch {
  readonly #store: Store;
  readonly #state: StateEditor;
  readonly #parts: PartStage;
  readonly #root: number;
  readonly #revives: boolean;
  readonly #most: number;
  #groups = new Map<string, ParsedElement[]>();
  #lastDir: string = NO_DIRECTORY;
  #lastGroup: ParsedElement[] = [];
  #staged: ParsedPart[] = [];
  #directories = new Map<string, Directory>();
  #needed = new Set<string>();
  #children = new Map<number, [number, number][]>();
  #count = 0;
  #bytes = 0;
  /** Directories that elements were put in. */
  readonly parents = new NodeBitmap();
  /** Elements that are no directories at nodes that may have something beneath them. */
  readonly leaves: number[] = [];

  /** `revives`: elements that are gone in the newest set may come back with the parent's state; `most`: elements to hold at a time. */
  constructor(store: Store, state: StateEditor, parts: PartStage, root: number, revives: boolean, most: number) {
    this.#most = most;
    this.#revives = revives;
    this.#store = store;
    this.#state = state;
    this.#parts = parts;
    this.#root = root;
  }

  add(element: ParsedElement): void {
    const slash = element.path.lastIndexOf('/');
    // The root directory's own group is named '', which everything in it seems to begin with: it is never the same again.
    const same = this.#lastDir !== '' && slash === this.#lastDir.length && element.path.startsWith(this.#lastDir);
    if (!same || element.path.length === 1) {
      this.#lastDir = element.path === '/' ? '' : parentOf(element.path);
      this.#lastGroup = this.#groups.get(this.#lastDir) ?? [];
      this.#groups.set(this.#lastDir, this.#lastGroup);
    }
    this.#lastGroup.push(element);
    this.#grown(element.layout);
  }

  addPart(part: ParsedPart): void {
    this.#staged.push(part);
    this.#grown(part.layout);
  }

  /** Applies what was collected; the rows are in the database when it returns. */
  apply(): void {
    const paths = [...this.#groups.keys()].sort();
    for (const path of paths) this.#need(path as ByteString);
    for (const path of paths) this.#applyGroup(path as ByteString, this.#groups.get(path) ?? []);
    this.#groups = new Map();
    this.#lastDir = NO_DIRECTORY;
    this.#insertChildren();
    this.#directories = new Map();
    for (const { path, part, layout } of this.#staged) this.#parts.add(this.#nodeFor(path), part, layout);
    this.#insertChildren();
    this.#staged = [];
    this.#directories = new Map();
    this.#needed = new Set();
    this.#count = 0;
    this.#bytes = 0;
  }

  #grown(layout: Uint8Array | null): void {
    this.#count += 1;
    this.#bytes += layout?.length ?? 0;
    if (this.#count >= this.#most || this.#bytes >= BATCH_BYTES) this.apply();
  }

  #need(path: ByteString): void {
    for (let at: ByteString = path; at.length > 1 && !this.#needed.has(at); at = parentOf(at)) this.#needed.add(at);
  }

  #applyGroup(path: ByteString, elements: ParsedElement[]): void {
    if (path === '') {
      const last = elements.at(-1);
      if (last !== undefined) this.#applyKnown(this.#root, this.#state.headOf(this.#root), last);
      return;
    }
    const dir = this.#directory(path);
    this.parents.add(dir.node);
    const sorted = elements.toSorted(byName);
    for (let at = 0; at < sorted.length; at += 1) {
      const element = sorted[at] as ParsedElement;
      if (sorted[at + 1]?.path !== element.path) this.#applyElement(dir, element);
    }
  }

  #applyElement(dir: Directory, element: ParsedElement): void {
    const name = baseOf(element.path);
    let node = dir.fresh ? undefined : childOf(this.#store, dir.node, name);
    const known = node !== undefined;
    if (node !== undefined) this.#applyKnown(node, this.#state.headOf(node), element);
    else {
      node = this.#state.add(dir.node, name, element.kind, element.identity, element.layout);
      this.#remember(dir.node, name, node);
    }
    if (element.directory || this.#needed.has(element.path)) {
      this.#directories.set(element.path, { node, fresh: !known });
    }
  }

  #applyKnown(node: number, head: number | null, element: ParsedElement): void {
    if (!element.directory && (this.#revives ? this.#hasChildren(node) : this.#state.typeOf(head) === 1)) {
      this.leaves.push(node);
    }
    this.#state.put(node, head, element.kind, element.identity, element.layout);
  }

  #hasChildren(node: number): boolean {
    return this.#store.get('SELECT 1 FROM child WHERE dir = ? LIMIT 1', node) !== undefined;
  }

  #directory(path: ByteString): Directory {
    if (path === '/' || path === '') return { node: this.#root, fresh: false };
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const parent = this.#directory(parentOf(path));
    const found = parent.fresh ? undefined : childOf(this.#store, parent.node, baseOf(path));
    const directory = { node: found ?? this.#addNode(parent.node, baseOf(path)), fresh: found === undefined };
    this.#directories.set(path, directory);
    return directory;
  }

  #addNode(dir: number, name: string): number {
    const node = this.#state.rows.node(dir, name, null);
    this.#remember(dir, name, node);
    return node;
  }

  #nodeFor(path: ByteString): number {
    const dir = this.#directory(parentOf(path));
    const found = childOf(this.#store, dir.node, baseOf(path));
    if (found !== undefined) return found;
    const node = this.#addNode(dir.node, baseOf(path));
    this.#insertChildren();
    return node;
  }

  #remember(dir: number, name: string, node: number): void {
    const row: [number, number] = [nameHash(name), node];
    const rows = this.#children.get(dir);
    if (rows === undefined) this.#children.set(dir, [row]);
    else rows.push(row);
  }

  /** In the order of the table, so that its pages fill up. */
  #insertChildren(): void {
    for (const [dir, rows] of [...this.#children].sort((one, other) => one[0] - other[0])) {
      rows.sort((one, other) => one[0] - other[0]);
      for (const [hash, node] of rows) this.#state.rows.child(dir, hash, node);
    }
    this.#children = new Map();
    this.#state.rows.flush();
  }
}
