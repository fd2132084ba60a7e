import { closeSocket, socketPair } from '../../../platform/linux/sockets.ts';
import { startThread } from '../../../platform/start-thread.ts';
import type { PskKey } from '../psk.ts';
import { lost, refused } from './client-errors.ts';
import { SocketStream } from './socket-stream.ts';
import { TlsState, tlsStateMemory } from './tls-state.ts';

/** What the thread that speaks TLS starts with: the connection, its own end of a pair of sockets, and the key. */
export interface TlsSetup extends PskKey {
  readonly outer: number;
  readonly inner: number;
  readonly memory: SharedArrayBuffer;
}

/**
 * Goes on with a connection within TLS, by a key that both sides have: a thread of its own speaks it, and this one reads and writes what is
 * within through a pair of sockets, by calls that block. Errors: NBD_REFUSED when the other side does not show that it has the key.
 */
export const secured = (plain: SocketStream, { user, key }: PskKey, limitMs: number): SocketStream => {
  const { where } = plain;
  const [ours, inner] = socketPair();
  const memory = tlsStateMemory();
  const state = new TlsState(memory);
  const stream = new SocketStream(where, ours, limitMs, () => state.reason);
  let outer: number | null = null;
  try {
    outer = plain.handOver();
    const setup: TlsSetup = { outer, inner, user, key, memory };
    const thread = startThread('tls-client', setup);
    // It closes both of its sockets when it ends, which is noticed here by the pair.
    thread.on('error', () => undefined);
    thread.unref();
  } catch (error) {
    closeSocket(inner);
    if (outer !== null) closeSocket(outer);
    stream.close();
    throw error;
  }
  const outcome = state.wait(limitMs);
  if (outcome === 'open') return stream;
  stream.close();
  if (outcome === 'late') throw lost(where, `TLS did not begin within ${Math.round(limitMs / 1000)} s`, 'ETIMEDOUT');
  throw refused(where, `TLS with the key of ${user} does not come about (${state.reason})`, WRONG_KEY);
};

const WRONG_KEY =
  'Check that the server has the same user with the same key, and takes pre-shared keys. Nothing was read, and nothing is sent in the clear.';
