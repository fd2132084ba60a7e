import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { SECURITY_HEADERS } from '../../shared/browser-policy.ts';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import { proofIn, SOCKET_PROTOCOL } from '../../shared/contract/proof.ts';
import { LONGEST_MESSAGE_BYTES } from '../../shared/contract/protocol.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import { CallsUnderWay } from '../console/carrier/calls-under-way.ts';
import { hello } from '../console/carrier/hello.ts';
import { serveConnection } from '../console/carrier/serve-connection.ts';
import type { Connections } from './connections.ts';
import { keepAlive, type Rhythm } from './heartbeat.ts';
import { checkOrigin } from './origin-guard.ts';
import type { OwnNames } from './own-names.ts';
import { JSON_TYPE, malformed, Refusal, refusalBody } from './responses.ts';
import { pathOf } from './routes.ts';
import { demandSession } from './session-route.ts';
import type { Session, Sessions } from './sessions.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** WebSockets at a time, in all: tabs of a few people. As many messages may be unfinished: 256 MiB. */
export const MOST_SOCKETS = 64;

/** Close codes of our own: what the page shows, and whether it tries again. */
const GOING_AWAY = 1001;
export const SESSION_OVER = 4401;

export interface SocketOptions {
  readonly console: ConsoleClient;
  readonly names: OwnNames;
  readonly sessions: Sessions;
  readonly rhythm: Rhythm;
  readonly connections: Connections;
}

/** The WebSockets of the console at `/socket`, for pages of its own with a session. */
export class Sockets {
  readonly #options: SocketOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE_BYTES,
    // The console and most browsers share a machine; and what is not unpacked cannot be a bomb.
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(SOCKET_PROTOCOL) && SOCKET_PROTOCOL,
  });
  readonly #calls = new CallsUnderWay();
  #closing = false;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /** Makes a WebSocket of a request, or turns it away as HTTP does. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy());
    try {
      const session = this.#admit(request);
      this.#options.connections.vouch(request.socket);
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#serve(socket, session));
    } catch (thrown) {
      turnAway(stream, thrown instanceof Refusal ? thrown : new Refusal(500, asColdframeError(thrown)));
    }
  }

  /** Takes no more calls; ends the connections when those are answered that change something. */
  async close(): Promise<void> {
    await this.#calls.finished();
    this.#closing = true;
    for (const socket of this.#server.clients) {
      socket.close(GOING_AWAY, 'the console is ending');
      setTimeout(() => socket.terminate(), 1000).unref();
    }
  }

  #admit(request: IncomingMessage): Session {
    const { names, sessions } = this.#options;
    checkOrigin(request, names, 'required');
    if (pathOf(request) !== '/socket') throw malformed(404, 'There is nothing at this address.');
    const session = demandSession(request, sessions, proofIn(request.headers['sec-websocket-protocol']));
    if (this.#closing || this.#server.clients.size >= MOST_SOCKETS) {
      throw new Refusal(
        503,
        new ColdframeError('TOO_MANY', {
          message: this.#closing ? 'The console is ending.' : `${MOST_SOCKETS} pages of this console are open already.`,
          guidance: this.#closing ? 'Start it again with: coldframe serve' : 'Close some of them.',
        }),
      );
    }
    return session;
  }

  #serve(socket: WebSocket, session: Session): void {
    const transport = webSocketTransport(socket);
    // ws has answered what was wrong with a message by closing; nothing is left to do.
    socket.on('error', () => undefined);
    const disconnect = () => socket.close(SESSION_OVER, 'the session is over');
    session.connections.add(disconnect);
    socket.on('close', () => session.connections.delete(disconnect));
    keepAlive(socket, transport, this.#options.rhythm);
    transport.send(hello(session.seal));
    serveConnection(transport, this.#options.console, {
      track: (call, nature) => this.#calls.track(call, nature),
      accepting: () => !this.#closing,
    });
  }
}

const turnAway = (stream: Duplex, refusal: Refusal): void => {
  const body = refusalBody(refusal);
  const headers = {
    ...SECURITY_HEADERS,
    ...refusal.headers,
    'Cache-Control': 'no-store',
    Connection: 'close',
    'Content-Type': JSON_TYPE,
    'Content-Length': Buffer.byteLength(body),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  stream.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
};
