import { type Bytes, bytes } from '../../../../shared/units.ts';
import {
  ALLOCATION_CONTEXT,
  EXPORT_FLAG,
  HANDSHAKE_FLAG,
  INFO,
  MAGIC,
  MAX_PAYLOAD,
  OPTION,
  REPLY,
} from '../protocol.ts';
import { WireBuffer } from '../wire-buffer.ts';
import { type ByteStream, MAX_MESSAGE } from './byte-stream.ts';
import { malformed, noSuchExport, refused } from './client-errors.ts';

/** What a server offers for one export. */
export interface Offer {
  readonly size: Bytes;
  /** `EXPORT_FLAG`. */
  readonly flags: number;
  readonly structured: boolean;
  /** Requests have to be aligned to this. */
  readonly minimum: number;
  /** The most bytes that one request may read or write. */
  readonly maximum: number;
  /** Names of the contexts that were chosen, by their ids. */
  readonly contexts: ReadonlyMap<number, string>;
}

interface OptionReply {
  readonly type: number;
  readonly data: Buffer;
}

interface Greeting {
  readonly noZeroes: boolean;
  /** Options are answered. */
  readonly fixed: boolean;
}

/** The beginning of a handshake: both sides' flags. Errors: NBD_MALFORMED, NBD_REFUSED for servers of before 2012. */
export const greet = (stream: ByteStream, where: string): Greeting => {
  const [magic, second] = pairs(stream.take(16));
  if (!same(magic, MAGIC.nbd)) throw malformed(where, 'it does not greet as an NBD server');
  if (!same(second, MAGIC.option)) throw refused(where, 'it speaks the old style of the protocol alone');
  const flags = stream.take(2).readUInt16BE(0);
  const agreed = flags & (HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes);
  const answer = new WireBuffer(4);
  answer.u32(agreed);
  stream.send(answer.bytes);
  return { noZeroes: (agreed & HANDSHAKE_FLAG.noZeroes) !== 0, fixed: (agreed & HANDSHAKE_FLAG.fixedNewstyle) !== 0 };
};

/** Agrees on an export and on contexts. Errors: NO_SUCH_EXPORT, NBD_REFUSED, NBD_MALFORMED. */
export const negotiate = (
  stream: ByteStream,
  where: string,
  name: string,
  wanted: readonly string[],
  { noZeroes, fixed } = greet(stream, where),
): Offer => {
  if (!fixed) return byName(stream, where, name, noZeroes);
  const structured = accepted(ask(stream, where, OPTION.structuredReply, new Uint8Array(0)), where);
  const contexts = structured ? chosenContexts(stream, where, name, [ALLOCATION_CONTEXT, ...wanted]) : new Map();
  const replies = ask(stream, where, OPTION.go, infoRequest(name));
  const last = replies.at(-1)?.type;
  if (last === REPLY.errUnsupported) return { ...byName(stream, where, name, noZeroes), structured, contexts };
  if (last === REPLY.errUnknown) throw noSuchExport(where, name);
  if (last !== REPLY.ack) throw refused(where, refusalText(replies.at(-1)));
  return { ...offerOf(replies, where), structured, contexts };
};

/** Has the server begin with TLS; what comes next is its handshake. Errors: NBD_REFUSED, NBD_MALFORMED. */
export const startTls = (stream: ByteStream, where: string, { fixed }: Greeting): void => {
  const last = fixed ? ask(stream, where, OPTION.startTls, new Uint8Array(0)).at(-1) : undefined;
  if (last?.type !== REPLY.ack)
    throw refused(
      where,
      'TLS was asked for, and it does not offer that',
      'Start it with TLS and keys, or name it as nbd://… if it may be read in the clear. Nothing was read.',
    );
};

/** Names of the exports that a server tells of. Errors: NBD_REFUSED, NBD_MALFORMED. */
export const listExports = (stream: ByteStream, where: string): string[] => {
  if (!greet(stream, where).fixed) throw refused(where, 'it has no list of its exports');
  const replies = ask(stream, where, OPTION.list, new Uint8Array(0));
  if (replies.at(-1)?.type !== REPLY.ack) throw refused(where, refusalText(replies.at(-1)));
  const names = replies.slice(0, -1).map(({ type, data }) => {
    const length = data.length < 4 ? Number.POSITIVE_INFINITY : data.readUInt32BE(0);
    if (type !== REPLY.server || length > data.length - 4) throw malformed(where, 'an entry of its list is not one');
    return data.toString('utf8', 4, 4 + length);
  });
  const bye = optionHeader(OPTION.abort, 0);
  stream.send(bye.bytes.subarray(0, bye.end));
  return names;
};

/** All replies to one option together: a hostile server must not fill the memory. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const REPLY_HEADER_BYTES = 20;
const ERRORS_FROM = 0x80000000;

/** Sends one option and collects its replies up to the last one, which is an acknowledgement or an error. */
const ask = (stream: ByteStream, where: string, option: number, data: Uint8Array): OptionReply[] => {
  const out = optionHeader(option, data.length);
  out.append(data);
  stream.moved();
  stream.send(out.bytes.subarray(out.start, out.end));
  const replies: OptionReply[] = [];
  for (let total = 0; total < MAX_REPLY_BYTES; ) {
    const head = stream.take(REPLY_HEADER_BYTES);
    const [magic] = pairs(head);
    const [type, length] = [head.readUInt32BE(12), head.readUInt32BE(16)];
    if (!same(magic, MAGIC.optionReply) || head.readUInt32BE(8) !== option)
      throw malformed(where, 'a reply is not one');
    if (length > MAX_MESSAGE) throw malformed(where, `a reply of ${length} bytes to an option`);
    total += REPLY_HEADER_BYTES + length;
    replies.push({ type, data: Buffer.from(stream.take(length)) });
    if (type === REPLY.ack || type >= ERRORS_FROM) return replies;
  }
  throw malformed(where, 'there is no end of its replies');
};

