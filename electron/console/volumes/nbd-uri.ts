import { isIP } from 'node:net';
import { basename, isAbsolute } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import type { NbdTls } from '../../engine/nbd/client/nbd-device.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';

/** An export of an NBD server, as its URI names it (github.com/NetworkBlockDevice/nbd, doc/uri.md). The host may be a name. */
export interface NbdUri {
  readonly address: SocketAddress;
  readonly export: string;
  /** With which key it is reached; null for a server in the clear. */
  readonly tls: NbdTls | null;
}

const PORT = 10_809;
const FORM =
  /^nbd(?<secure>s)?(?<unix>\+unix)?:\/\/(?:(?<user>[^@/?#]*)@)?(?<host>[^/?#]*)(?:\/(?<name>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/** Whether a text means an NBD server rather than the name of a volume. */
export const isNbdUri = (text: string): boolean => /^nbds?(\+\w+)?:/i.test(text);

/**
 * Reads `nbd://HOST[:PORT]/EXPORT` or `nbd+unix:///EXPORT?socket=PATH`, or with TLS `nbds://[USER@]HOST[:PORT]/EXPORT?tls-psk-file=FILE` or
 * `nbds+unix://[USER@]/EXPORT?socket=PATH&tls-psk-file=FILE`. Throws USAGE, which never repeats what may be a key.
 */
export const parseNbdUri = (text: string): NbdUri => {
  const found = FORM.exec(text)?.groups;
  if (found === undefined) throw unusable(text, 'That is no NBD URI');
  const { secure, unix, user, host = '', name = '', query = '' } = found;
  const wanted = decoded(name, text);
  if (Buffer.byteLength(wanted) > 4096) throw unusable(text, 'The name of an export has 4096 bytes at most');
  const parameters = parametersOf(query, text);
  const tls = tlsOf({ secure: secure !== undefined, user, file: parameters.get('tls-psk-file') }, text);
  const socket = parameters.get('socket');
  if (unix === undefined && socket !== undefined)
    throw unusable(text, 'A server that is reached by its host has no socket');
  return { address: unix === undefined ? hostOf(host, text) : socketOf(host, socket, text), export: wanted, tls };
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

/** What follows the question mark. What is not known here is refused: it might be what the connection is to be secured by. */
const parametersOf = (query: string, text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const part of query === '' ? [] : query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=(.+)$/.exec(part) ?? [];
    if (name.startsWith('tls-') && name !== 'tls-psk-file')
      throw unusable(text, 'TLS is done with keys that both sides have: tls-psk-file alone says how');
    if ((name !== 'socket' && name !== 'tls-psk-file') || found.has(name))
      throw unusable(text, 'It has something after the question mark that is not known');
    found.set(name, decoded(value, text));
  }
  return found;
};

const tlsOf = (
  {
    secure,
    user,
    file,
  }: { readonly secure: boolean; readonly user: string | undefined; readonly file?: string | undefined },
  text: string,
): NbdTls | null => {
  if (!secure) {
    if (user !== undefined) throw unusable(text, 'A user is for TLS alone, which begins with nbds');
    if (file !== undefined) throw unusable(text, 'A file of keys is for TLS alone, which begins with nbds');
    return null;
  }
  const named = user === undefined || user === '' ? null : decoded(user, text);
  if (named?.includes(':'))
    throw unusable(text, 'A key does not belong into an address, but into a file that only you can read');
  if (file === undefined) throw unusable(text, 'TLS takes a file of keys');
  if (!isAbsolute(file)) throw unusable(text, 'The path of the file of keys has to be an absolute one');
  return { user: named, pskFile: file };
};

const hostOf = (host: string, text: string): SocketAddress => {
  const parts = /^(?:\[(?<six>[^\]]+)\]|(?<plain>[^:[\]]+))(?::(?<port>\d{1,5}))?$/.exec(host)?.groups;
  const port = Number(parts?.port ?? PORT);
  if (parts === undefined || port < 1 || port > 65_535 || (parts.six !== undefined && isIP(parts.six) !== 6))
    throw unusable(text, 'It does not name a host, and a port if need be');
  return { kind: 'tcp', host: parts.six ?? parts.plain ?? '', port };
};

const socketOf = (host: string, path: string | undefined, text: string): SocketAddress => {
  if (host !== '' || path === undefined)
    throw unusable(text, 'A unix socket is named as nbd+unix:///EXPORT?socket=PATH');
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

const unusable = (text: string, why: string): ColdframeError => {
  // A key may stand wherever somebody thinks that it belongs: before the host, and in all that follows the name.
  const uri = text.replace(/^(\w+(?:\+\w+)?:\/*).*@/s, '$1…@').replace(/[?#].*$/s, '?…');
  return new ColdframeError('USAGE', {
    message: `${why}: ${uri}`,
    guidance:
      'Give nbd://HOST:PORT/EXPORT or nbd+unix:///EXPORT?socket=PATH; with TLS nbds://USER@HOST:PORT/EXPORT?tls-psk-file=FILE.',
    context: { uri },
  });
};
