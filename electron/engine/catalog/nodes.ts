import type { ByteString } from '../../../shared/byte-string.ts';
import { joinBytes } from '../../../shared/byte-string.ts';
import type { Store } from './store.ts';

/** A hash of 16 bits, signed (two bytes in SQLite), over the characters of a name. */
export const nameHash = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash ^ (hash << 13)) >> 16;
};

const CHILD = 'SELECT n.id FROM child c JOIN node n ON n.id = c.node WHERE c.dir = ? AND c.hash = ? AND n.name = ?';

/** The node of a name in a directory. */
export const childOf = (store: Store, dir: number, name: string): number | undefined =>
  store.get<[number]>(CHILD, dir, nameHash(name), name)?.[0];

/** The node of an absolute path beneath an object's root. */
export const nodeAt = (store: Store, root: number, path: ByteString): number | undefined => {
  let node: number | undefined = root;
  for (const name of path.split('/')) {
    if (name === '') continue;
    node = childOf(store, node, name);
    if (node === undefined) return undefined;
  }
  return node;
};

/** Finds the paths of nodes, keeping those of directories in memory. */
export class PathFinder {
  readonly #store: Store;
  readonly #known = new Map<number, { root: number; path: ByteString }>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The path of a node, and the root node of its object. */
  of(node: number): { readonly root: number; readonly path: ByteString } {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const row = this.#store.get<[number, ByteString]>('SELECT dir, name FROM node WHERE id = ?', node);
    if (row === undefined) throw new RangeError(`node ${node} is missing`);
    return this.join(node, row[0], row[1]);
  }

  /** The same, when directory and name are known already. */
  join(node: number, dir: number, name: ByteString): { readonly root: number; readonly path: ByteString } {
    if (dir === 0) return { root: node, path: '/' as ByteString };
    let parent = this.#known.get(dir);
    if (parent === undefined) {
      parent = this.of(dir);
      if (this.#known.size > 100_000) this.#known.clear();
      this.#known.set(dir, parent);
    }
    return { root: parent.root, path: joinBytes(parent.path, name) };
  }
}
