import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { StoredExtent } from '../../../shared/model/element.ts';
import { bytes, setId, tapeId } from '../../../shared/units.ts';
import type { ContentPlace } from '../../engine/mover/accumulator.ts';

const SCHEMA = `
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384;
CREATE TABLE chunk(
  id INTEGER PRIMARY KEY, set_id TEXT NOT NULL, sequence INTEGER NOT NULL,
  tape TEXT, tape_sequence INTEGER, block INTEGER, offset INTEGER, payload INTEGER,
  done INTEGER NOT NULL DEFAULT 0, UNIQUE(set_id, sequence)
);
CREATE TABLE tried(chunk INTEGER, tape TEXT, block INTEGER, PRIMARY KEY(chunk, tape, block)) WITHOUT ROWID;
CREATE TABLE place(
  chunk INTEGER, unit INTEGER, unit_offset INTEGER, length INTEGER, digest_span INTEGER NOT NULL, digests BLOB NOT NULL,
  element INTEGER NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL, address INTEGER,
  new_chunk INTEGER, new_unit INTEGER, new_offset INTEGER,
  PRIMARY KEY(chunk, unit, unit_offset, length)
) WITHOUT ROWID;
CREATE TABLE further_use(
  chunk INTEGER, unit INTEGER, unit_offset INTEGER, length INTEGER,
  element INTEGER, part INTEGER, offset INTEGER, address INTEGER
);
CREATE INDEX further_use_place ON further_use(chunk, unit, unit_offset, length);
`;

/** An element that has content at a place: `element` is the position of its attributes in their spool. */
export interface PlaceUse {
  readonly element: number;
  readonly part: number;
  /** Byte within the element. */
  readonly offset: number;
  readonly address: number | null;
}

/** A run of content in an old chunk. */
export interface OldPlace extends PlaceUse {
  readonly unit: number;
  readonly unitOffset: number;
  readonly length: number;
  readonly digestSpan: number;
  readonly digests: Uint8Array;
}

/** An old chunk in which something is wanted; `place` is null when no tape is known that holds it. */
export interface WantedChunk {
  readonly id: number;
  readonly set: string;
  readonly sequence: number;
}

/**
 * Where the content of a set lies now and where it goes: each place once, however many elements have it. In a database
 * file, so that a set may be larger than memory.
 */
