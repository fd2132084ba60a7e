import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canMountLoopFileSystems, type LoopFileSystem } from '../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../platform/testing/run-peer.ts';
import { type ServedVolumes, serveVolumes } from './testing/served-volumes.ts';
import { Workplace } from './testing/workplace.ts';
import { WrittenFiles } from './testing/written-files.ts';

const PEERS = ['nbdfuse', 'nbdcopy', 'losetup', 'mkfs.ext4', 'e2fsck', 'mkfs.xfs', 'xfs_repair', 'mkfs.btrfs', 'btrfs'];
const CHECKS: Readonly<Record<LoopFileSystem, readonly string[]>> = {
  ext4: ['e2fsck', '-fn'],
  xfs: ['xfs_repair', '-n'],
  btrfs: ['btrfs', 'check', '--readonly'],
};

/** What is taken of a volume: a snapshot that is kept, one of the file system at rest, a set, or a set of what the last ones hold. */
type Taken = 'snapshot' | 'frozen' | 'full' | 'incremental' | 'differential' | 'merge';

interface Course {
  readonly kind: LoopFileSystem;
  readonly preserve: 'protected' | 'all';
  readonly takes: readonly Taken[];
}

const LONG: readonly Taken[] = [
  'snapshot',
  'full',
  'incremental',
  'incremental',
  'differential',
  'frozen',
  'incremental',
  'merge',
  'incremental',
  'differential',
  'full',
  'incremental',
];
const KINDS = ['ext4', 'xfs', 'btrfs'] as const;
/** COLDFRAME_THOROUGH=1: every file system in both modes, each through all of it. */
const COURSES: readonly Course[] =
  process.env.COLDFRAME_THOROUGH === '1'
    ? KINDS.flatMap((kind) => (['protected', 'all'] as const).map((preserve) => ({ kind, preserve, takes: LONG })))
    : [
        { kind: 'ext4', preserve: 'protected', takes: ['snapshot', 'full', 'incremental', 'differential', 'frozen'] },
        { kind: 'xfs', preserve: 'all', takes: ['full'] },
        { kind: 'btrfs', preserve: 'protected', takes: ['full', 'differential'] },
      ];
const nameOf = ({ kind, preserve }: Course): string => `${kind}-${preserve}`;

const missing = [...missingPeers(PEERS, process.env), ...(canMountLoopFileSystems() ? [] : ['loop devices'])];

describeUnlessMissing('file systems on served volumes that are written to', missing, () => {
  let place: Workplace;
  let close = async (): Promise<void> => undefined;
  let served: ServedVolumes;

  beforeAll(async () => {
    place = new Workplace();
    for (const name of ['mounted', 'checked']) mkdirSync(place.at(name));
    ({ close } = await place.startConsole());
    await place.done('vault.create', ['vault', 'create', place.vault]);
    for (const course of COURSES) {
      const name = nameOf(course);
      const options = ['--size', '320MiB', '--preserve', course.preserve];
      await place.done('volume.create', ['volume', 'create', name, ...options]);
      await place.done('object.add', ['object', 'add', name, '--vault', place.vault, '--volume', name]);
    }
    served = await serveVolumes(place, place.at('nbd.sock'), COURSES.map(nameOf));
  });

  afterAll(async () => {
    served.child.kill('SIGTERM');
    await served.ended;
    await close();
    place.remove();
  });

  describe.each(COURSES)('$kind, preserving $preserve', (course) => {
    const { kind, takes } = course;
    const name = nameOf(course);
    let fuse: ChildProcess;
    let device = '';
    let writer: WrittenFiles;
    const mounted = () => place.at('mounted');

    beforeAll(async () => {
      mkdirSync(place.at(name));
      fuse = spawn('nbdfuse', [place.at(name, 'disk'), served.uri(name)], { stdio: 'ignore' });
      await vi.waitFor(() => expect(existsSync(place.at(name, 'disk'))).toBe(true), { timeout: 10_000 });
      device = (await peerOutput('losetup', ['--find', '--show', place.at(name, 'disk')])).trim();
      await peerOutput(`mkfs.${kind}`, ['-q', device]);
      await peerOutput('mount', ['-o', 'discard', device, mounted()]);
      writer = new WrittenFiles(mounted(), place.at(`${name}.log`));
    });

    afterAll(async () => {
      writer.stop();
      await runPeer('umount', [mounted()]);
      await runPeer('losetup', ['--detach', device]);
      await runPeer('umount', [place.at(name)]);
      fuse.kill('SIGTERM');
    });

    /** Gives a function that puts into a file what was taken. */
    const take = async (what: Taken): Promise<(image: string) => Promise<unknown>> => {
      if (what === 'snapshot' || what === 'frozen') {
        const rest = ['--pre', `fsfreeze -f ${mounted()}`, '--post', `fsfreeze -u ${mounted()}`];
        const options = what === 'frozen' ? rest : [];
        const { snapshot } = await place.done('snapshot.create', ['snapshot', 'create', name, ...options]);
        return async (image) => await peerOutput('nbdcopy', [served.uri(`${name}@${snapshot.id.slice(0, 12)}`), image]);
      }
      const { set } =
        what === 'merge'
          ? await place.done('merge', ['merge', name])
          : await place.done('backup', ['backup', name, '--level', what]);
      expect(set.level).toBe(what === 'merge' ? 'synthetic' : what);
      return async (image) => await place.done('restore', ['restore', set.id, '--to', image]);
    };

    const check = async (image: string, before: number): Promise<void> => {
      // Mounting it replays the journal, as the next start of the machine would.
      await peerOutput('mount', ['-o', 'loop', image, place.at('checked')]);
      try {
        writer.expectIn(place.at('checked'), before);
      } finally {
        await peerOutput('umount', [place.at('checked')]);
      }
      const [program = '', ...options] = CHECKS[kind];
      const { status, stdout, stderr } = await runPeer(program, [...options, image]);
      expect(status, stdout + stderr).toBe(0);
    };

    test(`what was durable before it is in what was taken and restored, which is sound: ${takes.join(', ')}`, async () => {
      const taken: { readonly before: number; readonly put: Awaited<ReturnType<typeof take>> }[] = [];
      for (const what of takes) {
        // A merge holds what the set before it does.
        const before = what === 'merge' ? (taken.at(-1)?.before ?? 0) : await writer.more(8);
        taken.push({ before, put: await take(what) });
      }
      await writer.more(3);
      writer.stop();
      // A copy has the identity of the file system that it is of: one of the two can be mounted.
      await vi.waitFor(async () => await peerOutput('umount', [mounted()]), { timeout: 10_000 });
      for (const { before, put } of taken) {
        const image = place.at(`${name}.img`);
        await put(image);
        await check(image, before);
        rmSync(image);
      }
    });
  });
});
