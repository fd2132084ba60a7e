import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ServerFrame } from '../../shared/contract/frames.ts';
import { hello } from '../console/carrier/hello.ts';
import { serveConnection } from '../console/carrier/serve-connection.ts';
import { describeCarrier } from '../console/carrier/testing/carrier-contract.ts';
import { portTransport } from './port-transport.ts';
import { nodeFramePort } from './testing/node-frame-port.ts';

describeCarrier('the MessagePort', async (console) => ({
  connect: async () => {
    const { port1, port2 } = new MessageChannel();
    const transport = portTransport(nodeFramePort(port1));
    transport.send(hello());
    serveConnection(transport, console, { track: () => undefined, accepting: () => true });
    return portTransport(nodeFramePort(port2));
  },
  close: async () => undefined,
}));

const served = () => {
  const { port1, port2 } = new MessageChannel();
  const transport = portTransport(nodeFramePort(port1));
  serveConnection(transport, { call: (async () => ({})) as never }, { track: () => undefined, accepting: () => true });
  return { transport, port: port2 };
};

test.each([
  ['bytes', new Uint8Array(4)],
  ['text that is no JSON', 'hello'],
  ['an object that was not made text', { kind: 'cancel', request: 1 }],
])('%s instead of a frame end the connection', async (_, message) => {
  const { transport, port } = served();
  const gone = once(port, 'close');
  port.postMessage(message);
  await gone;
  expect(transport.closed).toBe(true);
});

test('whoever fills a port that takes nothing is turned away', async () => {
  const { transport, port } = served();
  transport.pause();
  const gone = once(port, 'close');
  const filler = 'x'.repeat(16 * 1024 * 1024);
  for (let sent = 0; sent < 6; sent += 1) port.postMessage(filler);
  await gone;
});

test('a side whose other end is gone is closed, and sending does nothing any more', async () => {
  const { transport, port } = served();
  const closed = new Promise<void>((done) => transport.onClose(done));
  port.close();
  await closed;
  transport.send({ kind: 'accepted', request: 1 } satisfies ServerFrame);
});
