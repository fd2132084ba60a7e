import { expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { isNbdUri, nameOf, parseNbdUri } from './nbd-uri.ts';

const tls = (user: string | null, pskFile: string) => ({ user, pskFile });
const tcp = (host: string, port: number, name: string, key: ReturnType<typeof tls> | null = null) => ({
  address: { kind: 'tcp', host, port },
  export: name,
  tls: key,
});
const unix = (path: string, name: string, key: ReturnType<typeof tls> | null = null) => ({
  address: { kind: 'unix', path },
  export: name,
  tls: key,
});

test.each([
  ['nbd://localhost:10810/disk', tcp('localhost', 10_810, 'disk')],
  ['nbd://example.org', tcp('example.org', 10_809, '')],
  ['nbd://example.org/', tcp('example.org', 10_809, '')],
  ['nbd://[::1]:7/a/b%20c', tcp('::1', 7, 'a/b c')],
  ['nbd+unix:///disk?socket=/run/a%3fb.sock', unix('/run/a?b.sock', 'disk')],
  ['nbd+unix:///disk?socket=/run/a=b', unix('/run/a=b', 'disk')],
  ['nbd+unix://?socket=/run/vm.sock', unix('/run/vm.sock', '')],
  ['nbd+unix:///disk@4fd1?socket=/run/vm.sock', unix('/run/vm.sock', 'disk@4fd1')],
  ['nbds://ada@host/disk?tls-psk-file=/etc/keys.psk', tcp('host', 10_809, 'disk', tls('ada', '/etc/keys.psk'))],
  ['nbds://host:7?tls-psk-file=/etc/a%20b', tcp('host', 7, '', tls(null, '/etc/a b'))],
  ['nbds://a%40b@[::1]/x?tls-psk-file=/k', tcp('::1', 10_809, 'x', tls('a@b', '/k'))],
  ['nbds+unix://ada@/d?socket=/run/s&tls-psk-file=/k', unix('/run/s', 'd', tls('ada', '/k'))],
  ['nbds+unix:///d?tls-psk-file=/k&socket=/run/s', unix('/run/s', 'd', tls(null, '/k'))],
])('%s names an export', (uri, wanted) => {
  expect(isNbdUri(uri)).toBe(true);
  expect(parseNbdUri(uri)).toEqual(wanted);
});

test.each([
  'nbds://host/disk',
  'nbds://ada@host/disk?tls-psk-file=keys.psk',
  'nbds://ada@host/disk?tls-psk-file=/k&tls-psk-file=/l',
  'nbds://ada@host/disk?tls-psk-file=/k&tls-verify-peer=false',
  'nbds://ada@host/disk?tls-certificates=/etc/pki',
  'nbds://ada@host/disk?socket=/run/s&tls-psk-file=/k',
  'nbds+unix://ada@/d?socket=/run/s',
  'nbd://host/disk?tls-psk-file=/k',
  'nbd+unix:///d?socket=/run/s&tls-psk-file=/k',
  'nbd://',
  'nbd://user@host/disk',
  'nbd://host:0/disk',
  'nbd://host:99999/disk',
  'nbd://[host]/disk',
  'nbd://host/disk?socket=/run/a',
  'nbd://host/%zz',
  'nbd+unix:///disk',
  'nbd+unix:///disk?socket=a.sock',
  'nbd+unix:///disk?socket=/a&tls-certificates=/b',
  'nbd+unix://host/disk?socket=/a',
  'nbd+vsock://1/disk',
])('%s is refused, with what can be given', (uri) => {
  expect(isNbdUri(uri)).toBe(true);
  expect(() => parseNbdUri(uri)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining(uri.replace(/\?.*/, '?').replace(/\/\/.*@/, '//…@')),
    }),
  );
});

test('a key that somebody put into an address is refused and not repeated', () => {
  for (const uri of [
    'nbds://ada:5ec2e7@host/d?tls-psk-file=/k',
    'nbd://ada:5ec2e7@host/d',
    'nbds+unix://ada:5ec2e7@/d',
    'nbds+unix://ada%3A5ec2e7@/d?socket=/s&tls-psk-file=/k',
    'nbds://ada:5ec2e7/5ec2e7@host/d?tls-psk-file=/k',
    'nbds://ada:x?5ec2e7@host/d',
    'nbds://ada@host/d?tls-psk-key=5ec2e7',
    'nbds://ada@host/d?tls-psk-file=/k&key=5ec2e7',
    'nbds://ada@host/d?tls-psk-file=ada:5ec2e7',
    'nbds://ada@host/d#5ec2e7',
    'NBDS://ada:5ec2e7@host/d',
    'nbds:/ada:5ec2e7@host/d',
  ]) {
    expect(isNbdUri(uri)).toBe(true);
    const error = thrown(() => parseNbdUri(uri));
    expect(error).toMatchObject({ code: 'USAGE' });
    expect(JSON.stringify([error.message, error.context])).not.toContain('5ec2e7');
  }
});

const thrown = (body: () => unknown): ColdframeError => {
  try {
    body();
  } catch (error) {
    return error as ColdframeError;
  }
  throw new Error('nothing was thrown');
};

test('a volume has the name of its export, or of its server', () => {
  expect(nameOf(parseNbdUri('nbd://host/disk'))).toBe('disk');
  expect(nameOf(parseNbdUri('nbd://host/vm/disk@1'))).toBe('vm-disk-1');
  expect(nameOf(parseNbdUri('nbd://host/'))).toBe('host');
  expect(nameOf(parseNbdUri('nbd+unix:///?socket=/run/vm7.sock'))).toBe('vm7');
  expect(nameOf(parseNbdUri('nbd+unix:///%2f?socket=/run/@'))).toBe('volume');
  expect(isNbdUri('nbd-disk')).toBe(false);
});
