import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { ByteStream } from './client/byte-stream.ts';
import { NbdDevice } from './client/nbd-device.ts';
import { negotiate } from './client/negotiate.ts';
import { conversations } from './testing/conversations.ts';
import { LoopbackStream } from './testing/loopback-stream.ts';
import { MemoryDevice } from './testing/memory-device.ts';
import { Served, viewOf } from './testing/served.ts';

/** COLDFRAME_FUZZ_RUNS=1000000 is the long run. */
const RUNS = Number(process.env.COLDFRAME_FUZZ_RUNS ?? 10_000);
const TIMEOUT_MS = 300_000 + RUNS * 10;
const SIZE = 256 * 1024;

/** A disk that insists on what its callers owe it. */
class StrictDevice extends MemoryDevice {
  override read(into: Uint8Array, offset: number): void {
    within(offset, into.length);
    super.read(into, offset);
  }

  override write(from: Uint8Array, offset: number, durable: boolean): void {
    within(offset, from.length);
    super.write(from, offset, durable);
  }

  override trim(offset: number, length: number, durable: boolean): void {
    within(offset, length);
    super.trim(offset, length, durable);
  }

  override allocation(...[offset, length, limit]: Parameters<MemoryDevice['allocation']>) {
    within(offset, length);
    return super.allocation(offset, length, limit);
  }
}

const broken: string[] = [];
const within = (offset: number, length: number): void => {
  const sane = Number.isSafeInteger(offset) && offset >= 0 && length > 0 && offset + length <= SIZE;
  if (!sane) broken.push(`${offset} ${length}`);
};

test('whatever a client sends, the server answers or cuts it off, and its memory stays small', {
  timeout: TIMEOUT_MS,
}, () => {
  const devices = { disk: new StrictDevice(SIZE), frozen: new StrictDevice(SIZE, true) };
  fc.assert(
    fc.property(conversations(SIZE), fc.boolean(), (pieces, tls) => {
      const served = new Served(viewOf(devices), { tls });
      served.send(...pieces);
      expect(['more', 'end', 'tls']).toContain(served.last);
      if (tls && !served.upgraded) expect(served.session.transmitting).toBe(false);
      // A write of 32 MiB that was announced and is awaited takes its room; nothing takes more.
      if (served.session.input.bytes.length > 2 ** 26) throw new Error('The input has grown beyond every bound.');
      served.session.close();
      devices.disk.calls.length = 0;
    }),
    { numRuns: RUNS },
  );
  expect(broken).toEqual([]);
  expect(devices.frozen.content.every((byte) => byte === 0)).toBe(true);
});

/** What a server said in a whole conversation, and then as a fuzzer would have it. */
class TamperedStream implements ByteStream {
  readonly #stream: LoopbackStream;
  readonly #changes: Map<number, number>;
  #at = 0;

  constructor(stream: LoopbackStream, changes: readonly (readonly [number, number])[]) {
    this.#stream = stream;
    this.#changes = new Map(changes);
  }

  take(length: number): Buffer {
    if (length > 64 * 1024) throw new RangeError('The client waits for more than it may.');
    return this.#tampered(Buffer.from(this.#stream.take(length)));
  }

  fill(into: Uint8Array): void {
    into.set(this.#tampered(Buffer.from(this.#stream.take(into.length))));
  }

  send(bytes: Uint8Array): void {
    this.#stream.send(bytes);
  }

  moved(): void {}

  close(): void {
    this.#stream.close();
  }

  #tampered(bytes: Buffer): Buffer {
    for (let at = 0; at < bytes.length; at += 1) {
      const change = this.#changes.get(this.#at + at);
      if (change !== undefined) bytes[at] = change;
    }
    this.#at += bytes.length;
    return bytes;
  }
}

test('whatever a server says, the client ends with what it asked for or an error that says what', {
  timeout: TIMEOUT_MS,
}, () => {
  const disk = new MemoryDevice(SIZE);
  disk.content.fill(1, 0, 70_000);
  const changes = fc.array(fc.tuple(fc.nat(480), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(changes, (tampering) => {
      const stream = new TamperedStream(new LoopbackStream(new Served(viewOf({ disk }))), tampering);
      try {
        const device = new NbdDevice(stream, 'here', negotiate(stream, 'here', 'disk', ['coldframe:dirty:a']));
        if (device.size !== SIZE) return;
        device.allocation(0, SIZE, 10);
        device.write(Uint8Array.of(1), 0, true);
        device.read(new Uint8Array(9000), 68_000);
        device.flush();
        device.close();
      } catch (error) {
        const said = error instanceof Error && error.message === 'The server has nothing to say.';
        if (!said && !(error instanceof ColdframeError && error.code !== 'INTERNAL')) throw error;
      }
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});
