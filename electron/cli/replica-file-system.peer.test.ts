import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { canMountLoopFileSystems } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveReplicas, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';

const PEERS = ['nbdfuse', 'nbdcopy', 'losetup', 'mkfs.ext4', 'e2fsck', 'qemu-img', 'fsfreeze'];
const missing = [...missingPeers(PEERS, process.env), ...(canMountLoopFileSystems() ? [] : ['loop devices'])];

/** Writes files one after the other, each durable before its name is in the log. */
const WRITER = `
  for n in $(seq 1 100000); do
    head -c $((n % 7 * 30000 + 100)) /dev/urandom > "$1/file-$n"
    sync -d "$1/file-$n" "$1"
    sha256sum "$1/file-$n" | cut -c1-64 | sed "s/$/ file-$n/" >> "$2"
  done`;

describeUnlessMissing('the replica of a volume with a file system that is written to', missing, () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes;
  let replicas: ServedVolumes;
  let fuse: ChildProcess;
  let device = '';
  let writer: ChildProcess;
  const file = () => place.at('spare.img');
  const mounted = () => place.at('mounted');
  const synced = (): string[] =>
    existsSync(place.at('log')) ? readFileSync(place.at('log'), 'utf8').trimEnd().split('\n') : [];
  const written = async (more: number): Promise<string[]> => {
    const wanted = synced().length + more;
    await expect.poll(() => synced().length, { timeout: 60_000 }).toBeGreaterThan(wanted);
    return synced();
  };
  const frozen = () => ['--pre', `fsfreeze -f ${mounted()}`, '--post', `fsfreeze -u ${mounted()}`];
  const sound = async (image: string): Promise<void> => {
    const { status, stdout, stderr } = await runPeer('e2fsck', ['-fn', image]);
    expect(status, stdout + stderr).toBe(0);
  };
  const holds = async (image: string, files: readonly string[]): Promise<void> => {
    await peerOutput('mount', ['-o', 'loop', image, place.at('checked')]);
    try {
      const sums = files.map((line) => line.replace(' ', `  ${place.at('checked')}/`)).join('\n');
      await peerOutput('sh', ['-c', `sha256sum --check --quiet ${place.secret('sums', `${sums}\n`)}`]);
    } finally {
      await peerOutput('umount', [place.at('checked')]);
    }
  };

  beforeAll(async () => {
    place = new Workplace();
    for (const name of ['fuse', 'mounted', 'checked']) mkdirSync(place.at(name));
    ({ close } = await place.startConsole());
    await place.done('volume.create', ['volume', 'create', 'disk', '--size', '128MiB']);
    served = await serveVolumes(place, place.at('nbd.sock'), ['disk']);
    fuse = spawn('nbdfuse', [place.at('fuse', 'disk'), served.uri('disk')], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(place.at('fuse', 'disk'))).toBe(true), { timeout: 10_000 });
    device = (await peerOutput('losetup', ['--find', '--show', place.at('fuse', 'disk')])).trim();
    await peerOutput('mkfs.ext4', ['-q', device]);
    await peerOutput('mount', [device, mounted()]);
    writer = spawn('sh', ['-c', WRITER, 'writer', mounted(), place.at('log')], { stdio: 'ignore', detached: true });
  });

  afterAll(async () => {
    await runPeer('umount', [mounted()]);
    await runPeer('losetup', ['--detach', device]);
    await runPeer('umount', [place.at('fuse')]);
    fuse.kill('SIGTERM');
    for (const each of [replicas, served]) {
      each.child.kill('SIGTERM');
      await each.ended;
    }
    await close();
    place.remove();
  });

  test('each of its states is sound and holds what was durable then, and its readers see that very state', async () => {
    const first = await written(5);
    await place.done('replica.create', ['replica', 'create', 'spare', '--of', 'disk', '--file', file(), ...frozen()]);
    await sound(file());
    copyFileSync(file(), place.at('first.img'));
    replicas = await serveReplicas(place, place.at('replica.sock'), ['spare']);

    const second = await written(5);
    const { update } = await place.done('replica.update', ['replica', 'update', 'spare', ...frozen()]);
    expect(update.whole).toBeNull();
    await sound(file());
    copyFileSync(file(), place.at('second.img'));

    const third = await written(5);
    await place.done('replica.update', ['replica', 'update', 'spare']);
    copyFileSync(file(), place.at('third.img'));
    await peerOutput('nbdcopy', [replicas.uri('replica/spare'), place.at('read.img')]);
    expect(await peerOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', place.at('read.img'), file()])).toContain(
      'identical',
    );

    process.kill(-(writer.pid ?? 0), 'SIGKILL');
    // A copy has the identity of the file system that it is of: one of the two can be mounted.
    await vi.waitFor(async () => await peerOutput('umount', [mounted()]), { timeout: 10_000 });
    await holds(place.at('first.img'), first);
    await holds(place.at('second.img'), second);
    // Taken in the middle of everything: mounting it replays the journal, as the next start of a machine would.
    await holds(place.at('third.img'), third);
    await sound(place.at('third.img'));
    await place.done('replica.update', ['replica', 'update', 'spare']);
    const compared = ['compare', '-f', 'raw', '-F', 'raw', served.uri('disk'), file()];
    expect(await peerOutput('qemu-img', compared)).toContain('identical');
  });
});