const optionHeader = (option: number, length: number): WireBuffer => {
  const out = new WireBuffer(64);
  out.magic(MAGIC.option);
  out.u32(option);
  out.u32(length);
  return out;
};

const accepted = (replies: readonly OptionReply[], where: string): boolean => {
  const last = replies.at(-1);
  if (last?.type === REPLY.errTlsRequired) throw refused(where, refusalText(last));
  return last?.type === REPLY.ack;
};

const infoRequest = (name: string): Buffer => {
  const out = new WireBuffer(64);
  appendString(out, name);
  out.u16(1);
  out.u16(INFO.blockSize);
  return Buffer.from(out.bytes.subarray(out.start, out.end));
};

/** Asks for contexts; a server that has none of them, or does not know what they are, gives none. */
const chosenContexts = (
  stream: ByteStream,
  where: string,
  name: string,
  wanted: readonly string[],
): Map<number, string> => {
  const out = new WireBuffer(256);
  appendString(out, name);
  out.u32(wanted.length);
  for (const context of wanted) appendString(out, context);
  const replies = ask(stream, where, OPTION.setMetaContext, out.bytes.subarray(out.start, out.end));
  const chosen = new Map<number, string>();
  if (replies.at(-1)?.type !== REPLY.ack) return chosen;
  for (const { type, data } of replies.slice(0, -1)) {
    if (type !== REPLY.metaContext || data.length < 4) throw malformed(where, 'a context is not one');
    chosen.set(data.readUInt32BE(0), data.toString('utf8', 4));
  }
  return chosen;
};

const appendString = (out: WireBuffer, text: string): void => {
  const data = Buffer.from(text);
  out.u32(data.length);
  out.append(data);
};

const offerOf = (replies: readonly OptionReply[], where: string): Omit<Offer, 'structured' | 'contexts'> => {
  let export_: { size: Bytes; flags: number } | null = null;
  let sizes = { minimum: 1, maximum: MAX_PAYLOAD };
  for (const { type, data } of replies) {
    const info = type === REPLY.info && data.length >= 2 ? data.readUInt16BE(0) : null;
    if (info === INFO.export) {
      if (data.length !== 12) throw malformed(where, 'what it says of the export is of another length');
      export_ = { size: sizeOf(data, 2, where), flags: data.readUInt16BE(10) };
    } else if (info === INFO.blockSize) sizes = blockSizes(data, where);
  }
  if (export_ === null) throw malformed(where, 'it does not say how large the export is');
  return { ...export_, ...sizes };
};

const blockSizes = (data: Buffer, where: string): { minimum: number; maximum: number } => {
  if (data.length !== 14) throw malformed(where, 'what it says of block sizes is of another length');
  const [minimum, maximum] = [data.readUInt32BE(2), data.readUInt32BE(10)];
  const sane = minimum >= 1 && minimum <= 65_536 && (minimum & (minimum - 1)) === 0 && maximum >= minimum;
  if (!sane) throw malformed(where, `blocks of ${minimum} to ${maximum} bytes`);
  return { minimum, maximum: Math.floor(Math.min(maximum, MAX_PAYLOAD) / minimum) * minimum };
};

/** The oldest way, which cannot be answered with an error: the server hangs up instead. */
const byName = (stream: ByteStream, where: string, name: string, noZeroes: boolean): Offer => {
  const data = Buffer.from(name);
  const out = optionHeader(OPTION.exportName, data.length);
  out.append(data);
  stream.send(out.bytes.subarray(out.start, out.end));
  const reply = Buffer.from(stream.take(10));
  if (!noZeroes) stream.take(124);
  const [size, flags] = [sizeOf(reply, 0, where), reply.readUInt16BE(8)];
  return { size, flags, structured: false, minimum: 1, maximum: MAX_PAYLOAD, contexts: new Map() };
};

const sizeOf = (data: Buffer, at: number, where: string): Bytes => {
  const size = data.readUInt32BE(at) * 2 ** 32 + data.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(size)) throw malformed(where, 'the export is larger than 8 PiB');
  return bytes(size);
};

const refusalText = (reply: OptionReply | undefined): string => {
  if (reply?.type === REPLY.errTlsRequired)
    return 'it demands TLS, which takes an address such as nbds://USER@HOST/EXPORT?tls-psk-file=FILE';
  const said =
    reply?.data
      .toString('utf8', 0, 200)
      .replaceAll(/[^\x20-\x7e]/g, ' ')
      .trim() ?? '';
  return said === '' ? `it answers ${reply?.type ?? 'nothing'}` : said;
};

const pairs = (data: Buffer): [readonly [number, number], readonly [number, number]] => [
  [data.readUInt32BE(0), data.readUInt32BE(4)],
  [data.readUInt32BE(8), data.readUInt32BE(12)],
];
const same = (one: readonly [number, number], other: readonly [number, number]): boolean =>
  one[0] === other[0] && one[1] === other[1];

export const isReadOnly = ({ flags }: Offer): boolean => (flags & EXPORT_FLAG.readOnly) !== 0;
