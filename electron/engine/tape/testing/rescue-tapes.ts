import { createCipheriv, createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto';
import zlib from 'node:zlib';

/**
 * A small encoder of the media format for the tests of `rescue.mjs`, written from `docs/MEDIA-FORMAT.md` alone. It shares
 * nothing with the engine, so that reader, engine and document can only agree by being right.
 */

const DATA_RECORD = 262_144;
const PART = 67_108_864;

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** Unsigned LEB128. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; ) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
    if (rest === 0n) return Buffer.from(bytes);
  }
}

const zigzag = (value: number): Buffer => varint(value >= 0 ? 2 * value : -2 * value - 1);
const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);
const counted = (value: Buffer | string): Buffer => Buffer.concat([varint(bytesOf(value).length), bytesOf(value)]);
const record = (tag: number, ...fields: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag]), counted(Buffer.concat(fields))]);

export type Codec = 'none' | 'zstd' | 'deflate';
const CODECS: Record<Codec, number> = { none: 0, zstd: 1, deflate: 2 };

function compress(codec: Codec, plain: Buffer, level: number): Buffer {
  if (codec === 'none') return plain;
  if (codec === 'deflate') return zlib.deflateSync(plain);
  return zlib.zstdCompressSync(plain, { params: { [zlib.constants.ZSTD_c_compressionLevel]: level } });
}

function seal(key: Buffer, nonce: Buffer, plain: Buffer, additional: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additional);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

interface Seal {
  readonly key: Buffer | undefined;
  readonly context: Buffer;
}

/** One unit: frame and body. */
export function unit(number: number, plain: Buffer, codec: Codec, by: Seal, level = 1): Buffer {
  const frame = Buffer.alloc(40);
  frame.write('CFU1');
  frame[4] = CODECS[codec];
  frame[5] = by.key ? 1 : 0;
  frame.writeUInt32LE(number, 8);
  frame.writeUInt32LE(plain.length, 12);
  const packed = compress(codec, plain, level);
  frame.writeUInt32LE(packed.length + (by.key ? 16 : 0), 16);
  if (by.key) randomBytes(12).copy(frame, 20);
  const body = by.key
    ? seal(by.key, frame.subarray(20, 32), packed, Buffer.concat([by.context, frame.subarray(0, 20)]))
    : packed;
  frame.writeUInt32LE(zlib.crc32(body), 32);
  frame.writeUInt32LE(zlib.crc32(frame.subarray(0, 36)), 36);
  return Buffer.concat([frame, body]);
}

/** A vault; sealed when it has a passphrase. */
export class TestVault {
  readonly id = randomBytes(16);
  readonly key = randomBytes(32);
  readonly envelopes: object[] = [];
  readonly sealed: boolean;

  constructor(passphrase?: string, recoveryCode?: string) {
    this.sealed = passphrase !== undefined;
    if (passphrase !== undefined) this.wrap('passphrase', passphrase);
    if (recoveryCode !== undefined) this.wrap('recovery-code', recoveryCode);
  }

  wrap(kind: 'passphrase' | 'recovery-code', secret: string): void {
    const [n, r, p] = [1024, 8, 1];
    const [salt, nonce] = [randomBytes(16), randomBytes(12)];
    const wrapping = scryptSync(secret, salt, 32, { N: n, r, p });
    const additional = Buffer.from(`coldframe-envelope-v1:${this.id.toString('hex')}`);
    const wrapped = seal(wrapping, nonce, this.key, additional).toString('base64');
    const base = { kind, kdf: 'scrypt', n, r, p };
    this.envelopes.push({ ...base, salt: salt.toString('base64'), nonce: nonce.toString('base64'), wrapped });
  }

  derive(info: string, salt: Buffer): Buffer | undefined {
    return this.sealed ? Buffer.from(hkdfSync('sha256', this.key, salt, info, 32)) : undefined;
  }
}

/** What a chunk is to hold; where it lies is decided when it is written. */
export interface ChunkPlan {
  readonly set: Buffer;
  readonly sequence: number;
  readonly kind: 'data' | 'metadata';
  readonly part: number;
  readonly last: boolean;
  readonly plains: readonly Buffer[];
  readonly codec: Codec;
  readonly level: number;
}

