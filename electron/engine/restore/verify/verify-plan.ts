import { DatabaseSync } from 'node:sqlite';
import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { bytes, setId, tapeId } from '../../../../shared/units.ts';
import { type Catalog, chunkPlaces, chunksOn, elements, openCatalog, parts } from '../../catalog/index.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';

export interface VerifyOrder {
  /** The catalog's file. */
  readonly catalog: string;
  /** Sets to verify: their own chunks, and those of other sets that their elements refer to. */
  readonly sets: readonly string[];
  /** Their own chunks alone. */
  readonly written?: boolean;
  /** Nothing but what lies on these tapes, and on others that hold something of the same. */
  readonly missed?: readonly string[] | undefined;
  /** Where to keep the list of chunks. */
  readonly file: string;
  readonly control: SharedRunControl;
}

/** What a verification will read. */
export interface VerifyPlan {
  readonly file: string;
  /** Tapes, the one with most chunks first. */
  readonly tapes: readonly string[];
  readonly chunks: number;
  /** How many of them lie on each tape. */
  readonly chunksOn: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly payloadBytes: number;
  /** Sets whose metadata lies on one tape, in order, so that it can be checked as a whole. */
  readonly wholeMetadata: readonly string[];
  /** All sets of which something is read. */
  readonly from: readonly string[];
  /** Chunks that elements refer to and that no known tape holds. */
  readonly lost: readonly { readonly set: string; readonly sequence: number }[];
}

const SCHEMA = `
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;
CREATE TABLE place(
  tape TEXT, tape_sequence INTEGER, set_id TEXT, sequence INTEGER, kind TEXT, block INTEGER, offset INTEGER, payload INTEGER,
  PRIMARY KEY(tape, tape_sequence, set_id, sequence)
) WITHOUT ROWID;
CREATE INDEX place_chunk ON place(set_id, sequence);
CREATE TABLE referred(set_id TEXT, sequence INTEGER, PRIMARY KEY(set_id, sequence)) WITHOUT ROWID;
BEGIN;`;

const LISTED_LOST = 1000;

/** Lists the chunks to be read. Throws NO_SUCH_SET, SET_STATE, CANCELLED. */
export const planVerify = (order: VerifyOrder): VerifyPlan => {
  const catalog = openCatalog(order.catalog, { readOnly: true });
  const db = new DatabaseSync(order.file);
  try {
    db.exec(SCHEMA);
    const lost = fill(db, catalog, order);
    db.exec('COMMIT');
    return summary(db, order, lost);
  } finally {
    db.close();
    catalog.close();
  }
};

const fill = (db: DatabaseSync, catalog: Catalog, { sets, written, control }: VerifyOrder): VerifyPlan['lost'] => {
  const run = new RunControl(control);
  const insert = db.prepare('INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const put = ({ tape, tapeSequence, set, sequence, kind, block, offset, payloadBytes }: ChunkPlace): void => {
    insert.run(tape, tapeSequence, set, sequence, kind, block, offset, payloadBytes);
  };
  for (const set of sets) for (const place of chunkPlaces(catalog, set)) put(place);
  const lost: { set: string; sequence: number }[] = [];
  const losing = new Set<string>();
  if (written) return lost;
  for (const { set, sequence } of referredChunks(db, catalog, sets, () => run.passageSync())) {
    let known = false;
    for (const place of chunkPlaces(catalog, set, [sequence])) {
      known = true;
      put(place);
    }
    // However many there are, each set that lacks something is named: what is not named counts as right.
    if (known || (lost.length >= LISTED_LOST && losing.has(set))) continue;
    losing.add(set);
    lost.push({ set, sequence });
  }
  return lost;
};

/** Every chunk that elements of the sets refer to, once. */
function* referredChunks(
  db: DatabaseSync,
  catalog: Catalog,
  sets: readonly string[],
  check: () => void,
): Generator<{ set: string; sequence: number }> {
  const insert = db.prepare('INSERT OR IGNORE INTO referred VALUES (?, ?)');
  let last = '';
  for (const id of sets) {
    for (const { set, chunk } of allExtents(catalog, id, check)) {
      const key = `${set}${chunk}`;
      if (key === last) continue;
      last = key;
      if (insert.run(set, chunk).changes === 1) yield { set, sequence: chunk };
    }
  }
}

/** Extents of all elements of a set, with their paths. */
function* allExtents(
  catalog: Catalog,
  set: string,
  check: () => void,
): Generator<{ path: ByteString; set: string; chunk: number }> {
  let seen = 0;
  for (const record of elements(catalog, set)) {
    if ((seen++ & 1023) === 0) check();
    const { path } = record.attributes;
    for (const extent of record.extents) yield { path, set: extent.set, chunk: extent.chunk };
    if (record.partCount < 2) continue;
    for (const part of parts(catalog, record.version))
      for (const extent of part.extents) yield { path, set: extent.set, chunk: extent.chunk };
  }
}

