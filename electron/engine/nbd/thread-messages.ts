import type { ErrorData } from '../../../shared/errors.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import type { PlaceFound } from '../restore/instant/unit-source.ts';
import type { BoardMemory } from './board.ts';
import type { Counters } from './counters.ts';
import type { ExportSpec } from './export-device.ts';
import type { PskKeys } from './psk.ts';

/** An export as threads know it. Numbers are never used twice. */
export interface ExportEntry {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly device: ExportSpec;
  /** Another device has its place: nobody opens it any more, and who has it open keeps it. */
  readonly superseded?: true;
}

export interface ConnectionLimits {
  /** A client that has not chosen an export by then is cut off. */
  readonly handshakeMs: number;
  /** How long requests are still turned away with `ESHUTDOWN` before a client is cut off. */
  readonly graceMs: number;
}

/** What a thread that serves one connection at a time starts with. `wake` is counted up with every message. */
export interface ConnectionSetup {
  readonly wake: SharedArrayBuffer;
  readonly board: BoardMemory;
  readonly limits: ConnectionLimits;
}

/** Null, the end, comes from `endThread`. */
export type ToConnection =
  | { readonly kind: 'exports'; readonly exports: readonly ExportEntry[] }
  | { readonly kind: 'serve'; readonly fd: number; readonly slot: number }
  | null;

/** What a thread that listens by itself starts with. */
export interface SocketServerSetup {
  readonly address: SocketAddress;
  readonly mode: number;
  /** With keys, nothing is said without TLS. */
  readonly keys: PskKeys | null;
  readonly board: BoardMemory;
  readonly limits: ConnectionLimits;
  readonly exports: readonly ExportEntry[];
}

export type ToSocketServer =
  | { readonly kind: 'exports'; readonly exports: readonly ExportEntry[] }
  /** The slot of a connection that is over is free again. */
  | { readonly kind: 'released'; readonly slot: number }
  | null;

export type FromThread =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'not-listening'; readonly error: ErrorData }
  /** A connection is over; its slot is free when its counters were taken from here. */
  | { readonly kind: 'ended'; readonly slot: number; readonly export: number; readonly counters: Counters }
  | { readonly kind: 'failed'; readonly export: number; readonly error: ErrorData }
  /** A place on a tape at which content of a block set could not be had. */
  | { readonly kind: 'found'; readonly export: number; readonly found: PlaceFound };
