import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { byteStringFromText } from '../../../../shared/byte-string.ts';
import type { ElementRecord } from '../../../../shared/model/element.ts';
import { bytes, millis, objectId, setId, tapeId, vaultId } from '../../../../shared/units.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { SetTable, writeChunkPlace, writeElement, writeEnd, writeSetHeader } from '../../blockset/records.ts';
import { encodeUnit, type UnitSeal } from '../../blockset/unit.ts';
import { encodeChunkHeader, headerChecksum } from '../chunk-header.ts';
import { encodeChunkTrailer } from '../chunk-trailer.ts';
import { containerImage } from '../container.ts';
import type { KeyEnvelope } from '../key-envelope.ts';
import { VaultKeys } from '../keys.ts';
import { encodeFileLabel, encodeVolumeLabel } from '../labels.ts';
import { encodeNodeHeader } from '../node-header.ts';
import { encodeTail } from '../tail.ts';
import type { TapeAccess } from '../tape-access.ts';
import { encodeTapeStart } from '../tape-label.ts';
import { TapeWriter } from '../tape-writer.ts';

/** The example of docs/MEDIA-FORMAT.md: one vault, one set, one file, on one tape. */
export const EXAMPLE = {
  vault: { id: vaultId('00112233445566778899aabbccddeeff'), name: 'example' },
  volume: tapeId('CF0001'),
  barcode: 'CF0001L8',
  set: setId('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf'),
  object: { id: objectId('0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b'), name: 'documents' },
  vaultKey: Uint8Array.from({ length: 32 }, (_, index) => index),
  passphrase: 'correct horse battery staple',
  recoveryCode: '0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ',
  time: millis(Date.UTC(2026, 0, 1)),
  content: Buffer.from('Hello, tape!\n'),
} as const;

const keys = new VaultKeys(EXAMPLE.vault.id, EXAMPLE.vaultKey);
const digest = createHash('sha256').update(EXAMPLE.content).digest();

/** The one file of the example: its content is unit 1 of chunk 0. */
export const exampleElement: ElementRecord = {
  attributes: {
    path: byteStringFromText('/home/a/note.txt'),
    type: 'file',
    mode: 0o644,
    uid: 1000,
    gid: 1000,
    user: 'a',
    group: 'a',
    size: EXAMPLE.content.length,
    modifiedAt: { seconds: 1_767_225_600, nanos: 5 },
    changedAt: { seconds: -1, nanos: 0 },
    device: 2049,
    inode: 131,
    links: 1,
    fileFlags: 0x80000,
    deviceMajor: 0,
    deviceMinor: 0,
    linkTarget: byteStringFromText(''),
    extendedAttributes: [{ name: byteStringFromText('user.k'), value: Buffer.from('v') }],
    marks: { racy: true, changedWhileCopied: false, unreadable: false },
  },
  extents: [
    {
      offset: 0,
      length: EXAMPLE.content.length,
      sourceAddress: 4096,
      set: EXAMPLE.set,
      chunk: 0,
      unit: 1,
      unitOffset: 0,
      digestSpan: 0,
      digests: digest,
    },
  ],
};

const table = new SetTable(EXAMPLE.set);
const stream = (write: (out: ByteWriter) => void): Buffer => {
  const out = new ByteWriter(256);
  write(out);
  return Buffer.from(out.view());
};
const ended = (body: Buffer, elements: number): Buffer =>
  Buffer.concat([body, stream((out) => writeEnd(out, elements, 0, createHash('sha256').update(body).digest()))]);

/** The element record alone, the chunk index that holds it, and the set metadata. */
export const exampleElementRecord = stream((out) => writeElement(out, exampleElement, table));
export const exampleIndex = ended(exampleElementRecord, 1);
const setHeader = {
  format: 'coldframe-set',
  version: 1,
  set: { id: EXAMPLE.set, level: 'full', parent: null, createdAt: EXAMPLE.time, finishedAt: EXAMPLE.time + 1000 },
  object: {
    ...EXAMPLE.object,
    selection: { roots: [{ pathBase64: 'L2hvbWUvYQ==', crossFileSystems: false }], unprotected: [], exclude: [] },
  },
  source: { host: 'example', platform: 'linux', provider: 'none' },
  counts: { elements: 1, logicalBytes: 13, bytesRead: 13, bytesStored: 0, segments: 1 },
  drives: 1,
  leftOut: [],
  warnings: [],
};

/** Units of a chunk, codec none; sealed when asked. */
const payloadOf = (plain: readonly Uint8Array[], sequence: number, sealed: boolean): Buffer => {
  const seal: UnitSeal | null = sealed ? keys.unitSeal(EXAMPLE.set, sequence) : null;
  const units = plain.map((piece, number) => encodeUnit(piece, number, 'none', seal));
  return Buffer.concat(units.flatMap(({ frame, body }) => [frame, ...body]));
};