const summary = (db: DatabaseSync, { file, missed }: VerifyOrder, lost: VerifyPlan['lost']): VerifyPlan => {
  const total = db.prepare('SELECT count(*) AS n, sum(payload) AS bytes, max(payload) AS most FROM place').get();
  const tapes = db.prepare('SELECT tape, count(*) AS n FROM place GROUP BY tape ORDER BY n DESC, tape').all();
  const wanted = missed && new Set(missed.flatMap((tape) => [tape, ...tapesSharingWith(db, tape)]));
  const whole = db
    .prepare("SELECT set_id FROM place WHERE kind = 'metadata' GROUP BY set_id HAVING count(DISTINCT tape) = 1")
    .all();
  const from = db.prepare('SELECT DISTINCT set_id FROM place').all();
  return {
    file,
    from: from.map(({ set_id }) => String(set_id)),
    tapes: tapes.map(({ tape }) => String(tape)).filter((tape) => !wanted || wanted.has(tape)),
    chunks: Number(total?.n ?? 0),
    chunksOn: Object.fromEntries(tapes.map(({ tape, n }) => [String(tape), Number(n)])),
    bytes: Number(total?.bytes ?? 0),
    payloadBytes: Number(total?.most ?? 0),
    wholeMetadata: whole.map(({ set_id }) => String(set_id)),
    lost,
  };
};

const PAGE = 64;

/** The chunks of a tape in the order in which they lie, a page at a time. */
export function* placesOn(db: DatabaseSync, tape: string): Generator<ChunkPlace> {
  const select = db.prepare(
    `SELECT * FROM place WHERE tape = ? AND (tape_sequence, set_id, sequence) > (?, ?, ?)
      ORDER BY tape_sequence, set_id, sequence LIMIT ${PAGE}`,
  );
  for (let after: [number, string, number] = [-1, '', 0]; ; ) {
    const rows = select.all(tape, ...after);
    for (const row of rows) {
      const tapeSequence = Number(row.tape_sequence);
      after = [tapeSequence, String(row.set_id), Number(row.sequence)];
      yield {
        set: setId(String(row.set_id)),
        sequence: Number(row.sequence),
        kind: row.kind as ChunkPlace['kind'],
        tape: tapeId(tape),
        tapeSequence,
        block: Number(row.block),
        offset: Number(row.offset),
        payloadBytes: bytes(Number(row.payload)),
      };
    }
    if (rows.length === 0) return;
  }
}

/** Where a chunk begins on a tape, wherever it lies there. */
export const blocksOn = (db: DatabaseSync, tape: string, set: string, sequence: number): number[] =>
  db
    .prepare('SELECT block FROM place WHERE set_id = ? AND sequence = ? AND tape = ?')
    .all(set, sequence, tape)
    .map(({ block }) => Number(block));

/** Other tapes on which a chunk lies. */
export const otherTapes = (db: DatabaseSync, tape: string, set: string, sequence: number): string[] =>
  db
    .prepare('SELECT DISTINCT tape FROM place WHERE set_id = ? AND sequence = ? AND tape <> ? ORDER BY tape')
    .all(set, sequence, tape)
    .map((row) => String(row.tape));

/** Other tapes on which something lies that lies on a tape. */
const tapesSharingWith = (db: DatabaseSync, tape: string): string[] =>
  db
    .prepare(
      `SELECT DISTINCT other.tape FROM place AS own JOIN place AS other USING (set_id, sequence)
        WHERE own.tape = ? AND other.tape <> own.tape`,
    )
    .all(tape)
    .map((row) => String(row.tape));

export interface WholeTapesOrder {
  /** The catalog's file, and that of the plan. */
  readonly catalog: string;
  readonly file: string;
  readonly tapes: readonly string[];
}

/** Those of the tapes of which a plan has every place that the catalog lists now. Looks at each chunk of them. */
export const wholeTapes = ({ catalog, file, tapes }: WholeTapesOrder): string[] => {
  const store = openCatalog(catalog, { readOnly: true });
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const find = db.prepare(
      'SELECT 1 FROM place WHERE tape = ? AND tape_sequence = ? AND set_id = ? AND sequence = ? AND block = ?',
    );
    const isPlanned = ({ tape, tapeSequence, set, sequence, block }: ChunkPlace): boolean =>
      find.get(tape, tapeSequence, set, sequence, block) !== undefined;
    return tapes.filter((tape) => chunksOn(store, tapeId(tape)).every(isPlanned));
  } finally {
    db.close();
    store.close();
  }
};

export interface NamesOrder {
  readonly catalog: string;
  readonly sets: readonly string[];
  /** Keys (`chunkKey`) of chunks that cannot say what is in them. */
  readonly chunks: readonly string[];
  readonly control: SharedRunControl;
}

export const chunkKey = (set: string, sequence: number): string => `${set} ${sequence}`;

const LISTED_NAMES = 10_000;

/** The elements of which something lies in the chunks, by chunk. Looks through whole sets: only for chunks that are lost. */
export const namesInChunks = ({ catalog, sets, chunks, control }: NamesOrder): Map<string, string[]> => {
  const store = openCatalog(catalog, { readOnly: true });
  const run = new RunControl(control);
  const names = new Map(chunks.map((key): [string, Set<string>] => [key, new Set()]));
  let listed = 0;
  try {
    for (const id of sets) {
      for (const { path, set, chunk } of allExtents(store, id, () => run.passageSync())) {
        const found = names.get(chunkKey(set, chunk));
        if (found === undefined || listed >= LISTED_NAMES) continue;
        const before = found.size;
        found.add(displayText(path));
        listed += found.size - before;
      }
    }
  } finally {
    store.close();
  }
  return new Map([...names].map(([key, found]) => [key, [...found]]));
};
