import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import type { Millis, SetId } from '../../../shared/units.ts';
import { locate } from './browse.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
import { denseNodes } from './folder-rows.ts';
import { isDirectory } from './packed-identity.ts';
import type { Store } from './store.ts';
import { versionChain } from './version-at.ts';

/** An element that earlier sets had, and a later one has not. */
export interface GoneEntry extends Entry {
  /** The newest set before it was gone, and when that was made. */
  readonly last: SetId;
  readonly lastAt: Millis;
  /** When the first set without it was made. */
  readonly until: Millis;
}

/** The elements that went last, and how many there are in all. */
export interface Gone {
  readonly entries: GoneEntry[];
  readonly total: number;
}

/** Nodes that are looked at before something else can be done, however few of them are gone: as they lie, and one by one by their hashes. */
const DENSE_SLICE = 8192;
const SLICE = 256;

const IS_SUSPECT = '(v.identity IS NULL OR v.since > ?2)';

/** Nodes of a folder from one id to another that are gone in their newest version, or had another one at an ordinal. */
const DENSE_SUSPECTS = `SELECT n.name, n.head FROM node n CROSS JOIN version v ON v.id = n.head
  WHERE n.id BETWEEN ?3 AND ?4 AND n.dir = ?1 AND ${IS_SUSPECT}`;

/** The last child of a slice that begins behind a child. */
const SLICE_END = `SELECT hash, node FROM child WHERE dir = ?1 AND (hash, node) > (?2, ?3) ORDER BY hash, node LIMIT 1 OFFSET ${SLICE - 1}`;

const suspectsBehind = (end: string): string =>
  `SELECT n.name, n.head FROM child c CROSS JOIN node n ON n.id = c.node CROSS JOIN version v ON v.id = n.head
  WHERE c.dir = ?1 AND (c.hash, c.node) > (?3, ?4) ${end} AND ${IS_SUSPECT}`;
const SUSPECTS = suspectsBehind('AND (c.hash, c.node) <= (?5, ?6)');
const LAST_SUSPECTS = suspectsBehind('');

type Suspect = [ByteString, number];
/** Hashes have 16 bits. */
const BEFORE_ALL = [-0x8001, 0] as const;

interface Found {
  readonly name: ByteString;
  /** The ordinal since which it is gone. */
  readonly goneSince: number;
  readonly since: number;
  readonly identity: Uint8Array;
}

/**
 * What sets before one had straight in a folder, and it has not: what went last comes first, no more than `most`. Expired sets have nothing any
 * more. Bit by bit, so that something else can be done in between; the store is this one's alone until it is through. Throws NO_SUCH_SET,
 * SET_STATE, NO_SUCH_PATH.
 */
export function* goneFrom(store: Store, setId: string, folder: ByteString, most: number): Generator<void, Gone> {
  store.db.exec('BEGIN');
  try {
    const set = browsable(store, setId);
    const place = locate(store, set, folder);
    if (place === undefined) throw noSuchPath(folder, setId);
    if (!isDirectory(place.version.identity)) return { entries: [], total: 0 };
    let found: Found[] = [];
    let total = 0;
    for (const suspects of slicesOf(store, place.node, set.ordinal)) {
      for (const [name, head] of suspects) {
        const gone = goneAt(store, head, set.ordinal);
        if (gone === null) continue;
        total += 1;
        found.push({ name, ...gone });
      }
      if (found.length >= most * 2 + SLICE) found = lastOnes(found, most);
      yield;
    }
    return { entries: entriesOf(store, folder, lastOnes(found, most)), total };
  } finally {
    store.db.exec('COMMIT');
  }
}

/** What may be gone of each slice of a folder; most slices have none of it. */
function* slicesOf(store: Store, dir: number, ordinal: number): Generator<Suspect[]> {
  const dense = denseNodes(store, dir);
  if (dense === null) return yield* slicesByHash(store, dir, ordinal);
  const [first, last] = dense;
  for (let from = first; from <= last; from += DENSE_SLICE) {
    yield store.all<Suspect>(DENSE_SUSPECTS, dir, ordinal, from, Math.min(last, from + DENSE_SLICE - 1));
  }
}

function* slicesByHash(store: Store, dir: number, ordinal: number): Generator<Suspect[]> {
  let after: readonly [number, number] = BEFORE_ALL;
  for (;;) {
    const end = store.get<[number, number]>(SLICE_END, dir, ...after);
    if (end === undefined) {
      yield store.all<Suspect>(LAST_SUSPECTS, dir, ordinal, ...after);
      return;
    }
    yield store.all<Suspect>(SUSPECTS, dir, ordinal, ...after, ...end);
    after = end;
  }
}

/** What a node was before it went, when it is gone at an ordinal. */
const goneAt = (store: Store, head: number, ordinal: number): Omit<Found, 'name'> | null => {
  let goneSince: number | null = null;
  for (const { since, identity } of versionChain(store, head)) {
    if (since > ordinal) continue;
    if (identity === null) goneSince = since;
    else return goneSince === null ? null : { goneSince, since, identity };
  }
  return null;
};

const lastOnes = (found: readonly Found[], most: number): Found[] =>
  found.toSorted((one, other) => other.goneSince - one.goneSince || (one.name < other.name ? -1 : 1)).slice(0, most);

const entriesOf = (store: Store, folder: ByteString, found: readonly Found[]): GoneEntry[] => {
  const sets = new SetsByOrdinal(store);
  return found.map(({ name, goneSince, since, identity }) => {
    const last = sets.lastBefore(goneSince, since);
    return {
      ...toEntry(joinBytes(folder, name), identity, sets.of(since)),
      last: last.id,
      lastAt: last.createdAt,
      until: sets.madeAt(goneSince),
    };
  });
};
