import { hostname } from 'node:os';
import { VERSION } from '../version.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the procedures on the console itself. */
export const systemHandlers = (parts: ConsoleParts): HandlersOf<'doctor' | 'ping' | 'shutdown'> => ({
  doctor: async () => {
    const { examine } = await import('../doctor/examine.ts');
    return await examine(parts.home);
  },
  ping: async () => ({
    version: VERSION,
    pid: process.pid,
    host: hostname(),
    home: parts.home,
    startedAt: parts.startedAt.toISOString(),
    runningJobs: parts.board.active,
  }),
  shutdown: async ({ cancelJobs }) => {
    const runningJobs = parts.board.active;
    if (cancelJobs) parts.board.cancelAll();
    parts.requestStop();
    return { runningJobs };
  },
});
