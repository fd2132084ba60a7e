import type { Socket } from 'node:net';
import type { Transport } from './transport.ts';

/** Longest frame that is accepted: a restore may name a great many paths. */
const LONGEST = 256 * 1024 * 1024;

/** Frames over a stream: JSON, each on a line of its own. */
export const lineTransport = (socket: Socket): Transport => ({
  send: (frame) => {
    if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
  },
  get congested() {
    return socket.writableNeedDrain;
  },
  get closed() {
    return socket.destroyed || !socket.writable;
  },
  onDrain: (listener) => void socket.on('drain', listener),
  onFrame: (take) => onLines(socket, (line) => take(JSON.parse(line))),
  onClose: (listener) => void socket.once('close', listener),
  pause: () => void socket.pause(),
  resume: () => void socket.resume(),
  close: () => void socket.end(),
});

/** Calls back for every line; ends the connection when that throws, and on a line that never ends. */
const onLines = (socket: Socket, take: (line: string) => void): void => {
  let pieces: Buffer[] = [];
  let waiting = 0;
  socket.on('data', (data: Buffer) => {
    let from = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
      const line = Buffer.concat([...pieces, data.subarray(from, end)]).toString('utf8');
      pieces = [];
      waiting = 0;
      from = end + 1;
      try {
        take(line);
      } catch (error) {
        socket.destroy(error as Error);
        return;
      }
    }
    if (from === data.length) return;
    pieces.push(data.subarray(from));
    waiting += data.length - from;
    if (waiting > LONGEST) socket.destroy(new Error('a frame is too long'));
  });
};
