import type { ConsoleClient, Secrets } from '../../../shared/contract/calls.ts';
import { type InputOf, PROCEDURES, type ProcedureName } from '../../../shared/contract/contract.ts';
import { type ClientFrame, clientFrame, type ServerFrame } from '../../../shared/contract/frames.ts';
import type { Procedure, ProcedureNature } from '../../../shared/contract/procedure.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { inputFault } from './input-fault.ts';
import { LatestEvents } from './latest-events.ts';
import type { Transport } from './transport.ts';

export interface Host {
  readonly track: (call: Promise<void>, nature: ProcedureNature) => void;
  readonly accepting: () => boolean;
}

type Call = Extract<ClientFrame, { kind: 'call' }>;

/** Calls that one connection may have under way: far more than a person and their screens ask for at a time. */
const MOST_CALLS = 1000;

/** Answers the calls of one connection. When it breaks, queries are dropped, and commands that end with their caller; the rest goes on, it is the console's. */
export const serveConnection = (transport: Transport, console: ConsoleClient, { track, accepting }: Host): void => {
  const running = new Map<number, AbortController>();
  const callersOwn = new Set<AbortController>();
  const events = new LatestEvents(transport);
  const send = (frame: ServerFrame) => {
    transport.send(frame);
    // Whoever does not read his answers asks nothing more meanwhile, so what waits for him stays bounded.
    if (transport.congested) transport.pause();
  };
  transport.onDrain(() => transport.resume());

  const serve = async (call: Call) => {
    const { request } = call;
    const aborter = new AbortController();
    running.set(request, aborter);
    try {
      const procedure = procedureNamed(call.procedure);
      const input = inputOf(procedure, call.input);
      if (endsWithCaller(PROCEDURES[procedure])) callersOwn.add(aborter);
      const output = await console.call(procedure, input, {
        signal: aborter.signal,
        ...(call.secrets ? { secrets: secretsOf(call.secrets) } : {}),
        onEvent: (event) => events.send(request, event),
      });
      events.finish(request);
      send({ kind: 'answer', request, output });
    } catch (thrown) {
      events.finish(request);
      send({ kind: 'error', request, error: asColdframeError(thrown).toData() });
    } finally {
      running.delete(request);
      callersOwn.delete(aborter);
    }
  };

  transport.onFrame((raw) => {
    const frame = clientFrame.parse(raw);
    if (frame.kind === 'cancel') {
      running.get(frame.request)?.abort();
    } else if (running.has(frame.request)) {
      throw new Error('a request number is used twice');
    } else if (running.size >= MOST_CALLS) {
      send({ kind: 'error', request: frame.request, error: tooManyCalls().toData() });
    } else if (accepting()) {
      send({ kind: 'accepted', request: frame.request });
      const call = serve(frame);
      if (!isEndless(frame.procedure)) track(call, natureOf(frame.procedure));
    }
  });
  transport.onClose(() => {
    for (const call of callersOwn) call.abort();
  });
};

const tooManyCalls = (): ColdframeError =>
  new ColdframeError('TOO_MANY', {
    message: `This connection has ${MOST_CALLS} calls under way already.`,
    guidance: 'Wait for some of them to be answered.',
  });

const endsWithCaller = ({ nature, endsWithCaller }: Procedure): boolean =>
  nature === 'query' || endsWithCaller === true;

const natureOf = (name: string): ProcedureNature =>
  Object.hasOwn(PROCEDURES, name) ? PROCEDURES[name as ProcedureName].nature : 'query';

const isEndless = (name: string): boolean => {
  const known: Procedure | null = Object.hasOwn(PROCEDURES, name) ? PROCEDURES[name as ProcedureName] : null;
  return known?.endless === true;
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
  throw inputFault(procedure, parsed.error.issues[0], input);
};

const secretsOf = ({
  passphrase,
  recoveryCode,
  newPassphrase,
  notice,
  signingKey,
}: NonNullable<Call['secrets']>): Secrets => ({
  ...(passphrase === undefined ? {} : { passphrase }),
  ...(recoveryCode === undefined ? {} : { recoveryCode }),
  ...(newPassphrase === undefined ? {} : { newPassphrase }),
  ...(signingKey === undefined ? {} : { signingKey }),
  ...(notice === undefined ? {} : { notice }),
});
