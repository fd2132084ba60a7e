import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import { type InputOf, type OutputOf, PROCEDURES, type ProcedureName } from '../../shared/contract/contract.ts';
import { eventFrame, PROTOCOL_VERSION, serverFrame } from '../../shared/contract/frames.ts';
import { backoffMs } from './backoff.ts';
import type { Carrier, Link } from './carrier.ts';
import { connectionLost, foreignAnswer, fromWire, notAnswering, notConnected, otherVersion } from './errors.ts';
import { heartbeat } from './heartbeat.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly version: string; readonly pid: number }
  /** Connected, but it has answered nothing for a while. */
  | { readonly kind: 'silent'; readonly version: string; readonly pid: number }
  | { readonly kind: 'lost'; readonly attempt: number; readonly retryInMs: number }
  | { readonly kind: 'incompatible'; readonly version: string };

export interface RemoteConsole extends ConsoleClient {
  /** Tries at once instead of at the end of the wait; gives up a connection over which nothing is answered, with what is pending. */
  retryNow(): void;
  close(): void;
}

interface Pending {
  readonly procedure: ProcedureName;
  readonly options: CallOptions;
  readonly done: (output: unknown) => void;
  readonly fail: (error: Error) => void;
}

interface Surroundings {
  readonly changed: (state: ConnectionState) => void;
  readonly random?: () => number;
}

/**
 * A console at the other end of a carrier. A connection that ends fails what was pending, and is opened again after a
 * wait that grows; a call made meanwhile fails at once. Nothing is sent twice: what to repeat is the caller's decision.
 * While the console is there and does not answer, what was asked before stays pending: it may have been taken, and is
 * answered when the console goes on. What is asked then is not sent, so that nothing happens much later than anybody meant it.
 */
export const remoteConsole = (carrier: Carrier, { changed, random = Math.random }: Surroundings): RemoteConsole => {
  const pending = new Map<number, Pending>();
  let link: Link | null = null;
  let greeted: { readonly version: string; readonly pid: number } | null = null;
  let silent = false;
  let attempt = 0;
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const failAll = (error: () => Error) => {
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.fail(error());
  };

  const alive = heartbeat({
    // Nobody waits for this answer: that one comes is all there is to know.
    ask: () => {
      last += 1;
      link?.send({ kind: 'call', request: last, procedure: 'ping', input: {} });
    },
    silent: () => {
      silent = true;
      if (greeted) changed({ kind: 'silent', ...greeted });
    },
    back: () => {
      silent = false;
      if (greeted) changed({ kind: 'open', ...greeted });
    },
  });

  const open = () => {
    timer = undefined;
    greeted = null;
    const own = carrier.open({
      frame: (raw) => own === link && take(raw),
      closed: () => {
        if (ended || (link !== null && own !== link)) return;
        link = null;
        greeted = null;
        silent = false;
        alive.end();
        failAll(connectionLost);
        const retryInMs = backoffMs(attempt, random());
        attempt += 1;
        changed({ kind: 'lost', attempt, retryInMs });
        timer = setTimeout(open, retryInMs);
      },
    });
    link = own;
  };

  const take = (raw: unknown) => {
    const parsed = serverFrame.safeParse(raw);
    if (!parsed.success) {
      // A console of a later version may tell more: what this one does not know is not for it.
      if (eventFrame.safeParse(raw).success) alive.heard();
      else link?.close();
      return;
    }
    const frame = parsed.data;
    if (frame.kind === 'hello') {
      if (frame.protocol !== PROTOCOL_VERSION) return refuse(frame.version);
      greeted = { version: frame.version, pid: frame.pid };
      silent = false;
      attempt = 0;
      alive.begin();
      return changed({ kind: 'open', ...greeted });
    }
    // In the window its own process accepts calls, and the console behind it may hang.
    if (frame.kind !== 'accepted') alive.heard();
    const call = pending.get(frame.request);
    if (!call || frame.kind === 'accepted') return;
    if (frame.kind === 'event') return call.options.onEvent?.(frame.event);
    pending.delete(frame.request);
    if (frame.kind === 'error') return call.fail(fromWire(frame.error));
    const output = PROCEDURES[call.procedure].output.safeParse(frame.output);
    if (output.success) call.done(output.data);
    else call.fail(foreignAnswer(call.procedure));
  };

  const refuse = (version: string) => {
    ended = true;
    alive.end();
    link?.close();
    failAll(() => otherVersion(version));
    changed({ kind: 'incompatible', version });
  };

  changed({ kind: 'connecting' });
  open();
  return {
    call: <P extends ProcedureName>(procedure: P, input: InputOf<P>, options: CallOptions = {}) =>
      new Promise<OutputOf<P>>((resolve, reject) => {
        if (link === null || !greeted) return reject(notConnected());
        if (silent) return reject(notAnswering());
        const own = link;
        last += 1;
        const request = last;
        const cancel = () => pending.has(request) && own.send({ kind: 'cancel', request });
        const settled = () => options.signal?.removeEventListener('abort', cancel);
        pending.set(request, {
          procedure,
          options,
          done: (output) => {
            settled();
            resolve(output as OutputOf<P>);
          },
          fail: (error) => {
            settled();
            reject(error);
          },
        });
        try {
          own.send({
            kind: 'call',
            request,
            procedure,
            input,
            ...(options.secrets ? { secrets: { ...options.secrets } } : {}),
          });
        } catch (error) {
          pending.delete(request);
          reject(error);
          return;
        }
        options.signal?.addEventListener('abort', cancel, { once: true });
        if (options.signal?.aborted) cancel();
      }),
    retryNow: () => {
      // That its other end is gone may not show for a quarter of an hour.
      if (silent) link?.close();
      if (timer === undefined) return;
      clearTimeout(timer);
      open();
    },
    close: () => {
      ended = true;
      alive.end();
      clearTimeout(timer);
      link?.close();
      link = null;
      failAll(connectionLost);
    },
  };
};
