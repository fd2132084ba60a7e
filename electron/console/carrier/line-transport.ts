import type { Socket } from 'node:net';
import { ColdframeError } from '../../../shared/errors.ts';
import {
  demandPlausible,
  LONGEST_ANSWER_BYTES,
  LONGEST_CALL_BYTES,
  LONGEST_UNFINISHED_BYTES,
  parseCall,
  type SharedBound,
} from './frame-bounds.ts';
import type { Transport } from './transport.ts';

/** What a piece of an unfinished line costs beside its bytes: a line may come byte by byte. */
const PIECE_BYTES = 256;

interface Side {
  readonly longest: number;
  /** Throws on what the other side would not take. */
  readonly check: (line: Buffer) => void;
  readonly parse: (line: Buffer) => unknown;
  /** Bounds what unfinished lines of all connections hold. */
  readonly unfinished?: SharedBound;
}

/** The side that calls: it trusts the console that it chose. */
export const lineTransport = (socket: Socket): Transport =>
  transportOf(socket, {
    longest: LONGEST_ANSWER_BYTES,
    check: demandTaken,
    parse: (line) => JSON.parse(line.toString('utf8')),
  });

/** The side that is called. */
export const servingLineTransport = (socket: Socket, unfinished: SharedBound): Transport =>
  transportOf(socket, {
    longest: LONGEST_UNFINISHED_BYTES,
    check: () => undefined,
    parse: parseCall,
    unfinished,
  });

/** Frames over a stream: JSON, each on a line of its own. */
const transportOf = (socket: Socket, side: Side): Transport => ({
  send: (frame) => {
    const line = Buffer.from(`${JSON.stringify(frame)}\n`);
    side.check(line);
    if (socket.writable) socket.write(line);
  },
  get congested() {
    return socket.writableNeedDrain;
  },
  get closed() {
    return socket.destroyed || !socket.writable;
  },
  onDrain: (listener) => void socket.on('drain', listener),
  onFrame: (take) => onLines(socket, side, (line) => take(side.parse(line))),
  onClose: (listener) => void socket.once('close', listener),
  pause: () => void socket.pause(),
  resume: () => void socket.resume(),
  close: () => void socket.end(),
});

/** Calls back for every line; ends the connection when that throws, and on a line that never ends. */
const onLines = (socket: Socket, { longest, unfinished }: Side, take: (line: Buffer) => void): void => {
  let pieces: Buffer[] = [];
  let waiting = 0;
  const forget = () => {
    unfinished?.give(waiting);
    pieces = [];
    waiting = 0;
  };
  socket.on('close', forget);
  socket.on('data', (data: Buffer) => {
    let from = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
      const line = Buffer.concat([...pieces, data.subarray(from, end)]);
      forget();
      from = end + 1;
      try {
        take(line);
      } catch (error) {
        socket.destroy(error as Error);
        return;
      }
    }
    if (from === data.length) return;
    const cost = data.length - from + PIECE_BYTES;
    if (waiting + cost > longest || unfinished?.take(cost) === false) {
      socket.destroy(new Error('a frame is too long'));
      return;
    }
    pieces.push(data.subarray(from));
    waiting += cost;
  });
};

/** A console ends the connection on what it does not take, which would look as if it were ending itself. */
const demandTaken = (line: Buffer): void => {
  if (line.length > LONGEST_CALL_BYTES) throw tooLong(line.length);
  try {
    demandPlausible(line);
  } catch {
    throw tooLong(line.length);
  }
};

const tooLong = (bytes: number): ColdframeError =>
  new ColdframeError('TOO_MANY', {
    message: `More is asked for (${bytes} bytes) than the console that holds the home takes at a time (${LONGEST_CALL_BYTES} bytes, a million paths).`,
    guidance: 'Name the folders that hold the paths, or ask for them in several parts.',
    context: { bytes, most: LONGEST_CALL_BYTES },
  });
