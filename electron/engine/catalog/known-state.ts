import type { ByteString } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { StoredExtent } from '../../../shared/model/element.ts';
import { PART_BYTES } from '../../../shared/model/element.ts';
import { ClassReader } from './attribute-class.ts';
import { locate } from './browse.ts';
import { type Child, childrenAt } from './children.ts';
import { browsable } from './entries.ts';
import { InodeIndex } from './inode-index.ts';
import { decodeLayout } from './layout.ts';
import { expandIdentity, isDirectory, unpackIdentity } from './packed-identity.ts';
import { SetIds } from './set-keys.ts';
import type { SetRow } from './set-row.ts';
import type { Store } from './store.ts';

/** What a set knows of an element, for a scan to compare with. */
export interface KnownElement {
  readonly node: number;
  readonly version: number;
  readonly type: 'dir' | 'other';
  /** To be compared with that of `encodeIdentity`; empty for a directory that is only implied. */
  readonly identity: Uint8Array;
  /** Equal identities do not prove equal content. */
  readonly racy: boolean;
}

/** The state of a set, as a scan compares the file system with it. Of one thread; cheap to ask one directory at a time. */
export class KnownState {
  readonly summary: BlockSetSummary;
  readonly #store: Store;
  readonly #set: SetRow & { readonly ordinal: number };
  readonly #classes: ClassReader;
  readonly #sets: SetIds;
  #inodes: InodeIndex | undefined;

  /** Throws NO_SUCH_SET, SET_STATE. */
  constructor(store: Store, setId: string) {
    this.#store = store;
    this.#set = browsable(store, setId);
    this.summary = this.#set.summary;
    this.#classes = new ClassReader(store);
    this.#sets = new SetIds(store);
  }

  /** The element at a path: where a scan begins. */
  root(path: ByteString): KnownElement | undefined {
    const found = locate(this.#store, this.#set, path);
    if (found === undefined) return undefined;
    const { id, kind, identity } = found.version;
    return this.#element({ node: found.node, version: id, kind, identity });
  }

  /** What stands in a directory, by name. */
  children(node: number): Map<ByteString, KnownElement> {
    const known = new Map<ByteString, KnownElement>();
    for (const child of childrenAt(this.#store, node, this.#set.ordinal)) known.set(child.name, this.#element(child));
    return known;
  }

  /** Beside the elements: host, mount points and the like. */
  get source(): Readonly<Record<string, string>> {
    return this.#set.detail.source;
  }

  /** The device that a directory with something in it was on; null of anything else. */
  heldOn(path: ByteString): number | null {
    const found = locate(this.#store, this.#set, path);
    if (found === undefined || !isDirectory(found.version.identity)) return null;
    const { kind, identity } = found.version;
    if (kind === null || childrenAt(this.#store, found.node, this.#set.ordinal).length === 0) return null;
    return this.#classes.attributes(kind, identity, path).device;
  }

  /** Where the content of a version lies: its first PART_BYTES, or part `part` of it. */
  layout(version: number, part = 0): StoredExtent[] {
    const row = this.#store.get<[Uint8Array, Uint8Array | null]>(
      'SELECT identity, layout FROM version WHERE id = ?',
      version,
    );
    if (row === undefined) throw new RangeError(`version ${version} is missing`);
    if (part === 0) return decodeLayout(row[1], unpackIdentity(row[0]).size, 0, this.#sets.of);
    return decodeLayout(layoutPart(this.#store, version, part), -1, part * PART_BYTES, this.#sets.of);
  }

  /** The parts of a version that have content: the first, and those that are written down. */
  parts(version: number): number[] {
    const further = this.#store.all<[number]>('SELECT part FROM layout_part WHERE version = ? AND part > 0', version);
    return [0, ...further.map(([part]) => part)];
  }

  /** Files of the set with an inode number, wherever they are: one that was renamed is among them. */
  byInode(inode: number): (KnownElement & { readonly path: ByteString })[] {
    this.#inodes ??= new InodeIndex(this.#store, this.#set.root, this.#set.ordinal);
    return this.#inodes.find(inode).map((found) => ({ ...this.#element(found), path: found.path }));
  }

  #element({ node, version, kind, identity }: Pick<Child, 'node' | 'version' | 'kind' | 'identity'>): KnownElement {
    const racy = kind === null ? false : this.#classes.racy(kind);
    const type = isDirectory(identity) ? 'dir' : 'other';
    return { node, version, type, identity: expandIdentity(identity), racy };
  }
}

/** The layout of a part from the second on; null when there is nothing in it. */
export const layoutPart = (store: Store, version: number, part: number): Uint8Array | null =>
  store.get<[Uint8Array]>(
    'SELECT b.body FROM layout_part p JOIN layout_body b ON b.id = p.body WHERE p.version = ? AND p.part = ?',
    version,
    part,
  )?.[0] ?? null;
