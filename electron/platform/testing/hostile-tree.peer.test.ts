import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  buildHostileTree,
  compareTrees,
  HOSTILE_PARTS,
  HOSTILE_TREE_PEERS,
  mutateHostileTree,
  removeHostileTree,
} from './hostile-tree.ts';
import { canMountLoopFileSystems, withLoopFileSystem } from './loop-file-system.ts';
import { describeWithPeers } from './peers.ts';

// Two trees of it: what each of the large ones holds, the round trips compare.
const EACH = { parts: HOSTILE_PARTS.filter((part) => part !== 'large'), smallFiles: 300 };

describeWithPeers('a hostile tree', [...HOSTILE_TREE_PEERS, 'mkfs.ext4'], () => {
  // What each file system takes of it, the round trips look at.
  test.runIf(canMountLoopFileSystems())('is large, the same each time, and changes the same way', async () => {
    await withLoopFileSystem('ext4', async (mountPoint) => {
      const [one, other] = [join(mountPoint, 'one'), join(mountPoint, 'other')];
      const built = await buildHostileTree(one, EACH);
      await buildHostileTree(other, EACH);
      expect(built.elements).toBeGreaterThan(1000);
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
