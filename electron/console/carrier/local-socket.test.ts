import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../../shared/contract/protocol.ts';
import { lineTransport } from './line-transport.ts';
import { greetedConsole } from './remote-console.ts';
import { serveSocket } from './socket-server.ts';
import { describeCarrier } from './testing/carrier-contract.ts';

describeCarrier('the local socket', async (console) => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-socket-'));
  const place = process.platform === 'win32' ? `\\\\.\\pipe\\coldframe-test-${process.pid}` : join(folder, 'socket');
  const server = await serveSocket(place, console);
  return {
    connect: async () => {
      const socket = connect(place);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return lineTransport(socket);
    },
    close: async () => {
      void server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

test('a console that ends waits for answers, and not for who only watches', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-socket-'));
  const place = process.platform === 'win32' ? `\\\\.\\pipe\\coldframe-end-${process.pid}` : join(folder, 'socket');
  let answer = (): void => undefined;
  const under = new Set<string>();
  const call = async (procedure: string): Promise<unknown> => {
    under.add(procedure);
    return procedure === 'overview'
      ? await new Promise((done) => (answer = () => done({})))
      : new Promise(() => undefined);
  };
  const server = await serveSocket(place, { call: call as never });
  try {
    const socket = connect(place);
    await once(socket, 'connect');
    const remote = await greetedConsole(lineTransport(socket), PROTOCOL_VERSION);
    remote?.call('job.watch', {}).catch(() => undefined);
    remote?.call('overview', {}).catch(() => undefined);
    await expect.poll(() => [...under].sort()).toEqual(['job.watch', 'overview']);
    const began = performance.now();
    const ended = server.close();
    expect(await Promise.race([ended.then(() => 'ended'), new Promise((done) => setTimeout(done, 100, 'waits'))])).toBe(
      'waits',
    );
    answer();
    await ended;
    // Less than the time that a query has which does not end.
    expect(performance.now() - began).toBeLessThan(1900);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('lines without an end are bounded over all connections, and a call that is too long is not sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-socket-'));
  const place = process.platform === 'win32' ? `\\\\.\\pipe\\coldframe-bound-${process.pid}` : join(folder, 'socket');
  const server = await serveSocket(place, { call: (async () => ({})) as never });
  const opened = async () => {
    const socket = connect(place);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  try {
    const hostile = await Promise.all([opened(), opened(), opened()]);
    const ended = hostile.map((socket) => new Promise((done) => socket.resume().once('close', done)));
    for (const socket of hostile) socket.write(Buffer.alloc(40 * 1024 * 1024, 'x'));
    await Promise.race(ended);
    for (const socket of hostile) socket.destroy();
    await Promise.all(ended);
    const remote = await greetedConsole(lineTransport(await opened()), PROTOCOL_VERSION);
    const long = remote?.call('verify', { sets: ['x'.repeat(64 * 1024 * 1024)] });
    await expect(long).rejects.toMatchObject({ code: 'TOO_MANY' });
    const many = remote?.call('verify', { sets: Array.from({ length: 2_000_001 }, () => 'x') });
    await expect(many).rejects.toMatchObject({ code: 'TOO_MANY' });
    await expect.poll(() => remote?.call('ping', {})).toEqual({});
    remote?.close();
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
