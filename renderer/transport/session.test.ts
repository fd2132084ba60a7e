import { beforeEach, expect, test, vi } from 'vitest';
import { PROOF_KEY, SEAL_KEY } from '../../shared/contract/proof.ts';
import { forgetSession, keepSession, knownSession } from './proof.ts';
import { openSession } from './session.ts';
import { webSocketCarrier } from './web-socket-carrier.ts';

const PASS = { proof: 'proof', seal: 'seal' };
const ERROR = { code: 'SIGNED_OUT', kind: 'refused', message: 'm', guidance: 'g', context: {} };

const storage = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
};
const forbidden = () => {
  const refuse = () => {
    throw new DOMException('no storage', 'SecurityError');
  };
  return { getItem: refuse, setItem: refuse, removeItem: refuse };
};

/** A tab of a browser; tabs that are given one storage are of one origin. */
const tab = (kept: object, hash: string, answer: Response) => {
  const fetch = vi.fn(async (_path: string, _request: RequestInit) => answer);
  const replaceState = vi.fn();
  const page = { location: { hash, pathname: '/', search: '' }, history: { replaceState }, fetch, localStorage: kept };
  return { page: page as unknown as Window, fetch, replaceState };
};
const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });

beforeEach(() => forgetSession({ localStorage: storage() as unknown as Storage }, PASS));

test('a link is exchanged for a proof that every tab and every reload shows', async () => {
  const kept = storage();
  const first = tab(kept, '#token=secret', json(200, PASS));
  expect(await openSession(first.page)).toBeNull();
  expect(first.replaceState).toHaveBeenCalledWith(null, '', '/');
  expect(first.fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"token":"secret"}' });
  const later = tab(kept, '', new Response(null, { status: 204 }));
  expect(await openSession(later.page)).toBeNull();
  expect(later.fetch.mock.calls[0]?.[1].headers).toEqual({ 'coldframe-proof': 'proof' });
});

test('a proof whose session is over is forgotten', async () => {
  const kept = storage();
  kept.setItem(PROOF_KEY, 'proof');
  kept.setItem(SEAL_KEY, 'seal');
  expect(await openSession(tab(kept, '', json(401, { error: ERROR })).page)).toMatchObject({ code: 'SIGNED_OUT' });
  expect([kept.getItem(PROOF_KEY), kept.getItem(SEAL_KEY)]).toEqual([null, null]);
});

test('a proof outlives a console that fails, and one that another tab got meanwhile stays', async () => {
  const kept = storage();
  kept.setItem(PROOF_KEY, 'proof');
  await openSession(tab(kept, '', json(500, { error: ERROR })).page);
  expect(kept.getItem(PROOF_KEY)).toBe('proof');
  forgetSession({ localStorage: kept as unknown as Storage }, { proof: 'older' });
  expect(kept.getItem(PROOF_KEY)).toBe('proof');
});

test('a browser that stores nothing gets through until the page is reloaded', () => {
  const page = { localStorage: forbidden() as unknown as Storage };
  keepSession(page, PASS);
  expect(knownSession(page)).toEqual(PASS);
  forgetSession(page, PASS);
  expect(knownSession(page).proof).toBeNull();
});

test('each connection offers the proof that is known when it is opened', () => {
  const offered: unknown[] = [];
  vi.stubGlobal('window', { localStorage: storage() });
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor(_: string, protocols: string[]) {
        offered.push(protocols);
      }
      addEventListener() {}
    },
  );
  try {
    const carrier = webSocketCarrier('ws://127.0.0.1:1/socket');
    const events = { frame: () => undefined, closed: () => undefined };
    carrier.open(events);
    keepSession(window, PASS);
    carrier.open(events);
    expect(offered).toEqual([['coldframe'], ['coldframe', 'proof.proof']]);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('whoever listens at the port of the console and does not show its seal is told nothing', () => {
  const listeners = new Map<string, (event: { data?: string }) => void>();
  const close = vi.fn(() => listeners.get('close')?.({}));
  vi.stubGlobal('window', { localStorage: storage() });
  vi.stubGlobal(
    'WebSocket',
    class {
      close = close;
      addEventListener(name: string, listener: () => void) {
        listeners.set(name, listener);
      }
    },
  );
  const hello = { kind: 'hello', protocol: 1, version: '1', pid: 1 };
  const heard = (...frames: object[]) => {
    const events = { frame: vi.fn(), closed: vi.fn() };
    webSocketCarrier('ws://127.0.0.1:1/socket').open(events);
    for (const frame of frames) listeners.get('message')?.({ data: JSON.stringify(frame) });
    return { frames: events.frame.mock.calls.length, ended: events.closed.mock.calls.length > 0 };
  };
  try {
    // A page that was never let in knows no seal, and no greeting is right.
    expect(heard(hello)).toEqual({ frames: 0, ended: true });
    keepSession(window, PASS);
    for (const other of [hello, { ...hello, seal: 'another' }, { kind: 'answer', seal: 'seal' }])
      expect(heard(other)).toEqual({ frames: 0, ended: true });
    expect(heard({ ...hello, seal: 'seal' }, { kind: 'answer' })).toEqual({ frames: 2, ended: false });
  } finally {
    vi.unstubAllGlobals();
  }
});
