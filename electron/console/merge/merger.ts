import { join } from 'node:path';
import type { ByteString } from '../../../shared/byte-string.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { StoredExtent } from '../../../shared/model/element.ts';
import { SEGMENT_BYTES, setId, vaultId } from '../../../shared/units.ts';
import { writeElement, writeElementPart } from '../../engine/blockset/records.ts';
import { sealContext, UnitMemory, type UnitSeal } from '../../engine/blockset/unit.ts';
import {
  type Catalog,
  chunkPlaces,
  type DamagedChunk,
  elements,
  openCatalog,
  parts,
} from '../../engine/catalog/index.ts';
import { Accumulator } from '../../engine/mover/accumulator.ts';
import type { MetadataOrder } from '../../engine/mover/front-end-protocol.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { writeSetMetadata } from '../../engine/mover/set-metadata.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import { Staging } from '../../engine/mover/staging.ts';
import { type ChunkReading, readChunk } from '../../engine/restore/execute/read-chunk.ts';
import { nothingRead, TakenElsewhere } from '../../engine/restore/execute/taken-elsewhere.ts';
import { checkedContent } from '../../engine/restore/write/check-digests.ts';
import { plainOf, unitOffsets } from '../../engine/restore/write/unit-walk.ts';
import { VaultKeys } from '../../engine/tape/keys.ts';
import { isAboutTape } from '../../engine/tape/tape-errors.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';
import { AttributeSpool } from './attribute-spool.ts';
import { ChunkIndex } from './chunk-index.ts';
import { contentLost, tapesAway } from './merge-errors.ts';
import { MergePlaces, type OldPlace, type WantedChunk } from './merge-places.ts';
import { MERGE_COUNTER, type MergeSetup } from './merge-protocol.ts';

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
  readonly #present: ReadonlySet<string>;
  readonly #elsewhere = new TakenElsewhere();
  readonly #warnings: Warning[] = [];
  #wrong: DamagedChunk[] = [];
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
    this.#present = new Set(setup.present);
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

  /**
   * Copies what is wanted of a tape, each chunk once; what cannot be had there is turned to where else it lies. Throws UNIT_DAMAGED, CANCELLED,
   * and, when it is wanted of this tape alone, what opening it throws.
   */
  async read(access: ReadAccess): Promise<void> {
    let tape: TapeReader;
    try {
      tape = TapeReader.open(access);
    } catch (thrown) {
      // That a drive has no such tape may be the drive's fault, which is for the job to tell.
      if (access.device !== undefined && asColdframeError(thrown).code === 'NO_SUCH_TAPE') throw thrown;
      this.without(access.volume, asColdframeError(thrown));
      return;
    }
    try {
      for (const chunk of this.#places.chunksOn(access.volume)) {
        if (this.#control.held) await this.#control.passage();
        if (this.#control.limited('vault')) await this.#control.pace('vault', chunk.place.payloadBytes);
        const reading = readChunk(tape, chunk.place, this.#memory);
        const payload = this.#memory.subarray(0, chunk.place.payloadBytes);
        this.#judge(chunk, reading, reading.lost ?? (await this.#copyChunk(chunk, payload)));
      }
    } finally {
      tape.close();
    }
  }

  /**
   * A tape cannot be had: what is wanted of it is turned to where else it lies. `ofDrive`: drives failed with it. Throws `error` when something lies nowhere
   * else, or it is about neither.
   */
  without(volume: string, error: ColdframeError, ofDrive = false): void {
    if (!ofDrive && !isAboutTape(error)) throw error;
    for (const chunk of this.#places.chunksOn(volume)) if (!this.#turn(chunk)) throw error;
    if (!ofDrive) this.#warnings.push(nothingRead(volume, error));
  }

  /** The tapes of which something is wanted still, the one with most chunks first. */
  tapesLeft(): string[] {
    return this.#places.tapes().tapes;
  }

  /** Chunks that were found damaged since it was asked last. */
  takeWrong(): DamagedChunk[] {
    const wrong = this.#wrong;
    this.#wrong = [];
    return wrong;
  }

  warnings(): Warning[] {
    return [...this.#warnings, ...this.#elsewhere.warnings()];
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

  /** What was found of a chunk. `reason`: why something that is wanted of it cannot be had there. */
  #judge(chunk: PlacedChunk, { damage, unread }: ChunkReading, reason: string | null): void {
    const { set, sequence, kind, tape, block } = chunk.place;
    if ((damage !== null || reason !== null) && !unread) this.#wrong.push({ set, sequence, tape, kind, block });
    if (reason === null) {
      this.#places.done(chunk.id);
      if (damage !== null) this.#warnings.push(wholeForMerge(chunk.place, damage));
    } else if (!this.#turn(chunk)) throw this.#lost(chunk, this.#places.unitsOf(chunk.id), reason);
  }

  /** Has a chunk read at its next place; false when there is none at hand. */
  #turn(chunk: PlacedChunk): boolean {
    const turned = this.#places.turnTo(chunk, this.#placesOf(chunk.set, chunk.sequence));
    if (turned) this.#elsewhere.add(chunk.place);
    return turned;
  }

  /** Copies what is wanted of a chunk and is whole. Returns why something of it is not, or null. */
  async #copyChunk(chunk: WantedChunk, payload: Buffer): Promise<string | null> {
    const offsets = unitOffsets(payload);
    const seal = this.#sealOf(chunk);
    let reason: string | null = null;
    for (const unit of this.#places.unitsOf(chunk.id)) {
      if (this.#control.held) await this.#control.passage();
      const found = plainOf(payload, offsets.get(unit), seal, this.#plain);
      if ('reason' in found) {
        reason ??= found.reason;
        continue;
      }
      for (const place of this.#places.inUnit(chunk.id, unit)) {
        const content = checkedContent(found.plain, place);
        if (content === null) reason ??= DIGEST_MISMATCH;
        else await this.#keep(chunk, place, content);
      }
      this.#sample();
    }
    return reason;
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
    const away = new Set<string>();
    let nowhere: WantedChunk | null = null;
    const lost = this.#places.locate((set, sequence) => this.#placesOf(set, sequence)[0] ?? null);
    for (const chunk of lost) {
      const [place] = chunkPlaces(this.#catalog, chunk.set, [chunk.sequence]);
      if (place) away.add(place.tape);
      else nowhere ??= chunk;
    }
    if (nowhere !== null) throw this.#lost(nowhere, this.#places.unitsOf(nowhere.id), 'no tape is known that holds it');
    if (away.size > 0) throw tapesAway([...away].toSorted(), lost.length);
  }

  /** Where at hand a chunk lies. */
  #placesOf(set: string, sequence: number): ChunkPlace[] {
    return [...chunkPlaces(this.#catalog, set, [sequence])].filter(({ tape }) => this.#present.has(tape));
  }

  #lost(chunk: WantedChunk, units: readonly number[], reason: string): Error {
    const paths = new Set<ByteString>();
    for (const unit of units)
      for (const place of this.#places.inUnit(chunk.id, unit))
        for (const { element } of this.#places.usesOf(chunk.id, place)) paths.add(this.#attributes.get(element).path);
    const known = [...chunkPlaces(this.#catalog, chunk.set, [chunk.sequence])].map(({ tape }) => tape);
    const away = [...new Set(known.filter((tape) => !this.#present.has(tape)))];
    return contentLost({ tried: this.#places.triedOn(chunk.id), away }, chunk, paths, reason.replace(/\.$/, ''));
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

type PlacedChunk = WantedChunk & { readonly place: ChunkPlace };

const wholeForMerge = ({ tape, set, sequence }: ChunkPlace, damage: string): Warning => ({
  code: 'TAPE_DAMAGED',
  path: tape,
  message: `chunk ${sequence} of set ${set} is damaged there; all that was wanted of it is whole. ${damage}`,
});
