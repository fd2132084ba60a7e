import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import type { Message } from './message.ts';
import type { ReportFile } from './report-files.ts';
import { sendMail } from './send-mail.ts';

/** A real SMTP server: says its port, then every mail that it took and every sign-in that it saw, a JSON document a line. */
const SERVER = `
import asyncio, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult
say = lambda **what: print(json.dumps(what), flush=True)
def sign_in(server, session, envelope, mechanism, data):
    say(user=data.login.decode(), password=data.password.decode())
    return AuthResult(success=data.password == b'right horse', handled=False)
class Taker:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('refused'): return '550 no such mailbox'
        envelope.rcpt_tos.append(address)
        return '250 OK'
    async def handle_DATA(self, server, session, envelope):
        say(to=envelope.rcpt_tos, mail=envelope.content.decode(), user=bool(session.authenticated))
        return '250 taken'
async def serve():
    make = lambda: SMTP(Taker(), authenticator=sign_in, auth_require_tls=False)
    server = await asyncio.get_running_loop().create_server(make, '0.0.0.0', 0)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1])
    loop = asyncio.get_running_loop()
    # One is encrypted from the start, the other demands that it is before anything is said.
    secure = await loop.create_server(make, '127.0.0.1', 0, ssl=context)
    starting = lambda: SMTP(Taker(), authenticator=sign_in, tls_context=context, require_starttls=True)
    starts = await loop.create_server(starting, '127.0.0.1', 0)
    say(ports=[each.sockets[0].getsockname()[1] for each in (server, secure, starts)])
    await server.serve_forever()
asyncio.run(serve())
`;

const message: Message = {
  id: 'a'.repeat(32),
  at: '2026-05-01T08:00:00.000Z',
  title: 'Backup failed: docs ✓',
  computer: 'pc',
  again: true,
  events: [
    {
      event: 'backup-failed',
      at: '2026-05-01T07:59:00.000Z',
      object: 'docs',
      vault: '/v',
      job: null,
      text: 'It failed.',
    },
  ],
};

