import { create } from 'zustand';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import { notConnected } from '../transport/errors.ts';
import type { ConnectionState } from '../transport/remote-console.ts';
import type { Refused } from '../transport/session.ts';

interface Connection {
  readonly state: ConnectionState;
  /** Why the console that answers again does not let this page in. */
  readonly refused: Refused | null;
  /** Why the desktop window has no console. */
  readonly trouble: Refused | null;
  readonly client: ConsoleClient;
  readonly retry: () => void;
}

const nobody: ConsoleClient = { call: () => Promise.reject(notConnected()) };

/** The console that the screens talk to, and how the connection to it is. */
export const useConnection = create<Connection>(() => ({
  state: { kind: 'connecting' },
  refused: null,
  trouble: null,
  client: nobody,
  retry: () => undefined,
}));

export const client = (): ConsoleClient => useConnection.getState().client;
