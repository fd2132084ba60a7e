import { join } from 'node:path';
import type { ByteString } from '../../../shared/byte-string.ts';
import type { StoredExtent } from '../../../shared/model/element.ts';
import { SEGMENT_BYTES, setId, vaultId } from '../../../shared/units.ts';
import { writeElement, writeElementPart } from '../../engine/blockset/records.ts';
import { sealContext, UnitMemory, type UnitSeal } from '../../engine/blockset/unit.ts';
import { type Catalog, chunkPlaces, elements, openCatalog, parts } from '../../engine/catalog/index.ts';
import { Accumulator } from '../../engine/mover/accumulator.ts';
import type { MetadataOrder } from '../../engine/mover/front-end-protocol.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { writeSetMetadata } from '../../engine/mover/set-metadata.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import { Staging } from '../../engine/mover/staging.ts';
import { checkedContent } from '../../engine/restore/write/check-digests.ts';
import { plainOf, unitOffsets } from '../../engine/restore/write/unit-walk.ts';
import { VaultKeys } from '../../engine/tape/keys.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';
import { AttributeSpool } from './attribute-spool.ts';
import { ChunkIndex } from './chunk-index.ts';
import { contentLost, tapesAway } from './merge-errors.ts';
import { MergePlaces, type OldPlace, type WantedChunk } from './merge-places.ts';
import { MERGE_COUNTER, type MergeSetup } from './merge-protocol.ts';
import { readPayload } from './read-payload.ts';

const ELEMENTS_A_LOOK = 256;
const DIGEST_MISMATCH = 'content in it does not have the digest that it had when it was backed up';

/** Copies the state of a set, chunk by chunk, into chunks of a new one. Works in a thread of its own. */
export class Merger {
  readonly #setup: MergeSetup;
  readonly #catalog: Catalog;
  readonly #staging: Staging;
  readonly #control: RunControl;
  readonly #accumulator: Accumulator;
  readonly #places: MergePlaces;
  readonly #attributes: AttributeSpool;
  readonly #index: ChunkIndex;
  readonly #counters: Float64Array;
  readonly #plain = new UnitMemory();
  readonly #keys: VaultKeys | null;
  #memory = Buffer.alloc(0);
  #segments = 0;

  constructor(setup: MergeSetup) {
    this.#setup = setup;
    this.#catalog = openCatalog(setup.catalog, { readOnly: true });
    this.#staging = new Staging(setup.staging);
    this.#control = new RunControl(setup.control);
    this.#accumulator = new Accumulator(this.#staging, setup.settings, this.#control);
    this.#places = new MergePlaces(join(setup.folder, 'places.db'));
    this.#attributes = new AttributeSpool(join(setup.folder, 'attributes'));
    this.#index = new ChunkIndex(this.#accumulator, this.#attributes);
    this.#counters = new Float64Array(setup.counters);
    this.#keys = setup.vaultKey === null ? null : new VaultKeys(vaultId(setup.vault), setup.vaultKey);
  }

