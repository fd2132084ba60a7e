import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import { bytes, millis, type SetId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { applyChanges, type CommitOptions } from './commit/apply.ts';
import { findSetKey, noSuchSet, setKeyFor } from './set-keys.ts';
import {
  bytesOfChunks,
  EMPTY_DETAIL,
  findSet,
  objectKeyFor,
  putSet,
  type SetDetail,
  type SetRow,
  setRows,
  tapesOfChunks,
} from './set-row.ts';
import type { Store } from './store.ts';
import type { RecordStream } from './stream.ts';

export type NewSet = Pick<BlockSetSummary, 'id' | 'object' | 'level' | 'parent' | 'createdAt'>;

export interface WrittenChunk {
  readonly place: ChunkPlace;
  /** The plain stream of the chunk's index: kept until the set is committed, so that an interrupted one can go on. */
  readonly index?: Uint8Array;
}

/** A set whose data and metadata are durable on tape. */
export interface FinishedSet {
  /** `state` is `complete`, or `incomplete` when tapes of it are missing. */
  readonly summary: BlockSetSummary;
  readonly leftOut?: readonly LeftOut[];
  readonly selection?: Selection | null;
  readonly source?: Readonly<Record<string, string>>;
  /** Its set metadata: set references, elements, parts and removed paths; other records are skipped. */
  readonly stream: RecordStream;
}

const stateError = (row: SetRow | string, wanted: string): ColdframeError => {
  const [id, state] = typeof row === 'string' ? [row, 'not in the catalog'] : [row.summary.id, row.summary.state];
  return new ColdframeError('SET_STATE', {
    message: `Block set ${id} is ${state}; ${wanted}.`,
    guidance: 'See its state with "sets". If tapes are missing, insert them and run "vault rebuild".',
    context: { set: id, state },
  });
};

/** The summary of a set of which nothing is written yet. */
export const emptySummary = (set: NewSet): BlockSetSummary => ({
  ...set,
  state: 'writing',
  finishedAt: null,
  elements: 0,
  logicalBytes: bytes(0),
  bytesRead: bytes(0),
  bytesStored: bytes(0),
  segments: 0,
  tapes: [],
  drives: 0,
  durationMs: millis(0),
  warnings: [],
});

/** What the set's row keeps beside the summary. */
export const detailOf = (set: Omit<FinishedSet, 'stream'>): SetDetail => ({
  whole: set.summary.state === 'complete',
  warnings: set.summary.warnings,
  tapes: set.summary.tapes,
  leftOut: set.leftOut ?? [],
  selection: set.selection ?? null,
  source: set.source ?? {},
});

/** Begins a set, or takes an interrupted one up again. Durable when it returns. Throws SET_STATE. */
export const beginSet = (store: Store, set: NewSet): void => {
  store.transaction(() => {
    const known = findSet(store, set.id);
    if (known !== undefined && known.ordinal !== null) throw stateError(known, 'it cannot be written again');
    putSet(store, emptySummary(set), EMPTY_DETAIL, objectKeyFor(store, set.object).key, null);
  });
};

const CHUNK = 'INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?)';

/** Records chunks that are durable on tape. Known ones are replaced, so it may be repeated. Durable when it returns. */
export const addChunks = (store: Store, chunks: Iterable<WrittenChunk>): void => {
  failpoint('catalog:before-chunks');
  store.transaction(() => {
    for (const { place, index } of chunks) {
      const key = setKeyFor(store, place.set);
      const { sequence, kind, tape, tapeSequence, block, offset, payloadBytes } = place;
      store.run(CHUNK, key, sequence, kind, tape, tapeSequence, block, offset, payloadBytes);
      if (index !== undefined) store.run('INSERT OR REPLACE INTO chunk_index VALUES (?, ?, ?)', key, sequence, index);
    }
  });
  failpoint('catalog:after-chunks');
};

/** The chunk indexes of a set that is not committed, by sequence: what of it is on tape already. Throws NO_SUCH_SET. */
export function* storedSoFar(store: Store, id: SetId): Generator<{ sequence: number; index: Uint8Array }> {
  const key = findSetKey(store, id);
  if (key === undefined) throw noSuchSet(id);
  const sql = 'SELECT sequence, body FROM chunk_index WHERE set_key = ? ORDER BY sequence';
  for (const [sequence, index] of store.each<[number, Uint8Array]>(sql, key)) yield { sequence, index };
}

/** Marks a set that is being written as interrupted; what is on tape stays known. Throws NO_SUCH_SET, SET_STATE. */
export const interruptSet = (store: Store, id: SetId): void => {
  const known = findSet(store, id);
  if (known === undefined) throw noSuchSet(id);
  if (known.ordinal !== null) throw stateError(known, 'only one that is being written can be interrupted');
  store.run("UPDATE block_set SET state = 'interrupted' WHERE key = ?", known.key);
};

/**
 * Ends a set that comes to nothing: it is interrupted, or forgotten when nothing of it is on tape, for then there is nothing that a later one
 * could go on from. Throws NO_SUCH_SET, SET_STATE.
 */
export const giveUpSet = (store: Store, id: SetId): void =>
  store.transaction(() => {
    interruptSet(store, id);
    const key = setKeyFor(store, id);
    if (store.all('SELECT 1 FROM chunk WHERE set_key = ? LIMIT 1', key).length === 0) discardSet(store, id);
  });

/**
 * Notes that tapes no longer hold what sets have on them: those, and what builds on them, are `incomplete` until all of
 * it is found again. Sets that were not committed stay as they are. Durable when it returns.
 */
export const loseSets = (store: Store, ids: Iterable<SetId>): void =>
  store.transaction(() => {
    const left = [...ids].flatMap((id) => findSet(store, id) ?? []);
    for (const { key, detail } of left)
      store.run('UPDATE block_set SET detail = ? WHERE key = ?', JSON.stringify({ ...detail, whole: false }), key);
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      if (row.summary.state !== 'complete') continue;
      store.run("UPDATE block_set SET state = 'incomplete' WHERE key = ?", row.key);
      left.push(...setRows(store, 'WHERE s.parent = ? AND s.ordinal IS NOT NULL', row.key));
    }
  });

