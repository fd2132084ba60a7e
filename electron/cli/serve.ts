import { ColdframeError } from '../../shared/errors.ts';
import type { Session } from './session.ts';

/** Holds the home until a signal or a caller ends it. */
export const serve = async (
  session: Session,
  options: { readonly host?: string; readonly port?: string; readonly tokenFile?: string },
): Promise<number> => {
  if (options.host !== undefined || options.port !== undefined || options.tokenFile !== undefined) {
    throw new ColdframeError('NOT_BUILT', {
      message: 'The web shell is not there yet: --host, --port and --token-file have nothing to act on.',
      guidance: 'Leave them out: the console then serves commands on the local socket of its home.',
    });
  }
  const { own } = await session.console();
  const { home, pid } = await session.call('ping', {});
  if (!own) {
    throw new ColdframeError('HOME_HELD', {
      message: `The home ${home} is held by process ${pid}, which serves it already.`,
      guidance: 'Commands reach it as they are. End it first if this one is to take over: coldframe shutdown',
      context: { home, pid },
    });
  }
  session.note(`Serving ${home}; Ctrl-C ends it.`);
  const { signal } = session;
  await Promise.race([
    own.stopRequested,
    new Promise((done) => signal.addEventListener('abort', done, { once: true })),
  ]);
  if (signal.aborted) own.cancelAll();
  await own.idle();
  session.answer({ served: home }, () => 'Ended.');
  return 0;
};

/** Asks the console that holds the home to end. */
export const shutdown = async (session: Session, cancelJobs: boolean): Promise<number> => {
  const { own } = await session.console();
  if (own) {
    session.answer({ runningJobs: 0 }, () => 'No console is serving this home.');
    return 0;
  }
  const result = await session.call('shutdown', { cancelJobs });
  session.answer(result, () =>
    result.runningJobs > 0 && !cancelJobs
      ? `It ends once ${result.runningJobs === 1 ? 'its job is' : `its ${result.runningJobs} jobs are`} done.`
      : 'It is ending.',
  );
  return 0;
};
