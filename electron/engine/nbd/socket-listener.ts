import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { startThread } from '../../platform/start-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import { boardMemory, slotsOf } from './board.ts';
import type { Listener, ListenerParts } from './listener.ts';
import type { FromThread, SocketServerSetup, ToSocketServer } from './thread-messages.ts';

/** Listens with Node's sockets in one thread, where system calls cannot be made, and for TLS. */
export const listenWithSockets = async (parts: ListenerParts): Promise<Listener> => {
  const { address, mode, keys, limits, exports } = parts;
  const board = boardMemory(parts.connections);
  const slots = slotsOf(board);
  const setup: SocketServerSetup = { address, mode, keys, board, limits, exports };
  const worker = startThread('socket-server', setup);
  const tell = (message: ToSocketServer): void => worker.postMessage(message);
  const port = await new Promise<number>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'listening') resolve(message.port);
      else if (message.kind === 'not-listening') reject(ColdframeError.fromData(message.error));
      else if (message.kind === 'failed') parts.failed(message.export, message.error);
      else if (message.kind === 'found') parts.found(message.export, message.found);
      else {
        parts.ended(message.export, message.counters);
        slots[message.slot]?.release();
        tell({ kind: 'released', slot: message.slot });
      }
    });
    worker.on('error', (error) => {
      // It served all of them, so the failure is of no single export.
      parts.failed(0, asColdframeError(error).toData());
      reject(error);
    });
    worker.on('exit', () => {
      for (const slot of slots) if (!slot.free) slot.release();
      reject(new Error('The thread that was to listen has ended.'));
    });
  });
  return {
    address: address.kind === 'tcp' ? { ...address, port } : address,
    slots,
    tellExports: (entries) => tell({ kind: 'exports', exports: entries }),
    force: () => undefined,
    close: async () => await endThread(worker),
  };
};
