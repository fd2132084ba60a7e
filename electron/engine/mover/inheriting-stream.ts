import type { StoredExtent } from '../../../shared/model/element.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { inherited, isInherited, type MapEntry } from '../blockset/extent-codec.ts';
import { readRecords, type SetTable, wholeRecords, writeElement, writeElementPart } from '../blockset/records.ts';

/**
 * Rewrites element records piece by piece so that what their set took over from its parent stands in them as runs, without
 * places and digests: docs/MEDIA-FORMAT.md, section 5.2. Only for records in which whatever lies in another set is of the
 * same element at the same place in the parent: those of volumes.
 */
export class InheritingStream {
  readonly #table: SetTable;
  readonly #own: string;
  readonly #out = new ByteWriter();
  #rest: Buffer = Buffer.alloc(0);

  constructor(table: SetTable) {
    this.#table = table;
    this.#own = table.setOf(0);
  }

  /** The records that are whole now; valid until the next call. */
  take(piece: Uint8Array): Uint8Array {
    const bytes = Buffer.concat([this.#rest, piece]);
    const whole = wholeRecords(bytes);
    this.#rest = bytes.subarray(whole);
    this.#out.reset();
    for (const record of readRecords(bytes.subarray(0, whole), this.#table)) {
      if (record.kind === 'element') {
        const { attributes, extents } = record.record;
        writeElement(this.#out, { attributes, extents: this.#inheriting(extents) }, this.#table);
      } else if (record.kind === 'element-part') {
        writeElementPart(this.#out, record.path, record.part, this.#inheriting(record.extents), this.#table);
      } else throw new RangeError(`a record of kind ${record.kind} among elements`);
    }
    return this.#out.view();
  }

  /** Throws when the last record was cut. */
  done(): void {
    if (this.#rest.length > 0) throw new RangeError('the records of elements end within one');
  }

  #inheriting(extents: readonly StoredExtent[]): MapEntry[] {
    const map: MapEntry[] = [];
    for (const extent of extents) {
      if (extent.set === this.#own) {
        map.push(extent);
        continue;
      }
      const last = map.at(-1);
      const goesOn = last !== undefined && isInherited(last) && last.offset + last.length === extent.offset;
      if (goesOn) map[map.length - 1] = inherited(last.offset, last.length + extent.length);
      else map.push(inherited(extent.offset, extent.length));
    }
    return map;
  }
}
