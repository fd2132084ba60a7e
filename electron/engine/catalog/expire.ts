import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { afterEveryRun, rememberExpired, rememberRuns } from './expired.ts';
import { decodeLayout } from './layout.ts';
import { addTouched, NodeBitmap } from './node-bitmap.ts';
import { noSuchSet } from './set-keys.ts';
import { findSet, type SetRow } from './set-row.ts';
import type { Store } from './store.ts';

/** Which sets go together, when, and in which run of retention; `sequences`: how the tapes are labelled now. */
export interface Expiry {
  readonly sets: readonly SetId[];
  readonly run: string;
  readonly at: number;
  readonly sequences: Readonly<Record<string, number>>;
}

/**
 * Takes sets out of the catalog, in one transaction: their rows, their chunks, and every version that no set that is left shows. What
 * they were is remembered (`expiredSets`). Names stay, as nodes without a version. When it returns it is durable.
 *
 * Refuses with SET_NEEDED, changing nothing, when a set that is left is built on one of them or has content in its chunks; the
 * context names it as `set`. Throws NO_SUCH_SET, and SET_STATE for one that is being written.
 */
export const expireSets = (store: Store, { sets, run, at, sequences }: Expiry): void => {
  store.transaction(() => {
    const rows = sets.map((id) => findSet(store, id) ?? notThere(id));
    for (const row of rows) if (row.summary.state === 'writing') throw beingWritten(row);
    rememberExpired(
      store,
      rows.map(({ key, summary: { id, object, createdAt } }) => ({
        id,
        object: { ...object },
        createdAt,
        at,
        run,
        tapes: chunksByTape(store, key).map(([tape, chunks]) => ({ tape, chunks, sequence: sequences[tape] ?? 0 })),
      })),
    );
    rememberRuns(store, [[run, afterEveryRun(store, at)]]);
    for (const { key } of rows) {
      for (const table of ['chunk', 'chunk_index']) store.run(`DELETE FROM ${table} WHERE set_key = ?`, key);
      for (const table of ['waiting_part', 'waiting_set', 'block_set'])
        store.run(`DELETE FROM ${table} WHERE key = ?`, key);
    }
    const objects = new Set(rows.filter(({ ordinal }) => ordinal !== null).map(({ objectKey }) => objectKey));
    let parts = false;
    for (const object of objects) parts = dropVersions(store, object, rows) || parts;
    if (parts) store.run('DELETE FROM layout_body WHERE id NOT IN (SELECT body FROM layout_part)');
    demandUnneeded(store, rows);
    failpoint('catalog:inside-expiry');
  });
  failpoint('catalog:after-expiry');
};

const chunksByTape = (store: Store, key: number): [string, number][] =>
  store.all<[string, number]>('SELECT tape, count(*) FROM chunk WHERE set_key = ? GROUP BY tape ORDER BY tape', key);

/** Drops the versions of an object that only sets showed that are gone; says whether there were parts of long files among them. */
const dropVersions = (store: Store, object: number, gone: readonly SetRow[]): boolean => {
  const kept = store
    .all<[number]>('SELECT ordinal FROM block_set WHERE object = ? AND ordinal IS NOT NULL ORDER BY ordinal', object)
    .map(([ordinal]) => ordinal);
  const ordinals = gone.flatMap(({ objectKey, ordinal }) =>
    objectKey === object && ordinal !== null ? [ordinal] : [],
  );
  const pruner = new ChainPruner(store, kept);
  for (const node of touchedBetween(store, object, kept, ordinals)) pruner.prune(node);
  return pruner.droppedParts;
};

/** The nodes that got a version between two sets that are kept, where one that is gone lay. */
const touchedBetween = (store: Store, object: number, kept: readonly number[], gone: readonly number[]): NodeBitmap => {
  const nodes = new NodeBitmap();
  const windows = new Map<number, number>();
  for (const ordinal of gone) {
    const low = kept.findLast((each) => each < ordinal) ?? 0;
    windows.set(low, kept.find((each) => each > ordinal) ?? Number.MAX_SAFE_INTEGER);
  }
  const sql = 'SELECT ordinal FROM ordinal_of WHERE object = ? AND ordinal > ? AND ordinal < ?';
  for (const [low, high] of windows)
    for (const [ordinal] of store.all<[number]>(sql, object, low, high)) addTouched(store, ordinal, nodes);
  return nodes;
};

