import { linkSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SocketAddress } from '../../platform/socket-address.ts';
import { COMMAND, REPLY, WIRE_ERROR } from './protocol.ts';
import { NbdServer, type ServerOptions } from './server.ts';
import { clientFlags, goTo, request } from './testing/client-bytes.ts';
import { SocketClient } from './testing/socket-client.ts';

let folder: string;
let server: NbdServer;
const clients: SocketClient[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-nbd-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const image = (name: string, size = 1 << 20): string => {
  const path = join(folder, name);
  writeFileSync(path, '');
  truncateSync(path, size);
  return path;
};
const socket = (name = 'nbd.sock'): SocketAddress => ({ kind: 'unix', path: join(folder, name) });
const ways = process.platform === 'linux' ? [false, true] : [true];

describe.each(ways)('the server (with Node’s sockets: %s)', (portable) => {
  const serving = async (options: ServerOptions = {}): Promise<SocketAddress> => {
    server = new NbdServer({ portable, graceMs: 300, ...options });
    server.addExport('disk', { kind: 'file', path: image('disk'), readOnly: false });
    return await server.listen(socket());
  };
  const opened = async (at: SocketAddress, name = 'disk'): Promise<SocketClient> => {
    const client = await SocketClient.open(at, name);
    clients.push(client);
    return client;
  };
  const connected = async (at: SocketAddress): Promise<SocketClient> => {
    const client = await SocketClient.connect(at);
    clients.push(client);
    return client;
  };

  it('serves several connections to one export, each of which sees what another wrote', async () => {
    const at = await serving();
    const [one, other] = [await opened(at), await opened(at)];
    one.send(request(COMMAND.write, { offset: 70_000, data: Buffer.from('from one'), flags: 1 }));
    expect((await one.simpleReply()).error).toBe(0);
    other.send(request(COMMAND.read, { offset: 70_000, length: 8 }));
    expect((await other.simpleReply(8)).data.toString()).toBe('from one');
    expect(readFileSync(join(folder, 'disk')).subarray(70_000, 70_008).toString()).toBe('from one');
  });

  it('counts clients, requests, bytes and errors of an export, also of clients that have gone', async () => {
    const at = await serving();
    const [one, other] = [await opened(at), await opened(at)];
    one.send(request(COMMAND.write, { data: Buffer.alloc(100) }));
    await one.simpleReply();
    other.send(request(COMMAND.read, { length: 50 }));
    await other.simpleReply(50);
    other.send(request(COMMAND.read, { offset: 1 << 20, length: 50 }));
    await other.simpleReply();
    expect(server.status()).toMatchObject([{ name: 'disk', clients: 2 }]);
    other.close();
    await expect.poll(() => server.status()[0]?.clients).toBe(1);
    const counters = { requests: 3, errors: 1, bytesRead: 50, bytesWritten: 100 };
    await expect.poll(() => server.status()).toEqual([{ name: 'disk', clients: 1, counters }]);
  });

  it('takes messages of any size in any pieces', async () => {
    const at = await serving();
    const client = await opened(at);
    const data = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 7) % 256));
    const write = request(COMMAND.write, { data });
    for (const [from, to] of [
      [0, 5],
      [5, 27],
      [27, 700_000],
      [700_000, write.length],
    ]) {
      client.send(write.subarray(from, to));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await client.simpleReply()).error).toBe(0);
    for (let turn = 0; turn < 4; turn += 1) client.send(request(COMMAND.read, { length: 1 << 20 }));
    for (let turn = 0; turn < 4; turn += 1) {
      expect(Buffer.compare((await client.simpleReply(1 << 20)).data, data)).toBe(0);
    }
  });

  it('serves exports that are added while it runs, and no longer those that are taken away', async () => {
    const at = await serving();
    const waiting = await connected(at);
    await waiting.take(18);
    server.addExport('second', { kind: 'file', path: image('second'), readOnly: true });
    waiting.send(goTo('second'));
    await waiting.take(12 + 20 + 20);
    expect(() => server.addExport('second', { kind: 'file', path: image('x'), readOnly: true })).toThrow(
      'served already',
    );

    const user = await opened(at);
    const removed = server.removeExport('disk');
    await user.hungUp();
    await removed;
    expect(server.status().map(({ name }) => name)).toEqual(['second']);
    const late = await connected(at);
    await late.take(18);
    late.send(goTo('disk'));
    expect((await late.take(20)).readUInt32BE(12)).toBe(REPLY.errUnknown);
    waiting.send(request(COMMAND.read, { length: 10 }));
    expect((await waiting.simpleReply(10)).error).toBe(0);
  });

  it('turns away what is still asked of an export that goes', async () => {
    const at = await serving({ graceMs: 2000 });
    const client = await opened(at);
    const removed = server.removeExport('disk');
    // Both ways see the wish within the time that an idle client is looked at.
    for (let error = 0; error === 0; ) {
      client.send(request(COMMAND.write, { data: Buffer.alloc(10) }));
      error = (await client.simpleReply()).error;
      if (error !== 0) expect(error).toBe(WIRE_ERROR.ESHUTDOWN);
    }
    client.close();
    await removed;
  });

  it('cuts off who says nothing, and turns away more clients than it serves', async () => {
    const at = await serving({ handshakeMs: 400, connections: 2 });
    const [silent, slow] = [await connected(at), await connected(at)];
    slow.send(clientFlags(3));
    await silent.take(18);
    await silent.hungUp();
    await slow.hungUp();
    const users = [await opened(at), await opened(at)];
    await (await connected(at)).hungUp();
    for (const user of users) user.close();
    await expect.poll(() => server.status()[0]?.clients).toBe(0);
    const late = await opened(at);
    await new Promise((resolve) => setTimeout(resolve, 700));
    late.send(request(COMMAND.flush, {}));
    expect((await late.simpleReply()).error).toBe(0);
  });

  it('takes in who says what he wants, however many say nothing, or stop in the middle of it', async () => {
    const at = await serving({ handshakeMs: 60_000, connections: 4 });
    const user = await opened(at);
    for (let turn = 0; turn < 3; turn += 1) {
      for (let nth = 0; nth < 60; nth += 1) {
        const silent = await connected(at);
        if (nth % 2 === 0) silent.send(goTo('disk').subarray(0, nth % 30));
      }
      const late = await opened(at);
      late.send(request(COMMAND.flush, {}));
      expect((await late.simpleReply()).error).toBe(0);
      late.close();
    }
    user.send(request(COMMAND.flush, {}));
    expect((await user.simpleReply()).error).toBe(0);
  });

  it('refuses an export whose file is gone, tells why, and never tells the client', async () => {
    const failures: string[] = [];
    const at = await serving({
      onFailure: (name, error) => failures.push(`${name} ${error.code} ${error.context.errno}`),
    });
    rmSync(join(folder, 'disk'));
    const client = await connected(at);
    await client.take(18);
    client.send(goTo('disk'));
    expect((await client.take(20)).readUInt32BE(12)).toBe(REPLY.errUnknown);
    await expect.poll(() => failures).toEqual(['disk IO ENOENT']);
  });

  it('makes a socket for its owner alone, takes the place of one that a server left, and removes its own', async () => {
    const at = await serving();
    expect(statSync(join(folder, 'nbd.sock')).mode & 0o777).toBe(0o600);
    const second = new NbdServer({ portable });
    await expect(second.listen(at)).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    await expect(second.listen({ kind: 'unix', path: join(folder, 'disk') })).rejects.toThrow('something else');
    await expect(second.listen(socket('x'.repeat(120)))).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    await second.close();
    await server.close();
    expect(() => statSync(join(folder, 'nbd.sock'))).toThrow('ENOENT');
  });

  it('listens at a free port of this machine, and says when a port is taken', async () => {
    await serving();
    const at = await server.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    const client = await opened(at);
    client.send(request(COMMAND.read, { length: 1 }));
    expect((await client.simpleReply(1)).error).toBe(0);
    await expect(server.listen(at)).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    const six = await server.listen({ kind: 'tcp', host: '::1', port: 0 });
    (await opened(six)).send(request(COMMAND.flush, {}));
  });

  it('ends with all its clients', async () => {
    const at = await serving();
    const [one, other] = [await opened(at), await connected(at)];
    await server.close();
    await one.hungUp();
    await other.hungUp();
    await expect(SocketClient.connect(at)).rejects.toThrow();
  });
});