export class MergePlaces {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #chunk: WantedChunk | null = null;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`${SCHEMA}; BEGIN`);
  }

  /** Takes in an extent of an element; `linked`: names of one file share its places, and only the first one counts. */
  add(extent: StoredExtent, use: Pick<PlaceUse, 'element' | 'part'>, linked: boolean): boolean {
    const chunk = this.#chunkOf(extent.set, extent.chunk);
    const { unit, unitOffset, length, digestSpan, digests, offset, sourceAddress } = extent;
    const place = [chunk, unit, unitOffset, length] as const;
    const added = this.#run(
      'INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)',
      ...place,
      digestSpan,
      digests,
      use.element,
      use.part,
      offset,
      sourceAddress,
    );
    if (added === 0 && !linked)
      this.#run(
        'INSERT INTO further_use VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...place,
        use.element,
        use.part,
        offset,
        sourceAddress,
      );
    return added > 0;
  }

  /** Settles where each chunk is read; `placesOf` gives what is known. Returns those that lie nowhere. */
  locate(placesOf: (set: string, sequence: number) => ChunkPlace | null): WantedChunk[] {
    const lost: WantedChunk[] = [];
    for (let after = 0; ; ) {
      const rows = this.#all<[number, string, number]>(
        'SELECT id, set_id, sequence FROM chunk WHERE id > ? ORDER BY id LIMIT 1000',
        after,
      );
      for (const [id, set, sequence] of rows) {
        after = id;
        const place = placesOf(set, sequence);
        if (place === null) lost.push({ id, set, sequence });
        else this.#settle(id, place);
      }
      if (rows.length === 0) return lost;
    }
  }

  /** A chunk could not be read where it was to be: settles it at the first of `known` that was not tried. False when there is none. */
  turnTo(chunk: WantedChunk & { readonly place: ChunkPlace }, known: readonly ChunkPlace[]): boolean {
    const { id, place } = chunk;
    this.#run('INSERT OR IGNORE INTO tried VALUES (?, ?, ?)', id, place.tape, place.block);
    const tried = new Set(this.#tried(id).map(([tape, block]) => `${tape} ${block}`));
    const next = known.find(({ tape, block }) => !tried.has(`${tape} ${block}`));
    if (next !== undefined) this.#settle(id, next);
    return next !== undefined;
  }

  /** The tapes on which a chunk could not be read. */
  triedOn(chunk: number): string[] {
    return [...new Set(this.#tried(chunk).map(([tape]) => tape))];
  }

  /** Nothing more is wanted of a chunk. */
  done(chunk: number): void {
    this.#run('UPDATE chunk SET done = 1 WHERE id = ?', chunk);
  }

  /** Volume ids of tapes of which something is wanted still, the one with most chunks first, and the longest payload. */
  tapes(): { readonly tapes: string[]; readonly longest: number } {
    const rows = this.#all<[string, number]>(
      'SELECT tape, max(payload) FROM chunk WHERE done = 0 GROUP BY tape ORDER BY count(*) DESC, tape',
    );
    return { tapes: rows.map(([tape]) => tape), longest: Math.max(0, ...rows.map(([, payload]) => payload)) };
  }

  /** The wanted chunks of a tape in the order in which they lie. */
  *chunksOn(tape: string): Generator<WantedChunk & { readonly place: ChunkPlace }> {
    type Row = [number, string, number, number, number, number, number];
    for (let after = -1; ; ) {
      const rows = this.#all<Row>(
        `SELECT id, set_id, sequence, tape_sequence, block, offset, payload FROM chunk
         WHERE tape = ? AND tape_sequence > ? AND done = 0 ORDER BY tape_sequence LIMIT 256`,
        tape,
        after,
      );
      for (const [id, set, sequence, tapeSequence, block, offset, payload] of rows) {
        after = tapeSequence;
        const where = { tape: tapeId(tape), tapeSequence, block, offset, payloadBytes: bytes(payload) };
        yield { id, set, sequence, place: { set: setId(set), sequence, kind: 'data', ...where } };
      }
      if (rows.length === 0) return;
    }
  }

  /** The units of a chunk in which something lies that was not moved yet. */
  unitsOf(chunk: number): number[] {
    const sql = 'SELECT DISTINCT unit FROM place WHERE chunk = ? AND new_chunk IS NULL ORDER BY unit';
    return this.#all<[number]>(sql, chunk).map(([unit]) => unit);
  }

  /** What is wanted of a unit still, in the order in which it lies. */
  inUnit(chunk: number, unit: number): OldPlace[] {
    type Row = [number, number, number, Uint8Array, number, number, number, number | null];
    const sql = `SELECT unit_offset, length, digest_span, digests, element, part, offset, address
      FROM place WHERE chunk = ? AND unit = ? AND new_chunk IS NULL ORDER BY unit_offset, length`;
    return this.#all<Row>(sql, chunk, unit).map(
      ([unitOffset, length, digestSpan, digests, element, part, offset, address]) => ({
        unit,
        unitOffset,
        length,
        digestSpan,
        digests,
        element,
        part,
        offset,
        address,
      }),
    );
  }

  /** All elements with content at a place. */
  usesOf(chunk: number, place: OldPlace): PlaceUse[] {
    const sql = `SELECT element, part, offset, address FROM further_use
      WHERE chunk = ? AND unit = ? AND unit_offset = ? AND length = ?`;
    const further = this.#all<[number, number, number, number | null]>(
      sql,
      chunk,
      place.unit,
      place.unitOffset,
      place.length,
    );
    return [place, ...further.map(([element, part, offset, address]) => ({ element, part, offset, address }))];
  }

  /** Notes where the content of a place lies now. */
  moved(chunk: number, old: OldPlace, to: ContentPlace): void {
    this.#run(
      `UPDATE place SET new_chunk = ?, new_unit = ?, new_offset = ?
       WHERE chunk = ? AND unit = ? AND unit_offset = ? AND length = ?`,
      to.chunk,
      to.unit,
      to.unitOffset,
      chunk,
      old.unit,
      old.unitOffset,
      old.length,
    );
  }

  /** Where the content of an extent lies now. */
  placeOf(extent: StoredExtent): ContentPlace {
    const sql = `SELECT new_chunk, new_unit, new_offset FROM place
      WHERE chunk = ? AND unit = ? AND unit_offset = ? AND length = ?`;
    const chunk = this.#chunkOf(extent.set, extent.chunk);
    const [row] = this.#all<[number | null, number, number]>(sql, chunk, extent.unit, extent.unitOffset, extent.length);
    if (row === undefined || row[0] === null) throw new RangeError('an extent was not copied');
    return { chunk: row[0], unit: row[1], unitOffset: row[2] };
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #tried(chunk: number): [string, number][] {
    return this.#all<[string, number]>('SELECT tape, block FROM tried WHERE chunk = ?', chunk);
  }

  #settle(id: number, place: ChunkPlace): void {
    this.#run(
      'UPDATE chunk SET tape = ?, tape_sequence = ?, block = ?, offset = ?, payload = ? WHERE id = ?',
      place.tape,
      place.tapeSequence,
      place.block,
      place.offset,
      place.payloadBytes,
      id,
    );
  }

  #chunkOf(set: string, sequence: number): number {
    if (this.#chunk?.set === set && this.#chunk.sequence === sequence) return this.#chunk.id;
    this.#run('INSERT OR IGNORE INTO chunk(set_id, sequence) VALUES (?, ?)', set, sequence);
    const [row] = this.#all<[number]>('SELECT id FROM chunk WHERE set_id = ? AND sequence = ?', set, sequence);
    const id = row?.[0] ?? 0;
    this.#chunk = { id, set, sequence };
    return id;
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #all<Row>(sql: string, ...values: (string | number)[]): Row[] {
    return this.#statement(sql).all(...values) as unknown as Row[];
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
