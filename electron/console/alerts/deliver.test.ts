import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WEBHOOK_FORMATS } from '../../../shared/model/notice.ts';
import { agentsKnowProxies } from '../../platform/proxy-variables.ts';
import { AlertBoard, deliver } from './deliver.ts';
import { bodyFor, type Message, textOf } from './message.ts';
import { NoticeSecrets } from './secrets.ts';
import { sendCommand } from './send-command.ts';
import { readAuthority, sendMail } from './send-mail.ts';
import { sendToFolder } from './send-to-folder.ts';
import { sendWebhook } from './send-webhook.ts';

const message: Message = {
  id: 'a'.repeat(32),
  at: '2026-05-01T08:00:00.000Z',
  title: 'Backup failed: docs (and 1 more)',
  computer: 'attic',
  again: false,
  events: [
    {
      event: 'backup-failed',
      at: '2026-05-01T07:59:00.000Z',
      object: 'docs',
      vault: '/v',
      job: null,
      text: 'It <b>failed</b> @all.',
    },
  ],
};

/** A real server; gives its address and what it was sent. */
const serve = async (answer: RequestListener): Promise<{ readonly url: string; readonly got: unknown[] }> => {
  const got: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      got.push({ path: request.url, id: request.headers['idempotency-key'], body: JSON.parse(body) });
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path?token=secret`, got };
};
const post = (url: string, ms = 5000) => sendWebhook(url, 'json', message, AbortSignal.timeout(ms));
const refused = async (work: Promise<void>): Promise<string> =>
  await work.then(
    () => 'it was taken',
    (error: Error) => error.message,
  );

test('a webhook is sent the notice with an id of its own', async () => {
  const { url, got } = await serve((_, response) => response.end('ok'));
  await post(url);
  expect(got).toEqual([
    { path: '/secret-path?token=secret', id: message.id, body: JSON.parse(JSON.stringify(message)) },
  ]);
});

test('a webhook goes through the proxy that the environment names, but for what that leaves out, and for this machine', async () => {
  const { url: proxy, got } = await serve((_, response) => response.end('ok'));
  const HTTP_PROXY = proxy.replace('http://', 'http://me:pass@').replace(/\/secret.*/, '');
  const through = async (url: string, env: Record<string, string>) =>
    await sendWebhook(url, 'json', message, AbortSignal.timeout(5000), null, env);
  const hook = 'http://hooks.invalid/secret-path';
  await through(hook, { HTTP_PROXY });
  expect(got).toMatchObject([{ path: hook, id: message.id }]);
  const { url: own, got: direct } = await serve((_, response) => response.end('ok'));
  await through(own, { HTTP_PROXY });
  expect([got.length, direct.length]).toEqual([1, 1]);
  expect(await refused(through(hook, { HTTP_PROXY, NO_PROXY: '.invalid,other' }))).toMatch(
    /could not be reached|did not answer/,
  );
  // Whatever is wrong with a proxy, its password is in no error.
  const { url: dead } = await serve((_, response) => response.destroy());
  const HTTPS_PROXY = dead.replace('http://', 'http://me:pass@').replace(/\/secret.*/, '');
  const refusals = [
    await refused(through('https://hooks.invalid/secret-path', { HTTPS_PROXY })),
    await refused(through(hook, { HTTP_PROXY: 'socks5://me:pass@127.0.0.1:9' })),
    await refused(through(hook, { HTTP_PROXY: 'http://me:pass@ bad' })),
  ];
  expect(refusals[0]).toMatch(/^hooks\.invalid could not be reached: .* \(HTTPS_PROXY is set\)$/);
  expect(refusals.slice(1)).toEqual(
    Array(2).fill('HTTP_PROXY names no proxy that speaks HTTP, such as http://proxy.example:3128'),
  );
  expect(refusals.join(' ')).not.toMatch(/pass|secret/);
  expect(got).toHaveLength(1);
});

test('a proxy that takes the connection and says nothing ends an attempt with its time, also the next one', async () => {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const HTTPS_PROXY = `http://me:pass@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const attempt = async (signal: AbortSignal) =>
    await refused(sendWebhook('https://hooks.invalid/secret-path', 'json', message, signal, null, { HTTPS_PROXY }));
  const said = 'hooks.invalid did not answer in time (HTTPS_PROXY is set)';
  expect(await attempt(AbortSignal.timeout(150))).toBe(said);
  expect(await attempt(AbortSignal.timeout(150))).toBe(said);
  expect(sockets.size).toBe(2);
  expect(await attempt(AbortSignal.abort())).toBe(said);
});

test('a Node whose agents know no proxies is told from one whose agents do', () => {
  const versions = ['23.11.1', '24.0.0', '24.4.1', '24.5.0', '24.21.0', '25.0.0'];
  expect(versions.filter(agentsKnowProxies)).toEqual(['24.5.0', '24.21.0', '25.0.0']);
});

