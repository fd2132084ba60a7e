import { type ChildProcess, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openVolume } from '../../engine/mover/volume-device.ts';
import { NbdDevice } from '../../engine/nbd/client/nbd-device.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { peerOutput } from '../../platform/testing/run-peer.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

const MIB = 1024 * 1024;
const SIZE = 70 * MIB;
const PORT = 10_847;
const KEY = 'c0ffee5a'.repeat(8);
let scene: ConsoleScene;
let peer: ChildProcess | null = null;

const image = (): string => join(scene.root, 'image');
const socket = (): string => join(scene.root, 'peer.sock');
const uri = (name = ''): string => `nbd+unix:///${name}?socket=${socket()}`;

const end = async (): Promise<void> => {
  const running = peer;
  peer = null;
  if (running !== null && running.exitCode === null && running.signalCode === null) {
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }
  rmSync(socket(), { force: true });
};
/** Starts a server in the foreground and waits for its socket. */
const start = async (program: string, ...args: string[]): Promise<void> => {
  await end();
  peer = spawn(program, args, { stdio: 'ignore' });
  await expect.poll(() => existsSync(socket()), { timeout: 20_000 }).toBe(true);
};
const qemu = async (...args: string[]): Promise<void> =>
  await start('qemu-nbd', '-t', '-k', socket(), '-f', 'raw', ...args, image());
const nbdkit = async (...args: string[]): Promise<void> => await start('nbdkit', '-f', '-U', socket(), ...args);
const put = (content: Uint8Array, offset: number): void => {
  const fd = openSync(image(), 'r+');
  writeSync(fd, content, 0, content.length, offset);
  closeSync(fd);
};
const add = async (...volumes: string[]) => await scene.call('object.add', { name: 'vm', vault: scene.vault, volumes });
const backup = async (level: 'auto' | 'full' = 'auto') => (await scene.call('backup', { object: 'vm', level })).set;
/** What a set restores is what the image holds. */
const expectRestored = async (set: string): Promise<void> => {
  const to = join(scene.root, 'restored');
  await scene.call('restore', { set, to: { path: to }, onConflict: 'overwrite' });
  expect(Buffer.compare(readFileSync(to), readFileSync(image()))).toBe(0);
  expect(statSync(to).blocks * 512).toBeLessThan(8 * MIB);
};

beforeEach(async () => {
  scene = new ConsoleScene();
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 });
  writeFileSync(image(), '');
  put(randomFillSync(Buffer.alloc(2 * MIB)), 0);
  put(Buffer.alloc(4096, 7), 66 * MIB);
  put(Buffer.alloc(MIB, 0), 10 * MIB);
  put(Buffer.alloc(512, 9), SIZE - 512);
});
afterEach(end);

describeWithPeers('a volume of qemu-nbd', ['qemu-nbd', 'nbdcopy'], () => {
  it('is backed up, compared as a whole with the set before, merged, verified, served and restored', async () => {
    await qemu('-r', '-x', 'disk');
    expect((await add(uri('disk'))).object).toMatchObject({
      volumes: ['disk'],
      sources: [{ volume: 'disk', uri: uri('disk') }],
    });
    const plan = await scene.call('plan', { object: 'vm' });
    expect(plan).toMatchObject({ level: 'full', elements: 1, warnings: [] });
    expect(plan.bytes).toBeLessThan(5 * MIB);
    const full = await backup();
    expect(full).toMatchObject({ level: 'full', logicalBytes: SIZE, warnings: [] });
    expect(full.bytesRead).toBeLessThan(5 * MIB);
    await expectRestored(full.id);
    const same = await backup();
    expect(same).toMatchObject({ level: 'incremental', bytesRead: full.bytesRead, segments: 0, warnings: [] });
    put(Buffer.alloc(100, 8), 66 * MIB + 100);
    put(Buffer.alloc(2 * MIB), 0);
    const changed = await backup();
    // What was written over with zeroes is content now.
    expect(changed).toMatchObject({ level: 'incremental', segments: 33 });
    await expectRestored(changed.id);
    const { set } = await scene.call('merge', { object: 'vm' });
    await expectRestored(set.id);
    expect(await scene.call('verify', { sets: [set.id] })).toMatchObject({ damaged: [] });
    await end();
    const { server, exports } = await scene.call('volume.serve', {
      volumes: [],
      sets: [{ set: set.id }],
      socket: join(scene.root, 'set.sock'),
    });
    await peerOutput('nbdcopy', [exports[0]?.uri ?? '', join(scene.root, 'served')]);
    await scene.call('volume.stop', { server });
    expect(Buffer.compare(readFileSync(join(scene.root, 'served')), readFileSync(image()))).toBe(0);
  });

  it('has to be there, under a name of its own, and is never restored in place', async () => {
    await expect(add(uri('disk'))).rejects.toMatchObject({ code: 'NBD_LOST' });
    await qemu('-r', '-x', 'disk');
    await expect(add(uri('other'))).rejects.toMatchObject({ code: 'NO_SUCH_EXPORT' });
    await expect(add('nbds://host/disk')).rejects.toMatchObject({ code: 'USAGE' });
    await scene.call('volume.create', { name: 'disk', size: SIZE });
    await expect(add('disk', uri('disk'))).rejects.toMatchObject({ code: 'USAGE' });
    expect((await scene.call('object.list', {})).objects).toEqual([]);
    await add(uri('disk'));
    const { id } = await backup();
    const before = readFileSync(image());
    const inPlace = scene.call('restore', { set: id, original: true, onConflict: 'overwrite' });
    await expect(inPlace).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(uri('disk')) });
    expect(Buffer.compare(readFileSync(image()), before)).toBe(0);
  });
});

