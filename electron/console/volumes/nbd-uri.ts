import { isIP } from 'node:net';
import { basename, isAbsolute } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';

/** An export of an NBD server, as its URI names it (github.com/NetworkBlockDevice/nbd, doc/uri.md). The host may be a name. */
export interface NbdUri {
  readonly address: SocketAddress;
  readonly export: string;
}

const PORT = 10_809;

/** Whether a text means an NBD server rather than the name of a volume. */
export const isNbdUri = (text: string): boolean => /^nbds?(\+\w+)?:\/\//.test(text);

/** Reads `nbd://HOST[:PORT]/EXPORT` or `nbd+unix:///EXPORT?socket=PATH`. Throws USAGE. */
export const parseNbdUri = (text: string): NbdUri => {
  if (text.startsWith('nbds')) throw unusable(text, 'Volumes of other servers are read without TLS so far');
  const found = /^nbd(?<unix>\+unix)?:\/\/(?<host>[^/?#]*)(?:\/(?<name>[^?#]*))?(?:\?(?<query>[^#]*))?$/.exec(
    text,
  )?.groups;
  if (found === undefined) throw unusable(text, 'That is no NBD URI');
  const { unix, host = '', name = '', query = '' } = found;
  if (host.includes('@')) throw unusable(text, 'A user is for TLS alone');
  const wanted = decoded(name, text);
  if (Buffer.byteLength(wanted) > 4096) throw unusable(text, 'The name of an export has 4096 bytes at most');
  return { address: unix === undefined ? hostOf(host, query, text) : socketOf(host, query, text), export: wanted };
};

/** A name for the volume: that of its export, else that of its server, without what names of volumes do not have. */
export const nameOf = ({ address, export: wanted }: NbdUri): string => {
  const server = address.kind === 'tcp' ? address.host : basename(address.path).replace(/\.\w+$/, '');
  for (const text of [wanted, server]) {
    const name = Array.from(text.replaceAll(/[@/\p{C}]/gu, '-').trimStart())
      .slice(0, 128)
      .join('');
    if (/[\p{L}\p{N}]/u.test(name)) return name;
  }
  return 'volume';
};

const hostOf = (host: string, query: string, text: string): SocketAddress => {
  const parts = /^(?:\[(?<six>[^\]]+)\]|(?<plain>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(host)?.groups;
  const port = Number(parts?.port ?? PORT);
  if (query !== '') throw unusable(text, 'A server that is reached by its host has nothing after a question mark');
  if (parts === undefined || port < 1 || port > 65_535 || (parts.six !== undefined && isIP(parts.six) !== 6))
    throw unusable(text, 'It does not name a host, and a port if need be');
  return { kind: 'tcp', host: parts.six ?? parts.plain ?? '', port };
};

const socketOf = (host: string, query: string, text: string): SocketAddress => {
  const named = /^socket=(?<path>[^&]+)$/.exec(query)?.groups?.path;
  if (host !== '' || named === undefined)
    throw unusable(text, 'A unix socket is named as nbd+unix:///EXPORT?socket=PATH');
  const path = decoded(named, text);
  if (!isAbsolute(path)) throw unusable(text, 'The path of the socket has to be an absolute one');
  return { kind: 'unix', path };
};

const decoded = (part: string, text: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable(text, 'A percent sign in it is not followed by what it stands for');
  }
};

const unusable = (uri: string, why: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `${why}: ${uri}`,
    guidance: 'Give nbd://HOST:PORT/EXPORT or nbd+unix:///EXPORT?socket=PATH.',
    context: { uri },
  });
