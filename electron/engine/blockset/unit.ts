import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import zlib from 'node:zlib';
import { ColdframeError } from '../../../shared/errors.ts';
import { openInto, type Sealing, sealInto, TAG_BYTES } from '../../platform/aes-gcm.ts';
import { noteUnit } from '../../platform/garbage.ts';
import { zstdExpandInto, zstdInto } from '../../platform/zstd.ts';

/** How units are compressed; the numbers are those of docs/MEDIA-FORMAT.md, section 4. */
export const CODECS = ['none', 'zstd', 'deflate'] as const;
export type Codec = (typeof CODECS)[number];

/** Bytes of a unit's frame. */
export const FRAME_BYTES = 40;
/** Largest plain length of any unit. */
export const MAX_PLAIN_BYTES = 8 * 1024 * 1024;
const MAGIC = 0x31554643;
const BOUND_BYTES = 20;
/** Of every codec: the fastest. */
const LEVEL = 1;
/** Level for what a rebuild reads: a twentieth smaller, for some microseconds an element. */
export const METADATA_LEVEL = 6;

/** What seals a unit: a key of 32 bytes, and 20 bytes that bind it to its place (16 bytes id, u32 sequence). */
export interface UnitSeal {
  readonly key: Uint8Array;
  readonly context: Uint8Array;
}

export interface UnitFrame {
  readonly codec: Codec;
  readonly sealed: boolean;
  readonly number: number;
  readonly plainBytes: number;
  /** Length of the body behind the frame, the seal's tag included. */
  readonly bodyBytes: number;
}

const damaged = (what: string, cause?: unknown): ColdframeError =>
  new ColdframeError('UNIT_DAMAGED', {
    cause,
    message: `A unit on tape is damaged: ${what}.`,
    guidance:
      'What lies in it cannot be given out. Run "verify" to see which elements are affected, then back them up again.',
  });

/** The context of a seal: 16 bytes of id and a sequence number. */
export const sealContext = (id: Uint8Array, sequence: number): Uint8Array => {
  const context = Buffer.alloc(BOUND_BYTES);
  context.set(id.subarray(0, 16));
  context.writeUInt32LE(sequence, 16);
  return context;
};

/** More than any codec makes of so many bytes. */
const boundOf = (plainBytes: number): number => plainBytes + (plainBytes >> 7) + 1024;

const compress = (plain: Uint8Array, codec: Codec, level = LEVEL): Uint8Array => {
  if (codec === 'none' || plain.length === 0) return plain;
  // One output chunk above the bound: zlib would otherwise collect the output in pieces, at half the speed.
  const chunkSize = boundOf(plain.length);
  if (codec === 'zstd') {
    return zlib.zstdCompressSync(plain, { chunkSize, params: { [zlib.constants.ZSTD_c_compressionLevel]: level } });
  }
  return zlib.deflateSync(plain, { chunkSize, level });
};

/**
 * Pieces that the runtime's cipher works on: it makes a buffer for each, and those of this size come from memory that was used before. A
 * buffer for a whole unit would be new memory every time, which costs several times what the cipher does.
 */
const PIECE_BYTES = 128 * 1024;
/** Buffers up to this need no collection of their own. */
const SMALL_BYTES = 256 * 1024;

/** Sends content through a cipher into `into`, piece by piece. */
const throughCipher = (
  cipher: { update(piece: Uint8Array): Uint8Array },
  content: Uint8Array,
  into: Uint8Array,
): void => {
  for (let at = 0; at < content.length; at += PIECE_BYTES)
    into.set(cipher.update(content.subarray(at, at + PIECE_BYTES)), at);
  if (content.length > SMALL_BYTES) noteUnit();
};

/** What seals or opens the body behind a frame. */
const sealingOf = ({ key, context }: UnitSeal, frame: Uint8Array): Sealing => ({
  key,
  nonce: frame.subarray(20, 32),
  context: Buffer.concat([context, frame.subarray(0, BOUND_BYTES)]),
});

/** Seals content into `into`, its tag behind it. The content may lie there already. */
const seal = (content: Uint8Array, into: Uint8Array, sealing: Sealing): void => {
  if (sealInto(content, into, sealing)) return;
  const cipher = createCipheriv('aes-256-gcm', sealing.key, sealing.nonce);
  cipher.setAAD(sealing.context);
  throughCipher(cipher, content, into);
  cipher.final();
  into.set(cipher.getAuthTag(), content.length);
};

