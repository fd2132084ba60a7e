import { setTimeout as sleep } from 'node:timers/promises';
import type { InputOf, OutputOf } from '../../shared/contract/contract.ts';
import type { Attached } from '../console/attach.ts';
import type { Session } from './session.ts';

/** How often it is looked whether the console that serves is still there. */
const LOOK_MS = 2000;

/** Serves volumes until a signal, from this process or from the console that holds the home. */
export const serveVolumes = async (session: Session, input: InputOf<'volume.serve'>): Promise<number> =>
  await serveUntilEnded(session, async () => await session.call('volume.serve', input));

/** The same for whatever else is served. */
export const serveUntilEnded = async (
  session: Session,
  serve: () => Promise<OutputOf<'volume.serve'>>,
): Promise<number> => {
  const attached = await session.console();
  const served = await serve();
  show(session, served);
  try {
    await untilEnded(session, attached);
  } finally {
    // The signal that ends the wait would end this call as well.
    await attached.call('volume.stop', { server: served.server }, {}).catch(() => undefined);
  }
  session.answer({ served: served.exports }, () => 'Ended.');
  return 0;
};

const show = ({ options }: Session, { exports }: OutputOf<'volume.serve'>): void => {
  for (const each of exports) {
    if (options.json) process.stderr.write(`${JSON.stringify({ event: 'serving', ...each })}\n`);
    else if (!options.quiet) process.stdout.write(`${each.uri}\n`);
  }
};

/** Ends with the signal, or when this console is asked to end; throws when the console of another process is gone. */
const untilEnded = async ({ signal }: Session, attached: Attached): Promise<void> => {
  const aborted = new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
  if (attached.own !== null) return await Promise.race([attached.own.stopRequested, aborted]);
  while (!signal.aborted) {
    await sleep(LOOK_MS, null, { signal }).catch(() => undefined);
    if (!signal.aborted) await attached.call('ping', {}, {});
  }
};
