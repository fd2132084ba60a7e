import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { type ImageFileCalls, imageFileCalls } from '../../platform/image-file.ts';
import { FileDevice } from './file-device.ts';
import { openDevice } from './open-device.ts';

const MIB = 1024 * 1024;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-device-'));
  path = join(folder, 'image');
  writeFileSync(path, '');
  truncateSync(path, 4 * MIB);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const opened = <T>(calls: ImageFileCalls, body: (device: FileDevice) => T, readOnly = false): T => {
  const device = new FileDevice(path, { readOnly }, calls);
  try {
    return body(device);
  } finally {
    device.close();
  }
};
const content = (device: FileDevice, offset: number, length: number): Buffer => {
  const into = Buffer.alloc(length, 0xff);
  device.read(into, offset);
  return into;
};
const thrownBy = (body: () => unknown): ColdframeError => {
  try {
    body();
  } catch (error) {
    if (error instanceof ColdframeError) return error;
  }
  throw new Error('Nothing was thrown that is an error of ours.');
};

describe.each(['linux', 'darwin'] as const)('an image file with the calls of %s', (platform) => {
  const calls = imageFileCalls(platform);
  const knowsHoles = platform === 'linux' && process.platform === 'linux';

  it('reads back what was written, at any offset, durably or not', () => {
    opened(calls, (device) => {
      device.write(Buffer.from('durable'), 4093, true);
      device.write(Buffer.from('later'), MIB - 2, false);
      device.flush();
      expect(content(device, 4093, 7).toString()).toBe('durable');
      expect(content(device, MIB - 2, 5).toString()).toBe('later');
      expect(device.size).toBe(4 * MIB);
    });
    expect(readFileSync(path).subarray(4093, 4100).toString()).toBe('durable');
  });

  it('reads and writes memory that threads share', () => {
    opened(calls, (device) => {
      const shared = new Uint8Array(new SharedArrayBuffer(8192), 100, 4096).fill(7);
      device.write(shared, 0, true);
      shared.fill(0);
      device.read(shared, 0);
      expect(shared.every((byte) => byte === 7)).toBe(true);
    });
  });

  it.each([true, false])('makes a run zero, whatever its bounds (room may be given back: %s)', (mayPunch) => {
    opened(calls, (device) => {
      device.write(Buffer.alloc(MIB, 1), 0, false);
      device.zero(4097, 500_001, { durable: true, mayPunch, onlyFast: false });
      expect(content(device, 4096, 1)[0]).toBe(1);
      expect(content(device, 4097, 500_001).every((byte) => byte === 0)).toBe(true);
      expect(content(device, 504_098, 1)[0]).toBe(1);
      expect(device.size).toBe(4 * MIB);
    });
    expect(statSync(path).size).toBe(4 * MIB);
  });

  it('says that it cannot zero fast rather than writing, and leaves the run as it is', () => {
    const slow: ImageFileCalls = { ...calls, punchHole: () => false, zeroRange: () => false };
    opened(slow, (device) => {
      device.write(Buffer.alloc(8192, 1), 0, false);
      const error = thrownBy(() => device.zero(0, 8192, { durable: false, mayPunch: true, onlyFast: true }));
      expect(error.context.errno).toBe('ENOTSUP');
      expect(content(device, 0, 8192).every((byte) => byte === 1)).toBe(true);
    });
  });

  it('forgets what is trimmed, or leaves it', () => {
    opened(calls, (device) => {
      device.write(Buffer.alloc(MIB, 1), 0, true);
      const before = statSync(path).blocks;
      device.trim(0, MIB, true);
      expect([0, 1]).toContain(content(device, 0, 1)[0]);
      if (knowsHoles) expect(statSync(path).blocks).toBeLessThan(before);
    });
  });

  it('covers what it is asked about with runs, and takes what it does not know for data', () => {
    opened(calls, (device) => {
      device.write(Buffer.alloc(64 * 1024, 1), MIB, false);
      const runs = device.allocation(1000, 4 * MIB - 1000, 100);
      let at = 1000;
      for (const run of runs) {
        expect(run.offset).toBe(at);
        at += run.length;
        if (run.zero) expect(content(device, run.offset, run.length).every((byte) => byte === 0)).toBe(true);
      }
      expect(at).toBe(4 * MIB);
      if (!knowsHoles) expect(runs).toEqual([{ offset: 1000, length: 4 * MIB - 1000, hole: false, zero: false }]);
    });
  });

  it('goes on after short writes, and takes one that writes nothing for an error', () => {
    let most = 1000;
    const short: ImageFileCalls = {
      ...calls,
      writeDurably: (fd, from, offset) => (most === 0 ? 0 : calls.writeDurably(fd, from.subarray(0, most), offset)),
    };
    opened(short, (device) => {
      const data = Buffer.from(Array.from({ length: 4500 }, (_, index) => index % 251));
      device.write(data, 3, true);
      expect(content(device, 3, 4500).equals(data)).toBe(true);
      most = 0;
      expect(thrownBy(() => device.write(data, 3, true)).context.errno).toBe('EIO');
    });
  });

  it('does not make up what a file that was cut short does not have', () => {
    opened(calls, (device) => {
      truncateSync(path, MIB);
      expect(thrownBy(() => content(device, MIB - 10, 20)).context).toMatchObject({ errno: 'EIO', path });
    });
  });

  it('is not written to when it is read-only', () => {
    opened(
      calls,
      (device) => {
        expect(device.readOnly).toBe(true);
        expect(thrownBy(() => device.write(Buffer.alloc(1), 0, false)).context.errno).toBe('EBADF');
        expect(thrownBy(() => device.write(Buffer.alloc(1), 0, true)).context.errno).toBe('EBADF');
      },
      true,
    );
  });

  it('names the file that is not there', () => {
    rmSync(path);
    expect(thrownBy(() => new FileDevice(path, { readOnly: false }, calls))).toMatchObject({
      code: 'IO',
      context: { errno: 'ENOENT', path },
    });
  });
});

