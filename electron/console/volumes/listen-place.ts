import { ColdframeError } from '../../../shared/errors.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';

const PORT_MOST = 65_535;

/** Where to listen: a unix socket, or HOST:PORT with an IPv6 address in brackets. Throws `USAGE`. */
export const listenPlace = ({
  socket,
  listen,
}: {
  readonly socket?: string | undefined;
  readonly listen?: string | undefined;
}): SocketAddress => {
  if ((socket === undefined) === (listen === undefined)) {
    throw usage('Say where to serve: either at a socket or at a port', 'Give --socket PATH or --listen HOST:PORT.');
  }
  if (socket !== undefined) return { kind: 'unix', path: socket };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen ?? '') ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > PORT_MOST) {
    throw usage(`${listen} is not HOST:PORT`, 'Such as 127.0.0.1:10809, or [::1]:10809; the port 0 is any free one.');
  }
  return { kind: 'tcp', host, port: Number(port) };
};

const usage = (what: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message: `${what}.`, guidance });
