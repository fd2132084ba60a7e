import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Failpoint } from '../../platform/failpoints.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../dist/coldframe.js');

/** A place at which a command kills itself: a failpoint, at its first or its nth hit. */
export type KilledAt = Failpoint | `${Failpoint}:${number}`;

/** Starts the built program with a home of its own; what it says is not read. `at`: where it kills itself. */
export const startCommand = (home: string, args: readonly string[], at?: KilledAt): ChildProcess => {
  const env = { ...process.env, COLDFRAME_FAILPOINT: at ?? '' };
  return spawn(process.execPath, [PROGRAM, '--home', home, '--json', ...args], { env, stdio: 'ignore' });
};

/** How a process ends: its signal, else its status. */
export const endOf = async (child: ChildProcess): Promise<NodeJS.Signals | number> => {
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? status ?? -1;
};

/** Runs a command of the built program to its end. */
export const runCommand = (home: string, args: readonly string[], at?: KilledAt): Promise<NodeJS.Signals | number> =>
  endOf(startCommand(home, args, at));
