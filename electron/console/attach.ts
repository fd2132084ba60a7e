import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { connectSocket, NotAccepted, type RemoteConsole } from './carrier/socket-client.ts';
import type { SocketServer } from './carrier/socket-server.ts';
import type { Console } from './console.ts';
import type { ShellHooks } from './handlers/parts.ts';
import { homeLayout, prepareHome } from './home/directory.ts';
import { announceHolder, readHolder, retractHolder } from './home/holder.ts';
import { type HomeLock, tryLock } from './home/lock.ts';
import { socketPlace } from './home/socket-place.ts';
import type { UseCases } from './use-cases.ts';
import { VERSION } from './version.ts';

/** A console as a shell has it: its own, or that of the process which holds the home. */
export interface Attached extends ConsoleClient {
  /** The console in this process; null when another one's is used. */
  readonly own: Console | null;
  /** Leaves; an own console first finishes what others run in it. `waiting` hears how many jobs and calls those are. */
  close(waiting?: (calls: number) => void): Promise<void>;
}

export interface AttachOptions {
  /** Name of the command, for those who find the home held. */
  readonly command: string;
  readonly useCases: () => Promise<UseCases>;
  /** What this process can do for the console when it owns it. */
  readonly shell?: ShellHooks;
  /** How long to try before the holder counts as unreachable. */
  readonly patienceMs?: number;
}

const PROTOCOL = 1;

/** Owns the home, or connects to the console that does; exit status 11 when that one cannot be reached. */
export const attach = async (home: string, options: AttachOptions): Promise<Attached> => {
  const real = prepareHome(home);
  const layout = homeLayout(real);
  const patience = performance.now() + (options.patienceMs ?? 10_000);
  for (let round = 0; ; round += 1) {
    const lock = tryLock(layout.lock);
    if (lock) return await own(real, lock, options);
    const holder = readHolder(layout.holder);
    const left = patience - performance.now();
    const remote = holder && left > 0 ? await connectSocket(holder.socket, PROTOCOL, left) : null;
    if (remote) return borrowed(remote, () => attach(home, options));
    if (performance.now() >= patience) throw held(real, layout.holder);
    await sleep(Math.min(20 + round * 10, 200));
  }
};

/** Opens the console and its socket with the lock taken; gives everything back if that fails. */
const own = async (home: string, lock: HomeLock, { command, useCases, shell }: AttachOptions): Promise<Attached> => {
  const layout = homeLayout(home);
  let console: Console | undefined;
  let server: SocketServer | undefined;
  const release = () => {
    console?.close();
    retractHolder(layout.holder);
    lock.release();
  };
  try {
    const socket = socketPlace(home);
    const [{ openConsole }, { serveSocket }] = await Promise.all([
      import('./console.ts'),
      import('./carrier/socket-server.ts'),
    ]);
    console = openConsole(home, await useCases(), shell);
    server = await serveSocket(socket, console);
    announceHolder(layout.holder, { startedAt: new Date().toISOString(), version: VERSION, command, socket });
  } catch (error) {
    await server?.close();
    release();
    throw error;
  }
  const mine = console;
  const serving = server;
  return {
    own: mine,
    call: (procedure, input, callOptions) => mine.call(procedure, input, callOptions),
    close: async (waiting) => {
      if (mine.active > 0 || serving.waiting > 0) waiting?.(Math.max(mine.active, serving.waiting));
      await mine.idle();
      await serving.close();
      await mine.idle();
      release();
    },
  };
};

/** Calls go to the holder; a call that it did not take, because it is ending, goes to whoever holds the home next. */
const borrowed = (remote: RemoteConsole, again: () => Promise<Attached>): Attached => {
  let next: Promise<Attached> | null = null;
  return {
    own: null,
    call: async <P extends ProcedureName>(
      procedure: P,
      input: InputOf<P>,
      options?: CallOptions,
    ): Promise<OutputOf<P>> => {
      try {
        if (!next) return await remote.call(procedure, input, options);
      } catch (error) {
        if (!(error instanceof NotAccepted)) throw error;
        next = again();
      }
      return await (await (next as Promise<Attached>)).call(procedure, input, options);
    },
    close: async (waiting) => {
      remote.close();
      if (next) await (await next).close(waiting);
    },
  };
};

const held = (home: string, note: string): ColdframeError => {
  const holder = readHolder(note);
  const who = holder
    ? `process ${holder.pid} on ${holder.host} (coldframe ${holder.command}, since ${holder.startedAt})`
    : 'another process';
  return new ColdframeError('HOME_HELD', {
    message: `The home ${home} is held by ${who}, which does not answer.`,
    guidance: 'Wait for it to end, or end it; or use another home with --home.',
    context: { home, ...(holder ? { pid: holder.pid, host: holder.host } : {}) },
  });
};
