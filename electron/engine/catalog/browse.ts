import type { ByteString } from '../../../shared/byte-string.ts';
import type { Millis } from '../../../shared/units.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
import { nodeAt } from './nodes.ts';
import { isDirectory } from './packed-identity.ts';
import type { SetRow } from './set-row.ts';
import type { Store } from './store.ts';
import { type VersionRow, versionAt, versionChain } from './version-at.ts';
import { walkAt } from './walk.ts';

/** The newest version of a node. */
export const headOf = (store: Store, node: number): number | null =>
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
 * followed by what is in it. For anything but a directory, itself. `after` is the last path of the page before.
 * Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH.
 */
export function* list(
  store: Store,
  setId: string,
  dir: ByteString,
  options: { readonly recursive?: boolean; readonly after?: ByteString | null } = {},
): Generator<Entry> {
  const set = browsable(store, setId);
  const found = locate(store, set, dir);
  if (found === undefined) throw noSuchPath(dir, setId);
  const sets = new SetsByOrdinal(store);
  const after = options.after ?? null;
  if (!isDirectory(found.version.identity)) {
    if (after === null) yield toEntry(dir, found.version.identity, sets.of(found.version.since));
    return;
  }
  const top = { node: found.node, path: dir };
  for (const step of walkAt(store, set.ordinal, top, { recursive: options.recursive ?? false, after })) {
    yield toEntry(step.path, step.identity, sets.of(step.since));
  }
}

/** A version of a path, and the time for which it stood. */
export interface PathVersion extends Entry {
  /** When the first set with it was made. */
  readonly from: Millis;
  /** When the set was made in which it was another or gone; null when it stands in the newest. */
  readonly until: Millis | null;
}

/** Every version that an object (by its id or name) has of a path, newest first. Empty when it never had any. */
export const versions = (store: Store, object: string, path: ByteString): PathVersion[] => {
  const found: PathVersion[] = [];
  const sets = new SetsByOrdinal(store);
  for (const [root] of store.all<[number]>('SELECT root FROM object WHERE id = ?1 OR name = ?1', object)) {
    const node = nodeAt(store, root, path);
    let next: number | null = null;
    for (const { since, identity } of versionChain(store, node === undefined ? null : headOf(store, node))) {
      const until: Millis | null = next === null ? null : sets.madeAt(next);
      if (identity !== null)
        found.push({ ...toEntry(path, identity, sets.of(since)), from: sets.madeAt(since), until });
      next = since;
    }
  }
  return found;
};
