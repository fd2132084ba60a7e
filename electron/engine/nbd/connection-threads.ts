import { ColdframeError } from '../../../shared/errors.ts';
import { startThread } from '../../platform/start-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import type { WorkerThread } from '../../platform/worker-thread.ts';
import type { BoardMemory } from './board.ts';
import type { ConnectionLimits, ConnectionSetup, ExportEntry, FromThread, ToConnection } from './thread-messages.ts';

/** Threads without work that are kept for the next connections: to start one takes longer than many a connection lasts. */
const KEPT = 4;

export interface ThreadEvents {
  readonly heard: (message: FromThread) => void;
  /** A thread died with the connection in this slot, and why. */
  readonly lost: (slot: number, error: unknown) => void;
}

interface Thread {
  readonly worker: WorkerThread;
  readonly wake: Int32Array;
  slot: number | null;
}

/** Threads that serve one connection each, and then another one. */
export class ConnectionThreads {
  readonly #board: BoardMemory;
  readonly #limits: ConnectionLimits;
  readonly #events: ThreadEvents;
  readonly #threads = new Set<Thread>();
  #exports: readonly ExportEntry[] = [];

  constructor(board: BoardMemory, limits: ConnectionLimits, events: ThreadEvents) {
    this.#board = board;
    this.#limits = limits;
    this.#events = events;
  }

  tellExports(exports: readonly ExportEntry[]): void {
    this.#exports = exports;
    for (const thread of this.#threads) post(thread, { kind: 'exports', exports });
  }

  serve(fd: number, slot: number): void {
    const thread = this.#idle() ?? this.#start();
    thread.slot = slot;
    post(thread, { kind: 'serve', fd, slot });
  }

  /** Starts a thread ahead of the first connection. */
  prepare(): void {
    if (this.#threads.size === 0) this.#start();
  }

  async end(): Promise<void> {
    await Promise.all([...this.#threads].map(endOne));
  }

  #idle(): Thread | undefined {
    return [...this.#threads].find(({ slot }) => slot === null);
  }

  #start(): Thread {
    const wake = new SharedArrayBuffer(4);
    const setup: ConnectionSetup = { wake, board: this.#board, limits: this.#limits };
    const thread: Thread = { worker: startThread('connection', setup), wake: new Int32Array(wake), slot: null };
    this.#threads.add(thread);
    thread.worker.on('message', (message: FromThread) => this.#heard(thread, message));
    let failure: unknown = threadDied();
    thread.worker.on('error', (error) => {
      failure = error;
    });
    thread.worker.on('exit', () => {
      this.#threads.delete(thread);
      if (thread.slot !== null) this.#events.lost(thread.slot, failure);
    });
    post(thread, { kind: 'exports', exports: this.#exports });
    return thread;
  }

  #heard(thread: Thread, message: FromThread): void {
    // It is free before that is heard: the next connection may be waiting.
    if (message.kind === 'ended') thread.slot = null;
    this.#events.heard(message);
    if (message.kind !== 'ended') return;
    const idle = [...this.#threads].filter(({ slot }) => slot === null);
    if (idle.length <= KEPT) return;
    this.#threads.delete(thread);
    void endOne(thread);
  }
}

const threadDied = (): ColdframeError =>
  new ColdframeError('THREAD_DIED', {
    message: 'The thread of an NBD connection ended in the middle of it.',
    guidance:
      'The client was cut off and may connect again; what it was told is durable is so. Please report this with the log.',
  });

/** A message, and a nudge for a thread that sleeps. */
const post = ({ worker, wake }: Thread, message: ToConnection): void => {
  worker.postMessage(message);
  nudge(wake);
};

const endOne = async ({ worker, wake }: Thread): Promise<void> => {
  const ended = endThread(worker);
  nudge(wake);
  await ended;
};

const nudge = (wake: Int32Array): void => {
  Atomics.add(wake, 0, 1);
  Atomics.notify(wake, 0);
};
