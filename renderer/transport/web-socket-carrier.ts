import { offeredProtocols } from '../../shared/contract/proof.ts';
import type { Carrier } from './carrier.ts';
import { knownSession } from './proof.ts';

/** The greeting of the console that let this page in: it alone has the seal. */
const isOurs = (frame: { readonly kind?: unknown; readonly seal?: unknown } | null, seal: string | null): boolean =>
  frame?.kind === 'hello' && seal !== null && frame.seal === seal;

/**
 * Frames over a WebSocket, one JSON text each, to the console that let the page in. Once that has ended anybody of its machine may listen at its port:
 * who does not greet as it did is told nothing.
 */
export const webSocketCarrier = (address: string): Carrier => ({
  open: (events) => {
    const { proof, seal } = knownSession(window);
    const socket = new WebSocket(address, offeredProtocols(proof));
    let over = false;
    let known = false;
    const end = () => {
      if (over) return;
      over = true;
      events.closed();
    };
    socket.addEventListener('message', ({ data }) => {
      try {
        const frame = JSON.parse(String(data));
        known ||= isOurs(frame, seal);
        if (known) events.frame(frame);
        else socket.close();
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
