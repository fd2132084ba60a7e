import type { InputOf } from '../../../shared/contract/contract.ts';

export interface ServeForm {
  readonly way: 'socket' | 'port';
  readonly socket: string;
  readonly port: string;
}

export type ServeProblem = 'path' | 'long' | 'port';

/** What the address of a unix socket has room for (unix(7)), without the byte that ends it. */
const SOCKET_BYTES = 107;
export const NBD_PORT = 10_809;

/** What is wrong with the place that is chosen; null: nothing. */
export const serveProblem = ({ way, socket, port }: ServeForm): ServeProblem | null => {
  if (way === 'port') return /^\d{1,5}$/.test(port.trim()) && Number(port) <= 65_535 ? null : 'port';
  if (!socket.startsWith('/') || socket.endsWith('/')) return 'path';
  return new TextEncoder().encode(socket).length > SOCKET_BYTES ? 'long' : null;
};

export const serveRequest = (volume: string, { way, socket, port }: ServeForm): InputOf<'volume.serve'> =>
  way === 'socket' ? { volumes: [volume], socket } : { volumes: [volume], listen: `127.0.0.1:${Number(port)}` };