export interface Place {
  readonly plan: ChunkPlan;
  readonly volume: string;
  readonly tapeSequence: number;
  readonly payload: number;
  readonly block: number;
  readonly offset: number;
  readonly end: number;
}

/** Format versions that are not 1, as a later writer may give them to parts of a tape. */
export interface TapeVersions {
  readonly node?: number;
  readonly chunk?: number;
  readonly trailer?: number;
}

/** One tape in memory. */
export class TestTape {
  readonly places: Place[] = [];
  #pieces: Buffer[] = [];
  #size = 0;
  #blocks = 0;

  readonly vault: TestVault;
  readonly volume: string;
  readonly #versions: TapeVersions;

  constructor(vault: TestVault, volume: string, versions: TapeVersions = {}) {
    this.vault = vault;
    this.volume = volume;
    this.#versions = versions;
    this.#record(this.#label('VOL1'));
    this.#record(this.#label('HDR1'));
    this.#mark();
    this.#record(Buffer.from('A tape of Coldframe.\n\n'));
    this.#mark();
    this.#json({
      format: 'coldframe-tape',
      version: versions.node ?? 1,
      vault: { id: vault.id.toString('hex'), name: 'test' },
      tape: { volume, barcode: `${volume}L8`, pool: 'data', sequence: 1, labelledAt: '2026-01-01T00:00:00.000Z' },
      sealed: vault.sealed,
      envelopes: vault.envelopes,
    });
    this.#mark();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  get size(): number {
    return this.#size;
  }

  /** Writes one chunk. */
  write(plan: ChunkPlan): Place {
    const { vault } = this;
    const context = Buffer.concat([plan.set, u32(plan.sequence)]);
    const key = vault.derive('coldframe set v1', plan.set);
    const units = plan.plains.map((plain, i) => unit(i, plain, plan.codec, { key, context }, plan.level));
    const payload = Buffer.concat(units);
    const header = this.#header(plan, payload.length);
    const [block, offset] = [this.#blocks, this.#size];
    this.#record(header);
    this.#payload(payload);
    this.#record(this.#chunkTrailer(payload, header));
    this.#mark();
    const place = { plan, volume: this.volume, tapeSequence: this.places.length };
    this.places.push({ ...place, payload: payload.length, block, offset, end: this.#size });
    return this.places.at(-1) as Place;
  }

  /** Writes the tail; `sets`: what its catalog says. */
  unmount(full = false, sets: readonly object[] = []): this {
    const directory = { block: this.#blocks, offset: this.#size };
    const chunks = this.places.map(({ plan, payload, tapeSequence, block, offset }) => ({
      set: plan.set.toString('hex'),
      sequence: plan.sequence,
      kind: plan.kind,
      part: plan.part,
      tapeSequence,
      block,
      offset,
      records: Math.ceil(payload / DATA_RECORD),
      payload,
      last: plan.last,
    }));
    this.#tailPart('CFTAPDIR', 0xffffffff, { volume: this.volume, chunks });
    this.#mark();
    this.#record(this.#label(full ? 'EOV1' : 'EOF1'));
    this.#json({ envelopes: this.vault.envelopes });
    this.#tailPart('CFTAPCAT', 0xfffffffe, { volume: this.volume, sets });
    const trailer = Buffer.alloc(64);
    trailer.write('CFTAPEND');
    trailer.writeUInt32LE(this.#versions.trailer ?? 1, 8);
    trailer.writeUInt32LE(this.places.length, 12);
    trailer.writeBigUInt64LE(BigInt(directory.block), 16);
    trailer.writeBigUInt64LE(BigInt(directory.offset), 24);
    trailer.writeBigUInt64LE(BigInt(this.places.reduce((sum, place) => sum + place.payload, 0)), 40);
    trailer.writeUInt32LE(zlib.crc32(trailer.subarray(0, 60)), 60);
    this.#record(trailer);
    this.#mark();
    this.#mark();
    return this;
  }

  #push(...pieces: Buffer[]): void {
    this.#pieces.push(...pieces);
    for (const piece of pieces) this.#size += piece.length;
  }

  #record(data: Buffer): void {
    const even = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
    this.#push(u32(even.length), even, u32(even.length));
    this.#blocks++;
  }

  #mark(): void {
    this.#push(u32(0));
    this.#blocks++;
  }

  #json(value: object): void {
    const text = JSON.stringify(value);
    this.#record(Buffer.from(Buffer.byteLength(text) % 2 === 0 ? text : `${text} `));
  }

  #payload(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += DATA_RECORD) this.#record(payload.subarray(at, at + DATA_RECORD));
  }

  #label(name: string): Buffer {
    const vault = this.vault.id.toString('hex');
    const text =
      name === 'VOL1'
        ? `VOL1${this.volume} ${' '.repeat(13)}COLDFRAME    ${vault.slice(0, 14)}${' '.repeat(28)}4`
        : `${name}COLDFRAME        ${vault.slice(0, 6).toUpperCase()}00010001000100 26001 00000 000000COLDFRAME    ${' '.repeat(7)}`;
    return Buffer.from(text, 'latin1');
  }

  #header(plan: ChunkPlan, payload: number): Buffer {
    const header = Buffer.alloc(176);
    header.write('CFCHUNK1');
    header.writeUInt16LE(this.#versions.chunk ?? 1, 8);
    header.writeUInt16LE(this.vault.sealed ? 1 : 0, 10);
    header.writeUInt32LE(128, 24);
    const body = Buffer.alloc(128);
    this.vault.id.copy(body, 0);
    plan.set.copy(body, 16);
    body.write(this.volume, 32);
    body[38] = plan.kind === 'data' ? 1 : 2;
    body[39] = plan.last ? 1 : 0;
    body.writeUInt32LE(plan.sequence, 40);
    body.writeUInt32LE(this.places.length, 44);
    body.writeUInt32LE(plan.plains.length, 48);
    body.writeUInt32LE(plan.part, 52);
    body.writeBigUInt64LE(BigInt(payload), 56);
    body.writeBigUInt64LE(
      BigInt(plan.plains.reduce((sum, { length }, i) => sum + (i === 0 && plan.kind === 'data' ? 0 : length), 0)),
      64,
    );
    body.writeBigUInt64LE(BigInt(this.#blocks), 80);
    body.writeBigUInt64LE(BigInt(this.#size), 88);
    const key = this.vault.derive('coldframe header v1', this.vault.id);
    if (key) randomBytes(12).copy(header, 12);
    (key ? seal(key, header.subarray(12, 24), body, header.subarray(0, 12)) : body).copy(header, 32);
    header.writeUInt32LE(zlib.crc32(header), 28);
    return header;
  }

  #chunkTrailer(payload: Buffer, header: Buffer): Buffer {
    const trailer = Buffer.alloc(48);
    trailer.write('CFCHEND1');
    trailer.writeUInt32LE(this.places.length, 8);
    trailer.writeUInt32LE(zlib.crc32(payload), 12);
    trailer.writeBigUInt64LE(BigInt(payload.length), 16);
    trailer.writeUInt32LE(Math.ceil(payload.length / DATA_RECORD), 24);
    header.copy(trailer, 28, 28, 32);
    trailer.writeUInt32LE(zlib.crc32(trailer.subarray(0, 44)), 44);
    return trailer;
  }

  #tailPart(name: string, number: number, value: object): void {
    const context = Buffer.concat([Buffer.from(this.volume), Buffer.alloc(10), u32(number)]);
    const key = this.vault.derive('coldframe tape v1', Buffer.from(this.volume));
    const payload = unit(0, Buffer.from(JSON.stringify(value)), 'zstd', { key, context });
    const head = Buffer.alloc(32);
    head.write(name);
    head.writeBigUInt64LE(BigInt(payload.length), 8);
    head.writeUInt32LE(Math.ceil(payload.length / DATA_RECORD), 16);
    head.writeUInt32LE(zlib.crc32(payload), 20);
    head.writeUInt32LE(zlib.crc32(head.subarray(0, 28)), 28);
    this.#record(head);
    this.#payload(payload);
  }
}

/** Content at a place: bytes to be written in this set, what an earlier set wrote, or what the parent has there. */
export type Content =
  | { readonly start: number; readonly bytes: Buffer }
  | { readonly located: Located }
  | { readonly start: number; readonly inherited: number };

/** An extent that was written. */
export interface Located {
  readonly start: number;
  readonly length: number;
  readonly set: Buffer;
  readonly chunk: number;
  readonly unit: number;
  readonly offset: number;
  readonly span: number;
  readonly digests: Buffer;
  /** It stands for what the parent has there. */
  readonly inherits?: true;
}

export interface TestElement {
  readonly path: Buffer | string;
  readonly type?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly time?: readonly [number, number];
  /** Of the inode's last change; else `time`. */
  readonly changed?: readonly [number, number];
  /** Number of the device that it lies on. */
  readonly onDevice?: number;
  readonly inode?: number | bigint;
  readonly links?: number;
  readonly marks?: number;
  readonly flags?: number;
  readonly device?: readonly [number, number];
  readonly target?: Buffer | string;
  readonly attributes?: readonly (readonly [string, Buffer])[];
  readonly content?: readonly Content[];
}

export interface SetPlan {
  readonly name: string;
  readonly level?: 'full' | 'incremental' | 'differential' | 'synthetic';
  readonly parent?: WrittenSet;
  readonly createdAt?: number;
  readonly elements: readonly TestElement[];
  readonly removed?: readonly (Buffer | string)[];
  readonly codec?: Codec;
  readonly zstdLevel?: number;
  /** Bytes of an extent, of a unit and of a data chunk; bytes of a metadata unit, units of a metadata part. */
  readonly extent?: number;
  readonly unit?: number;
  readonly chunk?: number;
  readonly metadataUnit?: number;
  readonly metadataUnits?: number;
  readonly span?: number;
  /** Of the set header; else the lowest that can say what the elements are. */
  readonly version?: number;
}

/** One set on its way to tapes. */
export class WrittenSet {
  readonly id = randomBytes(16);
  readonly places: Place[] = [];
  readonly located = new Map<TestElement, Located[]>();

  readonly plan: SetPlan;

  constructor(plan: SetPlan) {
    this.plan = plan;
  }

  get hex(): string {
    return this.id.toString('hex');
  }

  /** The extents of the element at `path`, for a later set to refer to. */
  extentsAt(path: string): readonly Located[] {
    for (const [element, extents] of this.located) if (element.path === path) return extents;
    throw new Error(`the set has no ${path}`);
  }

  /** Plans the data chunks: extents fill units, units fill chunks, in the order of the elements. */
  dataChunks(): ChunkPlan[] {
    const { elements, chunk: chunkBytes = 1_000_000, unit: unitBytes = 262_144 } = this.plan;
    const chunks: { units: Buffer[][]; size: number; owners: Map<TestElement, Located[]> }[] = [];
    for (const element of elements) {
      const all: Located[] = [];
      for (const content of element.content ?? []) {
        if ('located' in content) {
          all.push(content.located);
          continue;
        }
        if ('inherited' in content) {
          const nowhere = { set: this.id, chunk: 0, unit: 0, offset: 0, span: 0, digests: Buffer.alloc(0) };
          all.push({ start: content.start, length: content.inherited, inherits: true, ...nowhere });
          continue;
        }
        for (const [start, bytes] of this.#cut(content.start, content.bytes)) {
          let current = chunks.at(-1);
          if (!current || current.size >= chunkBytes) {
            current = { units: [[]], size: 0, owners: new Map() };
            chunks.push(current);
          }
          const filled = (current.units.at(-1) ?? []).reduce((sum, piece) => sum + piece.length, 0);
          if (filled > 0 && filled + bytes.length > unitBytes) current.units.push([]);
          const inside = current.units.at(-1) as Buffer[];
          const offset = inside.reduce((sum, piece) => sum + piece.length, 0);
          const located = this.#locate(start, bytes, chunks.length - 1, current.units.length, offset);
          inside.push(bytes);
          current.size += bytes.length;
          current.owners.set(element, [...(current.owners.get(element) ?? []), located]);
          all.push(located);
        }
      }
      this.located.set(element, all);
    }
    return chunks.map(({ units, owners }, sequence) => {
      const index = this.#index(owners);
      return this.#chunk(sequence, 'data', 0, false, [index, ...units.map((pieces) => Buffer.concat(pieces))]);
    });
  }

  /** Plans the metadata chunks; all data chunks must have been written. */
  metadataChunks(): ChunkPlan[] {
    const { metadataUnit = 65_536, metadataUnits = 4 } = this.plan;
    const stream = this.metadata();
    const units = cut(stream, metadataUnit);
    const parts: Buffer[][] = [];
    for (let at = 0; at < units.length; at += metadataUnits) parts.push(units.slice(at, at + metadataUnits));
    const first = Math.max(-1, ...this.places.map((place) => place.plan.sequence)) + 1;
    return parts.map((part, i) => this.#chunk(first + i, 'metadata', i, i === parts.length - 1, part));
  }

  /** The whole stream of set metadata. */
  metadata(): Buffer {
    const { elements, removed = [] } = this.plan;
    const references = this.#references();
    const body = Buffer.concat([
      record(1, Buffer.from(JSON.stringify(this.#header()))),
      ...references.slice(1).map((set, i) => record(2, varint(i + 1), set)),
      ...this.places.filter(({ plan }) => plan.kind === 'data').map(placeRecord),
      record(99, Buffer.from('a record of the future')),
      ...removed.map((path) => record(4, counted(path))),
      ...elements.flatMap((element) => records(element, this.located.get(element) ?? [], references)),
    ]);
    return Buffer.concat([body, record(7, varint(elements.length), varint(removed.length), sha256(body))]);
  }

  #chunk(sequence: number, kind: 'data' | 'metadata', part: number, last: boolean, plains: Buffer[]): ChunkPlan {
    const { codec = 'zstd', zstdLevel = 1 } = this.plan;
    return { set: this.id, sequence, kind, part, last, plains, codec, level: zstdLevel };
  }

  #index(owners: Map<TestElement, Located[]>): Buffer {
    const stream = Buffer.concat(
      [...owners].flatMap(([element, extents]) => records(element, extents, [this.id], true)),
    );
    return Buffer.concat([stream, record(7, varint(owners.size), varint(0), sha256(stream))]);
  }

  #cut(start: number, bytes: Buffer): [number, Buffer][] {
    const { extent = 131_072 } = this.plan;
    const cuts: [number, Buffer][] = [];
    for (let at = 0; at < bytes.length; ) {
      const toPart = PART - ((start + at) % PART);
      const length = Math.min(extent, toPart, bytes.length - at);
      cuts.push([start + at, bytes.subarray(at, at + length)]);
      at += length;
    }
    return cuts;
  }

  #locate(start: number, bytes: Buffer, chunk: number, unitNumber: number, offset: number): Located {
    const span = bytes.length > (this.plan.span ?? 65_536) ? (this.plan.span ?? 65_536) : 0;
    const digests = Buffer.concat(cut(bytes, span || bytes.length).map(sha256));
    return { start, length: bytes.length, set: this.id, chunk, unit: unitNumber, offset, span, digests };
  }

  #references(): Buffer[] {
    const references: Buffer[] = [this.id];
    for (const extents of this.located.values()) {
      for (const { set } of extents) if (!references.some((known) => known.equals(set))) references.push(set);
    }
    return references;
  }

  #header(): object {
    const { name, level = 'full', parent, createdAt = 1_767_225_600_000, elements, version } = this.plan;
    return {
      format: 'coldframe-set',
      version: version ?? (elements.some(({ content = [] }) => content.some((one) => 'inherited' in one)) ? 2 : 1),
      set: { id: this.hex, level, parent: parent?.hex ?? null, createdAt, finishedAt: createdAt + 60_000 },
      object: { id: '0'.repeat(32), name, selection: { roots: [], unprotected: [], exclude: [] } },
      source: { host: 'test', platform: 'linux', provider: 'none' },
      counts: { elements: elements.length, logicalBytes: 0, bytesRead: 0, bytesStored: 0, segments: 0 },
      drives: 1,
      leftOut: [],
      warnings: [],
    };
  }
}