test('an answer that says no is an error with what it says, and without the address', async () => {
  const { url } = await serve((_, response) => response.writeHead(500).end('no such\u0007 channel\n'));
  const said = await refused(post(url));
  expect(said).toMatch(/^127\.0\.0\.1:\d+ answered 500: no such channel$/);
});

test('an answer that repeats some of the address, in whatever way it is written, is not told', async () => {
  const path = '/hooks/T0Ken%2FpArt/x1?key=a%20b%22c-%C3%A9t%C3%A9&n=42';
  const html = (text: string) =>
    Array.from(text)
      .map((each) => `&#${each.codePointAt(0)};`)
      .join('');
  const escaped = (text: string) =>
    Array.from(text)
      .map((each) => `\\u00${each.charCodeAt(0).toString(16)}`)
      .join('');
  const shown = async (body: string) => {
    const { url } = await serve((_, response) => response.writeHead(500).end(body));
    return (await refused(post(new URL(path, url).href))).replace(/^127\.0\.0\.1:\d+ /, '');
  };
  const telling = [
    `Cannot POST ${path}`,
    decodeURIComponent(path),
    encodeURIComponent(path),
    encodeURIComponent(encodeURIComponent('T0Ken/pArt')),
    html('T0Ken'),
    html(encodeURIComponent('T0Ken/pArt')),
    escaped('T0Ken'),
    'no route for t0ken',
    'no part x1',
    'the number 42',
    `Nothing at all. ${'-'.repeat(300)} T0Ken`,
  ];
  expect(await Promise.all(telling.map(shown))).toEqual(telling.map(() => 'answered 500'));
  expect(await shown('invalid_auth')).toBe('answered 500: invalid_auth');
});

test('a redirect is not followed', async () => {
  const other = await serve((_, response) => response.end());
  const { url } = await serve((_, response) => response.writeHead(307, { location: other.url }).end());
  const said = await refused(post(url));
  expect(said).toMatch(/redirect \(307\)/);
  expect(said).not.toMatch(/secret/);
  expect(other.got).toEqual([]);
});

