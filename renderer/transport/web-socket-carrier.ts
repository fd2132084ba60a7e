import { offeredProtocols } from '../../shared/contract/proof.ts';
import type { Carrier } from './carrier.ts';
import { knownProof } from './proof.ts';

/** Frames over a WebSocket, one JSON text each, to the server that the page came from. */
export const webSocketCarrier = (address: string): Carrier => ({
  open: (events) => {
    const socket = new WebSocket(address, offeredProtocols(knownProof(window)));
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      events.closed();
    };
    socket.addEventListener('message', ({ data }) => {
      try {
        events.frame(JSON.parse(String(data)));
      } catch {
        socket.close();
      }
    });
    socket.addEventListener('close', end);
    socket.addEventListener('error', end);
    return {
      send: (frame) => socket.send(JSON.stringify(frame)),
      close: () => socket.close(),
    };
  },
});

/** Where the page's own server listens for it. */
export const socketAddress = ({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string =>
  `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/socket`;
