import type { RawData, WebSocket } from 'ws';
import { parseCall } from '../console/carrier/frame-bounds.ts';
import type { Transport } from '../console/carrier/transport.ts';

/** What may wait in this process for the other side to read it, before it counts as behind. */
const CONGESTED_BYTES = 256 * 1024;

/** Close codes (RFC 6455, 7.4.1). */
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;

/** Frames over a WebSocket: JSON, each a text message of its own. */
export const webSocketTransport = (socket: WebSocket): Transport => {
  const drained = new Set<() => void>();
  let congested = false;
  const written = () => {
    if (!congested || socket.bufferedAmount > CONGESTED_BYTES / 2) return;
    congested = false;
    for (const listener of drained) listener();
  };
  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(JSON.stringify(frame), written);
      if (socket.bufferedAmount > CONGESTED_BYTES) congested = true;
    },
    get congested() {
      return congested;
    },
    get closed() {
      return socket.readyState !== socket.OPEN;
    },
    onDrain: (listener) => void drained.add(listener),
    onFrame: (take) =>
      void socket.on('message', (data: RawData, isBinary: boolean) => {
        if (socket.readyState !== socket.OPEN) return;
        if (isBinary) {
          socket.close(UNSUPPORTED_DATA, 'text only');
          return;
        }
        try {
          take(parseCall(data as Buffer));
        } catch {
          socket.close(POLICY_VIOLATION, 'not a frame of the contract');
        }
      }),
    onClose: (listener) => void socket.once('close', listener),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.close(1000),
  };
};
