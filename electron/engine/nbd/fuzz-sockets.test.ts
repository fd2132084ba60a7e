import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SocketAddress } from '../../platform/socket-address.ts';
import { COMMAND } from './protocol.ts';
import { request } from './testing/client-bytes.ts';
import { conversations } from './testing/conversations.ts';
import { Serving } from './testing/serving.ts';
import { SocketClient } from './testing/socket-client.ts';

/** COLDFRAME_FUZZ_RUNS=1000000 is the long run; a tenth of it goes over sockets. */
const RUNS = Math.ceil(Number(process.env.COLDFRAME_FUZZ_RUNS ?? 10_000) / 10 / 4);
const SIZE = 256 * 1024;
/** Conversations at a time. */
const AT_ONCE = 8;
const HANG_MS = 20_000;
const MIB = 1024 * 1024;
/** What may come on top of what a process has after its first conversations. */
const [MORE_DESCRIPTORS, MORE_MEMORY] = [40, 160 * MIB];
const ways = process.platform === 'linux' ? [false, true] : [true];

describe.each(ways)('sockets of a server (with Node’s sockets: %s)', (portable) => {
  let serving: Serving;
  const addresses: SocketAddress[] = [];

  beforeAll(async () => {
    addresses.length = 0;
    serving = new Serving({ portable, graceMs: 500 });
    serving.image('disk', SIZE);
    serving.image('frozen', SIZE, true);
    addresses.push(await serving.server.listen({ kind: 'unix', path: serving.path('nbd.sock') }));
    addresses.push(await serving.server.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }));
  });
  afterAll(async () => await serving.end());

  /** Says something and waits until the server has cut it off, or has answered all and sees the end of it. */
  const talk = async (at: SocketAddress, pieces: readonly Buffer[], leaves: boolean): Promise<void> => {
    const socket = connect(at.kind === 'unix' ? { path: at.path } : { host: at.host, port: at.port });
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    socket.on('error', () => undefined);
    const timer = setTimeout(() => socket.destroy(new Error('It hangs.')), HANG_MS);
    let hung = false;
    socket.on('error', ({ message }) => {
      hung ||= message === 'It hangs.';
    });
    socket.resume();
    for (const piece of pieces) socket.write(piece);
    if (leaves) socket.destroy();
    else socket.end();
    await closed;
    clearTimeout(timer);
    expect(hung, 'a connection that is neither served nor cut off').toBe(false);
  };

  /** Whether it still does what it is for, and holds no connection that is gone. */
  const sound = async (): Promise<void> => {
    for (const at of addresses) {
      const client = await SocketClient.open(at, 'disk');
      client.send(request(COMMAND.read, { length: 4096 }));
      expect((await client.simpleReply(4096)).error).toBe(0);
      client.close();
    }
    await expect
      .poll(() => serving.server.status().map(({ clients }) => clients), { timeout: HANG_MS })
      .toEqual([0, 0]);
  };
  const play = async (numRuns: number): Promise<void> => {
    const batch = fc.array(fc.tuple(conversations(SIZE), fc.boolean()), { minLength: AT_ONCE, maxLength: AT_ONCE });
    const fuzzed = fc.asyncProperty(batch, async (all) => {
      await Promise.all(
        all.map(async ([pieces, leaves], nth) => await talk(addresses[nth % 2] as SocketAddress, pieces, leaves)),
      );
    });
    await fc.assert(fuzzed, { numRuns });
    await sound();
  };

  it(
    'answers or cuts off whatever comes, and keeps neither descriptors nor memory for it',
    async () => {
      await play(Math.min(20, RUNS / AT_ONCE));
      const before = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
      const memory = process.memoryUsage.rss();
      await play(Math.ceil((2 * RUNS) / AT_ONCE));
      if (process.platform === 'linux')
        await expect
          .poll(() => readdirSync('/proc/self/fd').length, { timeout: HANG_MS })
          .toBeLessThan(before + MORE_DESCRIPTORS);
      expect(process.memoryUsage.rss() - memory).toBeLessThan(MORE_MEMORY);
    },
    600_000 + RUNS * 100,
  );
});