/** Fills in the frame of a unit but for its checksums; the seal covers this much of it. */
const beginFrame = (
  frame: Buffer,
  { codec, number, plainBytes }: Pick<UnitFrame, 'codec' | 'number' | 'plainBytes'>,
  contentBytes: number,
  sealed: boolean,
): void => {
  frame.fill(0);
  frame.writeUInt32LE(MAGIC, 0);
  frame[4] = CODECS.indexOf(codec);
  frame[5] = sealed ? 1 : 0;
  frame.writeUInt32LE(number, 8);
  frame.writeUInt32LE(plainBytes, 12);
  frame.writeUInt32LE(contentBytes + (sealed ? TAG_BYTES : 0), 16);
  if (sealed) randomFillSync(frame, 20, 12);
};

const endFrame = (frame: Buffer, body: Uint8Array): void => {
  frame.writeUInt32LE(zlib.crc32(body), 32);
  frame.writeUInt32LE(zlib.crc32(frame.subarray(0, 36)), 36);
};

/**
 * A unit as it goes to tape: frame and body parts. Content that the codec does not shrink is stored with codec `none`.
 * Source: docs/MEDIA-FORMAT.md, section 4.
 */
export const encodeUnit = (
  plain: Uint8Array,
  number: number,
  codec: Codec,
  sealedWith: UnitSeal | null,
): { frame: Uint8Array; body: Uint8Array[]; bytes: number } => {
  const compressed = compress(plain, codec);
  const shrank = compressed.length < plain.length;
  const content = shrank ? compressed : plain;
  const frame = Buffer.alloc(FRAME_BYTES);
  beginFrame(
    frame,
    { codec: shrank ? codec : 'none', number, plainBytes: plain.length },
    content.length,
    sealedWith !== null,
  );
  const body: Uint8Array = sealedWith ? Buffer.allocUnsafe(content.length + TAG_BYTES) : content;
  if (sealedWith) seal(content, body, sealingOf(sealedWith, frame));
  endFrame(frame, body);
  return { frame, body: [body], bytes: FRAME_BYTES + body.length };
};

/**
 * The same bytes, written into memory at `at`; returns their number. Compressed and sealed where they will lie, so that nothing
 * is copied and no buffer is left behind. Throws RangeError when they do not fit.
 */
export const encodeUnitInto = (
  memory: Buffer,
  at: number,
  plain: Uint8Array,
  number: number,
  codec: Codec,
  sealedWith: UnitSeal | null,
  level = LEVEL,
): number => {
  const start = at + FRAME_BYTES;
  const place = memory.subarray(start);
  // The context that is kept for a thread is one of the usual level.
  const direct = codec === 'zstd' && plain.length > 0 && level === LEVEL;
  const length = direct ? zstdInto(plain, place, LEVEL) : null;
  const compressed = length === null ? compress(plain, codec, level) : place.subarray(0, length);
  const shrank = compressed.length < plain.length;
  const content = shrank ? compressed : plain;
  const bytes = FRAME_BYTES + content.length + (sealedWith ? TAG_BYTES : 0);
  if (at + bytes > memory.length) throw new RangeError('a unit outgrew the memory that it is written into');
  const frame = memory.subarray(at, start);
  beginFrame(
    frame,
    { codec: shrank ? codec : 'none', number, plainBytes: plain.length },
    content.length,
    sealedWith !== null,
  );
  if (sealedWith) seal(content, place, sealingOf(sealedWith, frame));
  else if (!shrank || length === null) memory.set(content, start);
  endFrame(frame, memory.subarray(start, at + bytes));
  if (bytes > SMALL_BYTES && length === null && shrank) noteUnit();
  return bytes;
};

