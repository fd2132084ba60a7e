import type { Socket } from 'node:net';

type Ends = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/**
 * The connections of a server, bounded. Anybody on the machine can open as many as the bound and stay silent, so one
 * too many ends the stranger who has asked for nothing longest; a connection that showed a session is never ended so.
 */
export class Connections {
  readonly #most: number;
  /** By their other end: under TLS a request has another socket than the connection. Longest without a request first. */
  readonly #strangers = new Map<string, Socket>();
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  take(socket: Socket): void {
    const end = endOf(socket);
    this.#strangers.set(end, socket);
    socket.once('close', () => {
      // The same end may have come back before this one's close is heard.
      if (this.#strangers.get(end) === socket) this.#strangers.delete(end);
      else this.#known.delete(end);
    });
    if (this.#strangers.size + this.#known.size > this.#most) this.#endOldest();
  }

  /** It asks for something: those that do not go first. */
  heard(socket: Ends): void {
    const end = endOf(socket);
    const stranger = this.#strangers.get(end);
    if (stranger === undefined) return;
    this.#strangers.delete(end);
    this.#strangers.set(end, stranger);
  }

  /** It has shown a session, and will for as long as it lasts. */
  vouch(socket: Ends): void {
    if (this.#strangers.delete(endOf(socket))) this.#known.add(endOf(socket));
  }

  #endOldest(): void {
    const [oldest] = this.#strangers;
    if (oldest === undefined) return;
    this.#strangers.delete(oldest[0]);
    oldest[1].destroy();
  }
}

const endOf = ({ remoteAddress, remotePort }: Ends): string => `${remoteAddress} ${remotePort}`;