  /** Looks up where everything lies. Throws TAPES_AWAY when tapes are away, UNIT_DAMAGED when no tape is known that holds some content, CANCELLED. */
  plan(): { tapes: string[]; elements: number; bytes: number } {
    let count = 0;
    let bytes = 0;
    for (const { attributes, extents, version, partCount } of elements(this.#catalog, this.#setup.from)) {
      this.#look(count);
      count += 1;
      if (extents.length === 0 && partCount < 2) continue;
      const element = this.#attributes.put(attributes);
      const take = (part: number, taken: readonly StoredExtent[]): void => {
        for (const extent of taken)
          if (this.#places.add(extent, { element, part }, attributes.links > 1)) bytes += extent.length;
      };
      take(0, extents);
      if (partCount > 1) for (const { part, extents: more } of parts(this.#catalog, version)) take(part, more);
    }
    this.#locate();
    this.#counters[MERGE_COUNTER.elements] = count;
    const { tapes, longest } = this.#places.tapes();
    this.#memory = Buffer.allocUnsafeSlow(longest);
    return { tapes, elements: count, bytes };
  }

  /** Copies what is wanted of a tape, each chunk once. Throws UNIT_DAMAGED, CANCELLED, and what opening the tape throws. */
  async read(access: ReadAccess): Promise<void> {
    const tape = TapeReader.open(access);
    try {
      for (const chunk of this.#places.chunksOn(access.volume)) {
        if (this.#control.held) await this.#control.passage();
        if (this.#control.limited('vault')) await this.#control.pace('vault', chunk.place.payloadBytes);
        const reason = readPayload(tape, chunk.place, this.#memory);
        if (reason !== null) throw this.#lost(access.volume, chunk, this.#places.unitsOf(chunk.id), reason);
        await this.#copyChunk(access.volume, chunk, this.#memory.subarray(0, chunk.place.payloadBytes));
      }
    } finally {
      tape.close();
    }
  }

  /** Hands over what is left. Returns the number of segments that were copied. */
  async finish(): Promise<number> {
    await this.#accumulator.finish();
    this.#sample();
    return this.#segments;
  }

  /** Writes the records of all elements with the places that their content has now. */
  record(): SpoolFile {
    const { table } = this.#accumulator;
    const spool = new Spool(join(this.#setup.folder, 'elements'));
    try {
      for (const { attributes, extents, version, partCount } of elements(this.#catalog, this.#setup.from)) {
        this.#look(spool.records);
        writeElement(spool.out, { attributes, extents: this.#moved(extents) }, table);
        spool.settle();
        if (partCount < 2) continue;
        for (const { part, extents: more } of parts(this.#catalog, version)) {
          writeElementPart(spool.out, attributes.path, part, this.#moved(more), table);
          spool.settle(false);
        }
      }
    } finally {
      spool.close();
    }
    this.#counters[MERGE_COUNTER.elements] = spool.records;
    this.#places.close();
    this.#attributes.close();
    return { path: spool.path, records: spool.records };
  }

  async writeMetadata(order: MetadataOrder): Promise<void> {
    await writeSetMetadata(order, this.#setup.settings, this.#staging, this.#control);
  }

  async #copyChunk(tape: string, chunk: WantedChunk, payload: Buffer): Promise<void> {
    const offsets = unitOffsets(payload);
    const seal = this.#sealOf(chunk);
    const units = this.#places.unitsOf(chunk.id);
    for (const [at, unit] of units.entries()) {
      if (this.#control.held) await this.#control.passage();
      const found = plainOf(payload, offsets.get(unit), seal, this.#plain);
      if ('reason' in found) throw this.#lost(tape, chunk, units.slice(at, at + 1), found.reason);
      for (const place of this.#places.inUnit(chunk.id, unit)) {
        const content = checkedContent(found.plain, place);
        if (content === null) throw this.#lost(tape, chunk, units.slice(at, at + 1), DIGEST_MISMATCH);
        await this.#keep(chunk, place, content);
      }
      this.#sample();
    }
  }

  async #keep(chunk: WantedChunk, old: OldPlace, content: Uint8Array): Promise<void> {
    const { length, digestSpan, digests } = old;
    if (this.#index.full) await this.#accumulator.finish();
    if (!this.#accumulator.fits(length)) await this.#accumulator.makeRoom(length);
    const place = this.#accumulator.place();
    this.#accumulator.tail.set(content);
    this.#accumulator.keep(length);
    this.#places.moved(chunk.id, old, place);
    const { set } = this.#setup.settings;
    for (const { element, part, offset, address } of this.#places.usesOf(chunk.id, old))
      this.#index.add(element, part, { offset, length, sourceAddress: address, set, ...place, digestSpan, digests });
    this.#segments += Math.ceil(length / SEGMENT_BYTES);
    this.#counters[MERGE_COUNTER.bytesRead] = (this.#counters[MERGE_COUNTER.bytesRead] as number) + length;
  }

  #moved(extents: readonly StoredExtent[]): StoredExtent[] {
    const { set } = this.#setup.settings;
    return extents.map((extent) => ({ ...extent, set, ...this.#places.placeOf(extent) }));
  }

  /** Chooses a tape for each chunk: one that is at hand, and among those the one that was labelled first. */
  #locate(): void {
    const present = new Set(this.#setup.present);
    const away = new Set<string>();
    let nowhere: WantedChunk | null = null;
    const lost = this.#places.locate((set, sequence) => {
      const known = [...chunkPlaces(this.#catalog, set, [sequence])];
      return known.find(({ tape }) => present.has(tape)) ?? null;
    });
    for (const chunk of lost) {
      const [place] = chunkPlaces(this.#catalog, chunk.set, [chunk.sequence]);
      if (place) away.add(place.tape);
      else nowhere ??= chunk;
    }
    if (nowhere !== null)
      throw this.#lost(null, nowhere, this.#places.unitsOf(nowhere.id), 'no tape is known that holds it');
    if (away.size > 0) throw tapesAway([...away].toSorted(), lost.length);
  }

  #lost(tape: string | null, chunk: WantedChunk, units: readonly number[], reason: string): Error {
    const paths = new Set<ByteString>();
    for (const unit of units)
      for (const place of this.#places.inUnit(chunk.id, unit))
        for (const { element } of this.#places.usesOf(chunk.id, place)) paths.add(this.#attributes.get(element).path);
    return contentLost(tape, chunk, paths, reason.replace(/\.$/, ''));
  }

  #sealOf({ set, sequence }: WantedChunk): UnitSeal | null {
    if (this.#keys === null) return null;
    return { key: this.#keys.setKey(setId(set)), context: sealContext(Buffer.from(set, 'hex'), sequence) };
  }

  /** Now and then: waits out a pause, throws when the job is cancelled, and shows how far it is. */
  #look(elementsDone: number): void {
    if (elementsDone % ELEMENTS_A_LOOK !== 0) return;
    this.#control.passageSync();
    this.#counters[MERGE_COUNTER.elements] = elementsDone;
  }

  #sample(): void {
    this.#counters[MERGE_COUNTER.bytesStored] = this.#accumulator.storedBytes;
  }
}
