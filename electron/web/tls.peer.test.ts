import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { offeredProtocols, PROOF_HEADER } from '../../shared/contract/proof.ts';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { upgradeStatus, webScenes } from './testing/web-scene.ts';
import { planWeb } from './web-options.ts';

describeWithPeers('a console that other machines may reach', ['openssl', 'curl'], () => {
  const scene = webScenes();
  let folder: string;
  const at = (name: string) => join(folder, name);
  const certify = (name: string, names: string) => {
    const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=coldframe -addext subjectAltName=${names}`;
    execFileSync('openssl', [...args.split(' '), '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)], {
      stdio: 'pipe',
    });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldframe-tls-'));
    certify('named', 'DNS:backup.example,DNS:*.lan.example,IP:127.0.0.1');
    certify('elsewhere', 'DNS:*.elsewhere.example');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const options = (name = 'named') => ({
    host: '0.0.0.0',
    tokenFile: at('token'),
    tlsCert: at(`${name}.pem`),
    tlsKey: at(`${name}.key`),
  });

  const statusFor = (port: number, host: string): Promise<number> =>
    new Promise((done, fail) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          headers: { host },
          ca: readFileSync(at('named.pem')),
          agent: false,
          checkServerIdentity: () => undefined,
        },
        (response) => {
          response.resume();
          done(response.statusCode ?? 0);
        },
      );
      asked.on('error', fail);
      asked.end();
    });

  test('its links have a name of its certificate, and it answers to those names alone', async () => {
    const web = await scene(undefined, {}, options());
    expect(web.shell.origin).toBe(`https://backup.example:${web.port}`);
    const statuses = async (...names: string[]) =>
      Promise.all(names.map((name) => statusFor(web.port, `${name}:${web.port}`)));
    expect(await statuses('backup.example', 'one.lan.example', '127.0.0.1')).toEqual([200, 200, 200]);
    const strangers = [
      'evil.example',
      'a.b.lan.example',
      'localhost',
      '0.0.0.0',
      'backup.example.evil',
      '*.lan.example',
    ];
    expect(new Set(await statuses(...strangers))).toEqual(new Set([421]));
    expect(await statusFor(web.port, 'backup.example')).toBe(421);
    expect(await statusFor(web.port, `backup.example:${web.port + 1}`)).toBe(421);
  });

  test('curl signs in with the token of the file and gets a cookie that never leaves TLS', async () => {
    const web = await scene(undefined, {}, options());
    const token = readFileSync(at('token'), 'utf8').trim();
    const curl = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(
        'curl',
        [
          '--silent',
          '--show-error',
          '--include',
          '--cacert',
          at('named.pem'),
          '--resolve',
          `backup.example:${web.port}:127.0.0.1`,
          '--cookie',
          at('jar'),
          '--cookie-jar',
          at('jar'),
          ...args,
          `${web.shell.origin}/session`,
        ],
        { timeout: 20_000, env: { PATH: process.env.PATH } },
      );
      return stdout;
    };
    const json = ['--header', 'Content-Type: application/json', '--data', JSON.stringify({ token })];
    expect(await curl(...json)).toMatch(/^HTTP\/1.1 403 /);
    const signedIn = await curl(...json, '--header', `Origin: ${web.shell.origin}`);
    expect(signedIn).toMatch(/^HTTP\/1.1 200 /);
    const cookie = new RegExp(
      `set-cookie: __Host-coldframe-${web.port}=[^;]+; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict; Secure`,
      'i',
    );
    expect(signedIn).toMatch(cookie);
    const [, proof = ''] = /"proof":"([^"]+)"/.exec(signedIn) ?? [];
    expect(await curl()).toMatch(/^HTTP\/1.1 401 /);
    expect(await curl('--header', `${PROOF_HEADER}: ${proof}`)).toMatch(/^HTTP\/1.1 204 /);
    const [, pair = ''] = /set-cookie: ([^;]+)/i.exec(signedIn) ?? [];
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`wss://127.0.0.1:${web.port}/socket`, offeredProtocols(proof), {
      origin: web.shell.origin,
      ca: readFileSync(at('named.pem')),
      headers: { cookie: pair, host: `backup.example:${web.port}` },
    });
    socket.on('error', () => undefined);
    expect(await upgradeStatus(socket)).toBe(101);
  });

  test('whoever speaks without TLS gets no answer', async () => {
    const web = await scene(undefined, {}, options());
    await expect(web.ask({}).then(({ status }) => status)).rejects.toThrow();
    expect(await statusFor(web.port, `backup.example:${web.port}`)).toBe(200);
  });

  test('a certificate that names no machine is refused before anything is served', async () => {
    await expect(scene(undefined, {}, options('elsewhere'))).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('names neither this machine'),
    });
  });

  test('a key that belongs to another certificate, or a file that is none, is refused', () => {
    const refused = expect.objectContaining({ code: 'USAGE' });
    expect(() => planWeb({ tlsCert: at('named.pem'), tlsKey: at('elsewhere.key') })).toThrow(refused);
    expect(() => planWeb({ tlsCert: at('none'), tlsKey: at('named.key') })).toThrow(refused);
  });
});
