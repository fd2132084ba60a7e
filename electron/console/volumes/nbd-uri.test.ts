import { expect, test } from 'vitest';
import { isNbdUri, nameOf, parseNbdUri } from './nbd-uri.ts';

const tcp = (host: string, port: number, name: string) => ({ address: { kind: 'tcp', host, port }, export: name });
const unix = (path: string, name: string) => ({ address: { kind: 'unix', path }, export: name });

test.each([
  ['nbd://localhost:10810/disk', tcp('localhost', 10_810, 'disk')],
  ['nbd://example.org', tcp('example.org', 10_809, '')],
  ['nbd://example.org/', tcp('example.org', 10_809, '')],
  ['nbd://[::1]:7/a/b%20c', tcp('::1', 7, 'a/b c')],
  ['nbd+unix:///disk?socket=/run/a%3fb.sock', unix('/run/a?b.sock', 'disk')],
  ['nbd+unix:///disk?socket=/run/a=b', unix('/run/a=b', 'disk')],
  ['nbd+unix://?socket=/run/vm.sock', unix('/run/vm.sock', '')],
  ['nbd+unix:///disk@4fd1?socket=/run/vm.sock', unix('/run/vm.sock', 'disk@4fd1')],
])('%s names an export', (uri, wanted) => {
  expect(isNbdUri(uri)).toBe(true);
  expect(parseNbdUri(uri)).toEqual(wanted);
});

test.each([
  'nbds://host/disk',
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
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(uri) }),
  );
});

test('a volume has the name of its export, or of its server', () => {
  expect(nameOf(parseNbdUri('nbd://host/disk'))).toBe('disk');
  expect(nameOf(parseNbdUri('nbd://host/vm/disk@1'))).toBe('vm-disk-1');
  expect(nameOf(parseNbdUri('nbd://host/'))).toBe('host');
  expect(nameOf(parseNbdUri('nbd+unix:///?socket=/run/vm7.sock'))).toBe('vm7');
  expect(nameOf(parseNbdUri('nbd+unix:///%2f?socket=/run/@'))).toBe('volume');
  expect(isNbdUri('nbd:disk')).toBe(false);
});
