import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ByteString } from '../../../shared/byte-string.ts';
import { type ElementAttributes, PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { ByteWriter } from '../../engine/blockset/byte-writer.ts';
import { readExtents, writeExtents } from '../../engine/blockset/extent-codec.ts';
import { readRecords, SetTable, type StreamRecord } from '../../engine/blockset/records.ts';
import type { ContentRun } from '../../engine/mover/content-run.ts';
import { encodeIdentity } from '../../engine/selection/identity.ts';

const NO_IDENTITY = new Uint8Array();

/**
 * What interrupted sets have on tape, looked up by path: built from their chunks' indexes in a database file, so that it
 * may be larger than memory.
 */
export class StoredContent {
  readonly #db: DatabaseSync;
  readonly #select: StatementSync;
  readonly #table: SetTable;

  constructor(file: string, table: SetTable) {
    this.#db = new DatabaseSync(file);
    this.#table = table;
    this.#db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096');
    this.#db.exec('CREATE TABLE stored (path TEXT, part INTEGER, identity BLOB, racy INTEGER, extents BLOB)');
    this.#db.exec('CREATE INDEX by_path ON stored(path, part)');
    this.#select = this.#db.prepare('SELECT identity, racy, extents FROM stored WHERE path = ? AND part = ?');
  }

  /** Takes in the plain chunk indexes of an interrupted set. */
  add(set: string, indexes: Iterable<Uint8Array>): void {
    const insert = this.#db.prepare('INSERT INTO stored VALUES (?, ?, ?, ?, ?)');
    this.#db.exec('BEGIN');
    for (const index of indexes) {
      for (const record of readRecords(index, new SetTable(set))) this.#add(insert, record);
    }
    this.#db.exec('COMMIT');
  }

  /**
   * The extents of a file that need not be read again: it is short, unchanged since it was stored, its timestamps prove
   * that, and all of its content is there. Null otherwise.
   */
  whole(attributes: ElementAttributes, runs: readonly ContentRun[]): readonly StoredExtent[] | null {
    if (attributes.size > PART_BYTES || attributes.marks.racy) return null;
    const identity = encodeIdentity(attributes);
    const extents = this.#rows(attributes.path, 0)
      .filter((row) => row.racy === 0 && Buffer.compare(row.identity, identity) === 0)
      .flatMap((row) => this.#extents(row.extents, 0));
    return covers(ascending(extents), runs);
  }

  /** What is known of a part of a file, to be compared by digest. */
  prior(path: ByteString, part: number): readonly StoredExtent[] {
    const extents = this.#rows(path, part).flatMap((row) => this.#extents(row.extents, part));
    return ascending(extents);
  }

  close(): void {
    this.#db.close();
  }

  #add(insert: StatementSync, record: StreamRecord): void {
    if (record.kind === 'element') {
      const { attributes, extents } = record.record;
      insert.run(
        attributes.path,
        0,
        encodeIdentity(attributes),
        attributes.marks.racy ? 1 : 0,
        this.#encoded(extents, 0),
      );
    } else if (record.kind === 'element-part') {
      insert.run(record.path, record.part, NO_IDENTITY, 1, this.#encoded(record.extents, record.part));
    }
  }

  #encoded(extents: readonly StoredExtent[], part: number): Uint8Array {
    const out = new ByteWriter(1024);
    writeExtents(out, extents, part * PART_BYTES, this.#table.indexOf);
    return out.view();
  }

  #extents(encoded: Uint8Array, part: number): StoredExtent[] {
    return readExtents(new ByteReader(encoded), part * PART_BYTES, this.#table.setOf);
  }

  #rows(path: ByteString, part: number): { identity: Uint8Array; racy: number; extents: Uint8Array }[] {
    return this.#select.all(path, part) as { identity: Uint8Array; racy: number; extents: Uint8Array }[];
  }
}

/** In order of offset; of several that begin at one place the last stored. */
const ascending = (extents: readonly StoredExtent[]): StoredExtent[] => {
  const byOffset = new Map(extents.map((extent) => [extent.offset, extent]));
  const sorted = [...byOffset.values()].sort((a, b) => a.offset - b.offset);
  return sorted.filter(
    (extent, at) =>
      at === 0 || (sorted[at - 1] as StoredExtent).offset + (sorted[at - 1] as StoredExtent).length <= extent.offset,
  );
};

/** The extents when they are exactly the content of the runs, else null. */
const covers = (extents: readonly StoredExtent[], runs: readonly ContentRun[]): readonly StoredExtent[] | null => {
  let next = 0;
  for (const run of runs) {
    let at = run.offset;
    while (at < run.offset + run.length) {
      const extent = extents[next];
      if (extent === undefined || extent.offset !== at) return null;
      at += extent.length;
      next += 1;
    }
    if (at !== run.offset + run.length) return null;
  }
  return next === extents.length ? extents : null;
};
