import type { OutputOf } from '../../shared/contract/contract.ts';
import { ColdframeError } from '../../shared/errors.ts';
import type { Console } from '../console/console.ts';
import { homeLayout } from '../console/home/directory.ts';
import { lastPort, noteLastPort } from '../web/last-port.ts';
import type { WebOptions, WebPlan } from '../web/web-options.ts';
import type { WebShell } from '../web/web-shell.ts';
import { openInBrowser } from './browser.ts';
import type { Session } from './session.ts';
import { isInteractive } from './terminal/prompt.ts';

export interface ServeOptions extends WebOptions {
  /** Why there is no desktop window, where one was wanted: it is said with the link, in one line. */
  readonly insteadOfDesktop?: string;
}

/** Holds the home and serves commands and browsers until a signal or a caller ends it. */
export const serve = async (session: Session, options: ServeOptions): Promise<number> => {
  const { isLoopback, planWeb } = await import('../web/web-options.ts');
  // Before the home is taken: what cannot be served need not be.
  const plan = planWeb(options);
  const { own } = await session.console();
  if (!own) return await servedAlready(session, options);
  (await import('../platform/job-thread.ts')).keepThreads();
  const { host, port } = plan;
  const noted = isLoopback(host)
    ? null
    : own.audit.begin('serve', {
        context: { host, port, tls: plan.tls !== null, metrics: plan.metricsToken !== null },
      });
  const web = await openAgain(session, own, plan).catch((thrown: unknown) => {
    noted?.end({ thrown });
    throw thrown;
  });
  const stopHearing = (await import('../console/power/logind-sleep.ts')).followLogind(own.power);
  try {
    own.browsers.link = () => web.link();
    show(session, own.home, await session.call('web.link', {}), options);
    if (options.insteadOfDesktop === undefined) session.note(`Serving ${own.home}. ${hint()}`);
    own.keepSchedules(true);
    await untilEnded(session, own);
  } finally {
    stopHearing();
    own.browsers.link = null;
    await web.close();
    noted?.end({ warned: false });
  }
  session.answer({ served: own.home }, () => 'Ended.');
  return 0;
};

/** Serves at the port of last time where any will do, so that pages which are open since then find the console again. */
const openAgain = async (session: Session, own: Console, plan: WebPlan): Promise<WebShell> => {
  const { openWebShell } = await import('../web/web-shell.ts');
  const { webPort } = homeLayout(own.home);
  const last = plan.port === 0 ? lastPort(webPort, plan.host) : null;
  const again = last === null ? null : await openWebShell(own, { ...plan, port: last }).catch(passTaken);
  const web = again ?? (await openWebShell(own, plan));
  noteLastPort(webPort, { host: plan.host, port: web.port });
  if (last !== null && again === null) {
    session.note(
      `Port ${last}, where this home was served last, is taken: it is served at port ${web.port}, and pages that are still open have to be opened by a fresh link.`,
    );
  }
  return web;
};

const passTaken = (thrown: unknown): null => {
  if (isOneOf(thrown, ['CANNOT_LISTEN'])) return null;
  throw thrown;
};

/** A fresh link to the console that serves the home; opened where there is a display, unless told otherwise. */
export const open = async (session: Session, { browser }: { readonly browser: boolean }): Promise<number> => {
  const link = await session.call('web.link', {});
  session.answer(link, () => link.url);
  if (browser && !session.options.json) openInBrowser(link.url, await homeOf(session));
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

/** `open`: the command that prints a link, as whoever started this can give it. */
const hint = (open = 'coldframe open'): string =>
  `${isInteractive() ? 'Enter' : open} prints a fresh link, Ctrl-C ends it.`;

/** Only a checkout has a desktop to stand in for, and its commands are not in the path. */
const OPEN_IN_CHECKOUT = 'npm run -s coldframe -- open';

/** Says where the console is to be found: the link on a line of its own. With --json a line of its own among the events. */
const show = (
  session: Session,
  home: string,
  { url, expiresAt }: OutputOf<'web.link'>,
  options: ServeOptions,
): void => {
  const { json, quiet } = session.options;
  const why = options.insteadOfDesktop;
  if (json) process.stderr.write(`${JSON.stringify({ event: 'serving', url, expiresAt })}\n`);
  else if (why !== undefined) {
    process.stdout.write(
      `Coldframe is in your browser, because ${why}. The link is good once; ${hint(OPEN_IN_CHECKOUT)}\n${url}\n`,
    );
    openInBrowser(url, home);
  } else if (!quiet) process.stdout.write(`${url}\n`);
};

const untilEnded = async (session: Session, own: Console): Promise<void> => {
  const { signal } = session;
  const stopListening = isInteractive() ? onEnter(() => void freshLink(session)) : () => undefined;
  if (!signal.aborted) {
    await Promise.race([
      own.stopRequested,
      new Promise((done) => signal.addEventListener('abort', done, { once: true })),
    ]);
  }
  stopListening();
  own.keepSchedules(false);
  if (signal.aborted) own.interruptAll();
  await own.idle();
};

const freshLink = async (session: Session): Promise<void> => {
  const { url } = await session.call('web.link', {});
  process.stdout.write(`${url}\n`);
};

const onEnter = (then: () => void): (() => void) => {
  const { stdin } = process;
  const take = (data: Buffer) => {
    if (data.includes(10)) then();
  };
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.pause();
  };
};

/** Leads to the console that serves the home; says who holds it when that one has no web shell. */
const servedAlready = async (session: Session, options: ServeOptions): Promise<number> => {
  const { home, pid } = await session.call('ping', {});
  try {
    const link = await session.call('web.link', {});
    if (options.insteadOfDesktop === undefined) session.note(`The home ${home} is served by process ${pid} already.`);
    if (session.options.json) session.answer({ home, pid, ...link }, () => '');
    else show(session, home, link, options);
    return 0;
  } catch (cause) {
    // One of an older version knows no such procedure.
    if (!isOneOf(cause, ['WEB_NOT_SERVED', 'USAGE'])) throw cause;
    throw new ColdframeError('HOME_HELD', {
      message: `The home ${home} is held by process ${pid}, which serves no browsers.`,
      guidance:
        'Commands reach it as they are. To have it in a browser wait for it to end, or end it with: coldframe shutdown',
      context: { home, pid },
      cause,
    });
  }
};

const isOneOf = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof ColdframeError && codes.includes(error.code);

const homeOf = async (session: Session): Promise<string> => (await session.call('ping', {})).home;
