import { NOTHING_YET, receive, send, setTimeLimits, shutDown } from '../../platform/linux/sockets.ts';
import type { Slot } from './board.ts';
import type { ServerSession } from './server-session.ts';
import type { ConnectionLimits } from './thread-messages.ts';
import type { WireBuffer } from './wire-buffer.ts';

/** How long a call waits before it looks whether it is time to go. */
const TICK_MS = 250;
/** What is asked for when nothing is known of the next request: many small ones, but not the half of a second large one. */
const ROOM_BYTES = 128 * 1024;

/** Serves one connection to its end with calls that block this thread. The descriptor stays open: others may still name it. */
export const serveBlocking = (fd: number, session: ServerSession, slot: Slot, limits: ConnectionLimits): void => {
  const { input, out } = session;
  const patience = new Patience(session, slot, limits);
  setTimeLimits(fd, TICK_MS);
  for (;;) {
    const progress = session.advance();
    if (session.transmitting && !slot.transmitting) slot.transmit();
    if (!sendAll(fd, out, patience) || progress === 'end' || progress === 'tls') break;
    if (progress === 'full') continue;
    const got = receiveInto(fd, input, session.missing);
    if (got === null || got === 0 || patience.isOver(got === NOTHING_YET)) break;
    if (got !== NOTHING_YET) input.end += got;
  }
  shutDown(fd);
};

/** One call: for all that a large request lacks, or for whatever there is. */
const receiveInto = (fd: number, input: WireBuffer, missing: number): number | null => {
  if (missing > ROOM_BYTES / 2) return receive(fd, input.address + input.end, missing, true);
  if (input.room < ROOM_BYTES) input.fit(input.length + ROOM_BYTES);
  return receive(fd, input.address + input.end, ROOM_BYTES);
};

/** Sends all there is. False: the connection is over. */
const sendAll = (fd: number, out: WireBuffer, patience: Patience): boolean => {
  while (out.length > 0) {
    const sent = send(fd, out.address + out.start, out.length);
    if (sent === null) return false;
    if (sent === NOTHING_YET) {
      if (patience.isOver(false)) return false;
    } else out.take(sent);
  }
  return true;
};

/** Whether a connection has to go, because it took too long to choose an export or because it was told to. */
class Patience {
  readonly #session: ServerSession;
  readonly #slot: Slot;
  readonly #limits: ConnectionLimits;
  readonly #began = performance.now();
  #stopAt = Number.POSITIVE_INFINITY;

  constructor(session: ServerSession, slot: Slot, limits: ConnectionLimits) {
    this.#session = session;
    this.#slot = slot;
    this.#limits = limits;
  }

  /** `idle`: the client is not waiting for anything either. */
  isOver(idle: boolean): boolean {
    if (!this.#session.transmitting && performance.now() - this.#began > this.#limits.handshakeMs) return true;
    if (!this.#slot.stopping) return false;
    if (idle) return true;
    const now = performance.now();
    if (this.#stopAt === Number.POSITIVE_INFINITY) this.#stopAt = now + this.#limits.graceMs;
    return now > this.#stopAt;
  }
}
