import { describe, expect, test, vi } from 'vitest';
import type { ClientFrame } from '../../shared/contract/frames.ts';
import { ColdframeError } from '../../shared/errors.ts';
import type { Carrier, LinkEvents } from './carrier.ts';
import { isUnknownProcedure, tooLong } from './errors.ts';
import { type ConnectionState, remoteConsole } from './remote-console.ts';

const PING = { version: '1', pid: 1, host: 'h', home: '/h', startedAt: '2026-01-01T00:00:00.000Z', runningJobs: 0 };

const scene = () => {
  const sent: ClientFrame[] = [];
  const links: LinkEvents[] = [];
  const states: ConnectionState[] = [];
  /** Calls that the carrier finds too long. */
  const long = new Set<string>();
  const carrier: Carrier = {
    open: (events) => {
      links.push(events);
      const send = (frame: ClientFrame) => {
        if (frame.kind === 'call' && long.has(frame.procedure)) throw tooLong(2, 1);
        sent.push(frame);
      };
      return { send, close: () => events.closed() };
    },
  };
  const client = remoteConsole(carrier, { changed: (state) => states.push(state), random: () => 0.5 });
  const link = () => links.at(-1) as LinkEvents;
  const greet = (protocol = 1) => link().frame({ kind: 'hello', protocol, version: '9', pid: 7 });
  return { sent, links, states, long, client, link, greet };
};

