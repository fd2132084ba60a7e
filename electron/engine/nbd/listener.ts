import type { ErrorData } from '../../../shared/errors.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import type { PlaceFound } from '../restore/instant/unit-source.ts';
import type { Slot } from './board.ts';
import type { Counters } from './counters.ts';
import type { PskKeys } from './psk.ts';
import type { ConnectionLimits, ExportEntry } from './thread-messages.ts';

/** What a listener needs of its server. */
export interface ListenerParts {
  readonly address: SocketAddress;
  /** Of a socket in the file system. */
  readonly mode: number;
  readonly keys: PskKeys | null;
  /** Connections that are served at a time; for more, those go that have not chosen an export yet (`Places`). */
  readonly connections: number;
  readonly limits: ConnectionLimits;
  readonly exports: readonly ExportEntry[];
  readonly ended: (number: number, counters: Counters) => void;
  readonly failed: (number: number, error: ErrorData) => void;
  readonly found: (number: number, found: PlaceFound) => void;
}

/** A socket that listens, with the connections that came by it. */
export interface Listener {
  /** Where it can be reached: with the port that it was given. */
  readonly address: SocketAddress;
  readonly slots: readonly Slot[];
  tellExports(exports: readonly ExportEntry[]): void;
  /** Ends connections whose slot says stop and that do not see it by themselves. */
  force(): void;
  close(): Promise<void>;
}
