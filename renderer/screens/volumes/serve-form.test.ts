import { expect, test } from 'vitest';
import { serveProblem, serveRequest } from './serve-form.ts';

const socket = (path: string) => ({ way: 'socket' as const, socket: path, port: '' });
const port = (typed: string) => ({ way: 'port' as const, socket: '', port: typed });

test.each([
  [socket('/run/disk1.sock'), null],
  [socket('run/disk1.sock'), 'path'],
  [socket('/run/'), 'path'],
  [socket(`/${'a'.repeat(106)}`), null],
  [socket(`/${'a'.repeat(107)}`), 'long'],
  [socket(`/${'ä'.repeat(60)}`), 'long'],
  [port('10809'), null],
  [port('0'), null],
  [port('65536'), 'port'],
  [port('-1'), 'port'],
  [port(''), 'port'],
])('%j: %s', (form, problem) => expect(serveProblem(form)).toBe(problem));

test('a port is one of the loopback interface', () => {
  expect(serveRequest('disk1', port(' 7000'))).toEqual({ volumes: ['disk1'], listen: '127.0.0.1:7000' });
  expect(serveRequest('disk1', socket('/run/a'))).toEqual({ volumes: ['disk1'], socket: '/run/a' });
});
