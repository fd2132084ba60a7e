import { offeredProtocols } from '../../shared/contract/proof.ts';
import { LONGEST_MESSAGE_BYTES } from '../../shared/contract/protocol.ts';
import type { Carrier } from './carrier.ts';
import { tooLong } from './errors.ts';
import { knownSession } from './proof.ts';

/** The greeting of the console that let this page in: it alone has the seal. */
const isOurs = (frame: { readonly kind?: unknown; readonly seal?: unknown } | null, seal: string | null): boolean =>
  frame?.kind === 'hello' && seal !== null && frame.seal === seal;

/** A console ends the connection on what it does not take, which would look as if it were lost. Throws TOO_MANY. */
export const demandTaken = (text: string): void => {
  const bytes = text.length * 3 > LONGEST_MESSAGE_BYTES ? new TextEncoder().encode(text).length : 0;
  if (bytes > LONGEST_MESSAGE_BYTES) throw tooLong(bytes, LONGEST_MESSAGE_BYTES);
};

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
      send: (frame) => {
        const text = JSON.stringify(frame);
        demandTaken(text);
        socket.send(text);
      },
      close: () => {
        socket.close();
        // Its other end may be gone, and never agree to that.
        end();
      },
    };
  },
});

/** Where the page's own server listens for it. */
export const socketAddress = ({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string =>
  `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/socket`;
