import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { ConsoleClient } from '../../../shared/contract/calls.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { MOST_UNFINISHED_BYTES, SharedBound } from './frame-bounds.ts';
import { hello } from './hello.ts';
import { servingLineTransport } from './line-transport.ts';

export interface SocketServer {
  /** Calls that change something and are not yet answered. */
  readonly waiting: number;
  /** Takes no more calls from now on, and lets its callers go when those taken are answered. */
  refuse(): void;
  /** Takes no more calls; ends when those taken are answered. */
  close(): Promise<void>;
}

/** Serves a console on a local socket. Whoever can open the socket is the same user: it lies in a private folder. */
export const serveSocket = async (place: string, console: ConsoleClient): Promise<SocketServer> => {
  if (process.platform !== 'win32') rmSync(place, { force: true });
  const sockets = new Set<Socket>();
  const calls = new CallsUnderWay();
  const unfinished = new SharedBound(MOST_UNFINISHED_BYTES);
  let closing = false;
  const server = createServer((socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const transport = servingLineTransport(socket, unfinished);
    transport.send(hello());
    // Loaded when somebody connects: most consoles are alone and never need the schemas.
    void import('./serve-connection.ts').then(({ serveConnection }) =>
      serveConnection(transport, console, {
        track: (call, nature) => calls.track(call, nature),
        accepting: () => !closing,
      }),
    );
  });
  await listen(server, place);
  return {
    get waiting() {
      return calls.waiting;
    },
    refuse: () => {
      closing = true;
      void calls.finished().then(() => {
        for (const socket of sockets) socket.end();
      });
    },
    close: async () => {
      await calls.finished();
      closing = true;
      for (const socket of sockets) socket.end();
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) setTimeout(() => socket.destroy(), 1000).unref();
      await closed;
    },
  };
};

const listen = (server: Server, place: string): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(place, () => {
      server.off('error', fail);
      if (process.platform !== 'win32') chmodSync(place, 0o600);
      done();
    });
  });
