/** A connection as the client uses it: it waits for what it needs. Errors of the connection are `NBD_LOST`. */
export interface ByteStream {
  /** The next bytes, as a view that is good until the next call. At most `MAX_MESSAGE`. */
  take(length: number): Buffer;
  /** Fills all of `into` with the next bytes. */
  fill(into: Uint8Array): void;
  /** Sends all of it. */
  send(bytes: Uint8Array): void;
  /** Something is whole that was waited for: the time in which the next thing has to be begins. */
  moved(): void;
  close(): void;
}

/** No part of a message that is looked at as a whole is longer; 2^20 runs of a status are cut into pieces. */
export const MAX_MESSAGE = 64 * 1024;
