import { addressText, type SocketAddress } from '../../../platform/socket-address.ts';
import { listExports } from './negotiate.ts';
import { SocketStream } from './socket-stream.ts';

const LIMIT_MS = 10_000;

/** @public Names of the exports that a server tells of; blocks this thread. Errors: NBD_LOST, NBD_REFUSED, NBD_MALFORMED. */
export const exportsAt = (address: SocketAddress, limitMs = LIMIT_MS): string[] => {
  const stream = SocketStream.to(address, limitMs);
  try {
    return listExports(stream, addressText(address));
  } finally {
    stream.close();
  }
};
