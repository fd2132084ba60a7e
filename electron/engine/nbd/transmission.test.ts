import { describe, expect, it } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { CHUNK, COMMAND, COMMAND_FLAG, MAX_PAYLOAD, STATE, WIRE_ERROR } from './protocol.ts';
import { disconnect, goTo, type RequestBytes, request } from './testing/client-bytes.ts';
import { MemoryDevice } from './testing/memory-device.ts';
import { Served, viewOf } from './testing/served.ts';

const SIZE = 4 << 20;
const { fua, noHole, fastZero, reqOne, df } = COMMAND_FLAG;

const serving = (device: MemoryDevice, how: Parameters<typeof goTo>[1] = {}): Served => {
  const served = new Served(viewOf({ disk: device }));
  served.send(goTo('disk', how)).said();
  return served;
};
const errorOf = (served: Served, command: number, parts: RequestBytes): number =>
  served.send(request(command, parts)).said().simpleReply().error;

describe('the transmission phase with simple replies', () => {
  it('writes and reads back, with the cookie of the request', () => {
    const served = serving(new MemoryDevice(SIZE));
    const data = Buffer.from('what was written');
    served.send(request(COMMAND.write, { offset: 5000, data, cookie: 2 ** 52 + 1 }));
    expect(served.said().simpleReply()).toMatchObject({ error: 0, cookie: 2 ** 52 + 1 });
    const reply = served.send(request(COMMAND.read, { offset: 5000, length: data.length })).said();
    expect(reply.simpleReply(data.length).data).toEqual(data);
  });

  it('passes on what is to be durable, zero or trimmed as the client asks', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    served.send(
      request(COMMAND.write, { offset: 1, data: Buffer.alloc(3), flags: fua }),
      request(COMMAND.trim, { offset: 4096, length: 8192, flags: fua }),
      request(COMMAND.writeZeroes, { offset: 0, length: 512 }),
      request(COMMAND.writeZeroes, { offset: 0, length: 512, flags: noHole | fua }),
      request(COMMAND.writeZeroes, { offset: 0, length: 512, flags: fastZero }),
      request(COMMAND.flush, {}),
      request(COMMAND.cache, { offset: 0, length: SIZE }),
    );
    expect(device.calls).toEqual([
      'write 1 3 durable',
      'trim 4096 8192 durable',
      'zero 0 512 punch',
      'zero 0 512 durable',
      'zero 0 512 punch fast',
      'flush',
    ]);
  });

  it('answers requests beyond the end without touching the volume', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    const beyond = { offset: SIZE - 1, length: 2 };
    expect(errorOf(served, COMMAND.read, beyond)).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.trim, beyond)).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.cache, beyond)).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.writeZeroes, beyond)).toBe(WIRE_ERROR.ENOSPC);
    expect(errorOf(served, COMMAND.write, { offset: SIZE - 1, data: Buffer.alloc(2, 1) })).toBe(WIRE_ERROR.ENOSPC);
    expect(errorOf(served, COMMAND.write, { offset: 2 ** 53 - 1, data: Buffer.alloc(9, 1) })).toBe(WIRE_ERROR.ENOSPC);
    expect(errorOf(served, COMMAND.read, { offset: 2 ** 53 - 1, length: 1 })).toBe(WIRE_ERROR.EINVAL);
    expect(device.calls).toEqual([]);
    expect(device.content.every((byte) => byte === 0)).toBe(true);
  });

  it('lets nobody write to a read-only export', () => {
    const served = serving(new MemoryDevice(SIZE, true));
    expect(errorOf(served, COMMAND.write, { data: Buffer.alloc(100, 1) })).toBe(WIRE_ERROR.EPERM);
    expect(errorOf(served, COMMAND.trim, { length: 1 })).toBe(WIRE_ERROR.EPERM);
    expect(errorOf(served, COMMAND.writeZeroes, { length: 1 })).toBe(WIRE_ERROR.EPERM);
    expect(errorOf(served, COMMAND.flush, {})).toBe(0);
  });

  it('refuses flags and commands that are not for this', () => {
    const served = serving(new MemoryDevice(SIZE));
    expect(errorOf(served, 99, {})).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.read, { length: 1, flags: noHole })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.read, { length: 1, flags: df })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.write, { data: Buffer.alloc(1), flags: fastZero })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.cache, { length: 1, flags: 32 })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.flush, { length: 1 })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.blockStatus, { length: 1 })).toBe(WIRE_ERROR.EINVAL);
    expect(errorOf(served, COMMAND.read, { length: MAX_PAYLOAD + 1 })).toBe(WIRE_ERROR.EINVAL);
  });

  it('takes requests without a length as done', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    for (const command of [COMMAND.read, COMMAND.write, COMMAND.trim, COMMAND.writeZeroes, COMMAND.cache]) {
      expect(errorOf(served, command, { length: 0 })).toBe(0);
    }
    expect(device.calls).toEqual([]);
  });

  it('passes over the payload of a refused write and goes on', () => {
    const served = serving(new MemoryDevice(SIZE));
    const bad = request(COMMAND.write, { offset: SIZE, data: Buffer.alloc(100_000, 7) });
    served.send(
      bad.subarray(0, 40),
      bad.subarray(40, 50_000),
      bad.subarray(50_000),
      request(COMMAND.flush, { cookie: 8 }),
    );
    const said = served.said();
    expect(said.simpleReply()).toMatchObject({ error: WIRE_ERROR.ENOSPC, cookie: 7 });
    expect(said.simpleReply()).toMatchObject({ error: 0, cookie: 8 });
    expect(served.session.input.bytes.length).toBeLessThan(200_000);
  });

  it('serves what came with a flush before the disk is waited for, once for all of them', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    served.send(
      Buffer.concat([
        request(COMMAND.write, { offset: 0, data: Buffer.alloc(10, 1), cookie: 1 }),
        request(COMMAND.flush, { cookie: 2 }),
        request(COMMAND.write, { offset: 10, data: Buffer.alloc(10, 2), cookie: 3 }),
        request(COMMAND.flush, { cookie: 4 }),
        request(COMMAND.write, { offset: 20, data: Buffer.alloc(10, 3), cookie: 5 }).subarray(0, 30),
      ]),
    );
    const said = served.said();
    expect([1, 3, 2, 4].map(() => said.simpleReply().cookie)).toEqual([1, 3, 2, 4]);
    expect(device.calls.map((call) => call.split(' ')[0])).toEqual(['write', 'write', 'flush']);
  });

  it('answers a flush of a client that disconnects right behind it', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    expect(served.send(Buffer.concat([request(COMMAND.flush, { cookie: 2 }), disconnect()])).last).toBe('end');
    expect(served.said().simpleReply()).toMatchObject({ error: 0, cookie: 2 });
    expect(device.calls).toEqual(['flush']);
  });

  it('says how much a request lacks that has begun to arrive', () => {
    const served = serving(new MemoryDevice(SIZE));
    const write = request(COMMAND.write, { data: Buffer.alloc(100_000) });
    const missing = [20, 28, 90_000, write.length].map((end, index, ends) => {
      served.send(write.subarray(ends[index - 1] ?? 0, end));
      return served.session.missing;
    });
    expect(missing).toEqual([0, 100_000, 10_028, 0]);
  });

  it('cuts off who announces a payload that nobody sends, or who sends no request', () => {
    expect(serving(new MemoryDevice(SIZE)).send(request(COMMAND.write, { length: 0xffffffff })).last).toBe('end');
    expect(serving(new MemoryDevice(SIZE)).send(Buffer.alloc(28, 1)).last).toBe('end');
    expect(serving(new MemoryDevice(SIZE)).send(disconnect()).last).toBe('end');
  });

  it.each([
    ['EIO', WIRE_ERROR.EIO],
    ['ENOSPC', WIRE_ERROR.ENOSPC],
    ['EDQUOT', WIRE_ERROR.ENOSPC],
    ['EROFS', WIRE_ERROR.EPERM],
    ['ENOMEM', WIRE_ERROR.ENOMEM],
    ['EINVAL', WIRE_ERROR.EINVAL],
    ['EBADF', WIRE_ERROR.EIO],
    ['EOPNOTSUPP', WIRE_ERROR.EINVAL],
  ] as const)('tells %s of a device as the protocol wants it', (errno, expected) => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    device.errno = errno;
    for (const command of [COMMAND.write, COMMAND.read, COMMAND.flush]) {
      const length = command === COMMAND.flush ? 0 : 1;
      const data = command === COMMAND.write ? Buffer.alloc(1) : undefined;
      expect(errorOf(served, command, { length, ...(data && { data }) })).toBe(expected);
    }
    device.errno = null;
    expect(errorOf(served, COMMAND.write, { data: Buffer.alloc(9) })).toBe(0);
    expect(served.counters).toEqual(Float64Array.of(4, 3, 0, 9));
  });

  it('tells the errno that an error of any code carries', () => {
    const device = new MemoryDevice(SIZE);
    device.write = () => {
      const context = { errno: 'ESHUTDOWN' };
      throw new ColdframeError('EXPORT_BUSY', { message: 'It stops.', guidance: 'Wait.', context });
    };
    expect(errorOf(serving(device), COMMAND.write, { data: Buffer.alloc(1) })).toBe(WIRE_ERROR.ESHUTDOWN);
    device.write = () => {
      throw new TypeError('a defect');
    };
    expect(errorOf(serving(device), COMMAND.write, { data: Buffer.alloc(1) })).toBe(WIRE_ERROR.EIO);
  });

  it('says that zeroing is not fast only to who asked for that', () => {
    const device = new MemoryDevice(SIZE);
    device.errno = 'ENOTSUP';
    expect(errorOf(serving(device), COMMAND.writeZeroes, { length: 1, flags: fastZero })).toBe(WIRE_ERROR.ENOTSUP);
    expect(errorOf(serving(device), COMMAND.writeZeroes, { length: 1 })).toBe(WIRE_ERROR.EINVAL);
  });

  it('turns away what is asked of an export that goes away', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device);
    served.stopping = true;
    expect(errorOf(served, COMMAND.write, { data: Buffer.alloc(10, 1) })).toBe(WIRE_ERROR.ESHUTDOWN);
    expect(errorOf(served, COMMAND.read, { length: 10 })).toBe(WIRE_ERROR.ESHUTDOWN);
    expect(device.calls).toEqual([]);
  });

  it('sends replies that are ready before it waits for the disk', () => {
    const served = serving(new MemoryDevice(SIZE));
    const { session } = served;
    session.input.append(request(COMMAND.write, { data: Buffer.alloc(10) }));
    session.input.append(request(COMMAND.flush, {}));
    expect([session.advance(), session.out.length]).toEqual(['full', 16]);
    session.out.clear();
    expect([session.advance(), session.out.length]).toEqual(['more', 16]);
  });
});

