import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flipContent } from '../console/testing/vault-scene.ts';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { peerOutput } from '../platform/testing/run-peer.ts';
import { digestOf, readAt } from './testing/image-files.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const READER = resolve(import.meta.dirname, '../engine/tape/testing/reader');
const SEGMENT = 65_536;
const MIB = 1024 * 1024;
const SIZE = 160 * MIB;

describeWithPeers('backups of volumes', ['qemu-io', 'nbdcopy', 'qemu-img', 'python3'], () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes;
  const serve = async (): Promise<void> => {
    served = await serveVolumes(place, place.at('nbd.sock'), ['disk']);
  };
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    served.child.kill(signal);
    await served.ended;
  };
  const io = async (...commands: string[]): Promise<void> => {
    const said = await peerOutput('qemu-io', [
      '-f',
      'raw',
      ...commands.flatMap((command) => ['-c', command]),
      served.uri('disk'),
    ]);
    expect(said).not.toContain('failed');
  };
  const backup = async (level: string) => (await place.done('backup', ['backup', 'machine', '--level', level])).set;
  /** What the volume holds now: nobody writes to it meanwhile. */
  const now = async (name: string): Promise<string> => {
    await peerOutput('nbdcopy', [served.uri('disk'), place.at(name)]);
    return place.at(name);
  };
  const restored = async (set: string, name: string): Promise<string> => {
    await place.done('restore', ['restore', set, '--to', place.at(name)]);
    return place.at(name);
  };
  const same = async (one: string, other: string): Promise<void> =>
    expect(await peerOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', one, other])).toContain('identical');

  beforeAll(async () => {
    place = new Workplace();
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault]);
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '160MiB']);
    await place.done('object.add', ['object', 'add', 'machine', '--vault', place.vault, '--volume', 'disk']);
    await serve();
  });

  afterAll(async () => {
    await end();
    await close();
    place.remove();
  });

  test('a full backup holds what the volume holds, without its holes', async () => {
    await io('write -P 0x11 0 3M', 'write -P 0x22 70M 1M', 'write -P 0x33 130000k 64k');
    const set = await backup('full');
    expect(set).toMatchObject({ level: 'full', elements: 1, logicalBytes: SIZE });
    expect(set.bytesRead).toBe(4 * MIB + SEGMENT);
    const { entries } = await place.done('ls', ['ls', 'machine']);
    expect(entries).toMatchObject([{ path: '/disk', type: 'file', bytes: SIZE }]);
    await same(await now('one.img'), await restored(set.id, 'restored-one.img'));
    expect(statSync(place.at('restored-one.img')).blocks * 512).toBeLessThan(5 * MIB);
  });

  test('an incremental one reads the changed segments and nothing else', async () => {
    await io('write -P 0x44 64k 64k', 'write -P 0x55 100M 4k', 'write -z 2M 64k', 'discard 70M 128k');
    const set = await backup('incremental');
    expect(set.level).toBe('incremental');
    expect(set.bytesRead).toBeLessThanOrEqual(5 * SEGMENT);
    await same(await now('two.img'), await restored(set.id, 'restored-two.img'));
    await io('write -P 0x66 0 64k');
    const next = await backup('incremental');
    expect(next).toMatchObject({ bytesRead: SEGMENT, segments: 1 });
    await same(await now('three.img'), await restored(next.id, 'restored-three.img'));
    await same(place.at('two.img'), await restored(set.id, 'restored-two-again.img'));
  });

  test('a differential one reads what changed since the full one', async () => {
    const set = await backup('differential');
    expect(set.level).toBe('differential');
    expect(set.bytesRead).toBeLessThanOrEqual(6 * SEGMENT);
    await same(await now('four.img'), await restored(set.id, 'restored-four.img'));
  });

  test('content that was written again as it was is read and not stored', async () => {
    await io('write -P 0x66 0 64k');
    const set = await backup('incremental');
    expect(set).toMatchObject({ bytesRead: SEGMENT, segments: 0 });
    await same(await now('five.img'), await restored(set.id, 'restored-five.img'));
  });

  test('changes are known beyond a kill of the console that served', async () => {
    await end();
    // What is killed is the process that holds the home.
    await close();
    await serve();
    await io('write -P 0x77 20M 64k');
    await end('SIGKILL');
    ({ close } = await place.startConsole());
    await serve();
    await io('write -P 0x78 21M 64k');
    const set = await backup('incremental');
    expect(set.bytesRead).toBe(2 * SEGMENT);
    await same(await now('six.img'), await restored(set.id, 'restored-six.img'));
  });

  test('a disk that somebody else wrote to after a kill is compared as a whole', async () => {
    const { volume } = await place.done('volume.show', ['volume', 'show', 'disk']);
    await end();
    await close();
    await serve();
    await io('write -P 0x70 23M 64k');
    await end('SIGKILL');
    // Later than what the process that was killed may have written.
    await sleep(1100);
    await peerOutput('qemu-io', ['-f', 'raw', '-c', 'write -P 0x71 151M 64k', volume.path]);
    ({ close } = await place.startConsole());
    const set = await backup('incremental');
    expect(set.segments).toBe(2);
    expect(set.bytesRead).toBeGreaterThan(4 * MIB);
    await same(volume.path, await restored(set.id, 'restored-killed.img'));
    await serve();
  });

  test('a synthetic full one is made of the others, and the next one builds on it', async () => {
    const { set, merged } = await place.done('merge', ['merge', 'machine']);
    expect(merged).toBe(true);
    await same(await now('seven.img'), await restored(set.id, 'restored-seven.img'));
    await io('write -P 0x79 22M 64k');
    const next = await backup('incremental');
    expect(next).toMatchObject({ parent: set.id, bytesRead: SEGMENT, segments: 1 });
    await same(await now('eight.img'), await restored(next.id, 'restored-eight.img'));
  });

  test('unprotected blocks never travel, and what is protected again does', async () => {
    await place.done('volume.protect', [
      'volume',
      'protect',
      'disk',
      '--ranges',
      place.secret('ranges', `${(50 * MIB) / 4096} 512\n`),
    ]);
    await io('write -P 0x88 50M 2M', 'write -P 0x89 52M 64k');
    const without = await backup('incremental');
    expect(without.bytesRead).toBe(SEGMENT);
    const image = await restored(without.id, 'without.img');
    expect(readAt(image, 50 * MIB, 1)[0]).toBe(0);
    expect(readAt(image, 52 * MIB, 1)[0]).toBe(0x89);
    await place.done('volume.protect', ['volume', 'protect', 'disk', '--all']);
    const whole = await backup('incremental');
    expect(whole.bytesRead).toBe(2 * MIB);
    await same(await now('nine.img'), await restored(whole.id, 'restored-nine.img'));
  });

  test('a disk that somebody else wrote to is compared as a whole', async () => {
    const { volume } = await place.done('volume.show', ['volume', 'show', 'disk']);
    await end();
    const fd = openSync(volume.path, 'r+');
    writeSync(fd, Buffer.alloc(SEGMENT, 0x99), 0, SEGMENT, 150 * MIB);
    closeSync(fd);
    await serve();
    const set = await backup('incremental');
    expect(set.segments).toBe(1);
    expect(set.bytesRead).toBeGreaterThan(5 * MIB);
    await same(await now('ten.img'), await restored(set.id, 'restored-ten.img'));
  });

  test('a dry run shows what of which set goes where, each byte once', async () => {
    const to = place.at('dry.img');
    const { reMapping, bytes } = await place.done('restore', ['restore', 'machine', '--to', to, '--dry-run']);
    const rows = reMapping?.rows ?? [];
    expect(reMapping?.more).toBe(false);
    expect(new Set(rows.map(({ path }) => path))).toEqual(new Set([to]));
    expect(new Set(rows.map(({ set }) => set)).size).toBeGreaterThan(1);
    expect(rows.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
    const inOrder = rows.toSorted((one, other) => one.offset - other.offset);
    for (const [at, { offset }] of inOrder.entries()) {
      const before = inOrder[at - 1];
      if (before) expect(offset).toBeGreaterThanOrEqual(before.offset + before.length);
    }
    const last = rows.find(({ offset, length }) => offset <= 150 * MIB && 150 * MIB < offset + length);
    const { sets } = await place.done('sets', ['sets', 'machine']);
    expect(last).toMatchObject({ set: sets[0]?.id, tape: expect.stringMatching(/^[A-Z0-9]{6}$/) });
  });

  test('rescue.mjs gives the volume back from the tapes alone', async () => {
    const { sets } = await place.done('sets', ['sets', 'machine']);
    const out = place.newFolder('rescued');
    const ended = await place.rescue(['restore', '--tapes', place.vault, sets[0]?.id ?? '', '--to', out]);
    expect(ended).toMatchObject({ status: 0 });
    expect(digestOf(`${out}/disk`)).toBe(digestOf(await now('last.img')));
  });

  test('maps that take over what did not change are put together from the tapes alone, and by a stranger', async () => {
    const { sets } = await place.done('sets', ['sets', 'machine']);
    const [unchanged] = sets.filter(({ segments, level }) => level === 'incremental' && segments === 1);
    // The volume has some 70 segments with a digest of 32 bytes each.
    expect(unchanged?.bytesStored).toBeLessThan(3000);
    const last = sets[0]?.id ?? '';
    const image = digestOf(place.at('last.img'));
    const read = ['-B', READER, 'restore', '--set', last, '--to', place.newFolder('read'), `${place.vault}/tapes`];
    const told = JSON.parse(await peerOutput('python3', read)) as { readonly problems: readonly string[] };
    expect(told.problems).toEqual([]);
    expect(digestOf(place.at('read', 'disk'))).toBe(image);
    const home = place.newFolder('elsewhere');
    await place.done('vault.rebuild', ['vault', 'rebuild', place.vault], { home });
    for (const { id } of sets.slice(0, 3)) {
      await place.done('restore', ['restore', id, '--to', place.at(`rebuilt-${id}.img`)], { home });
      await same(await restored(id, `known-${id}.img`), place.at(`rebuilt-${id}.img`));
    }
  });

  test('a set that refers to a damaged chunk is nothing to build on', async () => {
    await io('write -P 0x7a 24M 256k');
    const before = await backup('incremental');
    const { vaults } = await place.done('vault.list', ['vault', 'list']);
    flipContent(place.home, { id: vaults[0]?.id ?? '', dir: place.vault }, before.id);
    expect(await place.run(['verify', before.id])).toMatchObject({ status: 13 });
    const set = await backup('auto');
    expect(set).toMatchObject({ level: 'full', parent: null });
    expect(await place.run(['verify', set.id])).toMatchObject({ status: 0 });
    await same(await now('mended.img'), await restored(set.id, 'restored-mended.img'));
    await io('write -P 0x7b 24M 64k');
    expect(await backup('auto')).toMatchObject({ level: 'incremental', parent: set.id, segments: 1 });
  });

  test('an image that is there is not overwritten without being told to', async () => {
    writeFileSync(place.at('taken.img'), 'precious');
    await expect(place.run(['restore', 'machine@latest', '--to', place.at('taken.img')])).resolves.toMatchObject({
      status: 1,
    });
    expect(readFileSync(place.at('taken.img'), 'utf8')).toBe('precious');
    await expect(place.fails(2, ['restore', 'machine@latest', '--original'])).resolves.toMatchObject({
      code: 'VOLUME_IN_USE',
    });
    await expect(
      place.fails(10, ['object', 'add', 'other', '--vault', place.vault, '--volume', 'nobody']),
    ).resolves.toMatchObject({
      code: 'NO_SUCH_VOLUME',
    });
  });
});
