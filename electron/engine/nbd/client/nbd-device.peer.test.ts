import { type ChildProcess, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithPeers } from '../../../platform/testing/peers.ts';
import { exportsAt } from './list-exports.ts';
import { NbdDevice } from './nbd-device.ts';

const MIB = 1 << 20;
const SIZE = 16 * MIB;
let folder: string;
let peer: ChildProcess | null = null;
let device: NbdDevice | null = null;
const content = Buffer.alloc(SIZE);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-nbd-client-'));
  content.fill(0);
  randomFillSync(content, MIB, 2 * MIB);
  content.fill(9, SIZE - MIB);
  writeFileSync(join(folder, 'image'), content);
});
afterEach(async () => {
  device?.close();
  device = null;
  await end();
  rmSync(folder, { recursive: true, force: true });
});

const socket = (): string => join(folder, 'peer.sock');
const address = () => ({ kind: 'unix', path: socket() }) as const;
const end = async (): Promise<void> => {
  const running = peer;
  peer = null;
  if (running === null || running.exitCode !== null) return;
  const ended = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await ended;
};
/** Starts a server in the foreground and waits for its socket. */
const start = async (program: string, args: readonly string[]): Promise<void> => {
  peer = spawn(program, args, { stdio: 'ignore' });
  await expect.poll(() => existsSync(socket()), { timeout: 20_000 }).toBe(true);
};
const nbdkit = async (...args: string[]): Promise<void> => await start('nbdkit', ['-f', '-U', socket(), ...args]);
const open = (name = '', parts: Partial<Parameters<typeof NbdDevice.open>[0]> = {}): NbdDevice => {
  device = NbdDevice.open({ address: address(), export: name, ...parts });
  return device;
};
const read = (from: NbdDevice, offset: number, length: number): Buffer => {
  const into = Buffer.alloc(length, 0xee);
  from.read(into, offset);
  return into;
};

/** What a disk has to do, wherever it is. */
const asDisk = (disk: NbdDevice): void => {
  expect(disk.size).toBe(SIZE);
  expect(Buffer.compare(read(disk, 0, SIZE), content)).toBe(0);
  const data = randomFillSync(Buffer.alloc(MIB + 5));
  disk.write(data, 8 * MIB - 3, true);
  disk.zero(MIB, 70_000, { durable: false, mayPunch: true, onlyFast: false });
  disk.zero(2 * MIB, 4096, { durable: true, mayPunch: false, onlyFast: false });
  disk.trim(12 * MIB, MIB, false);
  disk.flush();
  expect(Buffer.compare(read(disk, 8 * MIB - 3, data.length), data)).toBe(0);
  expect(read(disk, MIB, 70_000).every((byte) => byte === 0)).toBe(true);
  const runs = disk.allocation(0, SIZE, 1000);
  expect(runs.reduce((at, run) => (run.offset === at ? at + run.length : Number.NaN), 0)).toBe(SIZE);
  expect(runs.find(({ offset, length }) => offset <= MIB && offset + length > MIB)).toMatchObject({ zero: true });
};

describeWithPeers('an export of qemu-nbd', ['qemu-nbd', 'qemu-img'], () => {
  const qemu = async (...args: string[]): Promise<void> =>
    await start('qemu-nbd', ['-t', '-k', socket(), '-x', 'disk', '-f', 'raw', ...args, join(folder, 'image')]);

  it('is a disk', async () => {
    await qemu('--discard=unmap');
    asDisk(open('disk'));
    device?.close();
    const file = readFileSync(join(folder, 'image'));
    expect(file.subarray(MIB, MIB + 70_000).every((byte) => byte === 0)).toBe(true);
    expect(exportsAt(address())).toEqual(['disk']);
  });

  it('says what is wrong with a name, and of a read-only disk that it is one', async () => {
    await qemu('-r');
    expect(() => open('other')).toThrow(expect.objectContaining({ code: 'NO_SUCH_EXPORT' }));
    const disk = open('disk');
    expect(disk.readOnly).toBe(true);
    expect(() => disk.write(Buffer.alloc(512), 0, false)).toThrow(expect.objectContaining({ code: 'IO' }));
    expect(read(disk, MIB, 10)).toEqual(content.subarray(MIB, MIB + 10));
  });

  it('says that the connection is lost when the server is killed', async () => {
    await qemu('-r');
    const disk = open('disk');
    await end();
    const lost = expect.objectContaining({ code: 'NBD_LOST' });
    expect(() => read(disk, 0, 10)).toThrow(lost);
    expect(() => read(disk, 0, 10)).toThrow(lost);
    expect(() => open('disk')).toThrow(lost);
  });
});

describeWithPeers('an export of nbdkit', ['nbdkit'], () => {
  it('is a disk', async () => {
    await nbdkit('file', join(folder, 'image'));
    asDisk(open());
  });

  it('is a disk over TCP', async () => {
    await start('nbdkit', ['-f', '-i', '127.0.0.1', '-p', '10823', '-P', socket(), 'file', join(folder, 'image')]);
    device = NbdDevice.open({ address: { kind: 'tcp', host: '127.0.0.1', port: 10823 }, export: '' });
    asDisk(device);
  });

  it('is a disk when it takes whole blocks only, without structured replies', async () => {
    await nbdkit(
      '--no-sr',
      '--filter=blocksize-policy',
      'file',
      join(folder, 'image'),
      'blocksize-minimum=4096',
      'blocksize-error-policy=error',
    );
    const disk = open();
    expect(read(disk, MIB + 5, 9000)).toEqual(content.subarray(MIB + 5, MIB + 9005));
    disk.write(Buffer.from('within a block'), MIB + 100, false);
    expect(read(disk, MIB + 99, 16)[1]).toBe('w'.charCodeAt(0));
    expect(read(disk, MIB, 100)).toEqual(content.subarray(MIB, MIB + 100));
  });

  it('tells errors of single requests and goes on', async () => {
    await nbdkit('--filter=error', 'file', join(folder, 'image'), 'error-pwrite=ENOSPC', 'error-pwrite-rate=100%');
    const disk = open();
    expect(() => disk.write(Buffer.alloc(MIB), 0, false)).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    expect(Buffer.compare(read(disk, 0, SIZE), content)).toBe(0);
  });

  it('counts as lost when it does not answer in time', async () => {
    await nbdkit('--filter=delay', 'file', join(folder, 'image'), 'rdelay=30');
    const disk = open('', { limitMs: 300 });
    expect(() => read(disk, 0, 10)).toThrow(
      expect.objectContaining({ context: expect.objectContaining({ errno: 'ETIMEDOUT' }) }),
    );
  });
});