/** Gives up every set that a console left in the middle, and returns their ids: for after a crash. */
export const interruptUnfinished = (store: Store): SetId[] =>
  store.transaction(() => {
    const sql = "SELECT r.id FROM block_set s JOIN set_ref r ON r.key = s.key WHERE s.state = 'writing'";
    const ids = store.all<[SetId]>(sql).map(([id]) => id);
    for (const id of ids) giveUpSet(store, id);
    return ids;
  });

/** Forgets a set that was never committed, its chunks and their indexes. Throws NO_SUCH_SET, SET_STATE. */
export const discardSet = (store: Store, id: SetId): void => {
  store.transaction(() => {
    const known = findSet(store, id);
    if (known === undefined) throw noSuchSet(id);
    if (known.ordinal !== null) throw stateError(known, 'only one that was not committed can be discarded');
    for (const table of ['chunk', 'chunk_index']) store.run(`DELETE FROM ${table} WHERE set_key = ?`, known.key);
    for (const table of ['waiting_part', 'waiting_set', 'block_set'])
      store.run(`DELETE FROM ${table} WHERE key = ?`, known.key);
  });
};

/** The parent of a set, which must be in the catalog and of the same object; null when it has none. */
const parentOf = (store: Store, set: BlockSetSummary, objectKey: number): (SetRow & { ordinal: number }) | null => {
  if (set.parent === null) return null;
  const parent = findSet(store, set.parent);
  const ordinal = parent?.ordinal ?? null;
  if (parent === undefined || ordinal === null || parent.objectKey !== objectKey) {
    throw stateError(parent ?? set.parent, `block set ${set.id} builds on it and cannot be committed`);
  }
  return { ...parent, ordinal };
};

/**
 * Puts a set and its elements into the catalog, in one transaction: when it returns, the set is durable as `complete`
 * (or `incomplete`, when it or its parent is). Its chunks must have been added. Throws SET_STATE when it is committed
 * already or its parent is not, RECORD_MALFORMED when the stream does not parse; then nothing has changed.
 */
export const commitSet = (store: Store, set: FinishedSet, options: CommitOptions = {}): void => {
  store.transaction(() => {
    const known = findSet(store, set.summary.id);
    if (known !== undefined && known.ordinal !== null) throw stateError(known, 'it cannot be committed twice');
    const object = objectKeyFor(store, set.summary.object);
    const parent = options.alone === true ? null : parentOf(store, set.summary, object.key);
    const ordinal = store.run('INSERT INTO ordinal_of(ordinal, object) VALUES (NULL, ?)', object.key);
    const detail = detailOf(set);
    const complete = detail.whole && (parent === null || parent.summary.state === 'complete');
    const summary: BlockSetSummary = { ...set.summary, state: complete ? 'complete' : 'incomplete' };
    const setKey = putSet(store, summary, detail, object.key, ordinal);
    const place = { setKey, object: object.key, root: object.root, ordinal, parent: parent?.ordinal ?? null };
    applyChanges(store, place, set.stream, options);
    const tapes = [...new Set([...detail.tapes, ...tapesOfChunks(store, setKey)])];
    store.run('UPDATE block_set SET detail = ? WHERE key = ?', JSON.stringify({ ...detail, tapes }), setKey);
    store.run('DELETE FROM chunk_index WHERE set_key = ?', setKey);
    failpoint('catalog:before-commit');
  });
  failpoint('catalog:after-commit');
};

/**
 * All chunks of a set that was committed as `incomplete` are there now: it is complete when its parent is, and so are
 * the sets that only waited for it. Throws NO_SUCH_SET, SET_STATE.
 */
export const completeSet = (store: Store, id: SetId): void => {
  store.transaction(() => {
    const known = findSet(store, id);
    if (known === undefined) throw noSuchSet(id);
    if (known.ordinal === null) throw stateError(known, 'only one that was committed can be completed');
    const detail: SetDetail = { ...known.detail, whole: true, tapes: tapesOfChunks(store, known.key) };
    // It was taken in with what was stored of it on the tapes that were known then.
    const stored = Math.max(known.summary.bytesStored, bytesOfChunks(store, known.key));
    store.run(
      'UPDATE block_set SET detail = ?, bytes_stored = ? WHERE key = ?',
      JSON.stringify(detail),
      stored,
      known.key,
    );
    if (known.summary.parent !== null && findSet(store, known.summary.parent)?.summary.state !== 'complete') return;
    const left = [known];
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      store.run("UPDATE block_set SET state = 'complete' WHERE key = ?", row.key);
      const children = setRows(store, 'WHERE s.parent = ? AND s.ordinal IS NOT NULL', row.key);
      left.push(...children.filter((child) => child.detail.whole && child.summary.state !== 'complete'));
    }
  });
};
