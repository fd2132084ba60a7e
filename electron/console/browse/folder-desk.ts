import { ColdframeError } from '../../../shared/errors.ts';
import {
  compare,
  FolderOrder,
  folderHead,
  type GoneEntry,
  goneFrom,
  openCatalog,
  type Catalog as Store,
  type Weight,
  weigh,
} from '../../engine/catalog/index.ts';
import { changeView } from '../change-view.ts';
import { entryView } from '../entry-view.ts';
import type { Compared, CompareWish, GoneFound, GoneWish, PageFound, PageWish, WeighWish } from './browse-protocol.ts';
import { folderKey, KeptOrders } from './kept-orders.ts';

export interface DeskLimits {
  /** So many entries from the beginning are given before a long folder is in order. */
  readonly head: number;
  /** Folders with so many entries are long. */
  readonly long: number;
}

const LIMITS: DeskLimits = { head: 1000, long: 20_000 };

type Wish = Omit<PageWish, 'kind'>;

/** A folder that is being put in order, a slice at a time. */
interface Reading {
  readonly order: Promise<FolderOrder>;
  readonly stop: () => void;
}

/**
 * Gives pages of folders in any order. The beginning of a long folder by name comes at once; the rest is put in order behind it, slice by
 * slice, so that other folders need not wait.
 */
export class FolderDesk {
  readonly #kept = new KeptOrders();
  readonly #readings = new Map<string, Reading>();
  readonly #limits: DeskLimits;
  #closed = false;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** Throws and rejects with NO_SUCH_SET, SET_STATE, NO_SUCH_PATH, CATALOG_DAMAGED, IO. */
  async page(wish: Wish): Promise<PageFound> {
    // The catalog is opened for each page, which costs little: a rebuild may have put another file in its place.
    const quick = this.#withStore(wish, (store) => {
      const order = this.#kept.of(store, wish.set, wish.path);
      return order === undefined ? headFor(store, wish, this.#limits) : pageOf(order, store, wish);
    });
    const reading = this.#read(wish);
    if (quick !== null) return quick;
    const order = await reading;
    return this.#withStore(wish, (store) => pageOf(order, store, wish));
  }

  /** What earlier sets had in a folder and this one has not: behind any page that was asked for. Rejects as `page` does, and with CANCELLED. */
  async gone({ catalog, set, path, limit }: Omit<GoneWish, 'kind'>, signal: AbortSignal): Promise<GoneFound> {
    const reading = (store: Store) => goneFrom(store, set, path, limit);
    const { entries, total } = await this.#behindPages(catalog, reading, signal);
    return { entries: entries.map(goneView), total };
  }

  /** How much is at and beneath a path: behind any page that was asked for. Rejects as `gone` does. */
  async weigh({ catalog, set, path }: Omit<WeighWish, 'kind'>, signal: AbortSignal): Promise<Weight> {
    return await this.#behindPages(catalog, (store) => weigh(store, set, path), signal);
  }

  /** What differs between two sets: behind any page that was asked for. Rejects as `diff` throws, and with CANCELLED. */
  async compare({ catalog, from, to, options }: Omit<CompareWish, 'kind'>, signal: AbortSignal): Promise<Compared> {
    const reading = (store: Store) => compare(store, from, to, options);
    const { totals, first } = await this.#behindPages(catalog, reading, signal);
    return { totals, changes: first.map(changeView) };
  }

  async #behindPages<Read>(
    catalog: string,
    reading: (store: Store) => Generator<void, Read>,
    signal: AbortSignal,
  ): Promise<Read> {
    const left = (): boolean => this.#closed || signal.aborted;
    await otherWork(left);
    const store = openCatalog(catalog, { readOnly: true });
    try {
      return await bitByBit(reading(store), left);
    } finally {
      store.close();
    }
  }

  /** Leaves unfinished what is not in order yet. */
  async close(): Promise<void> {
    this.#closed = true;
    const readings = [...this.#readings.values()];
    for (const { stop } of readings) stop();
    await Promise.allSettled(readings.map(({ order }) => order));
  }

  #withStore<Result>({ catalog }: Wish, work: (store: Store) => Result): Result {
    const store = openCatalog(catalog, { readOnly: true });
    try {
      return work(store);
    } finally {
      store.close();
    }
  }

  #read(wish: Wish): Promise<FolderOrder> {
    const { catalog, set, path } = wish;
    const kept = this.#withStore(wish, (store) => this.#kept.of(store, set, path));
    if (kept !== undefined) return Promise.resolve(kept);
    const key = folderKey(catalog, set, path);
    const known = this.#readings.get(key);
    if (known) return known.order;
    const reading = inSlices(wish, (order) => this.#kept.keep(catalog, set, path, order));
    this.#readings.set(key, reading);
    // Who only wanted the beginning hears nothing of it; the next page tries again.
    reading.order.catch(() => undefined).finally(() => this.#readings.delete(key));
    return reading.order;
  }
}

const headFor = (store: Store, { set, path, page }: Wish, { head: most, long }: DeskLimits): PageFound | null => {
  const { offset, limit, sort } = page;
  if (sort !== 'name' || offset + limit > most) return null;
  const head = folderHead(store, set, path, { ...page, limit: offset + limit }, long);
  return head === null ? null : { entries: head.entries.slice(offset).map(entryView), total: head.total };
};

const pageOf = (order: FolderOrder, store: Store, { page }: Wish): PageFound => ({
  entries: order.page(store, page).map(entryView),
  total: order.count,
});

const inSlices = ({ catalog, set, path }: Wish, keep: (order: FolderOrder) => void): Reading => {
  const done = Promise.withResolvers<FolderOrder>();
  let stopped = false;
  const read = async (): Promise<FolderOrder> => {
    const store = openCatalog(catalog, { readOnly: true });
    try {
      return await bitByBit(FolderOrder.reading(store, set, path), () => stopped);
    } finally {
      store.close();
    }
  };
  // After the answer of who asked: the first slice sorts the whole, which takes a second of a million entries.
  setImmediate(() => {
    read().then((order) => {
      keep(order);
      done.resolve(order);
    }, done.reject);
  });
  return {
    order: done.promise,
    stop: () => {
      stopped = true;
    },
  };
};

/** Reads to the end, with other work in between. Rejects, leaving it there, once nobody waits. */
const bitByBit = async <Read>(reading: Generator<void, Read>, stopped: () => boolean): Promise<Read> => {
  try {
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
      await otherWork(stopped);
    }
  } finally {
    reading.return(undefined as never);
  }
};

/** Lets everything else go first that waits. Rejects with CANCELLED once nobody waits for this. */
const otherWork = async (stopped: () => boolean): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (!stopped()) return;
  throw new ColdframeError('CANCELLED', {
    message: 'What was asked for was not read to its end: nobody waits for it any more.',
    guidance: 'Ask for it again.',
  });
};

const goneView = ({ last, lastAt, until, ...element }: GoneEntry): GoneFound['entries'][number] => ({
  ...entryView(element),
  last,
  lastAt: new Date(lastAt).toISOString(),
  until: new Date(until).toISOString(),
});
