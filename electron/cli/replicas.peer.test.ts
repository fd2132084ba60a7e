import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMountLoopFileSystems, withLoopFileSystem } from '../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../platform/testing/peers.ts';
import { peerOutput } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveReplicas, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const SEGMENT = 65_536;

describeWithPeers('replicas from the command line', ['qemu-io', 'qemu-img', 'nbdcopy'], () => {
  let place: Workplace;
  let served: ServedVolumes;
  let replicas: ServedVolumes;
  const file = () => place.at('spare.img');
  const io = async (...commands: string[]): Promise<void> => {
    const all = commands.flatMap((command) => ['-c', command]);
    expect(await peerOutput('qemu-io', ['-f', 'raw', ...all, served.uri('disk')])).not.toContain('failed');
  };
  const copyOf = async (uri: string, name: string): Promise<string> => {
    await peerOutput('nbdcopy', [uri, place.at(name)]);
    return place.at(name);
  };
  const same = async (one: string, other: string): Promise<void> =>
    expect(await peerOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', one, other])).toContain('identical');
  const update = async (...more: string[]) =>
    (await place.done('replica.update', ['replica', 'update', 'spare', ...more])).update;

  beforeAll(async () => {
    place = new Workplace();
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '64MiB']);
    served = await serveVolumes(place, place.at('nbd.sock'), ['disk']);
    await io('write -P 0x11 0 4M', 'write -P 0x22 30M 1M');
    const made = await place.done('replica.create', ['replica', 'create', 'spare', '--of', 'disk', '--file', file()]);
    expect(made).toMatchObject({ replica: { state: 'current' }, update: { whole: 'first' }, warnings: [] });
    replicas = await serveReplicas(place, place.at('replica.sock'), ['spare']);
  });

  afterAll(async () => {
    for (const each of [replicas, served]) {
      each.child.kill('SIGTERM');
      await each.ended;
    }
    place.remove();
  });

  test('an update copies what changed, and the file and the export show it', async () => {
    await same(served.uri('disk'), file());
    expect(statSync(file()).blocks * 512).toBeLessThan(6 * 1024 * 1024);
    await io('write -P 0x33 64k 64k', 'write -P 0x44 40M 4k', 'discard 30M 64k');
    expect(await update()).toMatchObject({ whole: null, segments: 3, bytesCopied: 2 * SEGMENT });
    await same(served.uri('disk'), file());
    await same(replicas.uri('replica/spare'), file());
    await place.done('replica.update', ['replica', 'update', 'spare', '--quiet-ms', '20', '--pre', 'true']);
  });

  test('a client stays in the state that it connected to until it goes, or until it is cut off', async () => {
    await io('write -P 0x50 0 1M', 'write -P 0x51 62M 1M');
    await update();
    const before = await copyOf(replicas.uri('replica/spare'), 'before.img');
    const reader = new Reader(replicas.uri('replica/spare'));
    expect(await reader.read(0x50, '0 1M')).toBe('same');
    await io('write -P 0x55 0 1M', 'write -P 0x56 62M 1M');
    const now = await copyOf(served.uri('disk'), 'now.img');
    const updating = update();
    // Once it is committed who comes sees the next state, while the first one is still reading and the file is as it was.
    await expect.poll(async () => (await list()).state, { timeout: 20_000 }).toBe('updating');
    await same(replicas.uri('replica/spare'), now);
    await same(file(), before);
    expect([await reader.read(0x50, '0 1M'), await reader.read(0x51, '62M 1M')]).toEqual(['same', 'same']);
    reader.close();
    await updating;
    await same(file(), now);

    const lazy = new Reader(replicas.uri('replica/spare'));
    expect(await lazy.read(0x55, '0 1M')).toBe('same');
    await io('write -P 0x57 0 64k');
    await update('--readers-ms', '100');
    expect(await lazy.read(0x55, '64k 64k')).toBe('failed');
    lazy.close();
    await same(served.uri('disk'), file());
  });

  const list = async () => {
    const [replica] = (await place.done('replica.list', ['replica', 'list'])).replicas;
    if (replica === undefined) throw new Error('no replica is listed');
    return replica;
  };

  test('places that are not its own are refused', async () => {
    writeFileSync(place.at('precious'), 'precious');
    const create = ['replica', 'create', 'other', '--of', 'disk', '--file', place.at('precious')];
    await expect(place.fails(2, create)).resolves.toMatchObject({ code: 'REPLICA_PLACE' });
    await expect(place.fails(2, ['volume', 'adopt', 'two', '--file', file()])).resolves.toMatchObject({
      code: 'REPLICA_PLACE',
    });
    await expect(place.fails(1, ['replica', 'remove', 'spare'])).resolves.toMatchObject({ code: 'REPLICA_BUSY' });
    expect((await place.done('replica.list', ['replica', 'list'])).replicas).toHaveLength(1);
  });

  describe.runIf(canMountLoopFileSystems())('on a disk that is nearly full', () => {
    test('an update that finds no room leaves the replica as it was, and the next one goes on', async () => {
      await withLoopFileSystem('ext4', 16 * 1024 * 1024, async (mounted) => {
        const path = `${mounted}/small.img`;
        await place.done('replica.create', ['replica', 'create', 'small', '--of', 'disk', '--file', path]);
        const before = await copyOf(served.uri('disk'), 'full-before.img');
        await io('write -P 0x66 8M 4M');
        await expect(place.fails(14, ['replica', 'update', 'small'])).resolves.toMatchObject({ code: 'DISK_FULL' });
        await same(path, before);
        await io('discard 8M 4M', 'write -P 0x67 8M 64k');
        const { update: went } = await place.done('replica.update', ['replica', 'update', 'small']);
        expect(went).toMatchObject({ whole: null, bytesCopied: SEGMENT });
        await same(path, served.uri('disk'));
        await place.done('replica.remove', ['replica', 'remove', 'small', '--discard-file']);
        expect(readdirSync(mounted)).toEqual(['lost+found']);
      });
    });
  });
});

/** A client that keeps its connection, and reads when it is told to. */
class Reader {
  readonly #child: ChildProcess;
  #said = '';

  constructor(uri: string) {
    this.#child = spawn('qemu-io', ['-r', '-f', 'raw', uri], { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (said: Buffer) => {
        this.#said += said.toString();
      });
    }
  }

  /** Whether a run is all of one byte: `same`, `other`, or `failed`. */
  async read(byte: number, run: string): Promise<string> {
    this.#said = '';
    this.#child.stdin?.write(`read -P ${byte} ${run}\n`);
    await expect.poll(() => this.#said, { timeout: 20_000 }).toMatch(/ops; |failed: /);
    if (this.#said.includes('failed: ')) return 'failed';
    return this.#said.includes('verification failed') ? 'other' : 'same';
  }

  close(): void {
    this.#child.stdin?.end('quit\n');
  }
}
