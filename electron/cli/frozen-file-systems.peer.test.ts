import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canMountLoopFileSystems, type LoopFileSystem } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const PEERS = ['nbdfuse', 'nbdcopy', 'losetup', 'mkfs.ext4', 'e2fsck', 'mkfs.xfs', 'xfs_repair', 'mkfs.btrfs', 'btrfs'];
const CHECKS: Readonly<Record<LoopFileSystem, readonly string[]>> = {
  ext4: ['e2fsck', '-fn'],
  xfs: ['xfs_repair', '-n'],
  btrfs: ['btrfs', 'check', '--readonly'],
};

/** Writes files one after the other, each durable before its name is in the log. */
const WRITER = `
  for n in $(seq 1 100000); do
    head -c $((n % 7 * 30000 + 100)) /dev/urandom > "$1/file-$n"
    sync -d "$1/file-$n" "$1"
    sha256sum "$1/file-$n" | cut -c1-64 | sed "s/$/ file-$n/" >> "$2"
  done`;

const missing = [...missingPeers(PEERS, process.env), ...(canMountLoopFileSystems() ? [] : ['loop devices'])];

describeUnlessMissing('file systems on served volumes', missing, () => {
  describe.each(['ext4', 'xfs', 'btrfs'] as const)('%s', (kind) => {
    let place: Workplace;
    let served: ServedVolumes;
    let fuse: ChildProcess;
    let device = '';
    let writer: ChildProcess;
    const mounted = () => place.at('mounted');
    const synced = (): string[] =>
      existsSync(place.at('log')) ? readFileSync(place.at('log'), 'utf8').trimEnd().split('\n') : [];

    beforeAll(async () => {
      place = new Workplace();
      for (const name of ['fuse', 'mounted', 'checked']) mkdirSync(place.at(name));
      await place.done('volume.create', ['volume', 'create', 'disk', '--size', '320MiB']);
      served = await serveVolumes(place, place.at('nbd.sock'), ['disk']);
      fuse = spawn('nbdfuse', [place.at('fuse', 'disk'), served.uri('disk')], { stdio: 'ignore' });
      await vi.waitFor(() => expect(existsSync(place.at('fuse', 'disk'))).toBe(true), { timeout: 10_000 });
      device = (await peerOutput('losetup', ['--find', '--show', place.at('fuse', 'disk')])).trim();
      await peerOutput(`mkfs.${kind}`, ['-q', device]);
      await peerOutput('mount', [device, mounted()]);
      writer = spawn('sh', ['-c', WRITER, 'writer', mounted(), place.at('log')], { stdio: 'ignore', detached: true });
    });

    afterAll(async () => {
      await runPeer('umount', [mounted()]);
      await runPeer('losetup', ['--detach', device]);
      await runPeer('umount', [place.at('fuse')]);
      fuse.kill('SIGTERM');
      served.child.kill('SIGTERM');
      await served.ended;
      place.remove();
    });

    /** Copies the frozen image out and looks whether everything is there that was durable before. */
    const check = async (id: string, before: readonly string[], image: string): Promise<void> => {
      await peerOutput('nbdcopy', [served.uri(`disk@${id.slice(0, 12)}`), image]);
      // Mounting it replays the journal, as the next start of the machine would.
      await peerOutput('mount', ['-o', 'loop', image, place.at('checked')]);
      try {
        const sums = before.map((line) => line.replace(' ', `  ${join(place.at('checked'))}/`)).join('\n');
        await peerOutput('sh', ['-c', `sha256sum --check --quiet ${place.secret('sums', `${sums}\n`)}`]);
      } finally {
        await peerOutput('umount', [place.at('checked')]);
      }
      const [program = '', ...options] = CHECKS[kind];
      const { status, stdout, stderr } = await runPeer(program, [...options, image]);
      expect(status, stdout + stderr).toBe(0);
    };

    test('what was durable before a snapshot is in its frozen image, which is sound', async () => {
      await expect.poll(() => synced().length, { timeout: 30_000 }).toBeGreaterThan(10);
      const first = synced();
      const crash = await place.done('snapshot.create', ['snapshot', 'create', 'disk']);
      await expect.poll(() => synced().length, { timeout: 30_000 }).toBeGreaterThan(first.length + 10);
      const second = synced();
      const frozen = await place.done('snapshot.create', [
        'snapshot',
        'create',
        'disk',
        '--pre',
        `fsfreeze -f ${mounted()}`,
        '--post',
        `fsfreeze -u ${mounted()}`,
      ]);
      await expect.poll(() => synced().length, { timeout: 30_000 }).toBeGreaterThan(second.length + 10);
      process.kill(-(writer.pid ?? 0), 'SIGKILL');
      // A copy has the identity of the file system that it is of: one of the two can be mounted.
      await vi.waitFor(async () => await peerOutput('umount', [mounted()]), { timeout: 10_000 });
      await check(crash.snapshot.id, first, place.at('crash.img'));
      await check(frozen.snapshot.id, second, place.at('frozen.img'));
    });
  });
});
