import { afterEach, describe, expect, test } from 'vitest';
import type { CallOptions, ConsoleClient } from '../../../../shared/contract/calls.ts';
import type { ConsoleEvent } from '../../../../shared/contract/events.ts';
import type { ClientFrame, ServerFrame } from '../../../../shared/contract/frames.ts';
import { PROTOCOL_VERSION } from '../../../../shared/contract/protocol.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { greetedConsole, type RemoteConsole } from '../remote-console.ts';
import type { Transport } from '../transport.ts';

/** One console, served over a carrier that is under test. */
export interface Served {
  /** The other end of a new connection. */
  connect(): Promise<Transport>;
  close(): Promise<void>;
}

type Answer = (procedure: string, input: unknown, options: CallOptions) => Promise<unknown>;

/** What every carrier of the contract does, whatever it is made of. */
export const describeCarrier = (name: string, serve: (console: ConsoleClient) => Promise<Served>): void => {
  describe(`${name} as a carrier of the contract`, () => {
    const open: (() => Promise<void> | void)[] = [];
    afterEach(async () => {
      for (const close of open.splice(0).reverse()) await close();
    });

    const connected = async (answer: Answer) => {
      const served = await serve({ call: answer as ConsoleClient['call'] });
      open.push(() => served.close());
      const transport = await served.connect();
      open.push(() => transport.close());
      return transport;
    };
    const client = async (answer: Answer): Promise<RemoteConsole> => {
      const remote = await greetedConsole(await connected(answer), PROTOCOL_VERSION);
      if (!remote) throw new Error('the console did not greet');
      return remote;
    };
    /** Sends frames as they are and collects those that come back, but for the greeting. */
    const raw = async (answer: Answer) => {
      const transport = await connected(answer);
      const frames: ServerFrame[] = [];
      const greeted = Promise.withResolvers<void>();
      transport.onFrame((frame) => {
        if ((frame as ServerFrame).kind === 'hello') greeted.resolve();
        else frames.push(frame as ServerFrame);
      });
      await greeted.promise;
      return { transport, frames, send: (frame: ClientFrame) => transport.send(frame) };
    };

    test('input, secrets and output cross', async () => {
      let seen: unknown;
      const remote = await client(async (procedure, input, { secrets }) => {
        seen = { procedure, input, secrets };
        return { taken: true };
      });
      const output = await remote.call('vault.create', { dir: '/v' }, { secrets: { passphrase: 'p' } });
      expect(output).toEqual({ taken: true });
      expect(seen).toEqual({ procedure: 'vault.create', input: { dir: '/v' }, secrets: { passphrase: 'p' } });
    });

    test('an error keeps its code, kind, guidance and context', async () => {
      const remote = await client(async () => {
        throw new ColdframeError('NO_SUCH_SET', { message: 'm', guidance: 'g', context: { set: 'x' } });
      });
      await expect(remote.call('sets', {})).rejects.toMatchObject({
        code: 'NO_SUCH_SET',
        kind: 'not-found',
        message: 'm',
        guidance: 'g',
        context: { set: 'x' },
      });
    });

    test('what does not fit the contract is refused before the console hears of it', async () => {
      let heard = 0;
      const remote = await client(async () => {
        heard += 1;
      });
      await expect(remote.call('job.show', { job: 'not hex' })).rejects.toMatchObject({ code: 'USAGE' });
      await expect(remote.call('no.such' as 'ping', {})).rejects.toMatchObject({ code: 'USAGE' });
      await expect(remote.call('constructor' as 'ping', {})).rejects.toMatchObject({ code: 'USAGE' });
      await expect(remote.call('ping', { more: 1 } as never)).rejects.toMatchObject({ code: 'USAGE' });
      expect(heard).toBe(0);
    });

    test('cancelling reaches the call', async () => {
      const aborter = new AbortController();
      const remote = await client((_, __, { signal, onEvent }) => {
        onEvent?.(sample(1));
        return new Promise((_done, fail) =>
          signal?.addEventListener('abort', () =>
            fail(new ColdframeError('CANCELLED', { message: 'c', guidance: '' })),
          ),
        );
      });
      const call = remote.call(
        'backup',
        { object: 'o' },
        { signal: aborter.signal, onEvent: () => queueMicrotask(() => aborter.abort()) },
      );
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    test('when the connection breaks, queries are dropped, a recovery code is not made for nobody, and the rest goes on', async () => {
      const aborted: string[] = [];
      const begun: string[] = [];
      const { transport, send } = await raw((procedure, _, { signal }) => {
        begun.push(procedure);
        signal?.addEventListener('abort', () => aborted.push(procedure));
        return procedure === 'backup' && begun.length > 4 ? Promise.resolve() : new Promise(() => undefined);
      });
      send({ kind: 'call', request: 1, procedure: 'job.watch', input: {} });
      send({ kind: 'call', request: 2, procedure: 'ping', input: {} });
      await expect.poll(() => begun).toEqual(['job.watch', 'ping']);
      send({ kind: 'call', request: 3, procedure: 'vault.recoveryCode', input: { dir: '/v' } });
      send({ kind: 'call', request: 4, procedure: 'vault.passphrase', input: { dir: '/v' } });
      send({ kind: 'call', request: 5, procedure: 'backup', input: { object: 'o' } });
      await expect.poll(() => begun).toHaveLength(5);
      transport.close();
      await expect.poll(() => aborted).toEqual(['job.watch', 'ping', 'vault.recoveryCode']);
    });

    test.each([
      ['of no kind', { kind: 'shout' }],
      ['with more in it than belongs there', { kind: 'cancel', request: 1, more: true }],
      ['that is no object', 7],
    ])('a frame %s ends the connection', async (_, frame) => {
      const { transport } = await raw(async () => ({}));
      const closed = new Promise<void>((done) => transport.onClose(done));
      transport.send(frame);
      await closed;
    });

    test('a request number that is under way cannot be used again', async () => {
      const { transport, send } = await raw(() => new Promise(() => undefined).then(() => undefined));
      const closed = new Promise<void>((done) => transport.onClose(done));
      send({ kind: 'call', request: 1, procedure: 'job.watch', input: {} });
      send({ kind: 'call', request: 1, procedure: 'job.watch', input: {} });
      await closed;
    });

    test('more calls at a time than a connection may have are turned away, one by one', async () => {
      const gate = Promise.withResolvers<void>();
      const { frames, send } = await raw(() => gate.promise.then(() => ({})));
      for (let request = 0; request < 1100; request += 1) send({ kind: 'call', request, procedure: 'ping', input: {} });
      const of = (kind: string) => frames.filter((frame) => frame.kind === kind);
      await expect.poll(() => of('error').length, { timeout: 30_000 }).toBe(100);
      expect(of('error')[0]).toMatchObject({ request: 1000, error: { code: 'TOO_MANY' } });
      gate.resolve();
      await expect.poll(() => of('answer').length, { timeout: 30_000 }).toBe(1000);
    });

    test('a reader that falls behind misses samples, but never the latest, and the answer comes last', async () => {
      const emitted = 300_000;
      const gate = Promise.withResolvers<void>();
      const { transport, frames, send } = await raw(async (_, __, { onEvent }) => {
        for (let at = 1; at <= emitted; at += 1) onEvent?.(sample(at));
        gate.resolve();
        return {};
      });
      transport.pause();
      send({ kind: 'call', request: 1, procedure: 'backup', input: { object: 'o' } });
      await gate.promise;
      transport.resume();
      await expect.poll(() => frames.at(-1)?.kind, { timeout: 30_000 }).toBe('answer');
      const samples = frames.filter((frame) => frame.kind === 'event');
      expect(samples.length).toBeLessThan(emitted);
      expect(samples.at(-1)).toMatchObject({ event: { elementsDone: emitted } });
    });

    test('a reader that does not read its answers is served no more until it does', async () => {
      let served = 0;
      const filler = 'x'.repeat(512 * 1024);
      const { transport, frames, send } = await raw(async () => {
        served += 1;
        return { filler };
      });
      transport.pause();
      const asked = 40;
      // Each on its own: what has arrived already when an answer jams may still be served.
      for (let request = 0; request < asked; request += 1) {
        send({ kind: 'call', request, procedure: 'ping', input: {} });
        await new Promise((done) => setTimeout(done, 2));
      }
      expect(served).toBeLessThan(asked / 2);
      transport.resume();
      await expect.poll(() => frames.filter(({ kind }) => kind === 'answer').length, { timeout: 30_000 }).toBe(asked);
    });
  });
};

const sample = (elementsDone: number): ConsoleEvent => ({
  event: 'progress',
  job: 'ab'.repeat(16),
  kind: 'backup',
  state: 'running',
  phase: 'copying',
  elementsDone,
  elementsTotal: null,
  bytesRead: 0,
  bytesStored: 0,
  bytesTotal: null,
  rate: 0,
  etaMs: null,
});
