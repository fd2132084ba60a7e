import { describe, expect, onTestFinished, test } from 'vitest';
import { connectTo } from '../../../platform/linux/sockets.ts';
import { dripping } from '../testing/dripping.ts';
import { Serving } from '../testing/serving.ts';
import { NbdDevice } from './nbd-device.ts';
import { negotiate } from './negotiate.ts';
import { SocketStream } from './socket-stream.ts';

const LIMIT_MS = 60_000;
const lost = expect.objectContaining({ code: 'NBD_LOST', context: expect.objectContaining({ errno: 'ETIMEDOUT' }) });

describe.runIf(process.platform === 'linux')('a server that says one byte a second, or little more', () => {
  /** As it seems to the client, `seconds` pass whenever anything comes, however much the machine has to do. */
  const reached = async (from: 'greeting' | 'requests', seconds: number): Promise<() => NbdDevice> => {
    const serving = await Serving.start({ portable: true });
    serving.image('disk', 1 << 20);
    const slow = await dripping({ kind: 'unix', path: serving.path('nbd.sock') }, from);
    onTestFinished(async () => {
      await slow.end();
      await serving.end();
    });
    return () => {
      let time = 0;
      const fd = connectTo(slow.address, LIMIT_MS);
      const stream = new SocketStream('there', fd, LIMIT_MS, undefined, () => (time += seconds * 1000));
      onTestFinished(() => stream.close());
      return new NbdDevice(stream, 'there', negotiate(stream, 'there', 'disk', []));
    };
  };

  test('counts as lost when it does not say in time what it offers', async () => {
    const open = await reached('greeting', 61);
    expect(open).toThrow(lost);
  });

  test('counts as lost when it answers no request whole, and every call says so', async () => {
    const open = await reached('requests', 1);
    const device = open();
    expect(() => device.read(new Uint8Array(60_000), 0)).toThrow('nothing that it was asked for came whole in 60 s');
    expect(() => device.flush()).toThrow(lost);
  });

  test('does not when each answer is whole in time, however long all of them take', async () => {
    const open = await reached('requests', 1);
    const device = open();
    for (let turn = 0; turn < 12; turn += 1) device.flush();
    device.close();
  });
});
