import type { ByteString } from '../../../shared/byte-string.ts';
import { PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import type { SetId } from '../../../shared/units.ts';
import { ByteReader, malformed } from '../blockset/byte-reader.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { readAttributes } from '../blockset/element-codec.ts';
import { isWhole, type MapEntry, readMap } from '../blockset/extent-codec.ts';
import { SetTable, TAG, writeElement, writeElementPart, writeSetReferences } from '../blockset/records.ts';
import { cutExtents } from './cut-extents.ts';
import { KnownState } from './known-state.ts';
import type { Store } from './store.ts';
import { type RawRecord, type RecordStream, rawRecords } from './stream.ts';

/** The first version of sets whose elements may take content over from the parent. */
const INHERITING = 2;

/**
 * The records of a set as they would be had it taken over nothing: what its elements inherit is put in from the parent, which has
 * to be in the catalog. A stream that inherits nothing is given back as it is. Throws RECORD_MALFORMED, also while the stream is
 * read, when the parent lacks something.
 */
export const withInherited = (
  store: Store,
  { id, parent }: { readonly id: SetId; readonly parent: SetId | null },
  stream: RecordStream,
): RecordStream => {
  if (!mayInherit(stream)) return stream;
  if (parent === null) throw malformed('it may take content over from its parent, and has none');
  return function* () {
    const filling = new Filling(store, id, parent);
    for (const record of rawRecords(stream)) yield filling.take(record);
  };
};

const mayInherit = (stream: RecordStream): boolean => {
  for (const { tag, bytes, start, end } of rawRecords(stream)) {
    if (tag !== TAG.setHeader) return false;
    const { version } = JSON.parse(Buffer.from(bytes.subarray(start, end)).toString()) as { version?: unknown };
    return typeof version === 'number' && version >= INHERITING;
  }
  return false;
};

/** Puts in what the records of one set inherit. */
class Filling {
  readonly #table: SetTable;
  readonly #parent: KnownState;
  readonly #versions = new Map<ByteString, number | null>();

  constructor(store: Store, set: SetId, parent: SetId) {
    this.#table = new SetTable(set);
    this.#parent = new KnownState(store, parent);
  }

  /** The record as it is, or with all its extents; then behind references to the sets that it did not name. */
  take({ tag, bytes, start, end }: RawRecord): Uint8Array {
    const body = new ByteReader(bytes, start, end);
    const out = new ByteWriter(end - start + 1024);
    if (tag === TAG.element) {
      const attributes = readAttributes(body);
      const extents = this.#filled(attributes.path, 0, readMap(body, 0, this.#table.setOf), out);
      writeElement(out, { attributes, extents }, this.#table);
    } else if (tag === TAG.elementPart) {
      const [path, part] = [body.byteString(), body.varint()];
      const extents = this.#filled(path, part, readMap(body, part * PART_BYTES, this.#table.setOf), out);
      writeElementPart(out, path, part, extents, this.#table);
    } else {
      if (tag === TAG.setReference) this.#table.define(body.varint(), body.raw(16).toString('hex'));
      out.byte(tag);
      out.bytes(bytes.subarray(start, end));
    }
    return out.view();
  }

  #filled(path: ByteString, part: number, map: readonly MapEntry[], out: ByteWriter): readonly StoredExtent[] {
    if (isWhole(map)) return map;
    const extents = cutExtents(map, this.#layout(path, part));
    const before = this.#table.ids().length;
    for (const { set } of extents) {
      if (!this.#table.ids().includes(set)) this.#table.define(this.#table.ids().length, set);
    }
    if (this.#table.ids().length > before) writeSetReferences(out, this.#table);
    return extents;
  }

  #layout(path: ByteString, part: number): StoredExtent[] {
    if (!this.#versions.has(path)) this.#versions.set(path, this.#parent.root(path)?.version ?? null);
    const version = this.#versions.get(path) ?? null;
    return version === null ? [] : this.#parent.layout(version, part);
  }
}
