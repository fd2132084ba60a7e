import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ErrorData } from '../../../shared/errors.ts';
import type { SocketAddress } from '../../platform/socket-address.ts';
import type { PlaceFound } from '../restore/instant/unit-source.ts';
import { addCounters, type Counters, noCounters } from './counters.ts';
import type { ExportSpec } from './export-device.ts';
import type { Listener } from './listener.ts';
import { MAX_STRING } from './protocol.ts';
import type { PskKeys } from './psk.ts';
import { badName, cannotListen, exportBusy, exportExists } from './server-errors.ts';
import { listenWithSockets } from './socket-listener.ts';
import { claimSocketPath, releaseSocketPath } from './socket-path.ts';
import { listenWithThreads } from './thread-listener.ts';
import type { ExportEntry } from './thread-messages.ts';

export interface ServerOptions {
  /** Told of what devices threw; clients only hear an errno. */
  readonly onFailure?: (exportName: string, error: ErrorData) => void;
  /** Told of places on tapes at which content of a block set could not be had. */
  readonly onFound?: (exportName: string, found: PlaceFound) => void;
  readonly handshakeMs?: number;
  readonly graceMs?: number;
  /** Connections at a time of each place that it listens at. */
  readonly connections?: number;
  /** Node's sockets also where system calls can be made. */
  readonly portable?: boolean;
}

export interface ListenOptions {
  /** With keys, nothing is said without TLS. */
  readonly keys?: PskKeys;
  /** Who may use a socket in the file system. */
  readonly mode?: number;
}

export interface ExportStatus {
  readonly name: string;
  /** Connections that have it open. */
  readonly clients: number;
  readonly counters: Counters;
}

/** How long a client is waited for that does not go, or a disk that does not answer. */
const FORCE_AFTER_MS = 3000;
const GIVE_UP_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 20;

/**
 * @public
 * Serves devices over NBD, to several clients at several places. Exports come and go while it runs; a connection keeps the
 * export that it chose until one of the two goes.
 */
export class NbdServer {
  readonly #options: ServerOptions;
  readonly #listeners = new Set<Listener>();
  readonly #totals = new Map<string, Counters>();
  /** Names of exports that are gone, for what is still heard of them. */
  readonly #names = new Map<number, string>();
  #exports: readonly ExportEntry[] = [];
  #lastNumber = 0;

  constructor(options: ServerOptions = {}) {
    this.#options = options;
  }

  /** Errors: EXPORT_EXISTS, USAGE for a name that cannot be sent. */
  addExport(name: string, device: ExportSpec, description = ''): void {
    if (this.#exports.some((entry) => entry.name === name)) throw exportExists(name);
    if (Buffer.byteLength(name) > MAX_STRING || name.includes('\0')) throw badName(name);
    this.#tellExports([...this.#exports, this.#entry(name, device, description)]);
  }

  /** Turns away what is asked of an export from now on, and is done when no connection has it open. Errors: EXPORT_BUSY. */
  async removeExport(name: string): Promise<void> {
    await this.#takeAway(this.#exports.filter((entry) => entry.name === name));
    this.#totals.delete(name);
  }

  /** Who opens an export from now on gets this device; who has it open keeps the one that it was before. */
  replaceExport(name: string, device: ExportSpec): void {
    const before = this.#exports.map((entry) =>
      entry.name === name ? { ...entry, superseded: true as const } : entry,
    );
    const description = before.find((entry) => entry.name === name)?.description ?? '';
    this.#tellExports([...before, this.#entry(name, device, description)]);
  }

