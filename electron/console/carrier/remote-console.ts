import type { CallOptions, ConsoleClient } from '../../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../../shared/contract/contract.ts';
import type { ClientFrame, ServerFrame } from '../../../shared/contract/frames.ts';
import { ColdframeError, type ErrorData } from '../../../shared/errors.ts';
import type { Transport } from './transport.ts';

export interface RemoteConsole extends ConsoleClient {
  /** Once: the connection has ended, whoever ended it. */
  onClose(listener: () => void): void;
  close(): void;
}

/** A call was not taken by the console it was sent to, which is ending: nothing happened, it may be sent to the next one. */
export class NotAccepted extends Error {}

interface Pending {
  accepted: boolean;
  readonly options: CallOptions;
  readonly done: (output: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** The console at the other end of a connection; null when it speaks another protocol, or ends before it greets. */
export const greetedConsole = (transport: Transport, protocol: number): Promise<RemoteConsole | null> =>
  new Promise((done) => {
    const pending = new Map<number, Pending>();
    transport.onClose(() => {
      done(null);
      for (const call of pending.values()) call.fail(call.accepted ? lost() : new NotAccepted());
      pending.clear();
    });
    transport.onFrame((raw) => {
      const frame = raw as ServerFrame;
      if (frame.kind !== 'hello') take(frame, pending);
      else if (frame.protocol === protocol) done(remote(transport, pending));
      else transport.close();
    });
  });

const remote = (transport: Transport, pending: Map<number, Pending>): RemoteConsole => {
  let last = 0;
  return {
    onClose: (listener) => transport.onClose(listener),
    close: () => transport.close(),
    call: <P extends ProcedureName>(procedure: P, input: InputOf<P>, options: CallOptions = {}) => {
      last += 1;
      const request = last;
      const { signal, secrets } = options;
      return new Promise<OutputOf<P>>((done, fail) => {
        if (transport.closed) {
          fail(new NotAccepted());
          return;
        }
        const send = (frame: ClientFrame) => transport.send(frame);
        const cancel = () => send({ kind: 'cancel', request });
        const settle =
          <T>(finish: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener('abort', cancel);
            pending.delete(request);
            finish(value);
          };
        pending.set(request, {
          accepted: false,
          options,
          done: settle((output) => done(output as OutputOf<P>)),
          fail: settle(fail),
        });
        try {
          send({ kind: 'call', request, procedure, input, ...(secrets ? { secrets } : {}) });
        } catch (error) {
          pending.delete(request);
          fail(error as Error);
          return;
        }
        signal?.addEventListener('abort', cancel, { once: true });
        if (signal?.aborted) cancel();
      });
    },
  };
};

const take = (frame: Exclude<ServerFrame, { kind: 'hello' }>, pending: Map<number, Pending>): void => {
  const call = pending.get(frame.request);
  if (!call) return;
  if (frame.kind === 'accepted') call.accepted = true;
  else if (frame.kind === 'event') call.options.onEvent?.(frame.event);
  else if (frame.kind === 'answer') call.done(frame.output);
  else call.fail(ColdframeError.fromData(frame.error as ErrorData));
};

const lost = (): ColdframeError =>
  new ColdframeError('CONSOLE_LOST', {
    message: 'The console that ran this command ended before it answered.',
    guidance:
      'See what became of it with: coldframe job list. An interrupted backup goes on with: coldframe job resume ID',
  });
