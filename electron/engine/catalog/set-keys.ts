import { ColdframeError } from '../../../shared/errors.ts';
import type { Store } from './store.ts';

/** The catalog's small number for a set id, made when it is not known yet: a set may be spoken of before it is read. */
export const setKeyFor = (store: Store, id: string): number =>
  findSetKey(store, id) ?? store.run('INSERT INTO set_ref(id) VALUES (?)', id);

export const findSetKey = (store: Store, id: string): number | undefined =>
  store.get<[number]>('SELECT key FROM set_ref WHERE id = ?', id)?.[0];

/** A set, those that it builds on, and the interrupted ones that each of them went on from. */
export const needed = (store: Store, set: string): number[] => {
  const sql = "SELECT parent, json_extract(detail, '$.source.resumed') FROM block_set WHERE key = ?";
  const found = new Set<number>();
  const waiting: number[] = [];
  const add = (key: number | null | undefined) => typeof key === 'number' && !found.has(key) && waiting.push(key);
  add(findSetKey(store, set));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    found.add(key);
    const [parent, resumed] = store.get<[number | null, string | null]>(sql, key) ?? [null, null];
    add(parent);
    for (const id of resumed?.split(' ') ?? []) add(findSetKey(store, id));
  }
  return [...found];
};

export const noSuchSet = (text: string): ColdframeError =>
  new ColdframeError('NO_SUCH_SET', {
    message: `There is no block set "${text}".`,
    guidance: 'List the block sets with "sets", then use an id, the beginning of one, NAME, NAME@latest or NAME@TIME.',
    context: { set: text },
  });

/** Reads set ids for keys, keeping them in memory. */
export class SetIds {
  readonly #store: Store;
  readonly #known = new Map<number, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  readonly of = (key: number): string => {
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.#store.get<[string]>('SELECT id FROM set_ref WHERE key = ?', key)?.[0];
      if (id === undefined) throw new RangeError(`set key ${key} is missing`);
      this.#known.set(key, id);
    }
    return id;
  };
}
