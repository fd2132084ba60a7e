import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { bytes, setId, tapeId } from '../../../../shared/units.ts';
import type { PlanStore } from '../plan/plan-store.ts';

/** Rows that are read at a time. */
const CHUNK_PAGE = 64;

/** A chunk of a plan. */
export interface ChunkRow {
  readonly id: number;
  readonly place: ChunkPlace;
  readonly wanted: number;
}

/** Chunks of a tape in the order in which they lie, a page at a time; those of no tape for null. */
export function* chunksOn(store: PlanStore, tape: string | null): Generator<ChunkRow> {
  const sql = `SELECT id, set_id, sequence, bytes, tape_sequence, block, offset, payload FROM chunk
    WHERE tape IS ? AND (tape_sequence, id) > (?, ?) ORDER BY tape_sequence, id LIMIT ${CHUNK_PAGE}`;
  const lost = `SELECT id, set_id, sequence, bytes FROM chunk WHERE tape IS NULL AND id > ? ORDER BY id LIMIT ${CHUNK_PAGE}`;
  for (let after = [-1, 0]; ; ) {
    const [sequence, id] = after as [number, number];
    const rows = tape === null ? store.statement(lost).all(id) : store.statement(sql).all(tape, sequence, id);
    for (const row of rows) {
      after = [Number(row.tape_sequence ?? -1), Number(row.id)];
      yield { id: Number(row.id), wanted: Number(row.bytes), place: placeOf(tape, row) };
    }
    if (rows.length === 0) return;
  }
}

/** Where else at hand a chunk lies, in the order in which it is tried there: what is known to be damaged last. */
export const furtherPlaces = (store: PlanStore, { id, place }: ChunkRow): ChunkPlace[] =>
  store
    .statement(
      'SELECT tape, tape_sequence, block, offset FROM further_place WHERE chunk = ? ORDER BY damaged, tape, tape_sequence',
    )
    .all(id)
    .map(({ tape, tape_sequence, block, offset }) => ({
      ...place,
      tape: tapeId(String(tape)),
      tapeSequence: Number(tape_sequence),
      block: Number(block),
      offset: Number(offset),
    }));

const placeOf = (tape: string | null, row: Record<string, unknown>): ChunkPlace => ({
  set: setId(String(row.set_id)),
  sequence: Number(row.sequence),
  kind: 'data',
  tape: tape === null ? ('' as ChunkPlace['tape']) : tapeId(tape),
  tapeSequence: Number(row.tape_sequence ?? 0),
  block: Number(row.block ?? 0),
  offset: Number(row.offset ?? 0),
  payloadBytes: bytes(Number(row.payload ?? 0)),
});
