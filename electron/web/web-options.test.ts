import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isLoopback, planWeb } from './web-options.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-web-options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const written = (text: string, mode: number): string => {
  const file = join(folder, 'token');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.2', false],
  ['127.0.0.1.evil.example', false],
  ['127.1', false],
  ['::ffff:127.0.0.1', false],
  ['', false],
])('%s is loopback: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});

test.each([[{}], [{ tokenFile: 'token' }], [{ tlsCert: 'cert', tlsKey: 'key' }]])(
  'other machines are let in with TLS and a token file together, not with %j',
  (options) => {
    expect(() => planWeb({ host: '0.0.0.0', ...options })).toThrow(
      expect.objectContaining({ code: 'WEB_UNPROTECTED', kind: 'usage' }),
    );
  },
);

test('a token file that is missing is made, for its owner alone, and then holds', () => {
  const tokenFile = join(folder, 'new');
  const { token } = planWeb({ tokenFile });
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(tokenFile, 'utf8').trim()).toBe(token);
  expect(planWeb({ tokenFile }).token).toBe(token);
});

test.each([
  ['can be read by its group', 'x'.repeat(43), 0o640],
  ['can be read by everybody', 'x'.repeat(43), 0o604],
  ['is short enough to be guessed', 'x'.repeat(31), 0o600],
  ['is empty', '', 0o600],
  ['does not fit into an address', `${'x'.repeat(43)} y`, 0o600],
  ['is too long', 'x'.repeat(2000), 0o600],
])('a token file that %s is refused, and its content is not told', (_, text, mode) => {
  const tokenFile = written(text, mode);
  const refused = expect.objectContaining({ code: 'TOKEN_FILE_UNSAFE', message: expect.not.stringContaining('xxx') });
  expect(() => planWeb({ tokenFile })).toThrow(refused);
});

test('a token file that is none, or is not to be had, is refused', () => {
  mkdirSync(join(folder, 'directory'));
  symlinkSync('/nowhere/at/all', join(folder, 'dangling'));
  for (const file of ['directory', 'dangling', 'no/such/folder']) {
    expect(() => planWeb({ tokenFile: join(folder, file) })).toThrow(
      expect.objectContaining({ code: 'TOKEN_FILE_UNSAFE' }),
    );
  }
});

test('one of certificate and key is not enough', () => {
  const refused = expect.objectContaining({ code: 'USAGE' });
  expect(() => planWeb({ tlsCert: 'a.pem' })).toThrow(refused);
  expect(() => planWeb({ tlsKey: 'a.key' })).toThrow(refused);
});
