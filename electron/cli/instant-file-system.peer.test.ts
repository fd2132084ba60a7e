import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { canMountLoopFileSystems } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const PEERS = ['nbdfuse', 'losetup', 'mkfs.ext4', 'e2fsck'];
const missing = [...missingPeers(PEERS, process.env), ...(canMountLoopFileSystems() ? [] : ['loop devices'])];

/** An export as a loop device. */
interface Attached {
  readonly served: ServedVolumes;
  readonly fuse: ChildProcess;
  readonly device: string;
}

describeUnlessMissing('a file system in a block set that is served', missing, () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let attached: Attached | null = null;
  let set = '';
  const mounted = (...names: string[]): string => place.at('mounted', ...names);

  const attach = async (name: string, options: readonly string[], loop: readonly string[]): Promise<void> => {
    const served = await serveVolumes(place, place.at('nbd.sock'), [name, ...options]);
    const fuse = spawn('nbdfuse', [place.at('fuse', 'disk'), served.uri(name)], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(place.at('fuse', 'disk'))).toBe(true), { timeout: 10_000 });
    const device = (await peerOutput('losetup', ['--find', '--show', ...loop, place.at('fuse', 'disk')])).trim();
    attached = { served, fuse, device };
  };
  const detach = async (): Promise<void> => {
    if (attached === null) return;
    const { served, fuse, device } = attached;
    attached = null;
    await runPeer('umount', [mounted()]);
    await runPeer('losetup', ['--detach', device]);
    await runPeer('umount', [place.at('fuse')]);
    fuse.kill('SIGTERM');
    served.child.kill('SIGTERM');
    await served.ended;
  };
  const mount = async (...options: string[]): Promise<void> => {
    await peerOutput('mount', [...options, attached?.device ?? '', mounted()]);
  };
  const sums = async (): Promise<string> =>
    await peerOutput('sh', ['-c', 'find . -type f | sort | xargs sha256sum'], mounted());

  let wanted = '';

  beforeAll(async () => {
    place = new Workplace();
    for (const name of ['fuse', 'mounted']) mkdirSync(place.at(name));
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault]);
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '256MiB']);
    await place.done('object.add', ['object', 'add', 'machine', '--vault', place.vault, '--volume', 'disk']);
    await attach('disk', [], []);
    await peerOutput('mkfs.ext4', ['-q', attached?.device ?? '']);
    await mount();
    const fill = 'for n in $(seq 1 60); do head -c $((n * 9000)) /dev/urandom > file-$1-$n; done; sync';
    await peerOutput('sh', ['-c', fill, 'fill', 'one'], mounted());
    await place.done('backup', ['backup', 'machine']);
    await peerOutput('sh', ['-c', `rm file-one-7 file-one-30; ${fill}`, 'fill', 'two'], mounted());
    wanted = await sums();
    await peerOutput('umount', [mounted()]);
    await peerOutput('blockdev', ['--flushbufs', attached?.device ?? '']);
    set = (await place.done('backup', ['backup', 'machine'])).set.id;
    await detach();
  });

  afterAll(async () => {
    await detach();
    await close();
    place.remove();
  });

  test('is mounted from an incremental set without being restored', async () => {
    await attach(`set/${set}`, [], ['--read-only']);
    await mount('-o', 'ro');
    expect(await sums()).toBe(wanted);
    expect(() => writeFileSync(mounted('new'), '')).toThrow(/EROFS/);
    await detach();
  });

  test('is written to with an overlay, is sound then, and is as it was without it', async () => {
    const overlay = ['--overlay', place.at('changes')];
    await attach(`set/${set}`, overlay, []);
    await mount();
    const before = readFileSync(mounted('file-two-20'));
    await peerOutput(
      'sh',
      ['-c', 'rm file-one-*; head -c 30M /dev/urandom > large; echo more >> file-two-1; sync'],
      mounted(),
    );
    const changed = await sums();
    await peerOutput('umount', [mounted()]);
    expect((await runPeer('e2fsck', ['-fn', attached?.device ?? ''])).status).toBe(0);
    await detach();
    await attach(`set/${set}`, overlay, []);
    await mount();
    expect(await sums()).toBe(changed);
    expect(readFileSync(mounted('file-two-20')).equals(before)).toBe(true);
    expect(existsSync(join(mounted(), 'file-one-1'))).toBe(false);
    await detach();
    await attach(`set/${set}`, [], ['--read-only']);
    await mount('-o', 'ro');
    expect(await sums()).toBe(wanted);
    await detach();
  });
});
