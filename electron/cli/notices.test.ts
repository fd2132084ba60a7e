import { createHmac } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { workplaceForSuite } from './testing/as-root.ts';

const held = workplaceForSuite();
/** What a real server was sent, and what it answers. */
let got: { readonly id: string; readonly again: boolean; readonly events: readonly { readonly event: string }[] }[] =
  [];
let sent: { readonly headers: IncomingHttpHeaders; readonly body: string } | null = null;
let status = 200;
let hang = false;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (data: Buffer) => (body += data.toString()));
  request.on('end', () => {
    got.push(JSON.parse(body));
    sent = { headers: request.headers, body };
    if (!hang) response.writeHead(status).end('no such room');
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const place = held.current;
  const source = place.newFolder('source');
  writeFileSync(join(source, 'file'), 'content');
  await place.done('vault.create', ['vault', 'create', place.vault]);
  await place.done('object.add', ['object', 'add', 'docs', '--vault', place.vault, '--files', source]);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  got = [];
  status = 200;
  hang = false;
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/very-secret`;

test('a notice is added with its secret in a file of its own, tested, and never shown with it', async () => {
  const place = held.current;
  const file = place.secret('url', `${address()}\n`);
  const added = await place.done('notice.add', ['notice', 'add', 'chat', '--url-file', file]);
  const secrets = join(place.home, 'notice-secrets.json');
  expect(added).toMatchObject({
    notice: { name: 'chat', kind: 'webhook', where: new URL(address()).host, last: null },
    warnings: [{ code: 'SECRET_IN_FILE', path: secrets }],
  });
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  await place.done('notice.test', ['notice', 'test', 'chat']);
  expect(got).toMatchObject([{ events: [{ event: 'test' }] }]);
  status = 404;
  const failed = await place.fails(1, ['notice', 'test', 'chat']);
  expect(failed).toMatchObject({ code: 'NOTICE_FAILED', message: expect.stringContaining('404: no such room') });
  const listed = await place.run(['notice', 'list']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ notices: [{ last: { sent: false } }] });
  expect(listed.stdout + failed.message + JSON.stringify(added)).not.toContain('very-secret');
  expect(await place.fails(2, ['notice', 'add', 'chat', '--desktop'])).toMatchObject({ code: 'NOTICE_EXISTS' });
  expect(await place.fails(2, ['notice', 'add', 'x', '--url-file', place.secret('bad', 'ftp://h')])).toMatchObject({
    code: 'USAGE',
  });
  expect(await place.fails(10, ['notice', 'test', 'nobody'])).toMatchObject({ code: 'NO_SUCH_NOTICE' });
});

test('a receiver knows by its key that a notice is genuine, and not changed or sent again', async () => {
  const place = held.current;
  const bytes = Buffer.from('0123456789abcdef0123456789abcdef');
  const url = place.secret('url', address());
  const key = place.secret('key', `whsec_${bytes.toString('base64')}\n`);
  const add = ['notice', 'add', 'signed', '--url-file', url, '--signing-key-file'];
  expect(await place.fails(2, [...add, place.secret('short', 'too short')])).toMatchObject({ code: 'USAGE' });
  const added = await place.done('notice.add', [...add, key]);
  expect(added).toMatchObject({ notice: { target: { kind: 'webhook', signed: true } } });
  expect(JSON.stringify(added)).not.toContain(bytes.toString('base64'));
  await place.done('notice.test', ['notice', 'test', 'signed']);

  // As docs/WEBHOOKS.md has it.
  const taken = new Set<string>();
  const verdict = ({ headers, body }: NonNullable<typeof sent>, now: number): string => {
    const [id, at, given] = ['id', 'timestamp', 'signature'].map((name) => String(headers[`webhook-${name}`]));
    if (Math.abs(now / 1000 - Number(at)) > 300) return 'too old';
    const wanted = createHmac('sha256', bytes).update(`${id}.${at}.${body}`).digest('base64');
    if (given !== `v1,${wanted}`) return 'forged';
    if (taken.has(String(id))) return 'sent again';
    taken.add(String(id));
    return 'genuine';
  };
  const notice = sent as unknown as NonNullable<typeof sent>;
  const { headers, body } = notice;
  expect(headers['webhook-id']).toBe(headers['idempotency-key']);
  expect(verdict({ headers, body: body.replace('test', 'text') }, Date.now())).toBe('forged');
  const later = String(Number(headers['webhook-timestamp']) + 60);
  expect(verdict({ headers: { ...headers, 'webhook-timestamp': later }, body }, Date.now())).toBe('forged');
  expect(verdict({ headers: { ...headers, 'webhook-id': 'another' }, body }, Date.now())).toBe('forged');
  expect(verdict(notice, Date.now() + 3_600_000)).toBe('too old');
  expect(verdict(notice, Date.now())).toBe('genuine');
  expect(verdict(notice, Date.now())).toBe('sent again');

  // Another format takes neither the address nor the key away.
  const changed = await place.done('notice.change', [
    'notice',
    'change',
    'signed',
    '--format',
    'json',
    '--name',
    'sealed',
  ]);
  expect(changed).toMatchObject({ notice: { name: 'sealed', target: { signed: true } }, warnings: [] });
  expect(await place.fails(2, ['notice', 'change', 'sealed', '--to', 'a@b'])).toMatchObject({ code: 'USAGE' });
  expect(await place.fails(10, ['notice', 'change', 'signed'])).toMatchObject({ code: 'NO_SUCH_NOTICE' });
  await place.done('notice.change', ['notice', 'change', 'sealed', '--name', 'signed']);
  await place.done('notice.test', ['notice', 'test', 'signed']);
  expect(verdict(sent as unknown as NonNullable<typeof sent>, Date.now())).toBe('genuine');

  // What is to be signed never goes without a signature.
  const secrets = join(place.home, 'notice-secrets.json');
  const kept = Object.entries(JSON.parse(readFileSync(secrets, 'utf8')) as Record<string, string>);
  writeFileSync(secrets, JSON.stringify(Object.fromEntries(kept.filter(([id]) => !id.endsWith('-signing-key')))));
  got = [];
  expect(await place.fails(1, ['notice', 'test', 'signed'])).toMatchObject({ code: 'NOTICE_FAILED' });
  expect(got).toEqual([]);
  await place.done('notice.remove', ['notice', 'remove', 'signed']);
});

test('a backup is told of as the rules say, and a server that hangs or fails neither fails nor long holds it up', async () => {
  const place = held.current;
  const ruled = await place.done('notice.rule', [
    'notice',
    'rule',
    'chat',
    '--event',
    'backup-done',
    '--object',
    'docs',
    '--send',
    'now',
  ]);
  expect(ruled.notice.rules).toContainEqual({ event: 'backup-done', object: 'docs', send: 'now' });
  hang = true;
  const began = performance.now();
  await place.done('backup', ['backup', 'docs']);
  expect(performance.now() - began).toBeLessThan(25_000);
  const { notices } = await place.done('notice.list', ['notice', 'list']);
  hang = false;
  expect(notices[0]).toMatchObject({ waiting: 1, last: { sent: false, error: expect.stringContaining('in time') } });
  expect(got).toMatchObject([{ again: false, events: [{ event: 'backup-done', object: 'docs' }] }]);
});

test('one that is removed is forgotten with what waits', async () => {
  const place = held.current;
  await place.done('notice.remove', ['notice', 'remove', 'chat']);
  await place.done('notice.add', ['notice', 'add', 'chat', '--url-file', place.at('url')]);
  await place.done('notice.rule', ['notice', 'rule', 'chat', '--event', 'backup-done', '--send', 'now']);
  expect(got).toEqual([]);
});

test.each([
  ['notice:before-send', 0],
  ['notice:after-send', 1],
] as const)('a kill at %s loses no notice, and one that may be there already says so', async (failpoint, arrived) => {
  const place = held.current;
  const killed = await place.run(['backup', 'docs'], { env: { COLDFRAME_FAILPOINT: failpoint } });
  expect(killed.signal).toBe('SIGKILL');
  expect(got).toHaveLength(arrived);
  await place.done('sets', ['sets']);
  expect(got).toHaveLength(arrived + 1);
  const last = got.at(-1);
  expect(last).toMatchObject({ again: true, events: [{ event: 'backup-done' }] });
  expect(new Set(got.map(({ id }) => id)).size).toBe(1);
  const { notices } = await place.done('notice.list', ['notice', 'list']);
  expect(notices[0]).toMatchObject({ waiting: 0, last: { sent: true, events: 1 } });
  expect(got).toHaveLength(arrived + 1);
});
