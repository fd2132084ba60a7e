import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { sortedChildrenAt } from './children.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
import { nodeAt } from './nodes.ts';
import type { SetRow } from './set-row.ts';
import type { Store } from './store.ts';
import { versionAt, versionChain, type VersionRow } from './version-at.ts';

const headOf = (store: Store, node: number): number | null =>
  store.get<[number | null]>('SELECT head FROM node WHERE id = ?', node)?.[0] ?? null;

/** Node and version of a path in a set, or undefined. */
export const locate = (
  store: Store,
  set: SetRow & { readonly ordinal: number },
  path: ByteString,
): { node: number; version: VersionRow & { identity: Uint8Array } } | undefined => {
  const node = nodeAt(store, set.root, path);
  const version = node === undefined ? null : versionAt(store, headOf(store, node), set.ordinal);
  if (node === undefined || version === null || version.identity === null) return undefined;
  return { node, version: { ...version, identity: version.identity } };
};

/** One path of a set. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH. */
export const entry = (store: Store, setId: string, path: ByteString): Entry => {
  const found = locate(store, browsable(store, setId), path);
  if (found === undefined) throw noSuchPath(path, setId);
  return toEntry(path, found.version.identity, new SetsByOrdinal(store).of(found.version.since));
};

/**
 * What a directory holds in a set, in byte order of the names; with `recursive` everything beneath it, each directory
 * before what is in it. For anything but a directory, itself. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH.
 */
export function* list(
  store: Store,
  setId: string,
  dir: ByteString,
  options: { readonly recursive?: boolean } = {},
): Generator<Entry> {
  const set = browsable(store, setId);
  const found = locate(store, set, dir);
  if (found === undefined) throw noSuchPath(dir, setId);
  const sets = new SetsByOrdinal(store);
  const top = toEntry(dir, found.version.identity, sets.of(found.version.since));
  if (top.type !== 'dir') {
    yield top;
    return;
  }
  const left = [{ node: found.node, path: dir }];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const children = sortedChildrenAt(store, at.node, set.ordinal);
    const below: typeof left = [];
    for (const child of children) {
      const path = joinBytes(at.path, child.name);
      const one = toEntry(path, child.identity, sets.of(child.since));
      yield one;
      if (options.recursive === true && one.type === 'dir') below.push({ node: child.node, path });
    }
    while (below.length > 0) left.push(below.pop() as (typeof left)[number]);
  }
}

/** A version of a path, and whether it was gone again in a later set. */
export interface PathVersion extends Entry {
  /** The last set in which it stood, or null when it still does in the newest. */
  readonly until: string | null;
}

/** Every version that an object has of a path, newest first. Empty when it never had any. */
export const versions = (store: Store, object: string, path: ByteString): PathVersion[] => {
  const found: PathVersion[] = [];
  const sets = new SetsByOrdinal(store);
  const last =
    'SELECT r.id FROM block_set s JOIN set_ref r ON r.key = s.key WHERE s.object = ? AND s.ordinal < ? ORDER BY s.ordinal DESC LIMIT 1';
  const objects = store.all<[number, number]>('SELECT key, root FROM object WHERE id = ?1 OR name = ?1', object);
  for (const [key, root] of objects) {
    const node = nodeAt(store, root, path);
    if (node === undefined) continue;
    let next: number | null = null;
    for (const { since, identity } of versionChain(store, headOf(store, node))) {
      const until: string | null = next === null ? null : (store.get<[string]>(last, key, next)?.[0] ?? null);
      if (identity !== null) found.push({ ...toEntry(path, identity, sets.of(since)), until });
      next = since;
    }
  }
  return found;
};
