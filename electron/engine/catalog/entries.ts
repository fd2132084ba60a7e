import type { ByteString } from '../../../shared/byte-string.ts';
import { displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { ElementType, Timestamp } from '../../../shared/model/element.ts';
import { type Millis, millis, type SetId } from '../../../shared/units.ts';
import { unpackIdentity } from './packed-identity.ts';
import { noSuchSet } from './set-keys.ts';
import { findSet, type SetRow } from './set-row.ts';
import type { Store } from './store.ts';

/** An element as lists show it. */
export interface Entry {
  readonly path: ByteString;
  readonly type: ElementType;
  /** Length of the content. */
  readonly bytes: number;
  /** Null for a directory that is only there because something beneath it is. */
  readonly modifiedAt: Timestamp | null;
  /** The set that holds this version: the first one in which it stood. */
  readonly set: SetId;
}

/** The set of an id whose elements are in the catalog. Throws NO_SUCH_SET, SET_STATE. */
export const browsable = (store: Store, id: string): SetRow & { readonly ordinal: number } => {
  const row = findSet(store, id);
  if (row === undefined) throw noSuchSet(id);
  const { ordinal } = row;
  if (ordinal !== null) return { ...row, ordinal };
  throw new ColdframeError('SET_STATE', {
    message: `Block set ${id} is ${row.summary.state}; what it holds is not in the catalog.`,
    guidance: 'Finish or repeat the backup; if tapes are missing, insert them and run "vault rebuild".',
    context: { set: id, state: row.summary.state },
  });
};

export const noSuchPath = (path: ByteString, id: string): ColdframeError =>
  new ColdframeError('NO_SUCH_PATH', {
    message: `${displayText(path)} is not in block set ${id}.`,
    guidance: 'List what is there with "ls", or look for the name with "find".',
    context: { path: displayText(path), set: id },
  });

const LAST_BEFORE = `SELECT r.id, s.created_at FROM block_set s JOIN set_ref r ON r.key = s.key
  WHERE s.object = ? AND s.ordinal < ? ORDER BY s.ordinal DESC LIMIT 1`;

/** Gives, for the ordinal since which a version stands, the set that holds it: the next one that is still there. */
export class SetsByOrdinal {
  readonly #store: Store;
  readonly #known = new Map<number, { readonly id: SetId; readonly createdAt: Millis }>();
  /** By ordinals that they come before, or the negative number of an object whose newest they are. */
  readonly #lasts = new Map<number, { readonly id: SetId; readonly createdAt: Millis }>();
  readonly #objects = new Map<number, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(since: number): SetId {
    return this.#at(since).id;
  }

  /** When that set was made. */
  madeAt(since: number): Millis {
    return this.#at(since).createdAt;
  }

  /** The newest set before one of an ordinal; null for the newest of all of an object, which `since` is an ordinal of. */
  lastBefore(ordinal: number | null, since: number): { readonly id: SetId; readonly createdAt: Millis } {
    const object = this.#objectOf(since);
    const key = ordinal ?? -object;
    let set = this.#lasts.get(key);
    if (set === undefined) {
      const row = this.#store.get<[SetId, number]>(LAST_BEFORE, object, ordinal ?? Number.MAX_SAFE_INTEGER);
      if (row === undefined) throw new RangeError(`there is no set before ordinal ${ordinal}`);
      set = { id: row[0], createdAt: millis(row[1]) };
      this.#lasts.set(key, set);
    }
    return set;
  }

  #objectOf(ordinal: number): number {
    const known = this.#objects.get(ordinal);
    if (known !== undefined) return known;
    const object = this.#store.get<[number]>('SELECT object FROM ordinal_of WHERE ordinal = ?', ordinal)?.[0];
    if (object === undefined) throw new RangeError(`ordinal ${ordinal} is of no object`);
    this.#objects.set(ordinal, object);
    return object;
  }

  #at(since: number): { readonly id: SetId; readonly createdAt: Millis } {
    let set = this.#known.get(since);
    if (set === undefined) {
      set = this.#find(since);
      this.#known.set(since, set);
    }
    return set;
  }

  #find(since: number): { readonly id: SetId; readonly createdAt: Millis } {
    const row = this.#store.get<[SetId, number]>(
      `SELECT r.id, s.created_at FROM ordinal_of o JOIN block_set s ON s.object = o.object AND s.ordinal >= o.ordinal
       JOIN set_ref r ON r.key = s.key WHERE o.ordinal = ? ORDER BY s.ordinal LIMIT 1`,
      since,
    );
    if (row === undefined) throw new RangeError(`there is no set since ordinal ${since}`);
    return { id: row[0], createdAt: millis(row[1]) };
  }
}

/** An entry from the columns of a version. */
export const toEntry = (path: ByteString, identity: Uint8Array, set: SetId): Entry => {
  if (identity.length === 0) return { path, type: 'dir', bytes: 0, modifiedAt: null, set };
  const { type, size, modifiedAt } = unpackIdentity(identity);
  return { path, type, bytes: type === 'file' ? size : 0, modifiedAt, set };
};
