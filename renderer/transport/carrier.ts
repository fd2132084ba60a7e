import type { ClientFrame } from '../../shared/contract/frames.ts';

/** One open connection. */
export interface Link {
  /** Throws TOO_MANY for what is longer than the other side takes. */
  send(frame: ClientFrame): void;
  close(): void;
}

export interface LinkEvents {
  /** A frame as it came, not yet checked. */
  readonly frame: (frame: unknown) => void;
  /** The connection ended, or never came about; called once. */
  readonly closed: () => void;
}

/** What carries frames: a WebSocket, or the port of a desktop shell. Each `open` makes a new connection. */
export interface Carrier {
  open(events: LinkEvents): Link;
}
