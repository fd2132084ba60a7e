import { closeSync, copyFileSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { canMountLoopFileSystems } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { digestOf, readAt } from './testing/image-files.ts';
import { serveVolumes } from './testing/served-volumes.ts';
import { flipByte, tapeFiles } from './testing/tape-files.ts';
import { answerOf, Workplace } from './testing/workplace.ts';

const MIB = 1024 * 1024;
const SIZE = 40 * MIB;
const DEVICE = 48 * MIB;
const missing = [
  ...missingPeers(['losetup', 'mkfs.ext4', 'qemu-io', 'qemu-img', 'nbdcopy'], process.env),
  ...(canMountLoopFileSystems() ? [] : ['loop devices']),
];

describeUnlessMissing('volumes restored over what is there', missing, () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let full = '';
  let last = '';
  const devices: string[] = [];

  const loop = async (name: string, size: number): Promise<string> => {
    writeFileSync(place.at(name), '');
    truncateSync(place.at(name), size);
    const device = (await peerOutput('losetup', ['--find', '--show', place.at(name)])).trim();
    devices.push(device);
    return device;
  };
  /** Does something while volumes are served, and gives what it gives. */
  const serving = async <T>(work: (uri: (name: string) => string) => Promise<T>, ...names: string[]): Promise<T> => {
    const { uri, child, ended } = await serveVolumes(place, place.at('nbd.sock'), names);
    try {
      return await work(uri);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  };
  const write = async (address: string, ...commands: string[]): Promise<void> => {
    const all = commands.flatMap((command) => ['-c', command]);
    expect(await peerOutput('qemu-io', ['-f', 'raw', ...all, address])).not.toContain('failed');
  };
  const backup = async (object: string): Promise<string> => (await place.done('backup', ['backup', object])).set.id;
  const image = async (set: string, volume = 'disk'): Promise<string> => {
    await place.done('restore', [
      'restore',
      set,
      `/${volume}`,
      '--to',
      place.at('wanted.img'),
      '--on-conflict',
      'overwrite',
    ]);
    return digestOf(place.at('wanted.img'));
  };
  const over = (set: string, device: string, ...more: string[]): string[] => ['restore', set, '--to', device, ...more];
  const OVERWRITE = ['--on-conflict', 'overwrite'];

  beforeAll(async () => {
    place = new Workplace();
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault, '--codec', 'none']);
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', String(SIZE)]);
    await place.done('object.add', ['object', 'add', 'machine', '--vault', place.vault, '--volume', 'disk']);
    await serving(async (uri) => {
      await write(uri('disk'), 'write -P 0x11 0 12M', 'write -P 0x12 30M 3M');
      full = await backup('machine');
      await write(uri('disk'), 'write -P 0x21 1M 64k', 'write -P 0x22 31M 8k', 'discard 8M 2M');
      last = await backup('machine');
    }, 'disk');
  });

  afterAll(async () => {
    await close();
    for (const device of devices) await runPeer('losetup', ['--detach', device]);
    place.remove();
  });

  test('onto a device, once it was said that what is on it may go', async () => {
    const device = await loop('device.img', DEVICE);
    await peerOutput('mkfs.ext4', ['-q', '-L', 'precious', device]);
    await peerOutput('blockdev', ['--flushbufs', device]);
    const before = digestOf(place.at('device.img'));
    const shown = await place.done('restore', over(last, device, ...OVERWRITE, '--dry-run'));
    expect(shown).toMatchObject({ dryRun: true, conflicts: [{ path: device, action: 'replace' }] });
    expect(shown.loses).toContain('an ext file system named “precious”');
    const refused = await place.fails(1, over(last, device));
    expect(refused).toMatchObject({ code: 'DESTINATION_TAKEN', message: expect.stringContaining('precious') });
    expect(await place.fails(2, over(last, device, '--on-conflict', 'rename'))).toMatchObject({ code: 'USAGE' });
    expect(digestOf(place.at('device.img'))).toBe(before);
    const rest = digestOf(place.at('device.img'), SIZE, DEVICE - SIZE);
    const result = await place.done('restore', over(last, device, ...OVERWRITE));
    expect(result).toMatchObject({ restored: 1, wanted: 1, damaged: [], dryRun: false });
    expect(statSync(device).isBlockDevice()).toBe(true);
    expect(digestOf(device, 0, SIZE)).toBe(await image(last));
    expect(digestOf(device, SIZE, DEVICE - SIZE)).toBe(rest);
  });

  test('never onto one that is mounted, too small, or the disk of a volume', async () => {
    const device = await loop('busy.img', DEVICE);
    await peerOutput('mkfs.ext4', ['-q', device]);
    place.newFolder('mounted');
    await peerOutput('mount', [device, place.at('mounted')]);
    try {
      for (const more of [OVERWRITE, [...OVERWRITE, '--dry-run']])
        expect(await place.fails(1, over(last, device, ...more))).toMatchObject({ code: 'DEVICE_BUSY' });
      writeFileSync(place.at('mounted', 'file'), 'still there');
    } finally {
      await peerOutput('umount', [place.at('mounted')]);
    }
    const small = await loop('small.img', 16 * MIB);
    expect(await place.fails(2, over(last, small, ...OVERWRITE))).toMatchObject({ code: 'DEVICE_TOO_SMALL' });
    const managed = await loop('managed.img', DEVICE);
    await place.done('volume.adopt', ['volume', 'adopt', 'other', '--file', managed]);
    expect(await place.fails(2, over(last, managed, ...OVERWRITE))).toMatchObject({ code: 'VOLUME_IN_USE' });
  });

  test('what is half restored has no beginning that could be taken for a file system', async () => {
    const device = await loop('half.img', DEVICE);
    await peerOutput('mkfs.ext4', ['-q', device]);
    const env = { COLDFRAME_FAILPOINT: 'device:after-copy' };
    // What kills itself is the process that does the work.
    await close();
    const ending = await place.run(over(last, device, ...OVERWRITE), { env });
    ({ close } = await place.startConsole());
    expect(ending.signal).toBe('SIGKILL');
    expect(readAt(device, 0, MIB).equals(Buffer.alloc(MIB))).toBe(true);
    expect(readAt(device, 30 * MIB, 4096).equals(Buffer.alloc(4096, 0x12))).toBe(true);
    await place.done('restore', over(last, device, ...OVERWRITE));
    expect(digestOf(device, 0, SIZE)).toBe(await image(last));
  });

  test('in place: an image is replaced, and the next set has what was written since', async () => {
    const { volume } = await place.done('volume.show', ['volume', 'show', 'disk']);
    await serving(async (uri) => {
      await write(uri('disk'), 'write -P 0x31 0 15M', 'write -P 0x32 35M 1M');
      const served = await place.fails(2, ['restore', full, '--original', ...OVERWRITE]);
      expect(served).toMatchObject({ code: 'VOLUME_IN_USE' });
    }, 'disk');
    const before = digestOf(volume.path);
    expect(await place.fails(1, ['restore', full, '--original'])).toMatchObject({ code: 'DESTINATION_TAKEN' });
    const shown = await place.done('restore', ['restore', full, '--original', ...OVERWRITE, '--dry-run']);
    expect(shown.conflicts).toMatchObject([{ path: volume.path, action: 'replace' }]);
    expect(digestOf(volume.path)).toBe(before);
    await place.done('restore', ['restore', full, '--original', ...OVERWRITE]);
    expect(digestOf(volume.path)).toBe(await image(full));
    const next = await serving(async (uri) => {
      await write(uri('disk'), 'write -P 0x41 26M 64k');
      const set = await backup('machine');
      await peerOutput('nbdcopy', [uri('disk'), place.at('now.img')]);
      return set;
    }, 'disk');
    expect(await image(next)).toBe(digestOf(place.at('now.img')));
  });

  test('in place: a device is overwritten, and the next set has all that differs', async () => {
    const device = await loop('own.img', SIZE);
    await place.done('volume.adopt', ['volume', 'adopt', 'raw', '--file', device]);
    await place.done('object.add', ['object', 'add', 'devices', '--vault', place.vault, '--volume', 'raw']);
    const first = await serving(async (uri) => {
      await write(uri('raw'), 'write -P 0x51 3M 2M');
      const set = await backup('devices');
      await write(uri('raw'), 'write -P 0x52 4M 8M', 'write -P 0x53 32M 1M');
      await backup('devices');
      return set;
    }, 'raw');
    const shown = await place.done('restore', ['restore', first, '--original', ...OVERWRITE, '--dry-run']);
    expect(shown.loses).toContain(device);
    await place.done('restore', ['restore', first, '--original', ...OVERWRITE]);
    expect(digestOf(device, 0, SIZE)).toBe(await image(first, 'raw'));
    const next = await serving(async () => await backup('devices'), 'raw');
    expect(await image(next, 'raw')).toBe(digestOf(device, 0, SIZE));
  });

  test('blocks that were unprotected stay as they are, in an image and on a device', async () => {
    const ranges = place.secret('ranges', '2 3\n1024 520\n');
    await place.done('volume.protect', ['volume', 'protect', 'disk', '--ranges', ranges]);
    const set = await serving(async (uri) => {
      await write(uri('disk'), 'write -P 0x61 0 64k', 'write -P 0x62 4M 3M');
      const made = await backup('machine');
      await write(uri('disk'), 'write -P 0x71 0 64k', 'write -P 0x72 4M 3M');
      return made;
    }, 'disk');
    await place.done('volume.protect', ['volume', 'protect', 'disk', '--all']);
    const image = place.at('left-out.img');
    await place.done('restore', ['restore', set, '--to', image]);
    const device = await loop('staying.img', SIZE);
    writeFileSync(device, Buffer.alloc(8 * MIB, 0x77));
    await place.done('restore', over(set, device, ...OVERWRITE));
    await place.done('restore', ['restore', set, '--original', ...OVERWRITE]);
    const { volume } = await place.done('volume.show', ['volume', 'show', 'disk']);
    const at = (file: string) => [0, 2, 4, 5, 1024, 1543, 1544].map((block) => readAt(file, block * 4096, 1)[0]);
    expect(at(image)).toEqual([0x61, 0, 0, 0x61, 0, 0, 0x62]);
    expect(at(device)).toEqual([0x61, 0x77, 0x77, 0x61, 0x77, 0x77, 0x62]);
    expect(at(volume.path)).toEqual([0x61, 0x71, 0x71, 0x61, 0x72, 0x72, 0x62]);
    expect(statSync(image).blocks * 512).toBeLessThan(statSync(volume.path).blocks * 512 - 2 * MIB);
  });

  test('a damaged chunk costs its blocks, which are zeroes and named', async () => {
    const [tape = ''] = tapeFiles(place.vault);
    const { chunks } = await place.done('tape.show', ['tape', 'show', 'CF0001']);
    const chunk = chunks.find(({ kind, set }) => kind === 'data' && set === full);
    if (chunk === undefined) throw new Error('there is no chunk');
    const wanted = await image(full);
    flipByte(tape, chunk.offset + Math.floor(chunk.bytes / 2));
    const device = await loop('damaged.img', SIZE);
    const result = answerOf<OutputOf<'restore'>>(await place.run(over(full, device, ...OVERWRITE)), 13);
    expect(result).toMatchObject({ restored: 0, wanted: 1, damagedElements: 1 });
    expect(result.damaged).toEqual([{ tape: 'CF0001', chunk: chunk.sequence, set: full, elements: ['/disk'] }]);
    const lost = result.warnings.map(
      ({ message }) => /^Bytes (\d+) to (\d+)/.exec(message)?.slice(1).map(Number) ?? [],
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(digestOf(place.at('wanted.img'))).toBe(wanted);
    copyFileSync(place.at('wanted.img'), place.at('mended.img'));
    const mended = openSync(place.at('mended.img'), 'r+');
    for (const [from = 0, to = 0] of lost) writeSync(mended, Buffer.alloc(to + 1 - from), 0, to + 1 - from, from);
    closeSync(mended);
    expect(digestOf(device, 0, SIZE)).toBe(digestOf(place.at('mended.img')));
    expect(lost.reduce((sum, [from = 0, to = 0]) => sum + to + 1 - from, 0)).toBeLessThanOrEqual(MIB);
  });
});
