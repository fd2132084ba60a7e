import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlockDevice } from '../../snapshot/block-device.ts';
import { LoopbackStream } from '../testing/loopback-stream.ts';
import { MemoryDevice } from '../testing/memory-device.ts';
import { Served, viewOf } from '../testing/served.ts';
import { NbdDevice } from './nbd-device.ts';
import { negotiate } from './negotiate.ts';

const SIZE = 700 * 1024 + 17;

const connected = (device: MemoryDevice, change: Partial<{ minimum: number; structured: boolean }> = {}): NbdDevice => {
  const stream = new LoopbackStream(new Served(viewOf({ disk: device })));
  return new NbdDevice(stream, 'here', { ...negotiate(stream, 'here', 'disk', []), ...change });
};

const place = fc.tuple(fc.nat(SIZE), fc.oneof(fc.nat(9000), fc.nat(SIZE))).map(([offset, length]) => ({
  offset,
  length: Math.min(length, SIZE - offset),
}));
const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), place, byte: fc.nat(255), durable: fc.boolean() }),
  fc.record({ kind: fc.constant('zero' as const), place, durable: fc.boolean(), mayPunch: fc.boolean() }),
  fc.record({ kind: fc.constant('trim' as const), place, durable: fc.boolean() }),
  fc.record({ kind: fc.constant('read' as const), place }),
  fc.record({ kind: fc.constant('allocation' as const), place, limit: fc.integer({ min: 1, max: 9 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step to a device; what it says is compared. */
const perform = (device: BlockDevice, next: Step): unknown => {
  const { offset, length } = next.place;
  if (next.kind === 'write') return device.write(new Uint8Array(length).fill(next.byte), offset, next.durable);
  if (next.kind === 'trim') return device.trim(offset, length, next.durable);
  if (next.kind === 'zero') {
    return device.zero(offset, length, { durable: next.durable, mayPunch: next.mayPunch, onlyFast: false });
  }
  if (next.kind === 'allocation') return length === 0 ? [] : device.allocation(offset, length, next.limit);
  const into = new Uint8Array(length);
  device.read(into, offset);
  return Buffer.from(into).toString('latin1');
};

test('an export behind the client and the server is the same disk as the device itself', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const [served, model] = [new MemoryDevice(SIZE), new MemoryDevice(SIZE)];
      const device = connected(served);
      expect(device.size).toBe(SIZE);
      for (const next of steps) expect(perform(device, next)).toEqual(perform(model, next));
      expect(Buffer.compare(served.content, model.content)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('so it is where a server takes whole blocks only', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.constantFrom(512, 4096), (steps, minimum) => {
      const [served, model] = [new MemoryDevice(SIZE), new MemoryDevice(SIZE)];
      const device = connected(served, { minimum });
      const kept = steps.filter(({ kind }) => kind !== 'trim' && kind !== 'allocation');
      for (const next of kept) expect(perform(device, next)).toEqual(perform(model, next));
      expect(Buffer.compare(served.content, model.content)).toBe(0);
    }),
    { numRuns: 40 },
  );
});
