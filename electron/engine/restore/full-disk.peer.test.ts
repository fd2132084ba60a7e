import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { canMountLoopFileSystems, FILE_SYSTEMS, withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { MemoryDisk } from '../../platform/testing/memory-disk.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { createRunControl } from '../mover/run-control.ts';
import { executePlan, type RestoreDrives } from './index.ts';
import { drivesOf, planOf, restore } from './testing/restoring.ts';
import { leftBehind } from './testing/tree-listing.ts';
import { type TestElement, VAULT, WrittenSet } from './testing/written-set.ts';

const MEGABYTE = 1024 * 1024;
const elements = Array.from(
  { length: 40 },
  (_, n): TestElement => ({ path: `/f${n}`, runs: [{ offset: 0, content: randomBytes(MEGABYTE) }] }),
);

describeWithPeers('a restore to a full disk', ['mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mount'], () => {
  const roomy = 512 * MEGABYTE;
  test
    .skipIf(!canMountLoopFileSystems())
    .each(process.env.COLDFRAME_THOROUGH === '1' ? FILE_SYSTEMS : (['ext4', 'btrfs'] as const))(
    'on %s says so, leaves no temporary file, and goes on when there is room',
    async (kind) => {
      const folder = mkdtempSync(join(tmpdir(), 'coldframe-full-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const set = new WrittenSet(elements, { folder, tapes: 1, unitBytes: MEGABYTE, unitsInChunk: 4, vaultKey: null });
      await withLoopFileSystem(kind, roomy, async (mounted) => {
        const ballast = join(mounted, 'ballast');
        fill(ballast);
        rmSync(`${ballast}-0`);
        const to = join(mounted, 'to');
        await expect(restore({ set, folder, to })).rejects.toMatchObject({
          code: 'DESTINATION_FULL',
          kind: 'no-space',
        });
        expect(leftBehind(to)).toEqual([]);
        for (let n = 1; n < 8; n += 1) rmSync(`${ballast}-${n}`, { force: true });
        const { restored, plan } = await restore({ set, folder, to });
        expect(restored + plan.alreadyDone).toBe(elements.length);
        for (const { path, runs } of elements)
          expect(readFileSync(join(to, path)).equals(Buffer.from(runs?.[0]?.content ?? [])), path).toBe(true);
      });
    },
  );
});

describeWithPeers('a restore that ends halfway', ['mount'], () => {
  const scene = (): { folder: string; disk: MemoryDisk; to: string } => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-full-'));
    const disk = MemoryDisk.mount(join(folder, 'disk'));
    onTestFinished(() => {
      disk.unmount();
      rmSync(folder, { recursive: true, force: true });
    });
    return { folder, disk, to: join(disk.mountPoint, 'to') };
  };
  const full = { code: 'DESTINATION_FULL' };

  test.skipIf(!canMountLoopFileSystems())('takes back a file of which the other tape never came', async () => {
    const { folder, disk, to } = scene();
    const content = randomBytes(2 * MEGABYTE);
    const large = [{ path: '/large', runs: [{ offset: 0, content }] }];
    const set = new WrittenSet(large, { folder, tapes: 2, unitBytes: MEGABYTE, unitsInChunk: 1, vaultKey: null });
    const tapes = drivesOf(set);
    const mounted: string[] = [];
    const drives: RestoreDrives = {
      ...tapes,
      mount: async (tape, signal, failed) => {
        mounted.push(tape);
        if (mounted.length > 1) await sleep(600_000, undefined, { signal });
        return await tapes.mount(tape, signal, failed);
      },
    };
    disk.leave(200_000);
    await expect(restore({ set, folder, to, drives })).rejects.toMatchObject(full);
    expect(mounted).toHaveLength(2);
    expect(leftBehind(to)).toEqual([]);
    disk.grow();
    await restore({ set, folder, to });
    expect(readFileSync(join(to, 'large')).equals(content)).toBe(true);
  });

  test.skipIf(!canMountLoopFileSystems())(
    'takes back what is open where another folder cannot even be made',
    async () => {
      const { folder, disk, to } = scene();
      const part = (at: number) => ({ offset: at * MEGABYTE, content: randomBytes(MEGABYTE) });
      const files = ['/here', '/there/new'].map((path) => ({ path, runs: [0, 1, 2].map(part) }));
      const layout = { tapes: 2, unitBytes: MEGABYTE, unitsInChunk: 1, vaultKey: null, interleaved: true };
      const set = new WrittenSet(files, { folder, ...layout });
      const plan = planOf({ set, folder, to });
      mkdirSync(to);
      // Stands where the folder belongs, as no plan foresaw.
      writeFileSync(join(to, 'there'), '');
      disk.leave(1_500_000);
      const control = createRunControl();
      const { signal } = new AbortController();
      const options = { keys: { vault: VAULT, vaultKey: null }, drives: drivesOf(set), control, signal, writers: 2 };
      await expect(executePlan(plan, options)).rejects.toMatchObject(full);
      expect(leftBehind(to)).toEqual([]);
    },
  );

  test.skipIf(!canMountLoopFileSystems())('takes back every file that was open', async () => {
    const { folder, disk, to } = scene();
    const files = Array.from({ length: 20 }, (_, n) => ({
      path: `/f${n}`,
      runs: [0, 1, 2].map((part) => ({ offset: part * 100_000, content: randomBytes(100_000) })),
    }));
    // Any of them may be the one that does not fit.
    const layout = { tapes: 1, unitBytes: 100_000, unitsInChunk: 60, vaultKey: null, interleaved: true };
    const set = new WrittenSet(files, { folder, ...layout });
    disk.leave(2_950_000);
    await expect(restore({ set, folder, to })).rejects.toMatchObject(full);
    expect(leftBehind(to)).toEqual([]);
    disk.grow();
    const { restored, plan } = await restore({ set, folder, to });
    expect(restored + plan.alreadyDone).toBe(files.length);
  });
});

/** Takes all room, in files of 16 MiB. */
const fill = (ballast: string): void => {
  const block = Buffer.alloc(16 * MEGABYTE, 1);
  try {
    for (let n = 0; ; n += 1) writeFileSync(`${ballast}-${n}`, block, { flush: true });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
};
