import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NO_PASS, shown, upgradeStatus, type WebScene, webScenes } from './testing/web-scene.ts';
import { planWeb } from './web-options.ts';

const scene = webScenes();

const inFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-metrics-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
};

const serving = async (answer = async () => ({ text: 'coldframe_jobs 0\n' })) => {
  const metricsTokenFile = inFolder('token');
  const web = await scene(answer, {}, { metricsTokenFile });
  return { web, token: readFileSync(metricsTokenFile, 'utf8').trim(), file: metricsTokenFile };
};
const ask = (web: WebScene, authorization?: string, headers = {}) =>
  web.ask({ path: '/metrics', headers: { ...(authorization === undefined ? {} : { authorization }), ...headers } });

test('without a token file there are no metrics', async () => {
  const web = await scene();
  expect((await ask(web, 'Bearer whatever')).status).toBe(404);
});

test('who shows the token reads the metrics, in the format that scrapers know', async () => {
  const { web, token, file } = await serving();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const reply = await ask(web, `Bearer ${token}`);
  expect(reply).toMatchObject({ status: 200, body: 'coldframe_jobs 0\n' });
  expect(reply.headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(await web.ask({ method: 'POST', path: '/metrics', headers: { origin: web.shell.origin } })).toMatchObject({
    status: 405,
  });
});

test('who shows none, another one, or the pass of a browser is turned away, and after ten wrong ones waits', async () => {
  const { web, token } = await serving();
  const none = await ask(web);
  expect(none).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.stringMatching(/^Bearer /) } });
  expect(JSON.parse(none.body)).toMatchObject({ error: { code: 'TOKEN_REFUSED' } });
  expect(none.body).not.toContain(token);
  expect(await ask(web, undefined, shown(await web.signIn()))).toMatchObject({ status: 401 });
  for (const wrong of [`Basic ${token}`, `Bearer ${token}x`, 'Bearer', `Bearer ${token} x`, web.token()])
    expect(await ask(web, wrong.startsWith('B') ? wrong : `Bearer ${wrong}`)).toMatchObject({ status: 401 });
  for (let again = 0; again < 5; again += 1) await ask(web, 'Bearer wrong');
  expect(await ask(web, 'Bearer wrong')).toMatchObject({ status: 429, headers: { 'retry-after': expect.anything() } });
  // Neither who has the token nor who signs in is kept out by it.
  expect((await ask(web, `Bearer ${token}`)).status).toBe(200);
  expect((await web.post(web.token())).status).toBe(200);
});

test('the token opens nothing else: no session, no socket', async () => {
  const { web, token } = await serving();
  expect((await web.post(token)).status).toBe(401);
  expect((await web.ask({ path: '/session', headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  expect(await upgradeStatus(web.socket(NO_PASS, { authorization: `Bearer ${token}` }))).toBe(401);
  expect(await upgradeStatus(web.socket({ cookie: '', proof: token }))).toBe(401);
});

test('another name of the host and a page of another site get nothing, token or not', async () => {
  const { web, token } = await serving();
  expect((await ask(web, `Bearer ${token}`, { host: `evil.example:${web.port}` })).status).toBe(421);
  expect((await ask(web, `Bearer ${token}`, { origin: 'https://evil.example' })).status).toBe(403);
});

test('scrapes that come together are one look at the console, and one that fails is not kept', async () => {
  let calls = 0;
  const gate = Promise.withResolvers<void>();
  const { web, token } = await serving(async () => {
    calls += 1;
    if (calls > 1) return { text: 'again 1\n' };
    await gate.promise;
    throw new Error('the disk is gone');
  });
  const both = [ask(web, `Bearer ${token}`), ask(web, `Bearer ${token}`)];
  await expect.poll(() => calls).toBe(1);
  await new Promise((done) => setTimeout(done, 50));
  gate.resolve();
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([500, 500]);
  expect(calls).toBe(1);
  expect(await ask(web, `Bearer ${token}`)).toMatchObject({ status: 200, body: 'again 1\n' });
});

test('a token of metrics that is the one of the console is refused', () => {
  const file = inFolder('token');
  expect(() => planWeb({ tokenFile: file, metricsTokenFile: file })).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('do everything') }),
  );
});