  /** Done when nobody has an earlier device of an export open; who still has after a time is cut off. Errors: EXPORT_BUSY. */
  async earlierGone(name: string, waitMs: number): Promise<void> {
    const earlier = this.#exports.filter((entry) => entry.name === name && entry.superseded);
    const deadline = performance.now() + waitMs;
    while (this.#users(earlier).length > 0 && performance.now() < deadline) await look();
    await this.#takeAway(earlier);
  }

  /** Listens at one more place and gives its address, with the port that was free. Errors: CANNOT_LISTEN. */
  async listen(at: SocketAddress, { keys, mode = 0o600 }: ListenOptions = {}): Promise<SocketAddress> {
    const address = await resolved(at);
    const {
      handshakeMs = 10_000,
      graceMs = 1000,
      connections = 64,
      portable = process.platform !== 'linux',
    } = this.#options;
    if (address.kind === 'unix') await claimSocketPath(address.path);
    const parts = {
      address,
      mode,
      keys: keys ?? null,
      connections,
      limits: { handshakeMs, graceMs },
      exports: this.#exports,
      ended: (number: number, counters: Counters) => this.#ended(number, counters),
      failed: (number: number, error: ErrorData) => this.#options.onFailure?.(this.#names.get(number) ?? '', error),
      found: (number: number, found: PlaceFound) => this.#options.onFound?.(this.#names.get(number) ?? '', found),
    };
    const asked = this.#exports;
    const listener = await orCannotListen(address, async () =>
      portable || keys !== undefined ? await listenWithSockets(parts) : listenWithThreads(parts),
    );
    this.#listeners.add(listener);
    if (asked !== this.#exports) listener.tellExports(this.#exports);
    return listener.address;
  }

  /** Connections that have opened an export, and what was done by all that ever had it. */
  status(): ExportStatus[] {
    const current = this.#exports.filter(({ superseded }) => !superseded);
    return current.map(({ name }) => {
      const entries = this.#exports.filter((entry) => entry.name === name);
      const using = this.#users(entries).filter((slot) => slot.transmitting);
      const total = this.#totals.get(name) ?? noCounters;
      return {
        name,
        clients: using.length,
        counters: using.reduce((sum, slot) => addCounters(sum, slot.counted), total),
      };
    });
  }

  /** Takes everything away and waits for the connections to end. */
  async close(): Promise<void> {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    await Promise.all(
      listeners.map(async (listener) => {
        await listener.close();
        if (listener.address.kind === 'unix') releaseSocketPath(listener.address.path);
      }),
    );
  }

  #slots(): Listener['slots'][number][] {
    return [...this.#listeners].flatMap(({ slots }) => slots.filter(({ free }) => !free));
  }

  #tellExports(exports: readonly ExportEntry[]): void {
    this.#exports = exports;
    for (const listener of this.#listeners) listener.tellExports(exports);
  }

  #ended(number: number, counters: Counters): void {
    const entry = this.#exports.find((one) => one.number === number);
    if (entry === undefined) return;
    this.#totals.set(entry.name, addCounters(this.#totals.get(entry.name) ?? noCounters, counters));
  }

  #entry(name: string, device: ExportSpec, description: string): ExportEntry {
    this.#lastNumber += 1;
    this.#names.set(this.#lastNumber, name);
    return { number: this.#lastNumber, name, description, device };
  }

  #users(entries: readonly ExportEntry[]): Listener['slots'][number][] {
    const numbers = new Set(entries.map(({ number }) => number));
    return this.#slots().filter((slot) => numbers.has(slot.export));
  }

  /** Tells the threads first: who opens one of these meanwhile is seen afterwards. */
  async #takeAway(gone: readonly ExportEntry[]): Promise<void> {
    const [first] = gone;
    if (first === undefined) return;
    const numbers = new Set(gone.map(({ number }) => number));
    this.#tellExports(this.#exports.filter(({ number }) => !numbers.has(number)));
    const cut = (): boolean => {
      const using = this.#users(gone);
      for (const slot of using) slot.stop();
      return using.length === 0;
    };
    if (!(await this.#until(cut))) throw exportBusy(first.name);
    for (const { number } of gone) this.#names.delete(number);
  }

  /** Looks until something is so; false when that takes too long. */
  async #until(isSo: () => boolean): Promise<boolean> {
    const began = performance.now();
    while (!isSo()) {
      const waited = performance.now() - began;
      if (waited > GIVE_UP_AFTER_MS) return false;
      if (waited > FORCE_AFTER_MS) for (const listener of this.#listeners) listener.force();
      await look();
    }
    return true;
  }
}

const look = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
};

/** The same place with a host in numbers. */
const resolved = async (at: SocketAddress): Promise<SocketAddress> => {
  if (at.kind === 'unix' || isIP(at.host) !== 0) return at;
  return { ...at, host: await orCannotListen(at, async () => (await lookup(at.host)).address) };
};

const orCannotListen = async <T>(address: SocketAddress, body: () => Promise<T>): Promise<T> => {
  try {
    return await body();
  } catch (error) {
    throw cannotListen(address, error instanceof Error ? error.message : String(error), error);
  }
};