/** A whole tape with the example on it: a data chunk, a metadata chunk, a tail. */
export const exampleTape = (sealed: boolean, envelopes: readonly KeyEnvelope[]): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-vectors-'));
  const path = join(folder, 'CF0001L8.tap');
  const { vault, volume, barcode, set, time } = EXAMPLE;
  const start = { vault, volume, barcode, pool: 'data', sequence: 1, labelledAt: time, envelopes };
  const vaultKey = sealed ? EXAMPLE.vaultKey : null;
  const access: TapeAccess = {
    path,
    vault: vault.id,
    volume,
    capacity: 2 ** 25,
    codec: 'none',
    vaultKey,
    envelopes,
    envelopesGeneration: 0,
  };
  try {
    writeFileSync(path, containerImage(encodeTapeStart(start)));
    const writer = TapeWriter.open(access, { now: () => time });
    const data = [payloadOf([exampleIndex, EXAMPLE.content], 0, sealed)];
    const shape = { set, part: 0, lastMetadata: false } as const;
    const { place } = writer.appendChunk({
      ...shape,
      sequence: 0,
      kind: 'data',
      unitCount: 2,
      plainLength: 13,
      payload: data,
    });
    const metadata = ended(
      stream((out) => {
        writeSetHeader(out, JSON.stringify(setHeader));
        writeChunkPlace(out, place);
        writeElement(out, exampleElement, table);
      }),
      1,
    );
    const plainLength = metadata.length;
    const behind = { ...shape, sequence: 1, kind: 'metadata', unitCount: 1, plainLength, lastMetadata: true } as const;
    writer.appendChunk({ ...behind, payload: [payloadOf([metadata], 1, sealed)] });
    const note = {
      id: set,
      object: EXAMPLE.object,
      level: 'full',
      parent: null,
      createdAt: time,
      complete: true,
    } as const;
    writer.finish({ full: false, catalogSets: [note] });
    writer.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Every structure of the format on its own, by name; the order is that of the document. */
export const exampleStructures = (envelopes: readonly KeyEnvelope[]): Record<string, Buffer> => {
  const { vault, volume, barcode, set, time, content } = EXAMPLE;
  const payload = payloadOf([exampleIndex, content], 0, false);
  const chunk = {
    vault: vault.id,
    set,
    tape: volume,
    kind: 'data',
    last: false,
    sequence: 0,
    tapeSequence: 0,
    units: 2,
    part: 0,
    payloadBytes: bytes(payload.length),
    plainBytes: bytes(13),
    writtenAt: time,
    block: 7,
    offset: 4096,
  } as const;
  const tape = { volume, barcode, pool: 'data', sequence: 1, labelledAt: new Date(time).toISOString() };
  const header = encodeChunkHeader(chunk, null);
  const entry = {
    set,
    sequence: 0,
    kind: 'data',
    part: 0,
    tapeSequence: 0,
    block: 7,
    offset: 4096,
    records: 1,
    payload: chunk.payloadBytes,
    last: false,
  } as const;
  const row = {
    id: set,
    object: EXAMPLE.object,
    level: 'full',
    parent: null,
    createdAt: time,
    chunks: 1,
    bytes: chunk.payloadBytes,
    complete: false,
  } as const;
  const tail = encodeTail({
    volume,
    vault: vault.id,
    full: false,
    directory: { volume, chunks: [entry] },
    catalog: { volume, sets: [row] },
    envelopes: [],
    envelopesGeneration: 0,
    trailer: { directoryBlock: 11, directoryOffset: 4578, writtenAt: time, payloadBytes: chunk.payloadBytes },
    codec: 'none',
    tapeKey: null,
  });
  return {
    VOL1: encodeVolumeLabel(volume, vault.id),
    HDR1: encodeFileLabel({ name: 'HDR1', createdAt: time, chunks: 0 }, vault.id),
    EOF1: encodeFileLabel({ name: 'EOF1', createdAt: time, chunks: 1 }, vault.id),
    EOV1: encodeFileLabel({ name: 'EOV1', createdAt: time, chunks: 1 }, vault.id),
    'node header': encodeNodeHeader({ vault, tape, sealed: false, envelopes: [] }),
    'node header, sealed': encodeNodeHeader({ vault, tape, sealed: true, envelopes: [...envelopes] }),
    'chunk header': header,
    'chunk header, sealed': encodeChunkHeader(chunk, keys.headerKey()),
    'chunk trailer': encodeChunkTrailer({
      tapeSequence: 0,
      payloadChecksum: crc32(payload),
      payloadBytes: chunk.payloadBytes,
      records: 1,
      headerChecksum: headerChecksum(header),
    }),
    unit: payloadOf([content], 0, false),
    'unit, sealed': payloadOf([content], 0, true),
    'element record': exampleElementRecord,
    'chunk index': exampleIndex,
    'tail, as it lies in the container': containerImage(tail),
  };
};

/** The keys of the example, by name. */
export const exampleKeys = (): Record<string, Uint8Array> => ({
  'vault key': EXAMPLE.vaultKey,
  'set key': keys.setKey(EXAMPLE.set),
  'header key': keys.headerKey(),
  'tape key': keys.tapeKey(EXAMPLE.volume),
});
