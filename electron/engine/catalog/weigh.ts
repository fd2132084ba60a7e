import type { ByteString } from '../../../shared/byte-string.ts';
import { locate } from './browse.ts';
import { EARLIER, NEWEST } from './children.ts';
import { browsable, noSuchPath } from './entries.ts';
import { isDirectory, unpackIdentity } from './packed-identity.ts';
import type { Store } from './store.ts';

/** What stands at and beneath a path of a set. */
export interface Weight {
  /** As a restore counts them: directories included, those left out that are only implied. */
  readonly elements: number;
  /** Length of all files; one with several names counts with each. */
  readonly bytes: number;
}

/** Elements that are looked at before something else can be done. */
const SLICE = 4096;

/** Node, its name, version, since, class and identity. */
type Columns = [number, ByteString, number, number, number | null, Uint8Array];

/**
 * How much is at and beneath a path in a set. Bit by bit, so that something else can be done in between; the store is this one's alone until it is
 * through. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH.
 */
export function* weigh(store: Store, setId: string, path: ByteString): Generator<void, Weight> {
  store.db.exec('BEGIN');
  try {
    const set = browsable(store, setId);
    const found = locate(store, set, path);
    if (found === undefined) throw noSuchPath(path, setId);
    let elements = 0;
    let bytes = 0;
    const left: number[] = [];
    const take = (node: number, kind: number | null, identity: Uint8Array): void => {
      if (kind !== null) elements += 1;
      if (isDirectory(identity)) left.push(node);
      else bytes += bytesOf(identity);
    };
    take(found.node, found.version.kind, found.version.identity);
    let seen = 0;
    for (let dir = left.pop(); dir !== undefined; dir = left.pop()) {
      let later = false;
      for (const [node, , , since, kind, identity] of store.each<Columns>(NEWEST, dir, set.ordinal)) {
        if (since > set.ordinal) later = true;
        else take(node, kind, identity);
        if (++seen % SLICE === 0) yield;
      }
      if (!later) continue;
      for (const [node, , , , kind, identity] of store.each<Columns>(EARLIER, dir, set.ordinal)) {
        take(node, kind, identity);
        if (++seen % SLICE === 0) yield;
      }
    }
    return { elements, bytes };
  } finally {
    store.db.exec('COMMIT');
  }
}

const bytesOf = (identity: Uint8Array): number => {
  const { type, size } = unpackIdentity(identity);
  return type === 'file' ? size : 0;
};
