import type { WebSocket } from 'ws';
import type { Transport } from '../console/carrier/transport.ts';

/** How often a connection is asked for a sign of life, and after how long without one it counts as lost. */
export interface Rhythm {
  readonly everyMs: number;
  readonly lostAfterMs: number;
}

export const RHYTHM: Rhythm = { everyMs: 15_000, lostAfterMs: 45_000 };

/** Ends a connection whose other side went away without saying so. What counts as life: a pong, a message, reading on. */
export const keepAlive = (socket: WebSocket, transport: Transport, { everyMs, lostAfterMs }: Rhythm): void => {
  let heardAt = performance.now();
  let lookedAt = heardAt;
  const hear = () => {
    heardAt = performance.now();
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  transport.onDrain(hear);
  const timer = setInterval(() => {
    // This process was stopped itself: what was sent to it meanwhile is yet to be read.
    if (performance.now() - lookedAt > 2 * everyMs) hear();
    lookedAt = performance.now();
    if (performance.now() - heardAt > lostAfterMs) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, everyMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
};
