import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RendererFile } from '../platform/renderer-files.ts';
import { shown, webScenes } from './testing/web-scene.ts';

const scene = webScenes();

const file = (type: string, text: string, immutable = false): RendererFile => ({
  type,
  digest: createHash('sha256').update(text).digest('base64url'),
  immutable,
  content: Buffer.from(text),
  encoded: immutable ? { gzip: gzipSync(text) } : {},
});
const files = new Map([
  ['/', file('text/html; charset=utf-8', '<!doctype html>')],
  ['/assets/main-1a2b.js', file('text/javascript; charset=utf-8', 'console.log(1)', true)],
]);

test('every answer carries the whole policy, to the letter', async () => {
  const web = await scene(undefined, { files });
  const policy = {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'permissions-policy': expect.stringContaining('camera=()'),
  };
  for (const ask of [
    {},
    { path: '/nowhere' },
    { path: '/session' },
    { headers: { host: 'evil.example' } },
    { method: 'PUT' },
  ]) {
    const { headers } = await web.ask(ask);
    expect(headers).toMatchObject(policy);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  }
});

test('the page is asked for anew each time, what its name is bound to is kept', async () => {
  const web = await scene(undefined, { files });
  const page = await web.ask({});
  expect(page).toMatchObject({ status: 200, body: '<!doctype html>' });
  expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
  const again = await web.ask({ headers: { 'if-none-match': `"other", W/${page.headers.etag}` } });
  expect(again).toMatchObject({ status: 304, body: '' });
  const script = await web.ask({ path: '/assets/main-1a2b.js?v=1', headers: { 'accept-encoding': 'identity' } });
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(script.body).toBe('console.log(1)');
  const head = await web.ask({ method: 'HEAD' });
  expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '15' } });
});

test('a file is packed for those who can unpack it', async () => {
  const web = await scene(undefined, { files });
  const fetched = await fetch(`${web.shell.origin}/assets/main-1a2b.js`, {
    headers: { 'accept-encoding': 'br, gzip' },
  });
  expect(fetched.headers.get('content-encoding')).toBe('gzip');
  expect(fetched.headers.get('vary')).toBe('Accept-Encoding');
  expect(await fetched.text()).toBe('console.log(1)');
  const refused = await web.ask({ path: '/assets/main-1a2b.js', headers: { 'accept-encoding': 'gzip;q=0' } });
  expect(refused.headers['content-encoding']).toBeUndefined();
  expect(refused.body).toBe('console.log(1)');
});

test.each([
  '/../package.json',
  '/assets/../../package.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/..%2f..%2fpackage.json',
  '/..\\package.json',
  '//etc/passwd',
  '/assets/',
  '/assets/main-1a2b.js/',
  '/assets/main-1a2b.js%00.html',
  '/ASSETS/main-1a2b.js',
  '/index.html/..',
  '/manifest.json',
  'http://127.0.0.1/assets/main-1a2b.js',
  '/__proto__',
  '*',
])('%s names nothing', async (path) => {
  const web = await scene(undefined, { files });
  expect((await web.ask({ path })).status).toBe(404);
});

test.each([
  ['evil.example'],
  ['127.0.0.1'],
  ['127.0.0.1:1'],
  ['127.0.0.1.evil.example:PORT'],
  ['evil.example:PORT'],
  ['localhost.evil.example:PORT'],
  ['LOCALHOST:PORT'],
  ['user@127.0.0.1:PORT'],
  ['0.0.0.0:PORT'],
  ['127.0.0.1:PORT.'],
  [' 127.0.0.1:PORT evil'],
])('a name that was made to point here is refused: Host %s', async (host) => {
  const web = await scene();
  const named = { host: host.replace('PORT', String(web.port)), origin: web.shell.origin };
  expect((await web.ask({ headers: named })).status).toBe(421);
  const post = await web.post(web.token(), named);
  expect([post.status, JSON.parse(post.body).error.code]).toEqual([421, 'ORIGIN_REFUSED']);
});

test.each([
  ['without a Host', 'GET / HTTP/1.0\r\n\r\n', /^HTTP\/1.1 4(00|21) /],
  ['with two', 'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil\r\n\r\n', /^HTTP\/1.1 400 /],
])('a request %s gets no further', async (_, request, refusal) => {
  const web = await scene();
  const answer = await new Promise<string>((done) => {
    const socket = connect(web.port, '127.0.0.1', () => socket.end(request.replace('PORT', String(web.port))));
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('close', () => done(text));
  });
  expect(answer).toMatch(refusal);
});

test.each(['http://evil.example', 'null', 'http://127.0.0.1', 'https://127.0.0.1:PORT', 'http://localhost:PORT', ''])(
  'a page of another origin can do nothing: Origin %j',
  async (origin) => {
    const web = await scene();
    const headers = { origin: origin.replace('PORT', String(web.port)) };
    const token = web.token();
    const post = await web.post(token, headers);
    expect([post.status, JSON.parse(post.body).error.code]).toEqual([403, 'ORIGIN_REFUSED']);
    const pass = await web.signIn();
    const ending = { method: 'DELETE', path: '/session', headers: { ...headers, ...shown(pass) } };
    expect((await web.ask(ending)).status).toBe(403);
    expect((await web.ask({ headers })).status).toBe(403);
    expect((await web.post(token)).status).toBe(200);
  },
);

test('what changes something has to say where it comes from', async () => {
  const web = await scene();
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ token: web.token() });
  expect((await web.ask({ method: 'POST', path: '/session', headers, body })).status).toBe(403);
});

test('the console answers to localhost, too, as an origin of its own', async () => {
  const web = await scene();
  const host = `localhost:${web.port}`;
  expect((await web.post(web.token(), { host, origin: `http://${host}` })).status).toBe(200);
  expect((await web.post(web.token(), { host, origin: web.shell.origin })).status).toBe(403);
});

test('methods that make no sense are refused', async () => {
  const web = await scene();
  const { origin } = web.shell;
  expect((await web.ask({ method: 'POST', headers: { origin } })).status).toBe(405);
  expect((await web.ask({ method: 'PUT', path: '/session', headers: { origin } })).headers.allow).toBe(
    'GET, POST, DELETE',
  );
  expect((await web.ask({ path: '/socket' })).status).toBe(426);
});

test('headers without end are refused, and the console goes on', async () => {
  const web = await scene();
  const many = { 'x-filler': 'x'.repeat(20_000) };
  await expect(web.ask({ headers: many }).then(({ status }) => status)).rejects.toThrow();
  expect((await web.ask({})).status).toBe(200);
});

test('without the built screens there is a page that says so', async () => {
  const { placeholderFiles } = await import('./placeholder.ts');
  const web = await scene(undefined, { files: placeholderFiles() });
  const page = await web.ask({});
  expect(page.body).toContain('made without its screens');
  expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style|style=| on\w+=/);
  for (const [, path = ''] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect((await web.ask({ path })).status).toBe(200);
  }
});
