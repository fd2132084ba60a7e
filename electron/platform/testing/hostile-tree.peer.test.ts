import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  buildHostileTree,
  compareTrees,
  HOSTILE_TREE_PEERS,
  mutateHostileTree,
  removeHostileTree,
} from './hostile-tree.ts';
import { canMountLoopFileSystems, FILE_SYSTEMS, withLoopFileSystem } from './loop-file-system.ts';
import { describeWithPeers } from './peers.ts';

/** What each file system must have taken, so that no test is about less than it says. */
const REQUIRED = {
  ext4: ['symlink-4095', 'xattr-large-3900', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-dir-append'],
  xfs: ['symlink-1023', 'xattr-large-65536', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-dir-append'],
  btrfs: ['symlink-4095', 'xattr-large-16000', 'capability', 'acl-thirty-entries', 'flag-immutable', 'flag-nocow'],
} as const;

describeWithPeers('a hostile tree', [...HOSTILE_TREE_PEERS, 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs'], () => {
  describe.runIf(canMountLoopFileSystems()).each(FILE_SYSTEMS)('on %s', (fileSystem) => {
    test('is large, complete, the same each time, and changes the same way', async () => {
      await withLoopFileSystem(fileSystem, async (mountPoint) => {
        const [one, other] = [join(mountPoint, 'one'), join(mountPoint, 'other')];
        const built = await buildHostileTree(one);
        await buildHostileTree(other);
        expect(built.elements).toBeGreaterThan(10_000);
        expect(Object.keys(built.made)).toEqual(expect.arrayContaining([...REQUIRED[fileSystem]]));
        expect(await compareTrees(one, other)).toEqual([]);

        const changed = await mutateHostileTree(other, 7);
        expect(Object.values(changed.made).reduce((sum, count) => sum + count)).toBeGreaterThan(100);
        expect((await compareTrees(one, other)).length).toBeGreaterThan(100);
        await mutateHostileTree(one, 7);
        expect(await compareTrees(one, other)).toEqual([]);

        await removeHostileTree(one);
        expect(lstatSync(one, { throwIfNoEntry: false })).toBeUndefined();
      });
    });
  });
});