test('a server that hangs before or within its answer takes no longer than it may', async () => {
  const silent = await serve(() => undefined);
  const slow = await serve((_, response) => response.writeHead(500).write('wait'));
  const began = performance.now();
  expect(await refused(post(silent.url, 300))).toMatch(/did not answer in time$/);
  expect(await refused(post(slow.url, 300))).toMatch(/answered 500/);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('an answer without an end is not read to its end', async () => {
  let sent = 0;
  const { url } = await serve((_, response) => {
    response.writeHead(500);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  expect((await refused(post(url))).length).toBeLessThan(300);
  expect(sent).toBeLessThan(64 << 20);
});

test('nobody who listens, and headers without an end, are errors too', async () => {
  expect(await refused(post('http://127.0.0.1:9/secret'))).toBe('127.0.0.1:9 could not be reached: ECONNREFUSED');
  const { url } = await serve((_, response) => response.writeHead(200, { 'x-long': 'y'.repeat(60_000) }).end());
  expect(await refused(post(url))).toMatch(/could not be reached: HPE_HEADER_OVERFLOW/);
});

test('a notice says of which machine it is, in a chat and as JSON', () => {
  const headline = 'Backup failed: docs (and 1 more), on attic';
  for (const format of WEBHOOK_FORMATS)
    expect(JSON.stringify(bodyFor(format, message))).toContain(format === 'json' ? '"computer":"attic"' : headline);
});

test('what chat services are sent calls nobody and is no markup', () => {
  expect(bodyFor('slack', message)).toMatchObject({ text: expect.stringContaining('&lt;b&gt;failed') });
  expect(bodyFor('discord', message)).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(JSON.stringify(bodyFor('mattermost', message))).not.toContain('@all');
  expect(bodyFor('teams', message)).toMatchObject({
    type: 'message',
    attachments: [{ content: { type: 'AdaptiveCard' } }],
  });
  const event = message.events[0] as Message['events'][0];
  const evil =
    '[x](javascript:1) ![y](https://e.example/p) <https://e.example|z> www.e.example ||a||\n2026-01-01 \u202Eb';
  const hostile = { ...message, title: evil, events: [{ ...event, text: evil }] };
  for (const format of WEBHOOK_FORMATS) {
    const sent = JSON.stringify(bodyFor(format, hostile));
    // Who takes our own JSON takes it as data.
    if (format === 'json') continue;
    expect(sent).not.toMatch(/https:\/\/|www\.e|<https|\u202E/);
    // Slack knows neither.
    if (format !== 'slack') expect(sent).not.toMatch(/\]\(|\|\|/);
  }
  expect(textOf(hostile).split('\n')).toHaveLength(1);
});

test('what chat services are sent is never longer than they take, whatever is in names, and is cut between characters', () => {
  /** Bytes of the whole for Teams, else UTF-16 units of the text; from the documents of each. */
  const most = { slack: 40_000, mattermost: 16_383, discord: 2000, teams: 28 * 1024, 'google-chat': 4096 };
  const event = message.events[0] as Message['events'][0];
  const parts = ['@', '&', '|', '<', '😀', '\u202E', '\0', '](', 'www.a', 'a://'];
  for (const text of parts.flatMap((part) => [0, 1, 2, 3, 4, 5].map((by) => 'x'.repeat(by) + part.repeat(4000)))) {
    const long = { ...message, title: text, events: [event, { ...event, text }] };
    for (const [format, limit] of Object.entries(most) as [keyof typeof most, number][]) {
      const body = bodyFor(format, long);
      const sent = JSON.stringify(body);
      const { text: shown, content } = body as { text?: string; content?: string };
      expect(format === 'teams' ? Buffer.byteLength(sent) : (shown ?? content ?? '').length).toBeLessThanOrEqual(limit);
      expect(sent).toContain(' …');
      expect(sent.isWellFormed() && !/\\ud[89a-f]/.test(sent)).toBe(true);
      expect(sent).not.toMatch(/\\(?:x[0-9a-f]?|u[0-9a-f]{0,3})? …/);
      if (format === 'slack') expect(sent).not.toMatch(/&[a-z]{0,3} …/);
    }
  }
});

test('a folder gets the page of a report under its name, whatever else as a text, and nothing twice or over another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const event = { ...(message.events[0] as Message['events'][0]), event: 'month-report' as const, report: '2026-04' };
  let written = 0;
  const pages = (month: string) => {
    if (month === '2026-02') return Promise.reject(new Error('Torn'));
    written += 1;
    return Promise.resolve(`<p>${month}, written ${written}</p>`);
  };
  const send = async (sent: Message) => {
    const parts = {
      board: new AlertBoard(),
      notify: () => 'all' as const,
      secrets: new NoticeSecrets(join(folder, 'none')),
      pages,
    };
    const target = { kind: 'folder' as const, folder };
    await deliver({ target, id: 'x' }, sent, { ...parts, signal: AbortSignal.timeout(5000) });
  };
  writeFileSync(join(folder, 'report-2026-04.html'), 'of another home');
  const report = { ...message, events: [event] };
  await send(report);
  await send({ ...report, again: true });
  const free = { ...message, events: [{ ...event, report: '2026-03' }] };
  await send(free);
  await send({ ...free, again: true });
  await send(message);
  await send({ ...message, again: true, at: '2026-05-01T09:00:00.000Z' });
  const torn = { ...event, report: '2026-02', text: 'A month.' };
  await send({ ...message, id: 'b'.repeat(32), events: [torn, { ...event, report: '2026-01' }] });
  expect(readdirSync(folder).toSorted()).toEqual([
    'notice-2026-05-01T0759-aaaaaaaa.txt',
    'notice-2026-05-01T0759-bbbbbbbb.txt',
    'report-2026-01.html',
    'report-2026-03.html',
    'report-2026-04-aaaaaaaa.html',
    'report-2026-04.html',
  ]);
  expect(readFileSync(join(folder, 'notice-2026-05-01T0759-bbbbbbbb.txt'), 'utf8')).toMatch(
    /A month\. Its page could not be made: .*Torn/,
  );
  expect(readFileSync(join(folder, 'report-2026-04.html'), 'utf8')).toBe('of another home');
  expect(readFileSync(join(folder, 'report-2026-04-aaaaaaaa.html'), 'utf8')).toMatch(/^<p>2026-04, written 1<\/p>/);
  rmSync(folder, { recursive: true });
  await expect(send(report)).rejects.toThrow(/ENOENT|no such/i);
  mkdirSync(folder);
});

test.runIf(process.platform !== 'win32')(
  'a FIFO in the place of a certificate or of a report holds nothing up',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-fifo-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fifo = join(folder, 'report-2026-04.html');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    await expect(readAuthority(fifo)).rejects.toThrow(/cannot be read: it is a FIFO/);
    const event = { ...(message.events[0] as Message['events'][0]), report: '2026-04' };
    await sendToFolder(folder, { ...message, events: [event] }, [{ name: 'report-2026-04.html', page: 'page' }]);
    expect(readdirSync(folder)).toContain('report-2026-04-aaaaaaaa.html');
  },
);

test('a command reads the notice, and is killed with all that it started when its time is up', async () => {
  const limit = AbortSignal.timeout(5000);
  await sendCommand(
    `grep -q '"title":"Backup failed: docs' && test "$COLDFRAME_NOTICE" = ${message.id}`,
    message,
    limit,
  );
  expect(await refused(sendCommand('echo "no disk" >&2; exit 7', message, limit))).toBe(
    'The command failed: it ended with status 7 (no disk)',
  );
  const began = performance.now();
  expect(await refused(sendCommand('sleep 60 & sleep 60', message, AbortSignal.timeout(200)))).toMatch(
    /not end in time/,
  );
  expect(performance.now() - began).toBeLessThan(3000);
});

/** A mail server that takes nothing, and says what `answer` makes of each line it is sent; gives its address. */
const refusingServer = async (answer: (line: string) => string | null): Promise<string> => {
  const server = createSocketServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    socket.on('data', (data) => {
      for (const line of data
        .toString()
        .split('\r\n')
        .filter((each) => each !== '')) {
        const greeting = line.startsWith('EHLO') ? '250-here\r\n250 AUTH PLAIN LOGIN' : '250 OK';
        socket.write(`${answer(line) ?? greeting}\r\n`);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('nothing of a password gets into the error when a mail server repeats it, however it does', async () => {
  const password = 'right-Horse 7';
  const mailTo = async (answer: (line: string) => string | null) => {
    const server = await refusingServer(answer);
    const target = { kind: 'email' as const, server, from: 'a@b.example', to: ['x@y.example'], user: 'backup' };
    return await refused(sendMail(target, password, message, AbortSignal.timeout(5000)));
  };
  const signIn = (say: (sent: string) => string) => (line: string) =>
    line.startsWith('AUTH') ? `535 5.7.8 no: ${say(line.split(' ')[2] ?? '')}` : null;
  const plain = (sent: string) => Buffer.from(sent, 'base64').toString().replaceAll('\0', '|');
  const ways = [
    plain,
    (sent: string) => sent,
    (sent: string) => sent.slice(9),
    (sent: string) => encodeURIComponent(plain(sent)),
    (sent: string) => Buffer.from(plain(sent)).toString('hex'),
    (sent: string) => plain(sent).split('').join(' '),
  ];
  for (const way of ways)
    expect(await mailTo(signIn(way))).toBe(
      '127.0.0.1 refused it when signing in, with an answer 535 that repeats some of the password and is not shown',
    );
  expect(await mailTo(signIn(() => 'try again later'))).toContain('535 5.7.8 no: try again later');
  const late = await mailTo((line) =>
    line.startsWith('AUTH') ? '235 come in' : line.startsWith('RCPT') ? `550 no, ${password}` : null,
  );
  expect(late).toContain('answer 550 that repeats some of the password');
});

test('what a mail server says is shown on one line, without what a terminal obeys, and not at any length', async () => {
  const server = await refusingServer((line) =>
    line.startsWith('RCPT') ? `550 \u001b[2Jno\u0007 ${'y'.repeat(50_000)}` : null,
  );
  const target = { kind: 'email' as const, server, from: 'a@b.example', to: ['x@y.example'] };
  const said = await refused(sendMail(target, null, message, AbortSignal.timeout(5000)));
  expect(said).toMatch(/550 \[2Jno y+$/);
  expect(said.length).toBeLessThanOrEqual(300);
});

test('a damaged file of secrets is named, and nothing in it gets into the error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'notice-secrets.json');
  const secrets = new NoticeSecrets(file);
  for (const text of ['', '{"a":S3cretPassword}', '"S3cretPassword"', '[]', 'null', '{"a":7}']) {
    writeFileSync(file, text);
    const thrown = await secrets.get('a').catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'NOTICE_SECRETS_DAMAGED', context: { file } });
    expect(JSON.stringify(thrown) + String(thrown)).not.toContain('S3cret');
    await expect(secrets.put('b', 'x', { label: 'b', file: true })).rejects.toMatchObject({
      code: 'NOTICE_SECRETS_DAMAGED',
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});

test.each([
  ['all', [true, true]],
  ['problems', [true, false]],
  ['nothing', [false, false]],
] as const)('with %s a failure and a success pop up where nobody looks: %j', async (notify, expected) => {
  const board = new AlertBoard();
  const shown: boolean[] = [];
  board.hear(({ popUp }) => shown.push(popUp));
  const parts = { board, notify: () => notify, secrets: new NoticeSecrets('/none'), pages: () => Promise.resolve('') };
  const done = { ...(message.events[0] as Message['events'][0]), event: 'backup-done' as const };
  for (const each of [message, { ...message, events: [done] }])
    await deliver({ target: { kind: 'desktop' }, id: 'x' }, each, { ...parts, signal: AbortSignal.timeout(5000) });
  expect(shown).toEqual(expected);
});
