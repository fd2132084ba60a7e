import type { Socket } from 'node:net';
import type { ConsoleClient, Secrets } from '../../../shared/contract/calls.ts';
import { type InputOf, PROCEDURES, type ProcedureName } from '../../../shared/contract/contract.ts';
import { type ClientFrame, clientFrame, type ServerFrame } from '../../../shared/contract/frames.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { onFrames, sendFrame } from './lines.ts';

interface Host {
  readonly track: (call: Promise<void>) => void;
  readonly accepting: () => boolean;
}

type Call = Extract<ClientFrame, { kind: 'call' }>;

/** Answers the calls of one connection. When it breaks, queries are dropped; jobs go on, they are the console's. */
export const serveConnection = (socket: Socket, console: ConsoleClient, { track, accepting }: Host): void => {
  const running = new Map<number, AbortController>();
  const queries = new Set<AbortController>();
  const send = (frame: ServerFrame) => sendFrame(socket, frame);

  const serve = async (call: Call) => {
    const { request } = call;
    const aborter = new AbortController();
    running.set(request, aborter);
    try {
      const procedure = procedureNamed(call.procedure);
      const input = inputOf(procedure, call.input);
      if (PROCEDURES[procedure].nature === 'query') queries.add(aborter);
      const output = await console.call(procedure, input, {
        signal: aborter.signal,
        ...(call.secrets ? { secrets: secretsOf(call.secrets) } : {}),
        onEvent: (event) => {
          // A caller that reads slowly misses samples, which the next ones replace, and nothing else.
          if (event.event !== 'job' && socket.writableNeedDrain) return false;
          send({ kind: 'event', request, event });
          return true;
        },
      });
      send({ kind: 'answer', request, output });
    } catch (thrown) {
      send({ kind: 'error', request, error: asColdframeError(thrown).toData() });
    } finally {
      running.delete(request);
      queries.delete(aborter);
    }
  };

  onFrames(socket, (raw) => {
    const frame = clientFrame.parse(raw);
    if (frame.kind === 'cancel') {
      running.get(frame.request)?.abort();
    } else if (accepting()) {
      send({ kind: 'accepted', request: frame.request });
      track(serve(frame));
    }
  });
  socket.on('close', () => {
    for (const query of queries) query.abort();
  });
};

const procedureNamed = (name: string): ProcedureName => {
  if (Object.hasOwn(PROCEDURES, name)) return name as ProcedureName;
  throw new ColdframeError('USAGE', {
    message: `The console that holds the home has no procedure ${name}.`,
    guidance: 'It is of another version: end it and start it again with this one.',
    context: { procedure: name },
  });
};

/** The input as the schema has it; what does not fit is the caller's mistake. */
const inputOf = <P extends ProcedureName>(procedure: P, input: unknown): InputOf<P> => {
  const parsed = PROCEDURES[procedure].input.safeParse(input);
  if (parsed.success) return parsed.data as InputOf<P>;
  const [issue] = parsed.error.issues;
  throw new ColdframeError('USAGE', {
    message: `${procedure}: ${issue?.path.join('.') || 'the input'}: ${issue?.message}.`,
    guidance: 'See the contract of the procedure, or the help of the command.',
    context: { procedure },
  });
};

const secretsOf = ({ passphrase, recoveryCode, newPassphrase }: NonNullable<Call['secrets']>): Secrets => ({
  ...(passphrase === undefined ? {} : { passphrase }),
  ...(recoveryCode === undefined ? {} : { recoveryCode }),
  ...(newPassphrase === undefined ? {} : { newPassphrase }),
});
