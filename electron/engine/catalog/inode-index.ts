import type { ByteString } from '../../../shared/byte-string.ts';
import { PathFinder } from './nodes.ts';
import { typeOfPacked, unpackIdentity } from './packed-identity.ts';
import type { Store } from './store.ts';
import { versionAt } from './version-at.ts';

/** A regular file that has an inode number. */
export interface InodeCandidate {
  readonly node: number;
  readonly version: number;
  readonly kind: number | null;
  readonly identity: Uint8Array;
  readonly path: ByteString;
}

const FILES = `SELECT n.id, v.since, v.prev, v.identity FROM node n JOIN version v ON v.id = n.head
  WHERE v.identity IS NOT NULL OR v.prev IS NOT NULL`;

/** Nodes of regular files by inode number, in two typed arrays: 16 bytes a file. Made once, for one set. */
export class InodeIndex {
  readonly #store: Store;
  readonly #root: number;
  readonly #ordinal: number;
  readonly #paths: PathFinder;
  /** Inode and node of each file, ordered by inode. */
  readonly #inodes: Float64Array;
  readonly #nodes: Float64Array;

  constructor(store: Store, root: number, ordinal: number) {
    this.#store = store;
    this.#root = root;
    this.#ordinal = ordinal;
    this.#paths = new PathFinder(store);
    const found = this.#collect();
    const order = Uint32Array.from(found.inodes.keys()).sort(
      (one, other) => (found.inodes[one] as number) - (found.inodes[other] as number),
    );
    this.#inodes = Float64Array.from(order, (at) => found.inodes[at] as number);
    this.#nodes = Float64Array.from(order, (at) => found.nodes[at] as number);
  }

  find(inode: number): InodeCandidate[] {
    const candidates: InodeCandidate[] = [];
    for (let at = this.#lowerBound(inode); this.#inodes[at] === inode; at += 1) {
      const node = this.#nodes[at] as number;
      const { root, path } = this.#paths.of(node);
      const head = this.#store.get<[number]>('SELECT head FROM node WHERE id = ?', node)?.[0] ?? null;
      const version = root === this.#root ? versionAt(this.#store, head, this.#ordinal) : null;
      if (version === null || version.identity === null) continue;
      candidates.push({ node, version: version.id, kind: version.kind, identity: version.identity, path });
    }
    return candidates;
  }

  #collect(): { inodes: number[]; nodes: number[] } {
    const inodes: number[] = [];
    const nodes: number[] = [];
    for (const [node, since, prev, head] of this.#store.each<[number, number, number | null, Uint8Array | null]>(
      FILES,
    )) {
      const identity = since <= this.#ordinal ? head : (versionAt(this.#store, prev, this.#ordinal)?.identity ?? null);
      if (identity === null || typeOfPacked(identity) !== 0) continue;
      inodes.push(unpackIdentity(identity).inode);
      nodes.push(node);
    }
    return { inodes, nodes };
  }

  #lowerBound(inode: number): number {
    let low = 0;
    let high = this.#inodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#inodes[middle] as number) < inode) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
