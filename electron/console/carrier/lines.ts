import type { Socket } from 'node:net';

/** Longest frame that is accepted: a restore may name a great many paths. */
const LONGEST = 256 * 1024 * 1024;

/** Sends one frame: JSON on a line of its own. Answers whether there is room for more. */
export const sendFrame = (socket: Socket, frame: unknown): boolean =>
  socket.writable && socket.write(`${JSON.stringify(frame)}\n`);

/** Calls back for every line that is JSON; ends the connection on one that is not, or that never ends. */
export const onFrames = (socket: Socket, take: (frame: unknown) => void): void => {
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
        take(JSON.parse(line));
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
