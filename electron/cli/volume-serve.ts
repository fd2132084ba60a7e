import { setTimeout as sleep } from 'node:timers/promises';
import type { InputOf, OutputOf } from '../../shared/contract/contract.ts';
import type { ExportFailure } from '../../shared/contract/volumes.ts';
import { ERROR_CODES, type ErrorCode, EXIT_STATUS, EXIT_WARNINGS } from '../../shared/error-codes.ts';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import type { Attached } from '../console/attach.ts';
import type { Session } from './session.ts';
import { warningLines } from './warnings.ts';

/** How often it is looked whether the console that serves is still there. */
const LOOK_MS = 2000;
/** What went wrong when what was written could not be made durable in the end. */
const LOSSES: readonly string[] = ['IO', 'DISK_FULL'];

/** What went wrong while volumes were served; each is said once. */
class Failures {
  readonly #session: Session;
  readonly #server: string;
  readonly #said = new Map<string, ExportFailure & { readonly export: string }>();

  constructor(session: Session, server: string) {
    this.#session = session;
    this.#server = server;
  }

  get all(): readonly (ExportFailure & { readonly export: string })[] {
    return [...this.#said.values()];
  }

  async look(attached: Attached): Promise<void> {
    const { exports } = await attached.call('volume.served', { server: this.#server }, {});
    for (const { export: name, failures } of exports)
      for (const failure of failures) if (!this.#said.has(`${name} ${failure.message}`)) this.#say(name, failure);
  }

  #say(name: string, failure: ExportFailure): void {
    const told = { export: name, ...failure };
    this.#said.set(`${name} ${failure.message}`, told);
    const { options } = this.#session;
    if (options.json) process.stderr.write(`${JSON.stringify({ event: 'failed', ...told })}\n`);
    else this.#session.note(`${name}: ${failure.message}`);
  }
}

/** Serves volumes until a signal, from this process or from the console that holds the home. */
export const serveVolumes = async (session: Session, input: InputOf<'volume.serve'>): Promise<number> =>
  await serveUntilEnded(session, async () => await session.call('volume.serve', input));

type Served = Pick<OutputOf<'volume.serve'>, 'server' | 'exports'> &
  Partial<Pick<OutputOf<'volume.serve'>, 'warnings'>>;

/** The same for whatever else is served. */
export const serveUntilEnded = async (session: Session, serve: () => Promise<Served>): Promise<number> => {
  const attached = await session.console();
  const served = await serve();
  const failures = new Failures(session, served.server);
  show(session, served);
  let unsettled: ColdframeError | null = null;
  try {
    await untilEnded(session, attached, failures);
    await failures.look(attached).catch(() => undefined);
  } finally {
    // The signal that ends the wait would end this call as well.
    unsettled = await attached.call('volume.stop', { server: served.server }, {}).then(
      () => null,
      (error: unknown) => asColdframeError(error),
    );
  }
  // Otherwise it was stopped by somebody else, or its console has ended, which settles what it serves.
  if (unsettled !== null && LOSSES.includes(unsettled.code)) throw unsettled;
  const { all } = failures;
  const { warnings = [] } = served;
  session.answer({ served: served.exports, failures: all, warnings }, () => 'Ended.');
  if (all.some(({ code }) => ERROR_CODES[code as ErrorCode]?.kind === 'damaged')) return EXIT_STATUS.damaged;
  return warnings.length > 0 ? EXIT_WARNINGS : 0;
};

const show = (session: Session, { exports, warnings = [] }: Served): void => {
  const { options } = session;
  for (const each of options.json ? warnings : [])
    process.stderr.write(`${JSON.stringify({ event: 'warning', ...each })}\n`);
  for (const line of options.json ? [] : warningLines(warnings)) session.note(line);
  for (const each of exports) {
    if (options.json) process.stderr.write(`${JSON.stringify({ event: 'serving', ...each })}\n`);
    else if (!options.quiet) process.stdout.write(`${each.uri}\n`);
  }
};

/** Ends with the signal, or when this console is asked to end; throws when the console of another process is gone. */
const untilEnded = async ({ signal }: Session, attached: Attached, failures: Failures): Promise<void> => {
  let asked = false;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  void attached.own?.stopRequested.then(() => {
    asked = true;
    end();
  });
  while (!signal.aborted && !asked) {
    await sleep(LOOK_MS, null, { signal: ended.signal }).catch(() => undefined);
    if (!signal.aborted && !asked) await failures.look(attached);
  }
};