/** The frame at `offset`, checked. Throws UNIT_DAMAGED. */
export const readFrame = (bytes: Uint8Array, offset: number): UnitFrame => {
  if (offset + FRAME_BYTES > bytes.length) throw damaged('its frame is cut off');
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset + offset, FRAME_BYTES);
  if (frame.readUInt32LE(0) !== MAGIC) throw damaged('there is no frame where one should be');
  if (zlib.crc32(frame.subarray(0, 36)) !== frame.readUInt32LE(36))
    throw damaged('the checksum of its frame does not match');
  const codec = CODECS[frame[4] as number];
  if (codec === undefined) throw damaged(`it uses codec ${frame[4]}, which this version does not know`);
  const plainBytes = frame.readUInt32LE(12);
  if (plainBytes > MAX_PLAIN_BYTES) throw damaged('its length is out of range');
  return {
    codec,
    sealed: frame[5] === 1,
    number: frame.readUInt32LE(8),
    plainBytes,
    bodyBytes: frame.readUInt32LE(16),
  };
};

const open = (body: Uint8Array, frame: Uint8Array, with_: UnitSeal | null, memory: UnitMemory | null): Uint8Array => {
  if (!with_) throw damaged('it is sealed, and no key was given');
  if (body.length < TAG_BYTES) throw damaged('its seal is cut off');
  const sealed = body.subarray(0, body.length - TAG_BYTES);
  const content = memory?.opened(sealed.length) ?? Buffer.allocUnsafe(sealed.length);
  const sealing = sealingOf(with_, frame);
  if (openInto(body, content, sealing)) return content;
  const cipher = createDecipheriv('aes-256-gcm', sealing.key, sealing.nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(sealing.context);
  cipher.setAuthTag(body.subarray(sealed.length));
  try {
    throughCipher(cipher, sealed, content);
    cipher.final();
    return content;
  } catch (cause) {
    throw damaged('its seal does not open', cause);
  }
};

const decompress = (content: Uint8Array, codec: Codec, plainBytes: number, memory: UnitMemory | null): Uint8Array => {
  if (codec === 'none' || plainBytes === 0) return content;
  if (codec === 'zstd' && memory !== null) {
    const plain = memory.expanded(plainBytes + 64);
    const length = zstdExpandInto(content, plain);
    if (length !== null) return plain.subarray(0, length);
  }
  // More room than the content needs: an output chunk that is exactly full makes zlib take a second one.
  const options = { chunkSize: plainBytes + 64, maxOutputLength: plainBytes + 64 };
  try {
    return codec === 'zstd' ? zlib.zstdDecompressSync(content, options) : zlib.inflateSync(content, options);
  } catch (cause) {
    throw damaged(`${codec} cannot expand it`, cause);
  }
};

/** Memory for units that are looked at one after the other: it is used for each of them again. */
export class UnitMemory {
  #opened = Buffer.alloc(0);
  #expanded = Buffer.alloc(0);

  opened(bytes: number): Buffer {
    if (this.#opened.length < bytes) this.#opened = Buffer.allocUnsafeSlow(bytes);
    return this.#opened.subarray(0, bytes);
  }

  expanded(bytes: number): Buffer {
    if (this.#expanded.length < bytes) this.#expanded = Buffer.allocUnsafeSlow(bytes);
    return this.#expanded.subarray(0, bytes);
  }
}

/**
 * The unit at `offset`: its plain content (a view of `bytes` where it was stored as it is), number and the offset of
 * the next one. With `memory` the content is only there until the next unit is decoded with it. Throws UNIT_DAMAGED when anything about
 * it does not match.
 */
export const decodeUnit = (
  bytes: Uint8Array,
  offset: number,
  sealedWith: UnitSeal | null,
  memory: UnitMemory | null = null,
): { plain: Uint8Array; number: number; next: number } => {
  const frame = readFrame(bytes, offset);
  const start = offset + FRAME_BYTES;
  const next = start + frame.bodyBytes;
  if (next > bytes.length) throw damaged('its body is cut off');
  const body = bytes.subarray(start, next);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + offset, FRAME_BYTES);
  if (zlib.crc32(body) !== head.readUInt32LE(32)) throw damaged('the checksum of its body does not match');
  if (sealedWith && !frame.sealed) throw damaged('it is not sealed although its vault is');
  const content = frame.sealed ? open(body, head, sealedWith, memory) : body;
  const plain = decompress(content, frame.codec, frame.plainBytes, memory);
  if (plain.length !== frame.plainBytes) throw damaged('its length does not match');
  return { plain, number: frame.number, next };
};