describeWithPeers('a volume of nbdkit', ['nbdkit', 'nbdinfo'], () => {
  it('that demands TLS and can be written to is backed up beside a managed one, and that is said', async () => {
    const [file, other] = ['keys', 'others'].map((name) => join(scene.root, name)) as [string, string];
    writeFileSync(file, `ada:${KEY}\n`, { mode: 0o600 });
    writeFileSync(other, `ada:${'00'.repeat(32)}\n`, { mode: 0o600 });
    const tls = ['--tls=require', `--tls-psk=${file}`];
    await start('nbdkit', '-f', '-i', '127.0.0.1', '-p', String(PORT), '-P', socket(), ...tls, 'file', image());
    await scene.call('volume.create', { name: 'managed', size: 2 * MIB });
    // What is served with keys has an address that a client takes as it stands.
    const served = await scene.call('volume.serve', { volumes: ['managed'], listen: '127.0.0.1:0', pskFile: file });
    expect(served.exports[0]?.keys).toEqual({ file, users: ['ada'] });
    expect(await peerOutput('nbdinfo', ['--size', served.exports[0]?.uri ?? ''])).toBe(`${2 * MIB}\n`);
    await scene.call('volume.stop', { server: served.server });
    await expect(add(`nbd://localhost:${PORT}/`)).rejects.toMatchObject({ code: 'NBD_REFUSED' });
    const over = (keys: string) => `nbds://ada@localhost:${PORT}/?tls-psk-file=${keys}`;
    await expect(add(over(other))).rejects.toMatchObject({ code: 'NBD_REFUSED' });
    expect((await add(over(file), 'managed')).object.sources).toEqual([{ volume: 'localhost', uri: over(file) }]);
    const set = await backup();
    expect(set).toMatchObject({ elements: 2, warnings: [{ code: 'SOURCE_LIVE', path: 'localhost' }] });
    const { entries } = await scene.call('ls', { set: set.id });
    expect(entries.map(({ path }) => path).toSorted()).toEqual(['/localhost', '/managed']);
    const to = join(scene.root, 'restored');
    await scene.call('restore', { set: set.id, paths: [{ path: '/localhost' }], to: { path: to } });
    expect(Buffer.compare(readFileSync(to), readFileSync(image()))).toBe(0);
    // The key stays where it is, whatever was written meanwhile.
    const kept = ['home', 'vault'].flatMap((name) =>
      readdirSync(join(scene.root, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
    );
    expect(kept.some((content) => content.includes(file))).toBe(true);
    expect(kept.some((content) => content.includes(KEY) || content.includes(Buffer.from(KEY, 'hex')))).toBe(false);
  });

  it('that goes away in the middle is an error, nothing is lost, and the next backup begins anew', async () => {
    await nbdkit('-r', 'file', image());
    await add(uri());
    const first = await backup();
    put(randomFillSync(Buffer.alloc(3 * MIB)), 20 * MIB);
    const log = join(scene.root, 'log');
    await nbdkit('-r', '--filter=log', '--filter=delay', 'file', image(), `logfile=${log}`, 'rdelay=1');
    const lost = scene.call('backup', { object: 'vm' });
    const reading = () => existsSync(log) && readFileSync(log, 'utf8').includes(' Read ');
    await expect.poll(reading, { timeout: 20_000 }).toBe(true);
    peer?.kill('SIGKILL');
    await expect(lost).rejects.toMatchObject({ code: 'NBD_LOST', message: expect.stringContaining('The volume peer') });
    expect((await scene.call('verify', { sets: [first.id] })).damaged).toEqual([]);
    await nbdkit('-r', '--filter=error', 'file', image(), 'error-pread=EIO', 'error-pread-rate=100%');
    await expect(backup()).rejects.toMatchObject({ code: 'VOLUME_UNREADABLE' });
    await nbdkit('-r', 'file', image());
    const next = await backup();
    expect(next).toMatchObject({ level: 'incremental', parent: first.id });
    await expectRestored(next.id);
  });

  it('that has another size by now is not read', async () => {
    await nbdkit('-r', 'file', image());
    const source = { address: { kind: 'unix', path: socket() }, export: '' } as const;
    const device = NbdDevice.open(source);
    expect(device).toMatchObject({ size: SIZE, multiple: true });
    device.close();
    const changed = expect.objectContaining({ code: 'VOLUME_CHANGED' });
    expect(() => openVolume({ kind: 'nbd', source, size: SIZE - 512, single: false })).toThrow(changed);
  });
});
