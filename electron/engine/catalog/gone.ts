import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import type { Millis, SetId } from '../../../shared/units.ts';
import { millis } from '../../../shared/units.ts';
import { locate } from './browse.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
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

/** Rows between which something else can be done. */
const SLICE = 4096;

/** Nodes of a directory that are gone in their newest version, or had another one at an ordinal. */
const SUSPECTS = `SELECT n.name, n.head FROM child c CROSS JOIN node n ON n.id = c.node CROSS JOIN version v ON v.id = n.head
  WHERE c.dir = ?1 AND (v.identity IS NULL OR v.since > ?2)`;

const LAST_BEFORE = `SELECT r.id, s.created_at FROM ordinal_of o
  JOIN block_set s ON s.object = o.object AND s.ordinal < o.ordinal JOIN set_ref r ON r.key = s.key
  WHERE o.ordinal = ? ORDER BY s.ordinal DESC LIMIT 1`;

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
    let [seen, total] = [0, 0];
    for (const [name, head] of store.each<[ByteString, number]>(SUSPECTS, place.node, set.ordinal)) {
      seen += 1;
      if (seen % SLICE === 0) yield;
      const gone = goneAt(store, head, set.ordinal);
      if (gone === null) continue;
      total += 1;
      found.push({ name, ...gone });
      if (found.length >= most + SLICE) found = lastOnes(found, most);
    }
    return { entries: entriesOf(store, folder, lastOnes(found, most)), total };
  } finally {
    store.db.exec('COMMIT');
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
  const before = new Map<number, readonly [SetId, number]>();
  return found.map(({ name, goneSince, since, identity }) => {
    const last = before.get(goneSince) ?? store.get<[SetId, number]>(LAST_BEFORE, goneSince);
    if (last === undefined) throw new RangeError(`there is no set before ordinal ${goneSince}`);
    before.set(goneSince, last);
    return {
      ...toEntry(joinBytes(folder, name), identity, sets.of(since)),
      last: last[0],
      lastAt: millis(last[1]),
      until: sets.madeAt(goneSince),
    };
  });
};
