import { connect } from 'node:net';
import { lineTransport } from './line-transport.ts';
import { greetedConsole, type RemoteConsole } from './remote-console.ts';

/** Connects to the console that listens at a place; null when there is none, or none that greets in time. */
export const connectSocket = async (
  place: string,
  protocol: number,
  greetingMs: number,
): Promise<RemoteConsole | null> => {
  const socket = connect(place);
  socket.on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(), greetingMs);
  const remote = await greetedConsole(lineTransport(socket), protocol);
  clearTimeout(timer);
  if (!remote) socket.destroy();
  return remote;
};
