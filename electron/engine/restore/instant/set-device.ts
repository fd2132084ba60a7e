import { hash } from 'node:crypto';
import type { StoredExtent } from '../../../../shared/model/element.ts';
import { type Bytes, bytes } from '../../../../shared/units.ts';
import type { Allocation, BlockDevice, StatusContext } from '../../snapshot/block-device.ts';
import { checkedContent } from '../write/check-digests.ts';
import { setReadOnly } from './errors.ts';
import { SetLayout } from './set-layout.ts';
import type { SetVolumeSpec } from './set-volume.ts';
import { type CachedUnit, KEY_WORDS, UnitCache, type UnitKey } from './unit-cache.ts';
import { type PlaceFound, UnitSource } from './unit-source.ts';

const DIGEST_BYTES = 32;

/**
 * A volume as a block set with its chain holds it, read from the tapes as it is asked for. Every byte was compared with its digest
 * before it is given out; what none of the extents covers reads as zeroes. Errors: BLOCKS_DAMAGED for the blocks that cannot be had.
 */
export class SetDevice implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly = true;
  readonly contexts: readonly StatusContext[] = [];
  readonly #spec: SetVolumeSpec;
  readonly #layout: SetLayout;
  readonly #units: UnitSource;
  readonly #cache: UnitCache;
  readonly #key: UnitKey = new Int32Array(KEY_WORDS);

  /** `onFound` hears once of each place at which content could not be had. */
  constructor(spec: SetVolumeSpec, onFound: (found: PlaceFound) => void = () => undefined) {
    this.size = bytes(spec.size);
    this.#spec = spec;
    this.#layout = new SetLayout(spec.catalog, spec.set, spec.path);
    this.#units = new UnitSource(spec, this.#layout, onFound);
    this.#cache = new UnitCache(spec.cache);
  }

  read(into: Uint8Array, offset: number): void {
    let at = offset;
    const end = offset + into.length;
    for (const extent of this.#layout.between(offset, end)) {
      const from = Math.max(at, extent.offset);
      const to = Math.min(end, extent.offset + extent.length);
      into.fill(0, at - offset, from - offset);
      this.#copy(extent, from, into.subarray(from - offset, to - offset));
      at = to;
    }
    into.fill(0, at - offset);
  }

  /** What is stored, and holes; neighbours that are alike are one run. */
  allocation(offset: number, length: number, limit: number): Allocation[] {
    const runs: { offset: number; length: number; hole: boolean; zero: boolean }[] = [];
    const end = offset + length;
    let at = offset;
    const add = (to: number, hole: boolean): void => {
      const last = runs.at(-1);
      if (to > at && last?.hole === hole) last.length += to - at;
      else if (to > at) runs.push({ offset: at, length: to - at, hole, zero: hole });
      at = Math.max(at, to);
    };
    for (const extent of this.#layout.between(offset, end)) {
      add(extent.offset, true);
      add(Math.min(end, extent.offset + extent.length), false);
      if (runs.length > limit) break;
    }
    if (runs.length <= limit) add(end, true);
    return runs.slice(0, limit);
  }

  flush(): void {
    // Nothing is ever written.
  }

  write(): never {
    throw setReadOnly(this.#spec.path);
  }

  trim(): never {
    throw setReadOnly(this.#spec.path);
  }

  zero(): never {
    throw setReadOnly(this.#spec.path);
  }

  close(): void {
    this.#units.close();
    this.#layout.close();
  }

  #copy(extent: StoredExtent, from: number, into: Uint8Array): void {
    if (into.length === 0) return;
    Buffer.from(extent.set, 'hex').forEach((byte, at) => {
      const word = at >>> 2;
      this.#key[word] = ((at & 3) === 0 ? 0 : (this.#key[word] as number)) | (byte << (8 * (at & 3)));
    });
    this.#key[4] = extent.chunk;
    this.#key[5] = extent.unit;
    const start = extent.unitOffset + from - extent.offset;
    let right = false;
    this.#cache.with(
      this.#key,
      () => this.#units.unitOf(extent, () => true),
      (unit) => {
        right = this.#hasDigests(extent, unit, from, into.length);
        if (right) into.set(unit.plain.subarray(start, start + into.length));
      },
    );
    if (right) return;
    // The unit came whole from a place that holds something else: it is looked for where the content is the right one.
    const plain = this.#units.unitOf(extent, (unit) => checkedContent(unit, extent) !== null);
    into.set(plain.subarray(start, start + into.length));
  }

  /** Whether the spans of an extent that a run touches have their digests; each is compared once as long as its unit is kept. */
  #hasDigests(extent: StoredExtent, { plain, notes }: CachedUnit, from: number, length: number): boolean {
    const span = extent.digestSpan === 0 ? extent.length : extent.digestSpan;
    const first = Math.floor((from - extent.offset) / span);
    for (let index = first; index * span < from + length - extent.offset; index += 1) {
      const start = extent.unitOffset + index * span;
      const spanLength = Math.min(span, extent.length - index * span);
      const at = index * DIGEST_BYTES;
      const digest = Buffer.from(extent.digests.buffer, extent.digests.byteOffset + at, DIGEST_BYTES);
      if (notes?.has(start, spanLength, digest.readInt32LE(0))) continue;
      const content = plain.subarray(start, start + spanLength);
      if (content.length !== spanLength || !hash('sha256', content, 'buffer').equals(digest)) return false;
      notes?.add(start, spanLength, digest.readInt32LE(0));
    }
    return true;
  }
}
