import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { pointInTime } from '../../../shared/model/point-in-time.ts';
import { type SetId, setId } from '../../../shared/units.ts';
import { noSuchSet } from './set-keys.ts';
import { findSet, type SetDetail, type SetRow, setRows } from './set-row.ts';
import type { Store } from './store.ts';

/** All sets, or those of one object by its id or name, oldest first. */
export const sets = (store: Store, object?: string): BlockSetSummary[] => {
  const order = 'ORDER BY s.created_at, s.key';
  const rows =
    object === undefined ? setRows(store, order) : setRows(store, `WHERE o.id = ?1 OR o.name = ?1 ${order}`, object);
  return rows.map((row) => row.summary);
};

/** Id of the set that was committed last; null when there is none. */
export const newestSet = (store: Store): string | null =>
  store.get<[string]>(
    'SELECT r.id FROM block_set s JOIN set_ref r ON r.key = s.key WHERE s.ordinal IS NOT NULL ORDER BY s.ordinal DESC LIMIT 1',
  )?.[0] ?? null;

/** What a set keeps beside its summary: selection, what each rule left out, source. Throws NO_SUCH_SET. */
export const setDetail = (store: Store, id: string): SetDetail => {
  const row = findSet(store, id);
  if (row === undefined) throw noSuchSet(id);
  return row.detail;
};

/** The interrupted sets whose chunks a set went on from, as its backup wrote them down; null when it did not. Throws NO_SUCH_SET. */
export const resumedBy = (store: Store, id: string): SetId[] | null =>
  setDetail(store, id).source.resumed?.split(' ').filter(Boolean).map(setId) ?? null;

const ambiguous = (text: string, found: readonly SetRow[]): ColdframeError =>
  new ColdframeError('SET_AMBIGUOUS', {
    message: `"${text}" is the beginning of ${found.length} block set ids: ${found.map((row) => row.summary.id).join(', ')}.`,
    guidance: 'Give more digits of the id.',
    context: { set: text, count: found.length },
  });

const byPrefix = (store: Store, text: string): SetRow | undefined => {
  if (!/^[0-9a-f]{1,32}$/.test(text)) return undefined;
  const found = setRows(store, 'WHERE r.id >= ? AND r.id < ? ORDER BY r.id LIMIT 8', text, `${text}g`);
  if (found.length > 1) throw ambiguous(text, found);
  return found[0];
};

/**
 * The newest complete set of an object, by its id or name, not after a time. One that is dated after a set which a wrong clock dated was made
 * when it was finished.
 */
const newest = (store: Store, name: string, until: number): SetRow | undefined =>
  setRows(
    store,
    "WHERE (o.id = ?1 OR o.name = ?1) AND s.state = 'complete' AND min(s.created_at, coalesce(s.finished_at, s.created_at)) <= ?2 ORDER BY s.created_at DESC, s.key DESC LIMIT 1",
    name,
    until,
  )[0];

/** The set that a name means, with the object and the time in it. */
interface Named {
  readonly row: SetRow;
  readonly name: string;
  readonly until: number;
}

const named = (store: Store, name: string, until: number): Named | undefined => {
  const row = newest(store, name, until);
  return row && { row, name, until };
};

const byName = (store: Store, text: string): Named | undefined => {
  const whole = named(store, text, Number.MAX_SAFE_INTEGER);
  const at = text.lastIndexOf('@');
  if (whole !== undefined || at < 0) return whole;
  const when = text.slice(at + 1);
  const until = when === 'latest' ? Number.MAX_SAFE_INTEGER : pointInTime(when);
  return until === null ? undefined : named(store, text.slice(0, at), until);
};

/**
 * The incomplete sets that are later than the one that a name means, newest first; none for an id or the beginning of one. Those that were
 * interrupted, and from which another one went on, are left out: they never were whole.
 */
export const passedOver = (store: Store, text: string): BlockSetSummary[] => {
  const found = findSet(store, text) === undefined ? byName(store, text) : undefined;
  if (found === undefined) return [];
  const { key, summary } = found.row;
  const later = setRows(
    store,
    "WHERE (o.id = ?1 OR o.name = ?1) AND s.state = 'incomplete' AND min(s.created_at, coalesce(s.finished_at, s.created_at)) <= ?2 AND (s.created_at, s.key) > (?3, ?4) ORDER BY s.created_at DESC, s.key DESC",
    found.name,
    found.until,
    summary.createdAt,
    key,
  );
  if (later.length === 0) return [];
  const resumed = new Set(sets(store, found.name).flatMap(({ id }) => resumedBy(store, id) ?? []));
  return later.filter(({ ordinal, summary: { id } }) => ordinal !== null || !resumed.has(id)).map((row) => row.summary);
};

/**
 * The set that a person means: an id, a unique beginning of one, NAME or NAME@latest (its newest complete set), or
 * NAME@TIME (the newest complete one not after it, `pointInTime`); NAME may be the id of an object. An id wins over a name,
 * a name over a beginning. Throws NO_SUCH_SET, SET_AMBIGUOUS.
 */
export const resolveSet = (store: Store, text: string): BlockSetSummary => {
  const row = findSet(store, text) ?? byName(store, text)?.row ?? byPrefix(store, text);
  if (row === undefined) throw noSuchSet(text);
  return row.summary;
};
