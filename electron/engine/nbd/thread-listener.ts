import { asColdframeError } from '../../../shared/errors.ts';
import {
  acceptFrom,
  closeSocket,
  listenAt,
  peerOf,
  portOf,
  setUpTcp,
  setUpUnix,
  shutDown,
  whenReadable,
} from '../../platform/linux/sockets.ts';
import { boardMemory, slotsOf } from './board.ts';
import { ConnectionThreads } from './connection-threads.ts';
import type { Listener, ListenerParts } from './listener.ts';
import { Places } from './places.ts';

/**
 * Listens by system calls and gives every connection to a thread of its own, which serves it with calls that block. The
 * descriptor belongs to this side, which closes it when the thread is done with it: it is never another connection's meanwhile.
 */
export const listenWithThreads = (parts: ListenerParts): Listener => {
  const { address } = parts;
  const listening = listenAt(address, parts.mode);
  const board = boardMemory(parts.connections);
  const slots = slotsOf(board);
  const descriptors = new Map<number, number>();
  const release = (index: number): void => {
    const fd = descriptors.get(index);
    descriptors.delete(index);
    if (fd !== undefined) closeSocket(fd);
    slots[index]?.release();
    places.released(index);
  };
  const threads = new ConnectionThreads(board, parts.limits, {
    heard: (message) => {
      if (message.kind === 'failed') parts.failed(message.export, message.error);
      if (message.kind === 'found') parts.found(message.export, message.found);
      if (message.kind !== 'ended') return;
      parts.ended(message.export, message.counters);
      release(message.slot);
    },
    lost: (index, error) => {
      const slot = slots[index];
      if (slot !== undefined) {
        parts.ended(slot.export, slot.counted);
        parts.failed(slot.export, asColdframeError(error).toData());
      }
      release(index);
    },
  });
  const places = new Places<number>(slots, {
    serve: (fd, slot) => {
      if (address.kind === 'tcp') setUpTcp(fd);
      else setUpUnix(fd);
      descriptors.set(slot.index, fd);
      threads.serve(fd, slot.index);
    },
    cut: ({ index }) => {
      const fd = descriptors.get(index);
      if (fd !== undefined) shutDown(fd);
    },
    drop: closeSocket,
  });
  const accept = (): void => {
    for (let fd = acceptFrom(listening); fd !== null; fd = acceptFrom(listening)) places.arrived(fd, peerOf(fd));
  };
  threads.tellExports(parts.exports);
  threads.prepare();
  const poll = whenReadable(listening, accept);
  return {
    address: address.kind === 'tcp' ? { ...address, port: portOf(listening) } : address,
    slots,
    tellExports: (exports) => threads.tellExports(exports),
    force: () => {
      for (const [index, fd] of descriptors) if (slots[index]?.stopping) shutDown(fd);
    },
    close: async () => {
      poll.close();
      closeSocket(listening);
      places.close();
      for (const slot of slots) if (!slot.free) slot.stop();
      await threads.end();
      for (const index of descriptors.keys()) release(index);
    },
  };
};
