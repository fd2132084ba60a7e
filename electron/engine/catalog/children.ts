import type { ByteString } from '../../../shared/byte-string.ts';
import type { Store } from './store.ts';
import { versionAt } from './version-at.ts';

/** An element that stands in a directory at some ordinal. */
export interface Child {
  readonly node: number;
  readonly name: ByteString;
  readonly version: number;
  readonly since: number;
  /** Null for a directory that is only implied; its identity is empty. */
  readonly kind: number | null;
  readonly identity: Uint8Array;
}

type Columns = [number, ByteString, number, number, number | null, number | null, Uint8Array | null];

const SELECT = `SELECT n.id, n.name, v.id, v.since, v.prev, v.class, v.identity
  FROM child c CROSS JOIN node n ON n.id = c.node CROSS JOIN version v ON v.id = n.head WHERE c.dir = ?`;

/** What stands in a directory at an ordinal, in no particular order. */
export const childrenAt = (store: Store, dir: number, ordinal: number): Child[] => {
  const children: Child[] = [];
  for (const [node, name, version, since, prev, kind, identity] of store.all<Columns>(SELECT, dir)) {
    if (since <= ordinal) {
      if (identity !== null) children.push({ node, name, version, since, kind, identity });
      continue;
    }
    const then = versionAt(store, prev, ordinal);
    if (then === null || then.identity === null) continue;
    children.push({ node, name, version: then.id, since: then.since, kind: then.kind, identity: then.identity });
  }
  return children;
};

const byName = (one: Child, other: Child): number => (one.name < other.name ? -1 : 1);

/** The same in byte order of the names. */
export const sortedChildrenAt = (store: Store, dir: number, ordinal: number): Child[] =>
  childrenAt(store, dir, ordinal).sort(byName);