const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

const placeRecord = ({ plan, volume, tapeSequence, payload }: Place): Buffer =>
  record(5, varint(plan.sequence), Buffer.from(volume), varint(tapeSequence), varint(1), varint(payload));

/** The element record and the element parts of one element. */
function records(element: TestElement, extents: readonly Located[], references: Buffer[], index = false): Buffer[] {
  const size = sizeOf(element);
  const partOf = (extent: Located) => (size > PART ? Math.floor(extent.start / PART) : 0);
  const list = (part: number) =>
    extentList(
      extents.filter((extent) => partOf(extent) === part),
      part * PART,
      references,
    );
  const parts = [...new Set(extents.map(partOf))].filter((part) => part > 0);
  const own = record(3, elementFields(element, size), list(0));
  const rest = parts.map((part) => record(6, counted(element.path), varint(part), list(part)));
  return index ? [own, ...rest] : [...rest.slice(1), own, ...rest.slice(0, 1)];
}

export function sizeOf(element: TestElement): number {
  const ends = (element.content ?? []).map((content) => {
    if ('located' in content) return content.located.start + content.located.length;
    return content.start + ('bytes' in content ? content.bytes.length : content.inherited);
  });
  return element.size ?? Math.max(0, ...ends);
}

function elementFields(element: TestElement, size: number): Buffer {
  const { type = 0, mode = 0o644, uid = 0, gid = 0, time = [1_700_000_000, 123_456_789], links = 1 } = element;
  const changed = element.changed ?? time;
  const marks = (element.marks ?? 0) | (element.flags === undefined ? 0 : 8);
  const attributes = element.attributes ?? [];
  return Buffer.concat([
    counted(element.path),
    Buffer.from([type]),
    ...[mode, uid, gid].map(varint),
    counted('user'),
    counted(''),
    varint(size),
    zigzag(time[0]),
    varint(time[1]),
    zigzag(changed[0]),
    varint(changed[1]),
    varint(element.onDevice ?? 2n ** 63n + 5n),
    varint(element.inode ?? 1),
    varint(links),
    varint(marks),
    ...(element.flags === undefined ? [] : [varint(element.flags)]),
    ...(type >= 5 ? (element.device ?? [0, 0]).map(varint) : []),
    ...(type === 2 ? [counted(element.target ?? '')] : []),
    varint(attributes.length),
    ...attributes.flatMap(([name, value]) => [counted(name), counted(value)]),
  ]);
}

