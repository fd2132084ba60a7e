import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { SetTable, writeEnd, writeSetHeader, writeSetReferences } from '../blockset/records.ts';
import { encodeUnitInto, METADATA_LEVEL } from '../blockset/unit.ts';
import { acquireSlot, type ChannelSettings, sealFor } from './accumulator.ts';
import type { MetadataOrder } from './front-end-protocol.ts';
import { InheritingStream } from './inheriting-stream.ts';
import type { RunControl } from './run-control.ts';
import type { SpoolFile } from './spool.ts';
import { HAND_OVER_BYTES, type Staging } from './staging.ts';

const UNIT_PLAIN_BYTES = 1024 * 1024;
/** What is left of a small set is packed the fastest way: the better one takes memory that is new each time. */
const SMALL_BYTES = 128 * 1024;

interface OpenPart {
  readonly slot: number;
  readonly memory: Buffer;
  readonly sequence: number;
  bytes: number;
  units: number;
  plainBytes: number;
}

/** Cuts a stream into units, and units into metadata chunks of one set, all for one drive. */
class MetadataStream {
  storedBytes = 0;
  parts = 0;
  readonly #order: MetadataOrder;
  readonly #settings: ChannelSettings;
  readonly #staging: Staging;
  readonly #control: RunControl;
  readonly #digest = createHash('sha256');
  readonly #unit = Buffer.allocUnsafeSlow(UNIT_PLAIN_BYTES);
  #fill = 0;
  #part: OpenPart | null = null;

  constructor(order: MetadataOrder, settings: ChannelSettings, staging: Staging, control: RunControl) {
    this.#order = order;
    this.#settings = settings;
    this.#staging = staging;
    this.#control = control;
  }

  /** Appends to the stream; what is written here counts into the digest of the end record. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#digest.update(bytes);
    await this.#append(bytes);
  }

  /** Appends the end record and hands over the last part. */
  async end(elements: number, removed: number): Promise<void> {
    const out = new ByteWriter(128);
    writeEnd(out, elements, removed, this.#digest.digest());
    await this.#append(out.view());
    await this.#closeUnit();
    this.#handOver(true);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      const taken = Math.min(bytes.length - at, UNIT_PLAIN_BYTES - this.#fill);
      this.#unit.set(bytes.subarray(at, at + taken), this.#fill);
      this.#fill += taken;
      at += taken;
      if (this.#fill === UNIT_PLAIN_BYTES) await this.#closeUnit();
    }
  }

  async #closeUnit(): Promise<void> {
    if (this.#part !== null && this.#part.bytes >= HAND_OVER_BYTES) this.#handOver(false);
    this.#part ??= await this.#openPart();
    const part = this.#part;
    const plain = this.#unit.subarray(0, this.#fill);
    part.bytes += encodeUnitInto(
      part.memory,
      part.bytes,
      plain,
      part.units,
      this.#settings.codec,
      sealFor(this.#settings, part.sequence),
      plain.length < SMALL_BYTES ? undefined : METADATA_LEVEL,
    );
    part.units += 1;
    part.plainBytes += this.#fill;
    this.#fill = 0;
  }

  async #openPart(): Promise<OpenPart> {
    const slot = await acquireSlot(this.#staging, this.#control, this.#settings.job, false);
    const sequence = Atomics.add(new Int32Array(this.#settings.sequence), 0, 1);
    return { slot, memory: this.#staging.memory(slot), sequence, bytes: 0, units: 0, plainBytes: 0 };
  }

  #handOver(last: boolean): void {
    const part = this.#part as OpenPart;
    this.#staging.publish(part.slot, {
      job: this.#settings.job,
      kind: 'metadata',
      sequence: part.sequence,
      unitCount: part.units,
      part: this.parts,
      lastPart: last,
      dataBytes: part.bytes,
      indexBytes: 0,
      plainBytes: part.plainBytes,
      pieces: 0,
      drive: this.#order.drive,
      streams: this.#settings.streams,
    });
    this.storedBytes += part.bytes;
    this.parts += 1;
    this.#part = null;
  }
}

/**
 * Writes the metadata of a set behind its data: docs/MEDIA-FORMAT.md, section 5. The element records come from spools
 * that the front ends and the scan wrote, so nothing of the size of the source is held in memory.
 */
export const writeSetMetadata = async (
  order: MetadataOrder,
  settings: ChannelSettings,
  staging: Staging,
  control: RunControl,
): Promise<{ bytesStored: number; parts: number }> => {
  const stream = new MetadataStream(order, settings, staging, control);
  const head = new ByteWriter();
  writeSetHeader(head, order.header);
  writeSetReferences(head, new SetTable(settings.set, settings.otherSets));
  await stream.write(head.view());
  const count = (spools: readonly SpoolFile[]): number => spools.reduce((sum, spool) => sum + spool.records, 0);
  for (const spool of [order.places, ...order.removed]) await copySpool(spool, stream);
  for (const spool of order.elements) await copySpool(spool, order.inherits ? inheriting(settings, stream) : stream);
  await stream.end(count(order.elements), count(order.removed));
  return { bytesStored: stream.storedBytes, parts: stream.parts };
};

interface RecordSink {
  write(bytes: Uint8Array): Promise<void>;
  /** Called behind the last bytes. */
  done?(): void;
}

const inheriting = (settings: ChannelSettings, stream: MetadataStream): RecordSink => {
  const through = new InheritingStream(new SetTable(settings.set, settings.otherSets));
  return { write: async (bytes) => await stream.write(through.take(bytes)), done: () => through.done() };
};

const copySpool = async (spool: SpoolFile, sink: RecordSink): Promise<void> => {
  const buffer = Buffer.allocUnsafeSlow(256 * 1024);
  const fd = fs.openSync(spool.path, 'r');
  try {
    for (let read = fs.readSync(fd, buffer); read > 0; read = fs.readSync(fd, buffer))
      await sink.write(buffer.subarray(0, read));
    sink.done?.();
  } finally {
    fs.closeSync(fd);
  }
};
