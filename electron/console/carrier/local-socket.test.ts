import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineTransport } from './line-transport.ts';
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
