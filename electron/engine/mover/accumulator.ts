import { createHash } from 'node:crypto';
import { UNIT_BYTES } from '../../../shared/model/element.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { SetTable, writeEnd } from '../blockset/records.ts';
import { type Codec, encodeUnitInto, sealContext, type UnitSeal } from '../blockset/unit.ts';
import { CodecChoice } from './codec-choice.ts';
import type { RunControl } from './run-control.ts';
import { HAND_OVER_BYTES, type Staging } from './staging.ts';

/** An index longer than this ends its chunk: trees of tiny files must not grow it without bound. */
const INDEX_LIMIT = 2 * 1024 * 1024;

/** What all front ends of one job share. */
export interface ChannelSettings {
  readonly job: number;
  /** Set id, 32 hexadecimal digits, and the other sets its extents may refer to. */
  readonly set: string;
  readonly otherSets: readonly string[];
  readonly codec: Codec;
  /** Drives that the set is written to in parallel. */
  readonly streams: number;
  /** The set's key of 32 bytes, or null in an open vault. */
  readonly key: Uint8Array | null;
  /** Word 0: the next sequence number of a chunk in the set. */
  readonly sequence: SharedArrayBuffer;
}

/** Where the next byte of content will lie. */
export interface ContentPlace {
  readonly chunk: number;
  readonly unit: number;
  readonly unitOffset: number;
}

interface OpenChunk {
  readonly slot: number;
  readonly memory: Buffer;
  readonly sequence: number;
  dataBytes: number;
  nextUnit: number;
  plainBytes: number;
  pieces: number;
}

/**
 * Packs content into units and units into an accumulation in a staging slot, which goes to a back end at the hand-over
 * threshold. The caller reads straight into `tail` and then says how much to `keep`: nothing is copied before compression.
 */
export class Accumulator {
  readonly table: SetTable;
  /** The index records of the open chunk; the caller writes an element here when all or part of it lies in the chunk. */
  readonly index = new ByteWriter(256 * 1024);
  /** Called before a chunk is closed, so that an element that goes on in the next one gets its index record in this one. */
  beforeHandOver: () => void = () => undefined;
  /** Called after a chunk was handed over, with all bytes that were. */
  afterHandOver: (storedBytes: number) => void = () => undefined;
  /** Element records in `index`. */
  indexedElements = 0;
  /** Bytes handed over so far. */
  storedBytes = 0;

  readonly #staging: Staging;
  readonly #settings: ChannelSettings;
  readonly #control: RunControl;
  readonly #sequence: Int32Array;
  readonly #unit = Buffer.allocUnsafeSlow(UNIT_BYTES);
  readonly #codec: CodecChoice;
  #fill = 0;
  #chunk: OpenChunk | null = null;

  constructor(staging: Staging, settings: ChannelSettings, control: RunControl) {
    this.#staging = staging;
    this.#settings = settings;
    this.#control = control;
    this.#sequence = new Int32Array(settings.sequence);
    this.#codec = new CodecChoice(settings.codec);
    this.table = new SetTable(settings.set, settings.otherSets);
  }

  /** Bytes left in the open unit. */
  get room(): number {
    return UNIT_BYTES - this.#fill;
  }

  /** Whether `bytes` can be read into `tail` without waiting. */
  fits(bytes: number): boolean {
    return this.#chunk !== null && bytes <= this.room && !this.#full(this.#chunk);
  }

  /** The unused end of the open unit. */
  get tail(): Buffer {
    return this.#unit.subarray(this.#fill);
  }

