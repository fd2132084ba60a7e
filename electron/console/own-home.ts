import { existsSync } from 'node:fs';
import type { SocketServer } from './carrier/socket-server.ts';
import type { Console } from './console.ts';
import type { ShellHooks } from './handlers/parts.ts';
import { homeLayout } from './home/directory.ts';
import { announceHolder, retractHolder } from './home/holder.ts';
import { type HomeLock, tryLock } from './home/lock.ts';
import { demandDatabase } from './home/missing-database.ts';
import { giveReserve, isNearlyFull } from './home/reserve.ts';
import { socketPlace } from './home/socket-place.ts';
import type { UseCases } from './use-cases.ts';
import { VERSION } from './version.ts';

/** What a process brings along that wants to own a home. */
export interface OwnerParts {
  /** Name of the command, for those who find the home held. */
  readonly command: string;
  readonly useCases: () => Promise<UseCases>;
  /** What this process can do for the console when it owns it. */
  readonly shell?: ShellHooks;
  /** Hears that the disk of the home is full, and that the last room there was taken to open it all the same. */
  readonly diskFull?: (home: string) => void;
}

/** The console in this process, with its socket. */
export interface OwnConsole {
  readonly console: Console;
  /** Takes nothing more that others want to run in it: its state is not to be trusted. */
  refuse(): void;
  /** Finishes what others run in it, then gives the home back. `waiting` hears how many jobs and calls those are. */
  close(waiting?: (calls: number) => void): Promise<void>;
}

/**
 * Takes the home, the real path of one that was prepared; null when another process has it. Where its disk is full, or nearly, the room that
 * was set aside for that is given back. Throws HOME_DATABASE_MISSING for a home that was in use and has no database.
 */
export const ownHome = async (home: string, parts: OwnerParts): Promise<OwnConsole | null> => {
  if (isNearlyFull(home) && giveReserve(home)) parts.diskFull?.(home);
  const lock = tryLock(homeLayout(home).lock);
  if (lock === null) return null;
  try {
    demandDatabase(home);
  } catch (error) {
    lock.release();
    throw error;
  }
  return await open(home, lock, parts);
};

/** Opens the console and its socket with the lock taken; gives everything back if that fails. */
const open = async (home: string, lock: HomeLock, { command, useCases, shell }: OwnerParts): Promise<OwnConsole> => {
  const layout = homeLayout(home);
  let console: Console | undefined;
  let server: SocketServer | undefined;
  const release = async () => {
    try {
      await console?.close();
    } finally {
      // Beside a database that is gone the note stays, as a sign that there was one.
      if (existsSync(layout.database)) retractHolder(layout.holder);
      lock.release();
    }
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
    await release();
    throw error;
  }
  const mine = console;
  const serving = server;
  return {
    console: mine,
    refuse: () => serving.refuse(),
    close: async (waiting) => {
      mine.keepSchedules(false);
      if (mine.active > 0 || serving.waiting > 0) waiting?.(Math.max(mine.active, serving.waiting));
      await mine.idle();
      await serving.close();
      await mine.idle();
      await release();
    },
  };
};