describe.runIf(process.platform === 'linux')('an image file on Linux', () => {
  it('tells holes from data', () => {
    opened(imageFileCalls(), (device) => {
      device.write(Buffer.alloc(128 * 1024, 1), MIB, false);
      expect(device.allocation(0, 4 * MIB, 100)).toEqual([
        { offset: 0, length: MIB, hole: true, zero: true },
        { offset: MIB, length: 128 * 1024, hole: false, zero: false },
        { offset: MIB + 128 * 1024, length: 3 * MIB - 128 * 1024, hole: true, zero: true },
      ]);
      expect(device.allocation(MIB + 5, 10, 1)).toEqual([{ offset: MIB + 5, length: 10, hole: false, zero: false }]);
      expect(device.allocation(0, 4 * MIB, 2)).toHaveLength(2);
    });
  });

  it('asks once where a run of data ends, and again when some of it was given back', () => {
    let asked = 0;
    const calls = imageFileCalls();
    const counting: ImageFileCalls = {
      ...calls,
      nextHole: (fd, offset) => {
        asked += 1;
        return calls.nextHole(fd, offset);
      },
    };
    opened(counting, (device) => {
      device.write(Buffer.alloc(MIB, 1), 0, false);
      for (let at = 0; at < MIB; at += 65_536) device.allocation(at, 65_536, 4);
      expect(asked).toBe(1);
      device.zero(0, 65_536, { durable: false, mayPunch: true, onlyFast: true });
      expect(device.allocation(0, MIB, 4)[0]).toMatchObject({ length: 65_536, hole: true });
    });
  });

  it('says that a disk is full', () => {
    const device = openDevice({ kind: 'file', path: '/dev/full', readOnly: false });
    expect(thrownBy(() => device.write(Buffer.alloc(1), 0, false))).toMatchObject({
      code: 'DISK_FULL',
      context: { errno: 'ENOSPC', path: '/dev/full' },
    });
    device.close();
    device.close();
  });
});
