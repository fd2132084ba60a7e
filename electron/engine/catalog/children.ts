import type { ByteString } from '../../../shared/byte-string.ts';
import type { Store } from './store.ts';

/** An element that stands in a directory at some ordinal. */
export interface Child {
  readonly node: number;
  readonly name: ByteString;
  readonly version: number;
  readonly since: number;
  /** Null for a directory that is only implied; its identity is empty. */
  readonly kind: number | null;
  /** Packed: see `packIdentity`. */
  readonly identity: Uint8Array;
}

type Columns = [number, ByteString, number, number, number | null, Uint8Array];

/** Newest versions in a directory, those included that came later. */
export const NEWEST = `SELECT n.id, n.name, v.id, v.since, v.class, v.identity
  FROM child c CROSS JOIN node n ON n.id = c.node CROSS JOIN version v ON v.id = n.head
  WHERE c.dir = ?1 AND (v.identity IS NOT NULL OR v.since > ?2)`;

/** What stood there for nodes that have changed since: goes back along their versions. */
export const EARLIER = `WITH RECURSIVE back(node, version) AS (
    SELECT n.id, v.prev FROM child c CROSS JOIN node n ON n.id = c.node CROSS JOIN version v ON v.id = n.head
    WHERE c.dir = ?1 AND v.since > ?2 AND v.prev IS NOT NULL
    UNION ALL
    SELECT b.node, v.prev FROM back b CROSS JOIN version v ON v.id = b.version
    WHERE v.since > ?2 AND v.prev IS NOT NULL)
  SELECT n.id, n.name, v.id, v.since, v.class, v.identity
  FROM back b CROSS JOIN version v ON v.id = b.version CROSS JOIN node n ON n.id = b.node
  WHERE v.since <= ?2 AND v.identity IS NOT NULL`;

/** What stands in a directory at an ordinal, in no particular order. */
export const childrenAt = (store: Store, dir: number, ordinal: number): Child[] => {
  const children: Child[] = [];
  let later = false;
  for (const [node, name, version, since, kind, identity] of store.all<Columns>(NEWEST, dir, ordinal)) {
    if (since > ordinal) later = true;
    else children.push({ node, name, version, since, kind, identity });
  }
  if (!later) return children;
  for (const [node, name, version, since, kind, identity] of store.all<Columns>(EARLIER, dir, ordinal)) {
    children.push({ node, name, version, since, kind, identity });
  }
  return children;
};

const byName = (one: Child, other: Child): number => (one.name < other.name ? -1 : 1);

/** The same in byte order of the names. */
export const sortedChildrenAt = (store: Store, dir: number, ordinal: number): Child[] =>
  childrenAt(store, dir, ordinal).sort(byName);
