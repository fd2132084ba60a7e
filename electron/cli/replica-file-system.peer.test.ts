import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { canMountLoopFileSystems } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveReplicas, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';
import { WrittenFiles } from './testing/written-files.ts';

const PEERS = ['nbdfuse', 'nbdcopy', 'losetup', 'mkfs.ext4', 'e2fsck', 'qemu-img', 'fsfreeze'];
const missing = [...missingPeers(PEERS, process.env), ...(canMountLoopFileSystems() ? [] : ['loop devices'])];

describeUnlessMissing('the replica of a volume with a file system that is written to', missing, () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes;
  let replicas: ServedVolumes;
  let fuse: ChildProcess;
  let device = '';
  let writer: WrittenFiles;
  const file = () => place.at('spare.img');
  const mounted = () => place.at('mounted');
  const frozen = () => ['--pre', `fsfreeze -f ${mounted()}`, '--post', `fsfreeze -u ${mounted()}`];
  const sound = async (image: string): Promise<void> => {
    const { status, stdout, stderr } = await runPeer('e2fsck', ['-fn', image]);
    expect(status, stdout + stderr).toBe(0);
  };
  const holds = async (image: string, files: number): Promise<void> => {
    await peerOutput('mount', ['-o', 'loop', image, place.at('checked')]);
    try {
      writer.expectIn(place.at('checked'), files);
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
    writer = new WrittenFiles(mounted(), place.at('log'));
  });

  afterAll(async () => {
    writer.stop();
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
    const first = await writer.more(5);
    await place.done('replica.create', ['replica', 'create', 'spare', '--of', 'disk', '--file', file(), ...frozen()]);
    await sound(file());
    copyFileSync(file(), place.at('first.img'));
    replicas = await serveReplicas(place, place.at('replica.sock'), ['spare']);

    const second = await writer.more(5);
    const { update } = await place.done('replica.update', ['replica', 'update', 'spare', ...frozen()]);
    expect(update.whole).toBeNull();
    await sound(file());
    copyFileSync(file(), place.at('second.img'));

    const third = await writer.more(5);
    await place.done('replica.update', ['replica', 'update', 'spare']);
    copyFileSync(file(), place.at('third.img'));
    await peerOutput('nbdcopy', [replicas.uri('replica/spare'), place.at('read.img')]);
    expect(await peerOutput('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', place.at('read.img'), file()])).toContain(
      'identical',
    );

    await writer.more(1);
    writer.stop();
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
