import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { ConsoleClient } from '../../../shared/contract/calls.ts';
import type { ServerFrame } from '../../../shared/contract/frames.ts';
import { VERSION } from '../version.ts';
import { sendFrame } from './lines.ts';

export interface SocketServer {
  /** Callers whose calls are not yet answered. */
  readonly waiting: number;
  /** Takes no more calls; ends when those taken are answered. */
  close(): Promise<void>;
}

/** Serves a console on a local socket. Whoever can open the socket is the same user: it lies in a private folder. */
export const serveSocket = async (place: string, console: ConsoleClient): Promise<SocketServer> => {
  if (process.platform !== 'win32') rmSync(place, { force: true });
  const sockets = new Set<Socket>();
  const calls = new Set<Promise<void>>();
  let closing = false;
  const server = createServer((socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    sendFrame(socket, { kind: 'hello', protocol: 1, version: VERSION, pid: process.pid } satisfies ServerFrame);
    const track = (call: Promise<void>) => {
      calls.add(call);
      void call.finally(() => calls.delete(call));
    };
    // Loaded when somebody connects: most consoles are alone and never need the schemas.
    void import('./serve-connection.ts').then(({ serveConnection }) =>
      serveConnection(socket, console, { track, accepting: () => !closing }),
    );
  });
  await listen(server, place);
  return {
    get waiting() {
      return calls.size;
    },
    close: async () => {
      while (calls.size > 0) await Promise.all(calls);
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