function extentList(extents: readonly Located[], base: number, references: Buffer[]): Buffer {
  const fields: Buffer[] = [varint(extents.length)];
  let end = base;
  for (const extent of [...extents].sort((a, b) => a.start - b.start)) {
    const index = references.findIndex((set) => set.equals(extent.set));
    const gap = extent.start - end;
    end = extent.start + extent.length;
    if (extent.inherits) {
      fields.push(varint(gap), varint(0), varint(extent.length));
      continue;
    }
    const numbers = [gap, extent.length, 0, index, extent.chunk, extent.unit, extent.offset, extent.span];
    fields.push(...numbers.map(varint), extent.digests);
  }
  return Buffer.concat(fields);
}

/** Writes sets to tapes: the chunks of all sets in turn, each to the next tape in turn; metadata to the last tape. */
export function writeSets(tapes: readonly TestTape[], sets: readonly WrittenSet[]): void {
  const queues = sets.map((set) => ({ set, chunks: set.dataChunks() }));
  let next = 0;
  while (queues.some(({ chunks }) => chunks.length > 0)) {
    for (const { set, chunks } of queues) {
      const chunk = chunks.shift();
      const tape = tapes[next++ % tapes.length];
      if (chunk && tape) set.places.push(tape.write(chunk));
    }
  }
  for (const set of sets) for (const chunk of set.metadataChunks()) tapes.at(-1)?.write(chunk);
}
