import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canMountLoopFileSystems, FILE_SYSTEMS, withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { restore } from './testing/restoring.ts';
import { leftBehind } from './testing/tree-listing.ts';
import { type TestElement, WrittenSet } from './testing/written-set.ts';

const MEGABYTE = 1024 * 1024;
const elements = Array.from(
  { length: 40 },
  (_, n): TestElement => ({ path: `/f${n}`, runs: [{ offset: 0, content: randomBytes(MEGABYTE) }] }),
);

describeWithPeers('a restore to a full disk', ['mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mount'], () => {
  const roomy = 512 * MEGABYTE;
  test.skipIf(!canMountLoopFileSystems()).each(FILE_SYSTEMS)(
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

/** Takes all room, in files of 16 MiB. */
const fill = (ballast: string): void => {
  const block = Buffer.alloc(16 * MEGABYTE, 1);
  try {
    for (let n = 0; ; n += 1) writeFileSync(`${ballast}-${n}`, block, { flush: true });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
};
