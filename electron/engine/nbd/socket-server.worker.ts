import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { asColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { addressText } from '../../platform/socket-address.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import { type Slot, slotsOf } from './board.ts';
import { ExportTable } from './export-table.ts';
import { Places } from './places.ts';
import { endSession, sessionOf } from './serve-slot.ts';
import { SocketConnection } from './socket-connection.ts';
import type { FromThread, SocketServerSetup, ToSocketServer } from './thread-messages.ts';
import { WireBuffer } from './wire-buffer.ts';

const BUFFER_BYTES = 256 * 1024;

const port = parentPort;
if (port === null) throw new Error('This server runs in a worker thread only.');
const { address, mode, keys, board, limits, exports } = threadSetup<SocketServerSetup>();
const slots = slotsOf(board);
const table = new ExportTable(exports);
/** By index of their slot. */
const connections = new Map<number, SocketConnection>();
const tell = (message: FromThread): void => port.postMessage(message);

const serve = (socket: Socket, slot: Slot): void => {
  const [input, out] = [new WireBuffer(BUFFER_BYTES), new WireBuffer(BUFFER_BYTES)];
  const session = sessionOf(input, out, { slot, table, refresh: () => undefined, tell, tls: keys !== null });
  const connection = new SocketConnection(socket, session, {
    slot,
    keys,
    limits,
    ended: () => {
      connections.delete(slot.index);
      endSession(session, slot, tell);
    },
  });
  connections.set(slot.index, connection);
  // One that waited may have gone meanwhile, and tells nobody any more.
  if (socket.destroyed) connection.cut();
};

const places = new Places<Socket>(slots, {
  serve,
  cut: ({ index }) => connections.get(index)?.cut(),
  drop: (socket) => socket.destroy(),
});
const accept = (socket: Socket): void => {
  socket.on('error', () => undefined);
  places.arrived(socket, socket.remoteAddress ?? '');
};

const server = createServer({ noDelay: true }, accept);
server.on('error', (error) => {
  const failure = ioError('listen', errnoOf(error) ?? 'EIO', addressText(address), error);
  tell({ kind: 'not-listening', error: asColdframeError(failure).toData() });
  port.close();
});
server.on('listening', () => {
  const bound = server.address();
  if (address.kind === 'unix' && process.platform !== 'win32') chmodSync(address.path, mode);
  tell({ kind: 'listening', port: typeof bound === 'object' && bound !== null ? bound.port : 0 });
});
server.listen(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port });

port.on('message', (message: ToSocketServer) => {
  if (message?.kind === 'released') return places.released(message.slot);
  if (message !== null) table.update(message.exports);
  for (const connection of connections.values()) {
    if (message === null || (connection.slot.export !== 0 && !table.has(connection.slot.export))) connection.stop();
  }
  if (message !== null) return;
  server.close();
  places.close();
  port.close();
});
