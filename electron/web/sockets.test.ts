import { once } from 'node:events';
import { expect, test } from 'vitest';
import { describeCarrier } from '../console/carrier/testing/carrier-contract.ts';
import { MOST_SOCKETS } from './sockets.ts';
import { closeCode, NO_PASS, upgradeStatus, WebScene, webScenes } from './testing/web-scene.ts';
import { planWeb } from './web-options.ts';
import { openWebShell } from './web-shell.ts';
import { webSocketTransport } from './web-socket-transport.ts';

describeCarrier('the WebSocket', async (console) => {
  const shell = await openWebShell(console, planWeb({}));
  const web = new WebScene(shell);
  const pass = await web.signIn();
  return {
    connect: async () => {
      const socket = web.socket(pass);
      const transport = webSocketTransport(socket);
      // What the console says at once would be lost before anybody listens.
      socket.on('open', () => socket.pause());
      await once(socket, 'open');
      setImmediate(() => setImmediate(() => socket.resume()));
      return transport;
    },
    close: async () => {
      void shell.close();
    },
  };
});

const scene = webScenes();

test('a page with a session connects; one without, with a stale or a made-up one does not', async () => {
  const web = await scene();
  const pass = await web.signIn();
  expect(await upgradeStatus(web.socket(pass))).toBe(101);
  expect(await upgradeStatus(web.socket(NO_PASS))).toBe(401);
  expect(await upgradeStatus(web.socket({ ...pass, cookie: `coldframe-${web.port}=${'x'.repeat(43)}` }))).toBe(401);
});

test('the cookie alone opens no socket: any server on this host is sent it', async () => {
  const web = await scene();
  const [pass, other] = [await web.signIn(), await web.signIn()];
  for (const proof of ['', 'x'.repeat(43), other.proof]) {
    expect(await upgradeStatus(web.socket({ cookie: pass.cookie, proof }))).toBe(401);
  }
});

test('the console greets a page with the seal that it gave it, and the page sends that nowhere', async () => {
  const web = await scene();
  const [one, other] = [await web.post(web.token()), await web.post(web.token())];
  const { proof, seal } = JSON.parse(one.body);
  expect(JSON.parse(other.body).seal).not.toBe(seal);
  const cookie = one.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const socket = web.socket({ cookie, proof });
  const [greeting] = await once(socket, 'message');
  expect(JSON.parse(String(greeting))).toMatchObject({ kind: 'hello', seal });
});

test('the proof is not sent back', async () => {
  const web = await scene();
  const socket = web.socket(await web.signIn());
  await upgradeStatus(socket);
  expect(socket.protocol).toBe('coldframe');
});

test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1:PORT'])(
  'a page of another site cannot open a socket, though the browser sends the cookie: Origin %s',
  async (origin) => {
    const web = await scene();
    const pass = await web.signIn();
    const foreign = { origin: origin.replace('PORT', String(web.port)) };
    expect(await upgradeStatus(web.socket(pass, {}, foreign))).toBe(403);
  },
);

test('a program that gives no origin cannot open a socket', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const { origin: _, ...none } = { origin: undefined };
  const socket = new (await import('ws')).WebSocket(`ws://127.0.0.1:${web.port}/socket`, {
    headers: { cookie: pass.cookie },
    ...none,
  });
  socket.on('error', () => undefined);
  expect(await upgradeStatus(socket)).toBe(403);
});

test('a name that was made to point here cannot open a socket', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const host = `evil.example:${web.port}`;
  expect(await upgradeStatus(web.socket(pass, { host }, { origin: `http://${host}` }))).toBe(421);
});

test('a socket is to be had at /socket alone', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(`${web.shell.origin.replace('http', 'ws')}/`, {
    origin: web.shell.origin,
    headers: { cookie: pass.cookie },
  });
  socket.on('error', () => undefined);
  expect(await upgradeStatus(socket)).toBe(404);
});

test('a message that is too long ends its connection and no other', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const [long, other] = [web.socket(pass), web.socket(pass)];
  await Promise.all([upgradeStatus(long), upgradeStatus(other)]);
  const closed = closeCode(long);
  long.send('x'.repeat(4 * 1024 * 1024 + 1));
  expect(await closed).toBe(1009);
  expect(other.readyState).toBe(other.OPEN);
});

test.each([
  ['bytes', Buffer.from('{}'), 1003],
  ['text that is no JSON', 'hello', 1008],
  ['JSON that is no frame', '{"kind":"call"}', 1008],
])('%s instead of a frame end the connection', async (_, message, code) => {
  const web = await scene();
  const socket = web.socket(await web.signIn());
  await upgradeStatus(socket);
  const closed = closeCode(socket);
  socket.send(message);
  expect(await closed).toBe(code);
});

test('there is a bound on connections, and one that ends makes room', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const sockets = Array.from({ length: MOST_SOCKETS }, () => web.socket(pass));
  expect(new Set(await Promise.all(sockets.map(upgradeStatus)))).toEqual(new Set([101]));
  expect(await upgradeStatus(web.socket(pass))).toBe(503);
  expect((await web.ask({})).status).toBe(200);
  sockets[0]?.close();
  await closeCode(sockets[0] ?? web.socket(pass));
  await expect.poll(() => upgradeStatus(web.socket(pass))).toBe(101);
});

test('a browser that was cut off without a word is given up, and its queries with it', async () => {
  const gone = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const web = await scene(
    (_, __, { signal }) => {
      signal?.addEventListener('abort', () => gone.resolve());
      begun.resolve();
      return new Promise(() => undefined);
    },
    { rhythm: { everyMs: 50, lostAfterMs: 200 } },
  );
  const socket = web.socket(await web.signIn());
  await upgradeStatus(socket);
  socket.send(JSON.stringify({ kind: 'call', request: 1, procedure: 'job.watch', input: {} }));
  await begun.promise;
  socket.pause();
  await gone.promise;
  socket.terminate();
});

test('a browser that answers is kept, however little it has to say', async () => {
  // Long beside the pauses of a machine that has other work, any of which would count as silence.
  const lostAfterMs = 500;
  const web = await scene(undefined, { rhythm: { everyMs: 30, lostAfterMs } });
  const socket = web.socket(await web.signIn());
  await upgradeStatus(socket);
  let pings = 0;
  socket.on('ping', () => {
    pings += 1;
  });
  await expect.poll(() => pings, { timeout: 20_000 }).toBeGreaterThan(18);
  // Nor is it given up when this process could hear nobody: it was stopped, or busy.
  const busyUntil = performance.now() + lostAfterMs + 100;
  while (performance.now() < busyUntil);
  await expect.poll(() => pings, { timeout: 20_000 }).toBeGreaterThan(22);
  expect(socket.readyState).toBe(socket.OPEN);
});

test('an ending console answers what changes something, and then says that it goes', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const web = await scene(async () => {
    begun.resolve();
    await gate.promise;
    return { done: true };
  });
  const socket = web.socket(await web.signIn());
  const frames: { kind: string }[] = [];
  socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString())));
  await upgradeStatus(socket);
  socket.send(JSON.stringify({ kind: 'call', request: 1, procedure: 'backup', input: { object: 'o' } }));
  await begun.promise;
  const closed = closeCode(socket);
  const closing = web.shell.close();
  gate.resolve();
  await closing;
  expect(await closed).toBe(1001);
  expect(frames.at(-1)).toEqual({ kind: 'answer', request: 1, output: { done: true } });
});