describeWithPeers('a mail server', ['aiosmtpd', 'openssl'], () => {
  let child: ChildProcess;
  let port = 0;
  let securePort = 0;
  let startsPort = 0;
  let folder = '';
  const at = (name: string) => join(folder, `${name}.pem`);
  const said: Record<string, unknown>[] = [];
  const mail = (
    over: object = {},
    password: string | null = null,
    ms = 10_000,
    reports: readonly ReportFile[] = [],
  ) => {
    const target = {
      kind: 'email' as const,
      server: `smtp://127.0.0.1:${port}`,
      from: 'backup@example.org',
      to: ['admin@example.org'],
    };
    return sendMail({ ...target, ...over }, password, message, AbortSignal.timeout(ms), reports);
  };

  beforeAll(async () => {
    // The system's own interpreter: that is the one that has the server.
    folder = mkdtempSync(join(tmpdir(), 'coldframe-mail-'));
    certify('server', 'DNS:localhost');
    certify('other', 'DNS:localhost');
    child = spawn('/usr/bin/python3', ['-c', SERVER, at('server')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => said.push(JSON.parse(line) as Record<string, unknown>));
    await once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
    [port = 0, securePort = 0, startsPort = 0] = (said.shift()?.ports ?? []) as number[];
  });
  /** A certificate that signs itself, with its key before it. */
  const certify = (name: string, names: string) => {
    const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=mail -addext subjectAltName=${names}`;
    execFileSync('openssl', [...args.split(' '), '-keyout', at(name), '-out', join(folder, 'cert')], { stdio: 'pipe' });
    appendFileSync(at(name), readFileSync(join(folder, 'cert')));
    copyFileSync(join(folder, 'cert'), at(`${name}-ca`));
  };
  /** What the server said since the last time, once it is so much: its lines come by a pipe. */
  const heard = async (count: number): Promise<Record<string, unknown>[]> => {
    for (let tries = 0; said.length < count && tries < 200; tries += 1)
      await new Promise((done) => setTimeout(done, 10));
    return said.splice(0);
  };

  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  test('takes a notice for all who get it', async () => {
    await mail({ to: ['admin@example.org', 'other@example.org'] });
    const [taken] = await heard(1);
    expect(taken).toMatchObject({ to: ['admin@example.org', 'other@example.org'], user: false });
    expect(taken?.mail).toMatch(/^Message-ID: <a{32}@coldframe\.invalid>\r?$/m);
    expect(taken?.mail).toMatch(/^Subject: =\?UTF-8\?.*_on_pc\?=/m);
    expect(taken?.mail).toMatch(/It failed\.(.|\s)*may have arrived/);
  });

  test('takes no header or part from what a notice tells', async () => {
    const title = 'Failed: x\r\nBcc: evil@example.org\r\n\r\n<script>';
    const text = 'a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n\u202E<img src=x>';
    const [event] = message.events;
    const target = {
      kind: 'email',
      server: `smtp://127.0.0.1:${port}`,
      from: 'a@example.org',
      to: ['b@example.org'],
    } as const;
    const hostile = { ...message, title, events: event ? [{ ...event, text }] : [] };
    await sendMail({ ...target, to: [...target.to] }, null, hostile, AbortSignal.timeout(10_000));
    const [taken, ...more] = await heard(1);
    expect(more).toEqual([]);
    const [head = '', body = ''] = String(taken?.mail).split(/\r?\n\r?\n/);
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toMatch(/^Content-Type: text\/plain/im);
    expect(body).not.toMatch(/^MAIL FROM/m);
    expect(body).toContain('\\x0d\\x0a.');
  });

  test('takes the report of a month with it', async () => {
    await mail({}, null, 10_000, [{ name: 'report-2026-04.html', page: '<p>April</p>' }]);
    const [taken] = await heard(1);
    expect(taken?.mail).toMatch(/Content-Disposition: attachment; filename=report-2026-04\.html/);
    expect(taken?.mail).toMatch(/<p>April<\/p>|PHA\+QXByaWw8L3A\+/);
  });

  test('lets the right password in, and a wrong one is an error that does not hold it', async () => {
    await mail({ user: 'backup' }, 'right horse');
    expect(await heard(2)).toMatchObject([{ user: 'backup', password: 'right horse' }, { user: true }]);
    const error = await mail({ user: 'backup' }, 'wrong battery').catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/535/);
    expect(JSON.stringify(error) + String((error as Error).message)).not.toMatch(/battery/);
    await heard(1);
  });

  test('is not given a password without encryption, unless it is this machine', async () => {
    await expect(mail({ server: `smtp://0.0.0.0:${port}`, user: 'backup' }, 'right horse')).rejects.toThrow(
      /STARTTLS|TLS/i,
    );
    expect(said).toEqual([]);
  });

  test('with a certificate of an authority that is named takes mail and password encrypted, from the start or once it is told', async () => {
    const signs = { user: 'backup', caFile: at('server-ca') };
    await mail({ ...signs, server: `smtps://localhost:${securePort}` }, 'right horse');
    expect(await heard(2)).toMatchObject([{ user: 'backup', password: 'right horse' }, { user: true }]);
    await mail({ ...signs, server: `smtp://localhost:${startsPort}` }, 'right horse');
    expect(await heard(2)).toMatchObject([{ user: 'backup', password: 'right horse' }, { user: true }]);
  });

  test('is not believed to be one that nobody named, or of another name, or that says nothing encrypted', async () => {
    const secure = `smtps://localhost:${securePort}`;
    const refused = [
      [{ server: secure }, /self-signed certificate/],
      [{ server: secure, caFile: at('other-ca') }, /self-signed certificate|unable to verify/],
      [{ server: `smtps://127.0.0.1:${securePort}`, caFile: at('server-ca') }, /altname|does not match/i],
      [{ server: `smtp://localhost:${port}`, caFile: at('server-ca') }, /STARTTLS|TLS/i],
      [{ server: secure, caFile: at('gone') }, /cannot be read: ENOENT/],
    ] as const;
    for (const [over, why] of refused)
      await expect(mail({ user: 'backup', ...over }, 'right horse')).rejects.toThrow(why);
    expect(said).toEqual([]);
  });

  test('that refuses one of those it is for is an error that names them', async () => {
    await expect(mail({ to: ['admin@example.org', 'refused@example.org'] })).rejects.toThrow(/refused@example\.org/);
    await heard(1);
  });

  test('that hangs takes no longer than it may', async () => {
    const hanging = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(hanging, 'listening');
    const began = performance.now();
    await expect(
      mail({ server: `smtp://127.0.0.1:${(hanging.address() as AddressInfo).port}` }, null, 300),
    ).rejects.toThrow(/did not answer in time/);
    expect(performance.now() - began).toBeLessThan(2000);
    hanging.close();
  });
});
