import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import type { RequestedLevel, SetView } from '../../../shared/contract/backup.ts';
import { buildHostileTree, mutateHostileTree, removeHostileTree } from '../../platform/testing/hostile-tree.ts';
import type { LoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeAsRoot, expectRestored, mountForSuite, workplaceForSuite } from './as-root.ts';

const GIB = 1 << 30;

/** What of a hostile tree each file system must have taken, so that no test is about less than it says. */
const REQUIRED = {
  ext4: ['symlink-4095', 'xattr-large-3900', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-dir-append'],
  xfs: ['symlink-1023', 'xattr-large-65536', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-dir-append'],
  btrfs: ['symlink-4095', 'xattr-large-16000', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-nocow'],
} as const;

/** How many small files: that there are many, one file system shows for all; what each of them takes is in the other parts. */
const SMALL_FILES = { ext4: 8500, xfs: 1000, btrfs: 1000 } as const;

/** The backups in order, each with the seed of the changes that were made before it. */
const BACKUPS: readonly { readonly level: RequestedLevel; readonly seed: number | null }[] = [
  { level: 'full', seed: null },
  { level: 'incremental', seed: 7 },
  { level: 'differential', seed: 8 },
];

/**
 * A full, an incremental and a differential backup of a hostile tree with changes between them, and the last one and
 * with `earlier` the one before it restored: exactly what the tree was then. What it was is built anew from the same seeds.
 */
export function describeRoundTrip(kind: LoopFileSystem, { earlier = false } = {}): void {
  describeAsRoot(`a hostile tree on ${kind}`, [`mkfs.${kind}`], () => {
    const disk = mountForSuite(kind, 2 * GIB);
    const held = workplaceForSuite({ beside: true });
    const sets: SetView[] = [];
    const at = (name: string): string => join(disk.mountPoint(), name);

    beforeAll(async () => {
      const { vault } = held.current;
      const { made } = await buildHostileTree(at('tree'), { smallFiles: SMALL_FILES[kind] });
      expect(Object.keys(made)).toEqual(expect.arrayContaining([...REQUIRED[kind]]));
      // What changed this moment has to be read again next time: an equal timestamp proves nothing yet.
      await sleep(2100);
      await held.current.done('vault.create', ['vault', 'create', vault]);
      await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', at('tree')]);
    });

    test('is backed up at every level without a warning', async () => {
      for (const { level, seed } of BACKUPS) {
        if (seed !== null) await mutateHostileTree(at('tree'), seed);
        const { set } = await held.current.done('backup', ['backup', 'tree', '--level', level]);
        expect(set).toMatchObject({ object: 'tree', level, state: 'complete', warnings: [] });
        sets.push(set);
      }
      const [full, incremental, differential] = sets;
      expect(full?.elements).toBeGreaterThan(SMALL_FILES[kind] + 1000);
      expect(incremental?.parent).toBe(full?.id);
      expect(differential?.parent).toBe(full?.id);
      expect(incremental?.bytesRead).toBeLessThan((full?.bytesRead ?? 0) / 2);
      const listed = await held.current.done('sets', ['sets', 'tree']);
      expect(listed.sets.map(({ id }) => id)).toEqual(sets.map(({ id }) => id).toReversed());
    });

    test('is intact on its tapes', async () => {
      const verified = await held.current.done('verify', ['verify', '--vault', held.current.vault]);
      expect(verified).toMatchObject({ sets: BACKUPS.length, damaged: [] });
    });

    test('is restored exactly as it is now', async () => {
      await isRestored('tree@latest', at('tree'));
    });

    test.skipIf(!earlier)('is restored exactly as it was one backup before', async () => {
      await buildHostileTree(at('was'), { smallFiles: SMALL_FILES[kind] });
      try {
        // In order: each backup follows on the changes that were made after the one before it.
        for (const { seed } of BACKUPS.slice(0, -1)) if (seed !== null) await mutateHostileTree(at('was'), seed);
        await isRestored(sets.at(-2)?.id ?? '', at('was'));
      } finally {
        await removeHostileTree(at('was'));
      }
    });

    const isRestored = (set: string, expected: string): Promise<void> =>
      expectRestored(
        { newFolder: at },
        at('tree'),
        async (out) => {
          const result = await held.current.done('restore', ['restore', set, '--to', out]);
          expect(result).toMatchObject({ skipped: 0, conflicts: [], damaged: [], warnings: [] });
        },
        expected,
        { rsync: true },
      );
  });
}
