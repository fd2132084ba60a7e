import { ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { withInherited } from './inherited-content.ts';
import { setKeyFor } from './set-keys.ts';
import { findSet, objectKeyFor, putSet, tapesOfChunks } from './set-row.ts';
import type { Store } from './store.ts';
import type { RecordStream } from './stream.ts';
import { addChunks, commitSet, completeSet, detailOf, type FinishedSet } from './writer.ts';

const PIECE_BYTES = 1 << 20;

/** A set as it was found on tapes. */
export interface FoundSet extends FinishedSet {
  /** Those chunks of it that were found. Give them also for a set without metadata. */
  readonly places: Iterable<ChunkPlace>;
}

/**
 * What became of a found set: its elements are in the catalog; they were there before; or they wait for its parent.
 */
export type ImportOutcome = 'committed' | 'known' | 'waiting';

/**
 * Takes in a set found on tapes; sets may come in any order, again and again. Its elements are kept aside until its
 * parent is there. `summary.state` says what is known of its tapes: `complete` when all its chunks were found. Durable
 * when it returns. Throws RECORD_MALFORMED.
 */
export const importSet = (store: Store, set: FoundSet): ImportOutcome => {
  addChunks(
    store,
    [...set.places].map((place) => ({ place })),
  );
  const known = findSet(store, set.summary.id);
  if (known !== undefined && known.ordinal !== null) {
    if (set.summary.state === 'complete') completeSet(store, set.summary.id);
    return 'known';
  }
  const { parent } = set.summary;
  if (parent !== null && (findSet(store, parent)?.ordinal ?? null) === null) {
    keepAside(store, set, parent);
    return 'waiting';
  }
  commitSet(store, { ...set, stream: withInherited(store, set.summary, set.stream) });
  commitWaiting(store);
  return 'committed';
};

const keepAside = (store: Store, set: FoundSet, parent: string): void => {
  store.transaction(() => {
    const object = objectKeyFor(store, set.summary.object);
    const key = putSet(store, { ...set.summary, state: 'incomplete' }, detailOf(set), object.key, null);
    store.run('DELETE FROM waiting_part WHERE key = ?', key);
    const { stream: _, places: __, ...kept } = set;
    store.run(
      'INSERT OR REPLACE INTO waiting_set VALUES (?, ?, ?)',
      key,
      setKeyFor(store, parent),
      JSON.stringify(kept),
    );
    let part = 0;
    for (const piece of set.stream()) {
      for (let at = 0; at < piece.length; at += PIECE_BYTES) {
        const body = piece.subarray(at, at + PIECE_BYTES);
        store.run('INSERT INTO waiting_part VALUES (?, ?, ?)', key, part, body);
        part += 1;
      }
    }
  });
};

/** Commits what waits for a parent that is there. Part of `importSet`; call it also after a crash. */
export const commitWaiting = (store: Store): void => {
  const sql = `SELECT w.key, w.summary FROM waiting_set w JOIN block_set p ON p.key = w.parent
    JOIN block_set s ON s.key = w.key WHERE p.ordinal IS NOT NULL ORDER BY s.created_at LIMIT 1`;
  for (let row = store.get<[number, string]>(sql); row !== undefined; row = store.get<[number, string]>(sql)) {
    const [key, summary] = row;
    const set = JSON.parse(summary) as Omit<FinishedSet, 'stream'>;
    store.transaction(() => {
      const stream = withInherited(store, set.summary, () => waitingPieces(store, key));
      // What does not fit its parent stays incomplete, and the others are taken in.
      if (isSound(stream)) commitSet(store, { ...set, stream });
      forgetWaiting(store, key);
    });
  }
};

const isSound = (stream: RecordStream): boolean => {
  try {
    let bytes = 0;
    for (const piece of stream()) bytes += piece.length;
    return bytes > 0;
  } catch (thrown) {
    if (thrown instanceof ColdframeError && thrown.code === 'RECORD_MALFORMED') return false;
    throw thrown;
  }
};

function* waitingPieces(store: Store, key: number): Generator<Uint8Array> {
  const sql = 'SELECT body FROM waiting_part WHERE key = ? ORDER BY part';
  for (const [body] of store.each<[Uint8Array]>(sql, key)) yield body;
}

/** Forgets what of a set waits for its parent. */
export const forgetWaiting = (store: Store, key: number): void => {
  for (const table of ['waiting_part', 'waiting_set']) store.run(`DELETE FROM ${table} WHERE key = ?`, key);
};

/**
 * Notes a set of which not enough was found to take in what it holds: it is listed as incomplete, and what builds on it
 * waits. A set that the catalog has is left alone.
 */
export const noteIncomplete = (store: Store, set: Omit<FinishedSet, 'stream'>): void => {
  store.transaction(() => {
    if ((findSet(store, set.summary.id)?.ordinal ?? null) !== null) return;
    const object = objectKeyFor(store, set.summary.object);
    const summary = { ...set.summary, state: 'incomplete' as const };
    const key = putSet(store, summary, { ...detailOf(set), whole: false }, object.key, null);
    const tapes = tapesOfChunks(store, key);
    putSet(store, summary, { ...detailOf(set), whole: false, tapes }, object.key, null);
  });
};

/** Sets with chunks of which nothing else is known: no metadata was found. */
export const setsWithoutRow = (store: Store): string[] =>
  store
    .all<[string]>(
      `SELECT r.id FROM set_ref r LEFT JOIN block_set s ON s.key = r.key
       WHERE s.key IS NULL AND EXISTS (SELECT 1 FROM chunk c WHERE c.set_key = r.key) ORDER BY r.id`,
    )
    .map(([id]) => id);

/** The sets that others wait for: their tapes are wanted. */
export const wantedSets = (store: Store): string[] =>
  store
    .all<[string]>(
      `SELECT DISTINCT r.id FROM waiting_set w JOIN set_ref r ON r.key = w.parent
       LEFT JOIN block_set p ON p.key = w.parent WHERE p.key IS NULL OR p.ordinal IS NULL`,
    )
    .map(([id]) => id);
