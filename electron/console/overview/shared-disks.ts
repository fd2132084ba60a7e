import type { ByteString } from '../../../shared/byte-string.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import { allMounts } from '../../platform/drives/mounts.ts';
import { type Footing, footingOf, type SharedBy, sharedBy } from '../../platform/drives/shared-disks.ts';
import { pathOfBase64 } from '../paths.ts';

/** What is looked at of an object of files. */
export interface PlacedObject {
  readonly id: string;
  /** Folder of its vault; null where its tapes lie in a changer, or nobody knows where. */
  readonly vault: ByteString | null;
  readonly selection: Pick<Selection, 'roots' | 'unprotected' | 'exclude'>;
  /** Whether something that was backed up of it is there. */
  readonly good: boolean;
}

export interface SharedRoot {
  readonly path: ByteString;
  readonly by: SharedBy;
}

/** Where places lie changes seldom, and the overview is asked for often. */
const KEPT_MS = 60_000;
/** A disk that does not answer must not hold up the others. */
const PATIENCE_MS = 1000;

/** Remembers for a minute on which disks places lie. */
export class Footings {
  readonly #known = new Map<ByteString, { readonly at: number; readonly footing: Promise<Footing | null> }>();

  /** Null when nobody may look, or it takes too long. */
  of(path: ByteString): Promise<Footing | null> {
    const now = performance.now();
    const known = this.#known.get(path);
    if (known && now - known.at < KEPT_MS) return known.footing;
    for (const [old, { at }] of this.#known) if (now - at >= KEPT_MS) this.#known.delete(old);
    const late = new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null).unref());
    const footing = Promise.race([footingOf(path, allMounts()), late]);
    this.#known.set(path, { at: now, footing });
    return footing;
  }
}

/**
 * By id of object, its roots that lie on the disk of its vault and that no other object has backed up to a vault elsewhere: what breaks that disk
 * takes both. An object without any is not in it.
 */
export const sharedDisks = async (
  objects: readonly PlacedObject[],
  footings: Pick<Footings, 'of'>,
): Promise<ReadonlyMap<string, readonly SharedRoot[]>> => {
  const standing = async (path: ByteString, vault: ByteString | null): Promise<SharedBy | null> => {
    const [one, other] = vault === null ? [] : await Promise.all([footings.of(path), footings.of(vault)]);
    return one && other ? sharedBy(one, other) : null;
  };
  const found = new Map<string, readonly SharedRoot[]>();
  // All at once: those that are slow to answer are waited for together.
  const places = new Set(objects.flatMap((each) => [...rootsOf(each), ...(each.vault === null ? [] : [each.vault])]));
  await Promise.all([...places].map((path) => footings.of(path)));
  for (const object of objects) {
    const shared: SharedRoot[] = [];
    for (const path of rootsOf(object)) {
      const by = await standing(path, object.vault);
      if (by === null) continue;
      const others = objects.filter((each) => each.good && each.id !== object.id && takesAll(each, object, path));
      const elsewhere = await Promise.all(others.map(async ({ vault }) => (await standing(path, vault)) === null));
      if (!elsewhere.includes(true)) shared.push({ path, by });
    }
    if (shared.length > 0) found.set(object.id, shared);
  }
  return found;
};

const rootsOf = ({ selection }: PlacedObject): ByteString[] =>
  selection.roots.map(({ pathBase64 }) => pathOfBase64(pathBase64));

/** Whether another object takes this very root, and leaves out no more of it. */
const takesAll = (other: PlacedObject, object: PlacedObject, path: ByteString): boolean =>
  other.selection.roots.some(
    ({ pathBase64, crossFileSystems }) =>
      pathOfBase64(pathBase64) === path && (crossFileSystems || !crossesFrom(object, path)),
  ) &&
  other.selection.unprotected.every((type) => object.selection.unprotected.includes(type)) &&
  other.selection.exclude.every((glob) => object.selection.exclude.includes(glob));

const crossesFrom = ({ selection }: PlacedObject, path: ByteString): boolean =>
  selection.roots.some(({ pathBase64, crossFileSystems }) => crossFileSystems && pathOfBase64(pathBase64) === path);
