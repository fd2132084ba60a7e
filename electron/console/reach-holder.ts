import { PROTOCOL_VERSION } from '../../shared/contract/protocol.ts';
import type { RemoteConsole } from './carrier/remote-console.ts';
import { connectSocket } from './carrier/socket-client.ts';
import { readHolder } from './home/holder.ts';

/** Connects to the console that says it holds a home; null when nobody says so, or it does not greet in time. */
export const reachHolder = async (note: string, patienceMs: number): Promise<RemoteConsole | null> => {
  const holder = readHolder(note);
  return holder && patienceMs > 0 ? await connectSocket(holder.socket, PROTOCOL_VERSION, patienceMs) : null;
};
