import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ByteString, byteStringFromText } from '../../../../shared/byte-string.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { ElementAttributes, ElementRecord, StoredExtent } from '../../../../shared/model/element.ts';
import { millis, setId, tapeId, vaultId } from '../../../../shared/units.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { SetTable, writeElement, writeEnd } from '../../blockset/records.ts';
import { encodeUnit, sealContext } from '../../blockset/unit.ts';
import { containerImage } from '../../tape/container.ts';
import { VaultKeys } from '../../tape/keys.ts';
import type { TapeAccess } from '../../tape/tape-access.ts';
import { encodeTapeStart } from '../../tape/tape-label.ts';
import { TapeWriter } from '../../tape/tape-writer.ts';
import type { ElementSource, SourceItem } from '../plan/element-source.ts';

export const VAULT = vaultId('00112233445566778899aabbccddeeff');
export const SET = setId('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');

/** An element for a test: attributes that differ from a plain file's, and its content as runs at offsets. */
export type TestElement = {
  readonly path: string;
  readonly runs?: readonly { offset: number; content: Uint8Array }[];
  /** Path of an element whose stored content this one has too: another name of the same file. */
  readonly stored?: string;
} & Partial<Omit<ElementAttributes, 'path' | 'linkTarget'>> & { readonly linkTarget?: string };

export interface WriteOptions {
  readonly folder: string;
  /** Chunks go to the tapes in turn. */
  readonly tapes: number;
  /** Plain bytes of a unit, units of a chunk. */
  readonly unitBytes: number;
  readonly unitsInChunk: number;
  readonly vaultKey: Uint8Array | null;
  /** Elements lie in one another: a run of each in turn. */
  readonly interleaved?: boolean;
}

/** Attributes of an element as a scan would find them, owned by whoever runs the test. */
export const attributesOf = ({
  path,
  linkTarget,
  runs = [],
  stored: _stored,
  ...rest
}: TestElement): ElementAttributes => ({
  type: 'file',
  mode: 0o644,
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  user: '',
  group: '',
  size: runs.reduce((end, { offset, content }) => Math.max(end, offset + content.length), 0),
  modifiedAt: { seconds: 1_600_000_000, nanos: 123_456_789 },
  changedAt: { seconds: 1_600_000_000, nanos: 0 },
  device: 1,
  inode: 1,
  links: 1,
  fileFlags: null,
  deviceMajor: 0,
  deviceMinor: 0,
  extendedAttributes: [],
  marks: { racy: false, changedWhileCopied: false, unreadable: false },
  ...rest,
  path: byteStringFromText(path),
  linkTarget: byteStringFromText(linkTarget ?? ''),
});

/** A block set on real virtual tapes, written with the engine's own writers, as a source for plans. */
export class WrittenSet implements ElementSource {
  readonly records: ElementRecord[] = [];
  readonly access: readonly TapeAccess[];
  readonly places: ChunkPlace[] = [];
  readonly #options: WriteOptions;
  readonly #keys: VaultKeys | null;
  readonly #writers: TapeWriter[];
  #unit: Uint8Array[] = [];
  #unitLength = 0;
  #units: Uint8Array[] = [];
  #inChunk: { attributes: ElementAttributes; extents: StoredExtent[] }[] = [];
  #chunk = 0;

  constructor(elements: readonly TestElement[], options: WriteOptions) {
    this.#options = options;
    this.#keys = options.vaultKey ? new VaultKeys(VAULT, options.vaultKey) : null;
    this.access = Array.from({ length: options.tapes }, (_, number) => label(options, number + 1));
    this.#writers = this.access.map((access) => TapeWriter.open(access));
    if (options.interleaved) this.#addInterleaved(elements);
    else for (const element of elements) this.#add(element);
    this.#endChunk();
    for (const writer of this.#writers) {
      writer.finish({ full: false, catalogSets: [] });
      writer.close();
    }
  }

  *items(): Generator<SourceItem> {
    for (const record of this.records) yield { kind: 'element', record };
  }

  chunkPlaces(set: string, sequence: number): readonly ChunkPlace[] {
    return this.places.filter((place) => place.set === set && place.sequence === sequence);
  }

  isDamaged(): boolean {
    return false;
  }

