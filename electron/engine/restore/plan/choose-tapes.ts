import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { fewestTapes } from './fewest-tapes.ts';
import type { PlanStore } from './plan-store.ts';
import type { NeededTape } from './restore-plan.ts';

/** What is known of places before anything is read. */
export interface KnownOfPlaces {
  readonly isPresent: (tape: string) => boolean;
  /** Whether a place was found damaged, and not right since. */
  readonly isDamaged: (place: ChunkPlace) => boolean;
}

/**
 * Chooses a tape for every chunk of a plan: one at hand rather than one that is not, a place that is not known to be damaged rather than one that
 * is, and of those so that the fewest tapes are needed. A chunk's other places at hand are kept for when that one is damaged. Returns the tapes,
 * the one with most chunks first.
 */
export const chooseTapes = (
  store: PlanStore,
  placesOf: (set: string, sequence: number) => readonly ChunkPlace[],
  known: KnownOfPlaces,
): NeededTape[] => {
  const { isPresent, isDamaged } = known;
  const tapes = new Map<string, { chunks: number; bytes: number }>();
  const several: number[] = [];
  const choices = new Map<string, { readonly tapes: readonly string[]; weight: number }>();
  const update = store.db.prepare(
    'UPDATE chunk SET tape = ?, tape_sequence = ?, block = ?, offset = ?, payload = ? WHERE id = ?',
  );
  const further = store.db.prepare('INSERT OR IGNORE INTO further_place VALUES (?, ?, ?, ?, ?, ?)');
  const settle = (chunk: ChunkRow, place: ChunkPlace, all: readonly ChunkPlace[]): void => {
    update.run(place.tape, place.tapeSequence, place.block, place.offset, place.payloadBytes, chunk.id);
    const sum = tapes.get(place.tape) ?? { chunks: 0, bytes: 0 };
    tapes.set(place.tape, { chunks: sum.chunks + 1, bytes: sum.bytes + chunk.bytes });
    for (const other of all)
      if (other !== place && isPresent(other.tape))
        further.run(chunk.id, other.tape, other.tapeSequence, other.block, other.offset, isDamaged(other) ? 1 : 0);
  };
  for (const chunk of chunkRows(store, 'SELECT id, set_id, sequence, bytes FROM chunk')) {
    const all = placesOf(chunk.set, chunk.sequence);
    const places = preferred(all, known);
    const on = [...new Set(places.map(({ tape }) => tape))];
    if (on.length === 0) continue;
    const key = on.join(' ');
    const choice = choices.get(key);
    if (choice === undefined) choices.set(key, { tapes: on, weight: chunk.bytes });
    else choice.weight += chunk.bytes;
    if (on.length === 1) settle(chunk, places[0] as ChunkPlace, all);
    else several.push(chunk.id);
  }
  const wanted = several.length === 0 ? new Set<string>() : fewestTapes([...choices.values()]);
  const one = 'SELECT id, set_id, sequence, bytes FROM chunk WHERE id = ?';
  for (const id of several) {
    for (const chunk of chunkRows(store, one, id)) {
      const all = placesOf(chunk.set, chunk.sequence);
      const places = preferred(all, known);
      const chosen = places.find(({ tape }) => wanted.has(tape)) ?? places[0];
      if (chosen !== undefined) settle(chunk, chosen, all);
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

/**
 * Places at hand when there are any, else all: then the tape is named as missing. Of those the ones that are not known to be damaged, if any: what is
 * damaged at hand is read all the same where only tapes that are away have it whole, since most of it may come back.
 */
const preferred = (places: readonly ChunkPlace[], { isPresent, isDamaged }: KnownOfPlaces): readonly ChunkPlace[] => {
  const present = places.filter(({ tape }) => isPresent(tape));
  const usable = present.length > 0 ? present : places;
  const sound = usable.filter((place) => !isDamaged(place));
  return sound.length > 0 ? sound : usable;
};