  /** Makes the open unit take `bytes` (at most UNIT_BYTES): closes unit and chunk where needed and waits for a slot. */
  async makeRoom(bytes: number): Promise<void> {
    if (this.#chunk !== null && (bytes > this.room || this.#full(this.#chunk))) await this.#closeUnit();
    if (this.#chunk === null) this.#chunk = await this.#openChunk();
  }

  /** Where the first byte of `tail` will lie. */
  place(): ContentPlace {
    const chunk = this.#opened();
    return { chunk: chunk.sequence, unit: chunk.nextUnit, unitOffset: this.#fill };
  }

  /** Whether an extent lies in the open chunk. */
  holds(extent: { readonly set: string; readonly chunk: number }): boolean {
    return this.#chunk !== null && extent.set === this.#settings.set && extent.chunk === this.#chunk.sequence;
  }

  /** Takes the first `bytes` of `tail` as content. */
  keep(bytes: number): void {
    this.#fill += bytes;
    this.#opened().pieces += 1;
  }

  /** Hands over what there is, if anything. */
  async finish(): Promise<void> {
    if (this.#chunk === null) return;
    await this.#closeUnit(true);
  }

  /** Gives the open slot back; what it holds is gone. For a job that is cancelled or failed. */
  abandon(): void {
    if (this.#chunk) this.#staging.release(this.#chunk.slot);
    this.#chunk = null;
    this.#fill = 0;
  }

  #opened(): OpenChunk {
    if (this.#chunk === null) throw new RangeError('no chunk is open');
    return this.#chunk;
  }

  async #openChunk(): Promise<OpenChunk> {
    const slot = await acquireSlot(this.#staging, this.#control, this.#settings.job);
    this.index.reset();
    this.indexedElements = 0;
    const sequence = Atomics.add(this.#sequence, 0, 1);
    return { slot, memory: this.#staging.memory(slot), sequence, dataBytes: 0, nextUnit: 1, plainBytes: 0, pieces: 0 };
  }

  /** Whether a chunk is to be handed over. Its index alone may be the reason, however little content the open unit has. */
  #full(chunk: OpenChunk): boolean {
    return chunk.dataBytes + this.index.length >= HAND_OVER_BYTES || this.index.length >= INDEX_LIMIT;
  }

  async #closeUnit(last = false): Promise<void> {
    const chunk = this.#opened();
    if (this.#fill > 0) {
      const codec = this.#codec.next();
      const stored = this.#store(chunk, this.#unit.subarray(0, this.#fill), chunk.nextUnit, chunk.dataBytes, codec);
      this.#codec.note(codec, stored < this.#fill);
      chunk.dataBytes += stored;
      chunk.nextUnit += 1;
      chunk.plainBytes += this.#fill;
      this.#fill = 0;
    }
    if (last || this.#full(chunk)) {
      if (this.#control.limited('vault')) await this.#control.pace('vault', chunk.dataBytes + this.index.length);
      this.#handOver(chunk);
    }
    if (this.#control.held) await this.#control.passage();
  }

  #handOver(chunk: OpenChunk): void {
    this.beforeHandOver();
    writeEnd(this.index, this.indexedElements, 0, createHash('sha256').update(this.index.view()).digest());
    const indexBytes = this.#store(chunk, this.index.view(), 0, chunk.dataBytes, this.#settings.codec);
    this.storedBytes += chunk.dataBytes + indexBytes;
    this.#staging.publish(chunk.slot, {
      job: this.#settings.job,
      kind: 'data',
      sequence: chunk.sequence,
      unitCount: chunk.nextUnit,
      part: 0,
      lastPart: false,
      dataBytes: chunk.dataBytes,
      indexBytes,
      plainBytes: chunk.plainBytes,
      pieces: chunk.pieces,
      drive: null,
      streams: this.#settings.streams,
    });
    this.#chunk = null;
    this.afterHandOver(this.storedBytes);
  }

  #store(chunk: OpenChunk, plain: Uint8Array, unit: number, at: number, codec: Codec): number {
    return encodeUnitInto(chunk.memory, at, plain, unit, codec, sealFor(this.#settings, chunk.sequence));
  }
}

/** The seal of units in a chunk of the set, or null in an open vault. */
export const sealFor = (settings: Pick<ChannelSettings, 'key' | 'set'>, sequence: number): UnitSeal | null =>
  settings.key === null
    ? null
    : { key: settings.key, context: sealContext(Buffer.from(settings.set, 'hex'), sequence) };

/** Waits for a free slot. `content`: it is filled no faster than the limits of the job allow. Throws CANCELLED. */
export const acquireSlot = async (
  staging: Staging,
  control: RunControl,
  job: number,
  content = true,
): Promise<number> => {
  for (;;) {
    const seen = staging.changes();
    const slot = staging.tryAcquire(job, content && control.anyLimit);
    if (slot !== null) return slot;
    await staging.changed(seen, 500);
    await control.passage();
  }
};
