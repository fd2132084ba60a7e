import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import {
  buildHostileTree,
  compareTrees,
  mutateHostileTree,
  removeHostileTree,
} from '../platform/testing/hostile-tree.ts';
import { missingPeers } from '../platform/testing/peers.ts';
import { describeAsRoot, mountForSuite, workplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

const ROOM = { timeout: 80_000 };

/** The pinned Node, and the one that this machine happens to have. */
const NODES = [process.execPath, ...(missingPeers(['node'], process.env).length === 0 ? ['node'] : [])];

describeAsRoot('the rescue program', ['mkfs.ext4'], () => {
  const disk = mountForSuite('ext4', 2 << 30);
  const held = workplaceForSuite();
  const at = (name: string): string => join(disk.mountPoint(), name);

  beforeAll(async () => {
    const { vault } = held.current;
    await buildHostileTree(at('tree'));
    await held.current.done('vault.create', ['vault', 'create', vault]);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', at('tree')]);
    await held.current.done('backup', ['backup', 'tree']);
    await mutateHostileTree(at('tree'), 7);
    await held.current.done('backup', ['backup', 'tree', '--level', 'incremental']);
  }, 80_000);

  test.each(NODES)('restores a hostile tree exactly, from tapes alone, under %s', ROOM, async (node) => {
    answerOf(await held.current.rescue(['restore', 'tree', '--to', at('restored')], { node }), 0);
    expect(await compareTrees(at('tree'), join(at('restored'), at('tree')))).toEqual([]);
    await removeHostileTree(at('restored'));
  });

  test('restores it without a decoder of Node', ROOM, async () => {
    answerOf(
      await held.current.rescue(['restore', 'tree', join(at('tree'), 'sizes'), '--to', at('part'), '--force-own-zstd']),
      0,
    );
    expect(await compareTrees(join(at('tree'), 'sizes'), join(at('part'), at('tree'), 'sizes'))).toEqual([]);
    await removeHostileTree(at('part'));
  });

  test('verifies what it reads', ROOM, async () => {
    answerOf(await held.current.rescue(['verify']), 0);
  });
});
