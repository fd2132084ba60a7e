import type { ByteString } from '../../../../shared/byte-string.ts';
import { type Catalog, chunkPlaces, DamagedChunks, elements, openCatalog, parts } from '../../catalog/index.ts';
import { RunControl } from '../../mover/run-control.ts';
import { buildPlan } from '../plan/build-plan.ts';
import type { ElementSource, SourceItem } from '../plan/element-source.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import type { PlanThreadSetup } from './plan-thread.ts';

/** Every row is read once: a large cache would only cost memory. */
const CACHE = 'PRAGMA cache_size = -8192';

/** Builds a plan from a catalog. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH, USAGE, CANCELLED, IO. */
export const planFromCatalog = ({ catalog, set, roots, order, control }: PlanThreadSetup): RestorePlan => {
  const store = openCatalog(catalog, { readOnly: true });
  // One transaction: a plan is made from one state of the catalog, and no query takes and gives back locks.
  store.db.exec(`${CACHE}; BEGIN`);
  const run = new RunControl(control);
  try {
    return buildPlan(catalogSource(store, set, roots, DamagedChunks.of(catalog)), order, () => run.passageSync());
  } finally {
    store.close();
  }
};

/** A set in the catalog as a plan's source. */
export const catalogSource = (
  store: Catalog,
  set: string,
  roots: readonly ByteString[],
  damaged: DamagedChunks,
): ElementSource => ({
  items: () => items(store, set, roots),
  chunkPlaces: (id, sequence) => [...chunkPlaces(store, id, [sequence])],
  isDamaged: (place) => damaged.lists(place),
});

function* items(store: Catalog, set: string, roots: readonly ByteString[]): Generator<SourceItem> {
  for (const record of elements(store, set, roots)) {
    yield { kind: 'element', record };
    if (record.partCount < 2) continue;
    for (const { extents } of parts(store, record.version))
      yield { kind: 'part', path: record.attributes.path, extents };
  }
}
