import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SocketAddress } from '../../../platform/socket-address.ts';
import { MAGIC } from '../protocol.ts';

/** In a thread of its own: who reads from it blocks that of the test. */
const program = `
  const REQUEST = ${MAGIC.request};
  const { parentPort, workerData } = require('node:worker_threads');
  const net = require('node:net');
  const { at, from } = workerData;
  net.createServer((near) => {
    const far = net.connect(at);
    let slow = from === 'greeting';
    let rest = Buffer.alloc(0);
    near.on('data', (bytes) => {
      slow ||= bytes.length >= 4 && bytes.readUInt32BE(0) === REQUEST;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (slow) rest = Buffer.concat([rest, bytes]);
      else near.write(bytes);
    });
    const drip = setInterval(() => {
      near.write(rest.subarray(0, 1));
      rest = rest.subarray(1);
    }, 1);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => {
      clearInterval(drip);
      far.destroy();
    });
  }).listen(0, '127.0.0.1', function () {
    parentPort.postMessage(this.address().port);
  });`;

/** Passes on what a server says one byte at a time: from its greeting on, or from the first request that it is sent. */
export const dripping = async (
  at: SocketAddress,
  from: 'greeting' | 'requests',
): Promise<{ readonly address: SocketAddress; readonly end: () => Promise<void> }> => {
  const worker = new Worker(program, { eval: true, workerData: { at, from } });
  const [port] = (await once(worker, 'message')) as [number];
  const end = async (): Promise<void> => {
    await worker.terminate();
  };
  return { address: { kind: 'tcp', host: '127.0.0.1', port }, end };
};
