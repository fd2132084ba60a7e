import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SocketAddress } from '../../platform/socket-address.ts';
import { COMMAND } from './protocol.ts';
import { NbdServer } from './server.ts';
import { request } from './testing/client-bytes.ts';
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

const image = (name: string) => {
  const path = join(folder, name);
  writeFileSync(path, name.repeat(4096));
  return { kind: 'file', path, readOnly: true } as const;
};

describe.each(process.platform === 'linux' ? [false, true] : [true])(
  'an export (with Node’s sockets: %s)',
  (portable) => {
    const serving = async (): Promise<SocketAddress> => {
      server = new NbdServer({ portable, graceMs: 300 });
      server.addExport('disk', image('1'));
      return await server.listen({ kind: 'unix', path: join(folder, 'nbd.sock') });
    };
    const opened = async (at: SocketAddress): Promise<SocketClient> => {
      const client = await SocketClient.open(at, 'disk');
      clients.push(client);
      return client;
    };
    const shows = async (client: SocketClient): Promise<string> => {
      client.send(request(COMMAND.read, { offset: 0, length: 1 }));
      return (await client.simpleReply(1)).data.toString();
    };

    it('that is replaced stays as it was for who has it open, and is the new one for who comes', async () => {
      const at = await serving();
      const before = await opened(at);
      expect(await shows(before)).toBe('1');
      server.replaceExport('disk', image('2'));
      const after = await opened(at);
      server.replaceExport('disk', image('3'));
      expect([await shows(before), await shows(after), await shows(await opened(at))]).toEqual(['1', '2', '3']);
      expect(server.status()).toMatchObject([{ name: 'disk', clients: 3, counters: { bytesRead: 4 } }]);
    });

    it('is left by those who had an earlier one, who are cut off when they do not go', async () => {
      const at = await serving();
      const [patient, slow] = [await opened(at), await opened(at)];
      server.replaceExport('disk', image('2'));
      const current = await opened(at);
      let gone = false;
      const leaving = server.earlierGone('disk', 400).then(() => {
        gone = true;
      });
      patient.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect([gone, await shows(slow)]).toEqual([false, '1']);
      await Promise.all([leaving, slow.hungUp()]);
      expect(await shows(current)).toBe('2');
    });

    it('that nobody had open is left at once', async () => {
      await serving();
      server.replaceExport('disk', image('2'));
      await server.earlierGone('disk', 60_000);
      await server.earlierGone('disk', 60_000);
    });
  },
);