type Link = [id: number, since: number, prev: number | null, gone: number];

/** Takes versions out of the chains of nodes. `kept`: the ordinals of the object's sets, ascending. */
class ChainPruner {
  droppedParts = false;
  readonly #store: Store;
  readonly #kept: readonly number[];

  constructor(store: Store, kept: readonly number[]) {
    this.#store = store;
    this.#kept = kept;
  }

  prune(node: number): void {
    const head = this.#store.get<[number | null]>('SELECT head FROM node WHERE id = ?', node)?.[0] ?? null;
    const chain = this.#chain(head);
    let until = Number.MAX_SAFE_INTEGER;
    const staying = chain.filter(([, since]) => {
      const shown = this.#isShown(since, until);
      until = since;
      return shown;
    });
    // That an element is gone need not be said where nothing is left of it.
    while ((staying.at(-1)?.[3] ?? 0) === 1) staying.pop();
    if (staying.length === chain.length) return;
    const ids = new Set(staying.map(([id]) => id));
    for (const [id] of chain) if (!ids.has(id)) this.#drop(id);
    const newest = staying[0]?.[0] ?? null;
    if (newest !== head) this.#store.run('UPDATE node SET head = ? WHERE id = ?', newest, node);
    for (const [at, [id, , prev]] of staying.entries()) {
      const before = staying[at + 1]?.[0] ?? null;
      if (before !== prev) this.#store.run('UPDATE version SET prev = ? WHERE id = ?', before, id);
    }
  }

  #chain(head: number | null): Link[] {
    const chain: Link[] = [];
    const sql = 'SELECT id, since, prev, identity IS NULL FROM version WHERE id = ?';
    for (let id = head; id !== null; id = chain.at(-1)?.[2] ?? null) {
      const link = this.#store.get<Link>(sql, id);
      if (link === undefined) throw new RangeError(`version ${id} is missing`);
      chain.push(link);
    }
    return chain;
  }

  /** Whether a set that is kept lies in [since, until). */
  #isShown(since: number, until: number): boolean {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle] as number) < since) low = middle + 1;
      else high = middle;
    }
    return (this.#kept[low] ?? Number.MAX_SAFE_INTEGER) < until;
  }

  #drop(version: number): void {
    this.#store.run('DELETE FROM version WHERE id = ?', version);
    if (this.#store.get('SELECT 1 FROM layout_part WHERE version = ? LIMIT 1', version) === undefined) return;
    this.#store.run('DELETE FROM layout_part WHERE version = ?', version);
    this.droppedParts = true;
  }
}

/** Reads through everything that is left: whatever the plan was made of, content that is shown must not be let go. */
const demandUnneeded = (store: Store, gone: readonly SetRow[]): void => {
  const keys = new Map(gone.map(({ key, summary }) => [key, summary.id]));
  const check = (key: number): string => {
    const id = keys.get(key);
    if (id !== undefined) throw needed(id, 'content that is kept lies in its chunks');
    return '';
  };
  for (const [key, id] of keys) {
    const child = store.get<[string]>(
      'SELECT r.id FROM block_set s JOIN set_ref r ON r.key = s.key WHERE s.parent = ?1 LIMIT 1',
      key,
    );
    if (child !== undefined) throw needed(id, `set ${child[0]} is built on it`);
    if (store.get('SELECT 1 FROM waiting_set WHERE parent = ?', key)) throw needed(id, 'a set waits for it');
  }
  for (const sql of ['SELECT layout FROM version WHERE layout IS NOT NULL', 'SELECT body FROM layout_body'])
    for (const [layout] of store.each<[Uint8Array]>(sql)) decodeLayout(layout, 0, 0, check);
};

const needed = (set: SetId, why: string): ColdframeError =>
  new ColdframeError('SET_NEEDED', {
    message: `Block set ${set} cannot expire: ${why}.`,
    guidance: 'Nothing was changed. It can go when what needs it has gone, or after a merge.',
    context: { set },
  });

const beingWritten = ({ summary: { id } }: SetRow): ColdframeError =>
  new ColdframeError('SET_STATE', {
    message: `Block set ${id} is being written and cannot expire.`,
    guidance: 'Wait until its job has ended.',
    context: { set: id },
  });

const notThere = (id: string): never => {
  throw noSuchSet(id);
};
