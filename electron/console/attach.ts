import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { NotAccepted, type RemoteConsole } from './carrier/remote-console.ts';
import type { Console } from './console.ts';
import { homeLayout, prepareHome } from './home/directory.ts';
import { homeHeld, whoHolds } from './home/held.ts';
import { type OwnConsole, type OwnerParts, ownHome } from './own-home.ts';
import { reachHolder } from './reach-holder.ts';

/** A console as a shell has it: its own, or that of the process which holds the home. */
export interface Attached extends ConsoleClient {
  /** The console in this process; null when another one's is used. */
  readonly own: Console | null;
  /** Leaves; an own console first finishes what others run in it. `waiting` hears how many jobs and calls those are. */
  close(waiting?: (calls: number) => void): Promise<void>;
}

export interface AttachOptions extends OwnerParts {
  /** How long to try before the holder counts as unreachable. */
  readonly patienceMs?: number;
  /** Hears, once, who holds the home and does not answer, when it is being waited for. */
  readonly waiting?: (holder: string) => void;
}

/** How long a home is waited for in silence. */
const TELL_AFTER_MS = 1000;

/** Owns the home, or connects to the console that does; exit status 11 when that one cannot be reached. */
export const attach = async (home: string, options: AttachOptions): Promise<Attached> => {
  const real = prepareHome(home);
  const layout = homeLayout(real);
  const patience = performance.now() + (options.patienceMs ?? 10_000);
  const since = performance.now();
  let told = false;
  for (let round = 0; ; round += 1) {
    const own = await ownHome(real, options);
    if (own) return owned(own);
    const remote = await reachHolder(layout.holder, patience - performance.now());
    if (!remote && !told && performance.now() - since > TELL_AFTER_MS) {
      told = true;
      options.waiting?.(whoHolds(layout.holder));
    }
    if (remote) return borrowed(remote, () => attach(home, options));
    if (performance.now() >= patience) throw homeHeld(real, layout.holder);
    await sleep(Math.min(20 + round * 10, 200));
  }
};

const owned = (own: OwnConsole): Attached => ({
  own: own.console,
  call: (procedure, input, options) => own.console.call(procedure, input, options),
  close: (waiting) => own.close(waiting),
});

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
        next ??= again();
      }
      return await (await (next as Promise<Attached>)).call(procedure, input, options);
    },
    close: async (waiting) => {
      remote.close();
      if (next) await (await next).close(waiting);
    },
  };
};
