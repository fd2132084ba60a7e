import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import type { Console } from '../console/console.ts';
import { homeLayout, prepareHome } from '../console/home/directory.ts';
import { homeHeld } from '../console/home/held.ts';
import type { OwnConsole, OwnerParts } from '../console/own-home.ts';
import { reachHolder } from '../console/reach-holder.ts';
import { withWholePictures } from './whole-pictures.ts';

/** The console behind a window: of this process, or of the one that holds the home. */
export interface WindowConsole extends ConsoleClient {
  /** The console in this process; null when another one's is used. */
  readonly own: Console | null;
  /** Once: the other process has ended, or the connection to it. Never of an own console. */
  onLost(listener: () => void): void;
  /** An own console takes nothing more from other processes. */
  refuse(): void;
  /** Leaves; an own console first finishes what others run in it. */
  close(): Promise<void>;
}

export type ReachConsole = (home: string, parts: OwnerParts) => Promise<WindowConsole>;

const PATIENCE_MS = 3000;

/**
 * Connects to the console that holds the home, or holds it from here on. A holder is asked before the lock, because a
 * runtime that lacks what an own console needs can still show another one's.
 */
export const reachConsole: ReachConsole = async (home, parts) => {
  const real = prepareHome(home);
  const { holder } = homeLayout(real);
  const patience = performance.now() + PATIENCE_MS;
  for (;;) {
    const remote = await reachHolder(holder, patience - performance.now());
    if (remote) {
      const followed = withWholePictures(remote);
      return {
        own: null,
        call: (procedure, input, options) => followed.call(procedure, input, options),
        onLost: (listener) => remote.onClose(listener),
        refuse: () => undefined,
        close: async () => remote.close(),
      };
    }
    const own = await hold(real, parts);
    if (own) {
      return {
        own: own.console,
        call: (procedure, input, options) => own.console.call(procedure, input, options),
        onLost: () => undefined,
        refuse: () => own.refuse(),
        close: () => own.close(),
      };
    }
    if (performance.now() >= patience) throw homeHeld(real, holder);
    await sleep(100);
  }
};

/** Takes the home if it is free; loaded only now, as not every runtime can. */
const hold = async (home: string, parts: OwnerParts): Promise<OwnConsole | null> => {
  let ownHome: typeof import('../console/own-home.ts').ownHome;
  try {
    ({ ownHome } = await import('../console/own-home.ts'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw asColdframeError(cause);
    const { electron, node } = process.versions;
    throw new ColdframeError('RUNTIME_TOO_OLD', {
      message: `No console holds the home ${home}, and Electron ${electron} cannot: its Node ${node} lacks ${(cause as Error).message.replace('No such built-in module: ', '')}.`,
      guidance: 'Start a console with: coldframe serve. This window then connects to it. Or use a newer Electron.',
      context: { home },
      cause,
    });
  }
  const own = await ownHome(home, parts);
  if (own === null) return null;
  (await import('../platform/job-thread.ts')).keepThreads();
  own.console.keepSchedules(true);
  return own;
};