describe.runIf(process.platform === 'linux')('the server with threads', () => {
  it('takes no more memory for many connections, one after the other, than for some', async () => {
    server = new NbdServer();
    server.addExport('disk', { kind: 'file', path: image('disk'), readOnly: false });
    const at = await server.listen(socket());
    const write = request(COMMAND.write, { data: Buffer.alloc(400_000) });
    const visit = async (turns: number): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) {
        const client = await SocketClient.open(at, 'disk');
        client.send(write);
        await client.simpleReply();
        client.close();
        await expect.poll(() => server.status()[0]?.clients, { interval: 1 }).toBe(0);
      }
    };
    await visit(10);
    const before = process.memoryUsage.rss();
    await visit(150);
    expect(process.memoryUsage.rss() - before).toBeLessThan(40 << 20);
  });

  it('takes the place of a socket that nobody listens at any more', async () => {
    server = new NbdServer();
    const path = join(folder, 'left.sock');
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(path, resolve));
    // A server that is killed leaves its socket; this one leaves its second name.
    linkSync(path, `${path}.kept`);
    await new Promise((resolve) => left.close(resolve));
    await server.listen({ kind: 'unix', path: `${path}.kept` });
    const client = await SocketClient.connect({ kind: 'unix', path: `${path}.kept` });
    expect((await client.take(18)).length).toBe(18);
    client.close();
  });
});
