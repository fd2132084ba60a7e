import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SESSION_OVER } from './sockets.ts';
import { closeCode, NO_PASS, type Pass, shown, upgradeStatus, webScenes } from './testing/web-scene.ts';

const scene = webScenes();
const HOUR = 3_600_000;
const code = (body: string): string => JSON.parse(body).error.code;

test('the token of a link is exchanged, once, for a cookie that no script and no other site can use', async () => {
  const web = await scene();
  const token = web.token();
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const first = await web.post(token);
  expect(first.status).toBe(200);
  const secret = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/);
  expect(JSON.parse(first.body)).toEqual({ proof: secret, seal: secret });
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(
      new RegExp(`^coldframe-${web.port}=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict$`),
    ),
  ]);
  expect(first.headers['cache-control']).toBe('no-store');
  const second = await web.post(token);
  expect(second.status).toBe(401);
  expect(code(second.body)).toBe('LINK_INVALID');
  expect(second.headers['set-cookie']).toBeUndefined();
  expect(second.body).not.toContain(token);
});

test('a wrong token is refused, and tells nothing of the right one', async () => {
  const web = await scene();
  const right = web.token();
  const wrong = await web.post(`${right.slice(0, -1)}${right.endsWith('A') ? 'Q' : 'A'}`);
  expect([wrong.status, code(wrong.body)]).toEqual([401, 'LINK_INVALID']);
  expect((await web.post(right)).status).toBe(200);
});

test('a link that nobody followed for an hour is void', async () => {
  let now = 0;
  const web = await scene(undefined, { now: () => now });
  const [early, late] = [web.token(), web.token()];
  now = HOUR - 1;
  expect((await web.post(early)).status).toBe(200);
  now = HOUR;
  expect((await web.post(late)).status).toBe(401);
});

test('wrong tokens are heard ten at a time, then one every six seconds; a right one always', async () => {
  let now = 0;
  const web = await scene(undefined, { now: () => now });
  for (let tried = 0; tried < 10; tried += 1) expect((await web.post('wrong')).status).toBe(401);
  const held = await web.post('wrong');
  expect([held.status, code(held.body), held.headers['retry-after']]).toEqual([429, 'TOO_MANY', '6']);
  now = 6000;
  expect((await web.post('wrong')).status).toBe(401);
  expect((await web.post('wrong')).status).toBe(429);
  expect((await web.post(web.token())).status).toBe(200);
});

test.each([
  ['no JSON', 'application/json', 'token', 400],
  ['another shape', 'application/json', '{"token":"x","more":1}', 400],
  ['a form', 'application/x-www-form-urlencoded', 'token=x', 415],
  ['text, which a page of another site could send', 'text/plain', '{"token":"x"}', 415],
  ['more than a token', 'application/json', JSON.stringify({ token: 'x'.repeat(5000) }), 413],
])('a body that is %s is refused', async (_, type, body, status) => {
  const web = await scene();
  const headers = { origin: web.shell.origin, 'content-type': type };
  expect((await web.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(status);
});

test('a page can ask whether its session still is one, and end it', async () => {
  const web = await scene();
  const session = (method: string, pass: Pass) =>
    web.ask({ method, path: '/session', headers: { origin: web.shell.origin, ...shown(pass) } });
  expect(code((await session('GET', NO_PASS)).body)).toBe('SIGNED_OUT');
  const pass = await web.signIn();
  expect((await session('GET', pass)).status).toBe(204);
  const socket = web.socket(pass);
  await upgradeStatus(socket);
  const closed = closeCode(socket);
  const ended = await session('DELETE', pass);
  expect(ended.headers['set-cookie']?.[0]).toMatch(/^coldframe-\d+=; Max-Age=0; /);
  expect(await closed).toBe(SESSION_OVER);
  expect((await session('GET', pass)).status).toBe(401);
});

test('a session ends after twelve hours without a page, and after seven days', async () => {
  let now = 0;
  const web = await scene(undefined, { now: () => now });
  const status = async (pass: Pass) => (await web.ask({ path: '/session', headers: shown(pass) })).status;
  const idle = await web.signIn();
  const open = await web.signIn();
  const socket = web.socket(open);
  await upgradeStatus(socket);
  now = 12 * HOUR;
  expect(await status(idle)).toBe(401);
  expect(await status(open)).toBe(204);
  const closed = closeCode(socket);
  now = 7 * 24 * HOUR;
  expect(await status(open)).toBe(401);
  expect(await closed).toBe(SESSION_OVER);
});

test('the cookie of another console on this machine opens nothing', async () => {
  const [one, other] = [await scene(), await scene()];
  const [name] = (await one.signIn()).cookie.split('=');
  const { cookie, proof } = await other.signIn();
  const renamed = { cookie: `${name}=${cookie.split('=')[1]}`, proof };
  expect((await one.ask({ path: '/session', headers: shown(renamed) })).status).toBe(401);
});

test('a browser that sends several cookies of the name is known by the right one', async () => {
  const web = await scene();
  const pass = await web.signIn();
  const headers = shown({ ...pass, cookie: `other=1; coldframe-${web.port}=stale; ${pass.cookie}` });
  expect((await web.ask({ path: '/session', headers })).status).toBe(204);
});

test('the token in a file opens the console as often as it is shown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-token-'));
  try {
    const token = 't'.repeat(32);
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    const web = await scene(undefined, {}, { tokenFile });
    for (let tried = 0; tried < 3; tried += 1) expect((await web.post(token)).status).toBe(200);
    expect((await web.post(web.token())).status).toBe(200);
    expect(web.shell.link().url).not.toContain(token);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a cookie that another server of this machine was sent opens and ends nothing: the proof of the page is not in it', async () => {
  const web = await scene();
  const [pass, other] = [await web.signIn(), await web.signIn()];
  const { origin } = web.shell;
  for (const proof of ['', 'x'.repeat(43), other.proof, `${pass.proof}x`]) {
    const stolen = { cookie: pass.cookie, proof };
    expect((await web.ask({ path: '/session', headers: shown(stolen) })).status).toBe(401);
    const ending = await web.ask({ method: 'DELETE', path: '/session', headers: { origin, ...shown(stolen) } });
    expect([ending.status, code(ending.body)]).toEqual([401, 'SIGNED_OUT']);
  }
  expect((await web.ask({ path: '/session', headers: shown(pass) })).status).toBe(204);
});