describe('a remote console', () => {
  test('answers a call with what the console answered', async () => {
    const { client, greet, link, sent } = scene();
    greet();
    const call = client.call('ping', {});
    expect(sent).toEqual([{ kind: 'call', request: 1, procedure: 'ping', input: {} }]);
    link().frame({ kind: 'accepted', request: 1 });
    link().frame({ kind: 'answer', request: 1, output: PING });
    await expect(call).resolves.toEqual(PING);
  });

  test('sends secrets beside the input and hands out events while the call runs', async () => {
    const { client, greet, link, sent } = scene();
    greet();
    const onEvent = vi.fn();
    const call = client.call('job.watch', {}, { secrets: { passphrase: 'p' }, onEvent });
    expect(sent[0]).toMatchObject({ secrets: { passphrase: 'p' }, input: {} });
    const event = {
      event: 'progress',
      job: 'a'.repeat(32),
      kind: 'backup',
      state: 'running',
      phase: 'copying',
      elementsDone: 1,
      elementsTotal: null,
      bytesRead: 1,
      bytesStored: 1,
      bytesTotal: null,
      rate: 1,
      etaMs: null,
    };
    link().frame({ kind: 'event', request: 1, event });
    link().frame({ kind: 'answer', request: 1, output: {} });
    await call;
    expect(onEvent).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ phase: 'copying' }));
  });

  test('passes over what a later version tells of, and ends a link that says what no version does', async () => {
    const { client, greet, link, sent, states } = scene();
    greet();
    const onEvent = vi.fn();
    const call = client.call('job.watch', {}, { onEvent });
    const { request } = sent[0] as { request: number };
    link().frame({ kind: 'event', request, event: { event: 'eclipse', of: 'the sun' } });
    const alert = { event: 'alert', alert: 'a'.repeat(32), at: PING.startedAt, title: 'Look', popUp: true, events: [] };
    const told = { ...alert, events: [{ event: 'eclipse', object: null, text: 'dark' }] };
    link().frame({ kind: 'event', request, event: told });
    expect(onEvent.mock.calls).toEqual([[told]]);
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    link().frame({ kind: 'eclipse', request });
    await expect(call).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
    expect(states.at(-1)).toMatchObject({ kind: 'lost' });
    client.close();
  });

  test('knows of a procedure that an older console has not', () => {
    const context = { procedure: 'gone' };
    const usage = (more: object) =>
      new ColdframeError('USAGE', { message: 'm', guidance: 'g', context: { ...context, ...more } });
    expect(isUnknownProcedure(usage({}))).toBe(true);
    expect(isUnknownProcedure(usage({ field: 'set' }))).toBe(false);
    expect(isUnknownProcedure(new ColdframeError('NO_SUCH_SET', { message: 'm', guidance: 'g', context }))).toBe(false);
  });

  test('rejects with the code, message and guidance of the console', async () => {
    const { client, greet, link } = scene();
    greet();
    const call = client.call('ping', {});
    const error = { code: 'VAULT_HELD', kind: 'held', message: 'm', guidance: 'g', context: { vault: '/v' } };
    link().frame({ kind: 'error', request: 1, error });
    await expect(call).rejects.toMatchObject({ code: 'VAULT_HELD', message: 'm', guidance: 'g' });
  });

  test('fails what is pending when the connection ends, opens it again and takes no answers of the old one', async () => {
    vi.useFakeTimers();
    const { client, greet, links, states } = scene();
    greet();
    const call = client.call('ping', {});
    links[0]?.closed();
    await expect(call).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
    await expect(client.call('ping', {})).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
    expect(states.at(-1)).toEqual({ kind: 'lost', attempt: 1, retryInMs: 250 });
    vi.advanceTimersByTime(250);
    expect(links).toHaveLength(2);
    greet();
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    const second = client.call('ping', {});
    links[0]?.frame({ kind: 'answer', request: 2, output: PING });
    links[1]?.frame({ kind: 'answer', request: 2, output: { ...PING, pid: 2 } });
    await expect(second).resolves.toMatchObject({ pid: 2 });
    vi.useRealTimers();
  });

  test('says that a console hangs, keeps what it was asked and asks nothing more until it goes on', async () => {
    vi.useFakeTimers();
    const { client, greet, link, links, sent, states } = scene();
    const pings = () => sent.filter((frame) => frame.kind === 'call' && frame.procedure === 'ping');
    const answer = () => {
      const { request } = pings().at(-1) as { request: number };
      link().frame({ kind: 'answer', request, output: PING });
    };
    greet();
    // Whoever is heard is not asked; whoever answers in time does not hang, however slow.
    for (let look = 0; look < 5; look += 1) {
      vi.advanceTimersByTime(1900);
      link().frame({ kind: 'event', request: 9, event: { event: 'eclipse' } });
    }
    const call = client.call('vault.list', {});
    vi.advanceTimersByTime(10_000);
    expect(pings()).toHaveLength(1);
    answer();
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'open']);
    // That a call arrived says nothing of the console behind a window.
    vi.advanceTimersByTime(4000);
    link().frame({ kind: 'accepted', request: 1 });
    vi.advanceTimersByTime(8000);
    expect(states.at(-1)).toEqual({ kind: 'silent', version: '9', pid: 7 });
    const asked = sent.length;
    await expect(client.call('ping', {})).rejects.toMatchObject({ code: 'CONSOLE_SILENT' });
    vi.advanceTimersByTime(3_600_000);
    expect(sent).toHaveLength(asked);
    answer();
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    link().frame({ kind: 'answer', request: 1, output: { vaults: [] } });
    await expect(call).resolves.toEqual({ vaults: [] });
    // The next connection is looked at anew.
    vi.advanceTimersByTime(13_000);
    expect(states.at(-1)).toMatchObject({ kind: 'silent' });
    links[0]?.closed();
    vi.advanceTimersByTime(250);
    greet();
    vi.advanceTimersByTime(2000);
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    client.close();
    vi.useRealTimers();
  });

  test('gives up a connection over which nothing is answered when it is told to, and opens another at once', async () => {
    vi.useFakeTimers();
    const { client, greet, links, states } = scene();
    greet();
    client.retryNow();
    expect(links).toHaveLength(1);
    vi.advanceTimersByTime(2000);
    const call = client.call('vault.list', {});
    vi.advanceTimersByTime(13_000);
    expect(states.at(-1)).toMatchObject({ kind: 'silent' });
    client.retryNow();
    await expect(call).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
    expect(links).toHaveLength(2);
    greet();
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    client.close();
    vi.useRealTimers();
  });

  test('refuses at once what is too long to be sent, and stays connected', async () => {
    const { client, greet, states, long } = scene();
    greet();
    long.add('vault.list');
    await expect(client.call('vault.list', {})).rejects.toMatchObject({ code: 'TOO_MANY' });
    expect(states.at(-1)).toMatchObject({ kind: 'open' });
    client.close();
  });

  test('asks the console to cancel when the signal says so, and waits for its answer', async () => {
    const { client, greet, link, sent } = scene();
    greet();
    const aborter = new AbortController();
    const call = client.call('ping', {}, { signal: aborter.signal });
    aborter.abort();
    expect(sent.at(-1)).toEqual({ kind: 'cancel', request: 1 });
    const error = { code: 'CANCELLED', kind: 'cancelled', message: 'm', guidance: 'g', context: {} };
    link().frame({ kind: 'error', request: 1, error });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('refuses a console of another protocol for good', async () => {
    const { client, greet, states, links } = scene();
    greet(2);
    expect(states.at(-1)).toEqual({ kind: 'incompatible', version: '9' });
    await expect(client.call('ping', {})).rejects.toMatchObject({ code: 'CONSOLE_LOST' });
    expect(links).toHaveLength(1);
  });

  test('does not hand out an answer that is not what the contract says', async () => {
    const { client, greet, link } = scene();
    greet();
    const call = client.call('ping', {});
    link().frame({ kind: 'answer', request: 1, output: { version: 1 } });
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
