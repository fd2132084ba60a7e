import { describe, expect, test } from 'vitest';
import { FIRST_PLACE, type ServeForm, serveProblems, serveRequest, setOfExport, socketName } from './serve-form.ts';

const form = (part: Partial<ServeForm>): ServeForm => ({ ...FIRST_PLACE, ...part });
const socket = (path: string) => form({ socket: path });
const port = (part: Partial<ServeForm>) => form({ way: 'port', ...part });
const set = '4fd1c09a7b21'.padEnd(32, '0');
const disk = { kind: 'set', object: 'machine', set, volume: 'disk1', only: true } as const;

describe('where something is to be served', () => {
  test.each([
    [socket('/run/disk1.sock'), {}],
    [socket('run/disk1.sock'), { socket: 'path' }],
    [socket('/run/'), { socket: 'path' }],
    [socket(`/${'a'.repeat(106)}`), {}],
    [socket(`/${'a'.repeat(107)}`), { socket: 'long' }],
    [socket(`/${'ä'.repeat(60)}`), { socket: 'long' }],
    [port({ port: '10809' }), {}],
    [port({ port: '0' }), {}],
    [port({ port: '65536' }), { port: 'port' }],
    [port({ port: '-1' }), { port: 'port' }],
    [port({ port: '' }), { port: 'port' }],
    [port({ host: '' }), { host: 'host', pskFile: 'keys' }],
    [port({ host: '0.0.0.0' }), { pskFile: 'keys' }],
    [port({ host: '0.0.0.0', pskFile: 'keys' }), { pskFile: 'file' }],
    [port({ host: '0.0.0.0', pskFile: '/etc/keys' }), {}],
    [port({ host: '::1' }), {}],
    [form({ socket: '/a', writes: 'kept' }), { overlay: 'file' }],
    [form({ socket: '/a', writes: 'kept', overlay: '/srv/changes' }), {}],
  ])('%j: %j', (given, problems) => expect(serveProblems(given)).toEqual(problems));
});

test('a port is one of this machine unless another address and keys are given', () => {
  const volume = { kind: 'volume', name: 'disk1' } as const;
  expect(serveRequest(volume, port({ port: ' 7000' })).input).toEqual({ volumes: ['disk1'], listen: '127.0.0.1:7000' });
  expect(serveRequest(volume, socket('/run/a')).input).toEqual({ volumes: ['disk1'], socket: '/run/a' });
  expect(serveRequest(volume, form({ socket: '/run/a', also: ['log'] })).input).toEqual({
    volumes: ['disk1', 'log'],
    socket: '/run/a',
  });
  expect(serveRequest(volume, port({ host: '::', pskFile: '/keys' })).input).toEqual({
    volumes: ['disk1'],
    listen: '[::]:10809',
    pskFile: '/keys',
  });
  expect(serveRequest({ kind: 'replica', name: 'spare' }, socket('/run/a'))).toEqual({
    procedure: 'replica.serve',
    input: { replicas: ['spare'], socket: '/run/a' },
  });
});

test('a block set is served as it is unless it may be written to', () => {
  const sets = [{ set: '4fd1c09a7b21' }];
  expect(serveRequest(disk, socket('/a')).input).toEqual({ volumes: [], sets, socket: '/a' });
  expect(serveRequest(disk, form({ socket: '/a', writes: 'private' })).input).toEqual({
    volumes: [],
    sets,
    overlay: {},
    socket: '/a',
  });
  expect(
    serveRequest({ ...disk, only: false }, form({ socket: '/a', writes: 'kept', overlay: '/changes' })).input,
  ).toEqual({
    volumes: [],
    sets: [{ set: '4fd1c09a7b21', volume: 'disk1' }],
    overlay: { file: '/changes' },
    socket: '/a',
  });
  expect(socketName(disk)).toBe('disk1-4fd1c09a.sock');
});

test('an export tells which set it is of', () => {
  expect(setOfExport('set/4fd1c09a7b21')).toBe('4fd1c09a7b21');
  expect(setOfExport('set/4fd1c09a7b21/disk1')).toBe('4fd1c09a7b21');
  expect(setOfExport('disk1@4fd1c09a7b21')).toBeNull();
});
