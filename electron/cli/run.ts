import type { Command } from 'commander';
import { attach } from '../console/attach.ts';
import { chooseHome } from '../console/home/directory.ts';
import { logindInhibitor } from '../console/power/inhibitor.ts';
import { type GlobalOptions, Session } from './session.ts';

/** What a command does; answers an exit status other than 0, if any. */
export type Work = (session: Session) => Promise<number | undefined>;

/** Carries out the work of a command: `command` tells its options and its name. */
export type Run = (command: Command, work: Work) => Promise<void>;

/** Ends everything that is cancelled by the first signal, and the process at the second. */
export const cancelOnSignals = (): AbortSignal => {
  const aborter = new AbortController();
  let signals = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      if (process.stderr.isTTY) process.stderr.write('\nCancelling; once more to end at once.\n');
      aborter.abort();
    });
  }
  return aborter.signal;
};

/** Runs commands one after the other in this process and keeps their exit status. */
export const runner = (signal: AbortSignal): { readonly run: Run; readonly status: () => number } => {
  let status = 0;
  return {
    status: () => status,
    run: async (command, work) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const session = sessionOf(options, signal, nameOf(command));
      try {
        status = (await work(session)) ?? 0;
      } finally {
        await session.close();
      }
    },
  };
};

/** A session on the home that the options choose; `command` names it to those who find the home held. */
export const sessionOf = (options: GlobalOptions, signal: AbortSignal, command: string): Session =>
  new Session(options, signal, (hears) =>
    attach(chooseHome(options.home), { command, useCases, shell: { keepAwake }, ...hears }),
  );

const keepAwake = logindInhibitor();

const useCases = async () => (await import('../console/wiring.ts')).engineUseCases;

/** The words of a command without the program's: `tape list`. */
export const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
