import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { PlanStore } from './plan-store.ts';
import type { NeededTape } from './restore-plan.ts';

/**
 * Chooses a tape for every chunk of a plan: one at hand rather than one that is not, and among those one that is needed
 * anyway; its other places at hand are kept for when that one is damaged. Returns the tapes, the one with most chunks first.
 */
export const chooseTapes = (
  store: PlanStore,
  placesOf: (set: string, sequence: number) => readonly ChunkPlace[],
  isPresent: (tape: string) => boolean,
): NeededTape[] => {
  const tapes = new Map<string, { chunks: number; bytes: number }>();
  const several: number[] = [];
  const update = store.db.prepare(
    'UPDATE chunk SET tape = ?, tape_sequence = ?, block = ?, offset = ?, payload = ? WHERE id = ?',
  );
  const further = store.db.prepare('INSERT OR IGNORE INTO further_place VALUES (?, ?, ?, ?, ?)');
  const settle = (chunk: ChunkRow, place: ChunkPlace): void => {
    update.run(place.tape, place.tapeSequence, place.block, place.offset, place.payloadBytes, chunk.id);
    const sum = tapes.get(place.tape) ?? { chunks: 0, bytes: 0 };
    tapes.set(place.tape, { chunks: sum.chunks + 1, bytes: sum.bytes + chunk.bytes });
  };
  for (const chunk of chunkRows(store, 'SELECT id, set_id, sequence, bytes FROM chunk')) {
    const places = usable(placesOf(chunk.set, chunk.sequence), isPresent);
    if (places.length === 1) settle(chunk, places[0] as ChunkPlace);
    else if (places.length > 1) several.push(chunk.id);
  }
  const one = 'SELECT id, set_id, sequence, bytes FROM chunk WHERE id = ?';
  for (const id of several) {
    for (const chunk of chunkRows(store, one, id)) {
      const places = usable(placesOf(chunk.set, chunk.sequence), isPresent);
      const chosen = places.find(({ tape }) => tapes.has(tape)) ?? places[0];
      if (chosen === undefined) continue;
      settle(chunk, chosen);
      for (const place of places)
        if (place !== chosen && isPresent(place.tape))
          further.run(chunk.id, place.tape, place.tapeSequence, place.block, place.offset);
    }
  }
  return [...tapes]
    .map(([tape, sum]) => ({ tape, present: isPresent(tape), ...sum }))
    .sort((a, b) => b.chunks - a.chunks || (a.tape < b.tape ? -1 : 1));
};

interface ChunkRow {
  readonly id: number;
  readonly set: string;
  readonly sequence: number;
  readonly bytes: number;
}

/** Reads chunk rows in pages, since they are updated meanwhile. */
function* chunkRows(store: PlanStore, sql: string, ...parameters: number[]): Generator<ChunkRow> {
  const paged = parameters.length === 0;
  const statement = store.db.prepare(paged ? `${sql} WHERE id > ? ORDER BY id LIMIT 1000` : sql);
  for (let last = paged ? 0 : (parameters[0] as number); ; ) {
    const rows = statement.all(last);
    for (const row of rows) {
      last = Number(row.id);
      yield { id: last, set: String(row.set_id), sequence: Number(row.sequence), bytes: Number(row.bytes) };
    }
    if (!paged || rows.length === 0) return;
  }
}

/** Places at hand when there are any, else all: then the tape is named as missing. */
const usable = (places: readonly ChunkPlace[], isPresent: (tape: string) => boolean): readonly ChunkPlace[] => {
  const present = places.filter(({ tape }) => isPresent(tape));
  return present.length > 0 ? present : places;
};
