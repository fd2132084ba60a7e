import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { bytes, type SetId, setId, type TapeId, tapeId } from '../../../shared/units.ts';
import { findSetKey, noSuchSet } from './set-keys.ts';
import { findSet, tapesOfChunks } from './set-row.ts';
import type { Store } from './store.ts';

type Columns = [number, 'data' | 'metadata', string, number, number, number, number];
const SELECT = 'SELECT sequence, kind, tape, tape_sequence, block, offset, payload_bytes FROM chunk WHERE set_key = ?';

/**
 * Where chunks of a set lie, by sequence; all of them unless some are named. A chunk that lies on several tapes comes
 * several times; one that is not known does not come. A set may be asked for that is only referred to.
 */
export function* chunkPlaces(store: Store, id: string, sequences?: Iterable<number>): Generator<ChunkPlace> {
  const key = findSetKey(store, id);
  if (key === undefined) return;
  const set = setId(id);
  const toPlace = ([sequence, kind, tape, tapeSequence, block, offset, payload]: Columns): ChunkPlace => ({
    set,
    sequence,
    kind,
    tape: tapeId(tape),
    tapeSequence,
    block,
    offset,
    payloadBytes: bytes(payload),
  });
  if (sequences === undefined) {
    for (const row of store.each<Columns>(`${SELECT} ORDER BY sequence`, key)) yield toPlace(row);
    return;
  }
  for (const sequence of sequences) {
    for (const row of store.all<Columns>(`${SELECT} AND sequence = ?`, key, sequence)) yield toPlace(row);
  }
}

/** The tapes that a set's own chunks lie on, in the order in which it came to them. Throws NO_SUCH_SET. */
export const tapesOf = (store: Store, id: string): TapeId[] => {
  const row = findSet(store, id);
  if (row === undefined) throw noSuchSet(id);
  return tapesOfChunks(store, row.key).map(tapeId);
};

/** The chunks on a tape, in the order in which they lie. */
export function* chunksOn(store: Store, tape: TapeId): Generator<ChunkPlace> {
  const sql = `SELECT r.id, c.sequence, c.kind, c.tape_sequence, c.block, c.offset, c.payload_bytes
    FROM chunk c JOIN set_ref r ON r.key = c.set_key WHERE c.tape = ? ORDER BY c.tape_sequence`;
  type Row = [string, number, 'data' | 'metadata', number, number, number, number];
  for (const [id, sequence, kind, tapeSequence, block, offset, payload] of store.each<Row>(sql, tape)) {
    yield { set: setId(id), sequence, kind, tape, tapeSequence, block, offset, payloadBytes: bytes(payload) };
  }
}

/** Which sets have chunks on each tape. */
export const setsByTape = (store: Store): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  const sql = 'SELECT DISTINCT c.tape, r.id FROM chunk c JOIN set_ref r ON r.key = c.set_key ORDER BY c.tape';
  for (const [tape, set] of store.each<[string, string]>(sql)) {
    const known = found.get(tape);
    if (known === undefined) found.set(tape, [set]);
    else known.push(set);
  }
  return found;
};

/** How many chunks are known to lie on a tape. */
export const chunkCountOn = (store: Store, tape: string): number =>
  store.get<[number]>('SELECT count(*) FROM chunk WHERE tape = ?', tape)?.[0] ?? 0;

/**
 * How many chunks lie on a tape up to the last one of a set that was not finished, 0 when it has none: a job that was killed durably noted
 * them here, and did not come to tell the library. Finished sets tell nothing: of a vault that was put back from an older copy the
 * tapes lack them, and are as good as they were.
 */
export const chunksToUnfinished = (store: Store, tape: string): number => {
  const sql = `SELECT max(c.tape_sequence) + 1 FROM chunk c JOIN block_set s ON s.key = c.set_key
    WHERE c.tape = ? AND s.state IN ('writing', 'interrupted')`;
  return store.get<[number | null]>(sql, tape)?.[0] ?? 0;
};

/**
 * The last chunk of a set that is known to lie on a tape; null when there is none. By the set's own chunks (`+`): a tape has
 * those of a thousand others.
 */
export const lastChunkOfSet = (store: Store, set: SetId, tape: TapeId): ChunkPlace | null => {
  const sql = `SELECT c.sequence, c.kind, c.tape_sequence, c.block, c.offset, c.payload_bytes
    FROM set_ref r CROSS JOIN chunk c ON c.set_key = r.key WHERE r.id = ? AND +c.tape = ? ORDER BY c.tape_sequence DESC LIMIT 1`;
  const row = store.get<[number, 'data' | 'metadata', number, number, number, number]>(sql, set, tape);
  if (row === undefined) return null;
  const [sequence, kind, tapeSequence, block, offset, payload] = row;
  return { set, sequence, kind, tape, tapeSequence, block, offset, payloadBytes: bytes(payload) };
};
