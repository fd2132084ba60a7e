import type { ByteString } from '../../../shared/byte-string.ts';
import { type ElementRecord, PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ClassReader } from './attribute-class.ts';
import { locate } from './browse.ts';
import { browsable, noSuchPath } from './entries.ts';
import { layoutPart } from './known-state.ts';
import { decodeLayout } from './layout.ts';
import { SetIds } from './set-keys.ts';
import type { Store } from './store.ts';
import { walkAt } from './walk.ts';

/** An element of a set with all that a restore needs. */
export interface StoredElement extends ElementRecord {
  readonly version: number;
  /** Parts of the content; `extents` are those of the first, `parts` gives the others. */
  readonly partCount: number;
}

interface Found {
  readonly path: ByteString;
  readonly version: number;
  readonly kind: number | null;
  readonly identity: Uint8Array;
}

/** Takes out what is named twice or lies beneath another; in byte order. */
const outermost = (roots: readonly ByteString[]): ByteString[] => {
  const kept = new Set(roots);
  const covered = (path: ByteString): boolean => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (kept.has(path.slice(0, at) as ByteString)) return true;
    }
    return path !== '/' && kept.has('/' as ByteString);
  };
  return [...kept].filter((path) => !covered(path)).sort();
};

/**
 * The elements of a set at and beneath some paths (all of it when there are none), each directory followed by what is in
 * it, names in byte order. Directories that are only implied are left out. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH.
 */
export function* elements(store: Store, setId: string, roots: readonly ByteString[] = []): Generator<StoredElement> {
  const set = browsable(store, setId);
  const reader = new ElementReader(store);
  const tops = roots.length === 0 ? ['/' as ByteString] : outermost(roots);
  for (const path of tops) {
    const found = locate(store, set, path);
    if (found === undefined && roots.length === 0) return;
    if (found === undefined) throw noSuchPath(path, setId);
    const { id, kind, identity } = found.version;
    if (kind !== null) yield reader.read({ path, version: id, kind, identity });
    for (const step of walkAt(store, set.ordinal, { node: found.node, path }, { recursive: true, after: null })) {
      if (step.kind !== null) yield reader.read(step);
    }
  }
}

class ElementReader {
  readonly #store: Store;
  readonly #classes: ClassReader;
  readonly #sets: SetIds;

  constructor(store: Store) {
    this.#store = store;
    this.#classes = new ClassReader(store);
    this.#sets = new SetIds(store);
  }

  read({ path, version, kind, identity }: Found): StoredElement {
    const attributes = this.#classes.attributes(kind as number, identity, path);
    const partCount = attributes.type === 'file' ? Math.max(1, Math.ceil(attributes.size / PART_BYTES)) : 1;
    if (attributes.type !== 'file') return { attributes, extents: [], version, partCount };
    const layout =
      this.#store.get<[Uint8Array | null]>('SELECT layout FROM version WHERE id = ?', version)?.[0] ?? null;
    return { attributes, extents: decodeLayout(layout, attributes.size, 0, this.#sets.of), version, partCount };
  }
}

/** The extents of a long element behind its first PART_BYTES, one part at a time; parts that are holes are left out. */
export function* parts(store: Store, version: number): Generator<{ part: number; extents: StoredExtent[] }> {
  const sets = new SetIds(store);
  const rows = store.all<[number]>('SELECT part FROM layout_part WHERE version = ? ORDER BY part', version);
  for (const [part] of rows) {
    yield { part, extents: decodeLayout(layoutPart(store, version, part), -1, part * PART_BYTES, sets.of) };
  }
}