  #add(element: TestElement): void {
    const attributes = attributesOf(element);
    const other = this.records.find(({ attributes: { path } }) => path === element.stored);
    if (other) {
      this.records.push({ attributes, extents: other.extents });
      return;
    }
    const extents: StoredExtent[] = [];
    for (const { offset, content } of element.runs ?? []) {
      for (let at = 0; at < content.length; ) {
        const room = this.#options.unitBytes - this.#unitLength;
        const piece = content.subarray(at, at + room);
        extents.push(this.#put(piece, offset + at, attributes));
        at += piece.length;
      }
    }
    this.records.push({ attributes, extents });
  }

  #addInterleaved(elements: readonly TestElement[]): void {
    const records = elements.map((element) => ({ attributes: attributesOf(element), extents: [] as StoredExtent[] }));
    const turns = Math.max(...elements.map(({ runs = [] }) => runs.length));
    for (let turn = 0; turn < turns; turn += 1)
      for (const [at, { runs = [] }] of elements.entries()) {
        const { attributes, extents } = records[at] as (typeof records)[number];
        const run = runs[turn];
        if (run) extents.push(this.#put(run.content, run.offset, attributes));
      }
    this.records.push(...records);
  }

  #put(piece: Uint8Array, offset: number, attributes: ElementAttributes): StoredExtent {
    const extent: StoredExtent = {
      offset,
      length: piece.length,
      sourceAddress: null,
      set: SET,
      chunk: this.#chunk,
      unit: this.#units.length + 1,
      unitOffset: this.#unitLength,
      digestSpan: 0,
      digests: hash('sha256', piece, 'buffer'),
    };
    const last = this.#inChunk.at(-1);
    if (last?.attributes === attributes) last.extents.push(extent);
    else this.#inChunk.push({ attributes, extents: [extent] });
    this.#unit.push(piece);
    this.#unitLength += piece.length;
    if (this.#unitLength >= this.#options.unitBytes) this.#endUnit();
    if (this.#units.length >= this.#options.unitsInChunk) this.#endChunk();
    return extent;
  }

  #endUnit(): void {
    this.#units.push(Buffer.concat(this.#unit));
    this.#unit = [];
    this.#unitLength = 0;
  }

  #endChunk(): void {
    if (this.#unitLength > 0) this.#endUnit();
    if (this.#units.length === 0) return;
    const table = new SetTable(SET);
    const index = new ByteWriter();
    for (const record of this.#inChunk) writeElement(index, record, table);
    writeEnd(index, this.#inChunk.length, 0, hash('sha256', index.view(), 'buffer'));
    const seal = this.#keys && {
      key: this.#keys.setKey(SET),
      context: sealContext(Buffer.from(SET, 'hex'), this.#chunk),
    };
    const units = [Buffer.from(index.view()), ...this.#units];
    const encoded = units.map((plain, number) => encodeUnit(plain, number, 'zstd', seal));
    const writer = this.#writers[this.#chunk % this.#writers.length] as TapeWriter;
    const { place } = writer.appendChunk({
      set: SET,
      sequence: this.#chunk,
      kind: 'data',
      lastMetadata: false,
      part: 0,
      unitCount: units.length,
      plainLength: this.#units.reduce((sum, unit) => sum + unit.length, 0),
      payload: encoded.flatMap(({ frame, body }) => [frame, ...body]),
    });
    this.places.push(place);
    this.#chunk += 1;
    this.#units = [];
    this.#inChunk = [];
  }
}

const label = ({ folder, vaultKey }: WriteOptions, number: number): TapeAccess => {
  const volume = tapeId(`CF${String(number).padStart(4, '0')}`);
  const path = join(folder, `${volume}L8.tap`);
  const request = {
    vault: { id: VAULT, name: 'test' },
    volume,
    barcode: `${volume}L8`,
    pool: 'data',
    sequence: number,
  };
  const envelopes = vaultKey ? [ENVELOPE] : [];
  writeFileSync(path, containerImage(encodeTapeStart({ ...request, labelledAt: millis(0), envelopes })));
  return { path, vault: VAULT, volume, capacity: 2 ** 30, codec: 'zstd', vaultKey, envelopes, envelopesGeneration: 0 };
};

/** Stands for an envelope where no secret is asked for. */
const ENVELOPE = {
  ...({ kind: 'passphrase', kdf: 'scrypt', n: 32768, r: 8, p: 3 } as const),
  salt: Buffer.alloc(16, 1).toString('base64'),
  nonce: Buffer.alloc(12, 2).toString('base64'),
  wrapped: Buffer.alloc(48, 3).toString('base64'),
};

export const asPath = (text: string): ByteString => byteStringFromText(text);
