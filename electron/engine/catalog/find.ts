import type { ByteString } from '../../../shared/byte-string.ts';
import type { Millis, SetId } from '../../../shared/units.ts';
import { type Entry, SetsByOrdinal, toEntry } from './entries.ts';
import { indexedUpTo } from './name-index.ts';
import { type NamePattern, namePattern, searchText } from './name-pattern.ts';
import { PathFinder } from './nodes.ts';
import type { Store } from './store.ts';
import { versionChain } from './version-at.ts';

export interface FindOptions {
  /** Id or name of the object to look in; all of them otherwise. */
  readonly object?: string | null;
  /** Every version, newest first; otherwise the newest one, also when the file is gone since. */
  readonly allVersions?: boolean;
  /** `cursor` of the last entry of the page before. */
  readonly after?: string | null;
}

export interface FoundEntry extends Entry {
  /** Name of the logical object that it belongs to. */
  readonly object: string;
  /** It is not in the newest set any more. */
  readonly gone: boolean;
  /** The newest set in which this version stands, and when that was made. */
  readonly last: SetId;
  readonly lastAt: Millis;
  /** When the set was made in which it was another or gone; null when it stands in the newest. */
  readonly until: Millis | null;
  /** Where the next page goes on behind this entry. */
  readonly cursor: string;
}

type NodeRow = [number, number, ByteString, number | null];

const INDEXED = `SELECT n.id, n.dir, n.name, n.head FROM name_index i JOIN node n ON n.id = i.rowid
  WHERE i.name_index MATCH ?1 AND i.rowid > ?2 ORDER BY i.rowid`;
const SCANNED = `SELECT id, dir, name, head FROM node
  WHERE id > ?2 AND (?1 IS NULL OR instr(lower(name), ?1) > 0) ORDER BY id`;

/** Nodes that may fit, in the order of their ids: from the index as far as it goes, then one by one. */
function* candidates(store: Store, pattern: NamePattern, after: number): Generator<NodeRow> {
  const indexed = pattern.query === null ? 0 : indexedUpTo(store);
  if (pattern.query !== null && after < indexed) yield* store.each<NodeRow>(INDEXED, pattern.query, after);
  yield* store.each<NodeRow>(SCANNED, pattern.literal, Math.max(after, indexed));
}

/**
 * Elements whose name fits a pattern: part of a name, or a glob for a whole one; a pattern with a slash is about the
 * path. Upper and lower case are the same. In no order that means something; take as many as are wanted.
 */
export function* find(store: Store, typed: string, options: FindOptions = {}): Generator<FoundEntry> {
  const pattern = namePattern(typed);
  const objects = objectsByRoot(store, options.object ?? null);
  const paths = new PathFinder(store);
  const sets = new SetsByOrdinal(store);
  const [afterNode, afterVersion] = (options.after ?? '0:0').split(':').map(Number) as [number, number];
  for (const [node, dir, name, head] of candidates(store, pattern, afterVersion === 0 ? afterNode : afterNode - 1)) {
    if (head === null || (!pattern.onPath && !pattern.fits(searchText(name)))) continue;
    const { root, path } = paths.join(node, dir, name);
    const object = objects.get(root);
    if (object === undefined) continue;
    if (pattern.onPath && !pattern.fits(searchText(path))) continue;
    let gone = false;
    let next: number | null = null;
    for (const { id, since, kind, identity } of versionChain(store, head)) {
      if (id === head) gone = identity === null;
      const end = next;
      next = since;
      if (kind === null || identity === null || (node === afterNode && id >= afterVersion)) continue;
      const newestOnly = options.allVersions !== true;
      const cursor = newestOnly ? `${node}:0` : `${node}:${id}`;
      const { id: last, createdAt: lastAt } = sets.lastBefore(end, since);
      const until = end === null ? null : sets.madeAt(end);
      yield { ...toEntry(path, identity, sets.of(since)), object, gone, last, lastAt, until, cursor };
      if (newestOnly) break;
    }
  }
}

/** Names of objects by their root nodes: of the one asked for, or of all. */
const objectsByRoot = (store: Store, object: string | null): Map<number, string> =>
  new Map(
    store.all<[number, string]>('SELECT root, name FROM object WHERE ?1 IS NULL OR id = ?1 OR name = ?1', object),
  );
