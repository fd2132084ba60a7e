import { type DesktopBridge, PORT_MESSAGE } from '../../shared/desktop/channels.ts';
import type { Carrier, LinkEvents } from './carrier.ts';

type Page = Pick<Window, 'addEventListener' | 'removeEventListener'>;

/**
 * Frames over a MessagePort to the main process of the desktop window, one JSON text each. Each text that came is answered
 * with its length: a port does not tell the other side what was taken.
 */
export const portCarrier = (bridge: DesktopBridge, page: Page): Carrier => {
  let last = 0;
  return {
    open: (events) => {
      last += 1;
      const id = last;
      const connection = new Connection(events);
      const take = ({ data, source, ports: [port] }: MessageEvent) => {
        if (source !== page || data?.kind !== PORT_MESSAGE || data.id !== id || !port) return;
        page.removeEventListener('message', take);
        connection.begin(port);
      };
      page.addEventListener('message', take);
      bridge.connect(id);
      return {
        send: (frame) => connection.send(JSON.stringify(frame)),
        close: () => {
          page.removeEventListener('message', take);
          connection.close();
        },
      };
    },
  };
};

class Connection {
  readonly #events: LinkEvents;
  #port: MessagePort | null = null;
  #over = false;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  begin(port: MessagePort): void {
    if (this.#over) {
      port.close();
      return;
    }
    this.#port = port;
    port.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || this.#over) return;
      try {
        this.#events.frame(JSON.parse(data));
      } catch {
        return this.close();
      }
      port.postMessage(data.length);
    });
    port.addEventListener('close', () => this.close());
    port.start();
  }

  send(text: string): void {
    this.#port?.postMessage(text);
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#port?.close();
    this.#events.closed();
  }
}