describe('the transmission phase with structured replies', () => {
  const structured = { structured: true, contexts: ['base:allocation', 'coldframe:dirty:a'] };

  it('sends holes as such and the rest as data', () => {
    const device = new MemoryDevice(SIZE);
    device.content.fill(1, 1 << 20, 2 << 20);
    const served = serving(device, structured);
    const said = served.send(request(COMMAND.read, { offset: 100, length: SIZE - 100 })).said();
    const { content, chunks } = said.structuredRead(100, SIZE - 100);
    expect(content.equals(device.content.subarray(100))).toBe(true);
    expect(chunks).toEqual([
      { type: CHUNK.offsetHole, length: (1 << 20) - 100 },
      { type: CHUNK.offsetData, length: 1 << 20 },
      { type: CHUNK.offsetHole, length: 2 << 20 },
    ]);
    expect(said.atEnd).toBe(true);
  });

  it('sends one chunk with everything in it to who wants no fragments', () => {
    const device = new MemoryDevice(SIZE);
    device.content.fill(1, 1 << 20, 2 << 20);
    const said = serving(device, structured)
      .send(request(COMMAND.read, { length: SIZE, flags: df }))
      .said();
    const { content, chunks } = said.structuredRead(0, SIZE);
    expect(content.equals(device.content)).toBe(true);
    expect(chunks).toEqual([{ type: CHUNK.offsetData, length: SIZE }]);
  });

  it('tells errors in a chunk with a few words that name nothing of this machine', () => {
    const device = new MemoryDevice(SIZE);
    const served = serving(device, structured);
    device.errno = 'EIO';
    for (const length of [512, 1 << 20]) {
      const { type, data, done } = served.send(request(COMMAND.read, { length })).said().chunk();
      expect([type, done, data.readUInt32BE(0)]).toEqual([CHUNK.error, true, WIRE_ERROR.EIO]);
      expect(data.toString('utf8', 6)).toBe('the volume reported an error');
    }
    expect(served.failures).toHaveLength(2);
    device.errno = null;
    const large = served.send(request(COMMAND.read, { length: 2 * MAX_PAYLOAD })).said();
    expect(large.chunk().data.readUInt32BE(0)).toBe(WIRE_ERROR.EINVAL);
  });

  it('says of a read that is too large that it is, when it is within the volume', () => {
    const huge = Object.assign(new MemoryDevice(0), { size: 2 ** 40 });
    const said = serving(huge, { structured: true })
      .send(request(COMMAND.read, { length: MAX_PAYLOAD + 1 }))
      .said();
    expect(said.chunk().data.readUInt32BE(0)).toBe(WIRE_ERROR.EOVERFLOW);
  });

  it('answers a read of nothing', () => {
    const said = serving(new MemoryDevice(SIZE), structured)
      .send(request(COMMAND.read, { length: 0 }))
      .said();
    expect(said.chunk()).toMatchObject({ type: CHUNK.none, done: true });
  });

  const withContext = (): MemoryDevice => {
    const device = new MemoryDevice(SIZE);
    device.content.fill(1, 8192, 12_288);
    device.contexts.push({
      name: 'coldframe:dirty:a',
      status: (offset, length, limit) =>
        [
          { length: 4096 - (offset % 4096), flags: 1 },
          { length: length, flags: 0 },
        ].slice(0, limit),
    });
    return device;
  };
  const runsOf = (data: Buffer): number[][] => {
    const runs = [];
    for (let at = 4; at < data.length; at += 8) runs.push([data.readUInt32BE(at), data.readUInt32BE(at + 4)]);
    return runs;
  };

  it('tells every chosen context in a chunk of its own, within what was asked', () => {
    const served = serving(withContext(), structured);
    const said = served.send(request(COMMAND.blockStatus, { offset: 4096, length: 16_384 })).said();
    const [allocation, dirty] = [said.chunk(), said.chunk()];
    expect(allocation).toMatchObject({ type: CHUNK.blockStatus, done: false });
    const hole = STATE.hole | STATE.zero;
    expect(runsOf(allocation.data)).toEqual([
      [4096, hole],
      [4096, 0],
      [8192, hole],
    ]);
    expect(dirty).toMatchObject({ type: CHUNK.blockStatus, done: true });
    expect([dirty.data.readUInt32BE(0), runsOf(dirty.data)]).toEqual([
      1,
      [
        [4096, 1],
        [12_288, 0],
      ],
    ]);
  });

  it('tells one run to who wants one, and nothing of nothing', () => {
    const served = serving(withContext(), structured);
    const said = served.send(request(COMMAND.blockStatus, { offset: 0, length: SIZE, flags: reqOne })).said();
    expect(runsOf(said.chunk().data)).toEqual([[8192, STATE.hole | STATE.zero]]);
    expect(runsOf(said.chunk().data)).toEqual([[4096, 1]]);
    expect(
      served
        .send(request(COMMAND.blockStatus, { length: 0 }))
        .said()
        .chunk().type,
    ).toBe(CHUNK.error);
  });

  it('does not make up a status when a device says nothing', () => {
    const device = withContext();
    device.contexts[0] = { name: 'coldframe:dirty:a', status: () => [] };
    const said = serving(device, structured)
      .send(request(COMMAND.blockStatus, { length: 4096 }))
      .said();
    expect(said.chunk()).toMatchObject({ type: CHUNK.error, done: true });
    expect(said.atEnd).toBe(true);
  });
});
