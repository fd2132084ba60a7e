import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildHostileTree, mutateHostileTree } from '../platform/testing/hostile-tree.ts';
import { missingPeers } from '../platform/testing/peers.ts';
import { peerOutput } from '../platform/testing/run-peer.ts';
import { describeAsRoot, expectRestored, mountForSuite, workplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

/** The oldest Node that the program has to work with, else the one that this machine happens to have, else the pinned one. */
const { COLDFRAME_OLDEST_NODE, COLDFRAME_REQUIRE_PEERS } = process.env;
const NODE = COLDFRAME_OLDEST_NODE ?? (missingPeers(['node'], process.env).length === 0 ? 'node' : process.execPath);

describeAsRoot('the rescue program', ['mkfs.ext4', 'setfacl'], () => {
  const disk = mountForSuite('ext4', 2 * 2 ** 30);
  const held = workplaceForSuite();
  const at = (name: string): string => join(disk.mountPoint(), name);

  beforeAll(async () => {
    const { vault } = held.current;
    // How many there may be, round trips show; what each of them takes is the same.
    await buildHostileTree(at('tree'), { smallFiles: 2000 });
    await held.current.done('vault.create', ['vault', 'create', vault]);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', at('tree')]);
    await held.current.done('backup', ['backup', 'tree']);
    await mutateHostileTree(at('tree'), 7);
    await held.current.done('backup', ['backup', 'tree', '--level', 'incremental']);
  });

  test('restores a hostile tree exactly, from tapes alone', async () => {
    if (COLDFRAME_REQUIRE_PEERS === '1') expect(await peerOutput(NODE, ['--version'])).toMatch(/^v18\./);
    await expectRestored({ newFolder: at }, at('tree'), async (out) => {
      // Nothing is inherited from where it is restored to.
      mkdirSync(out);
      await peerOutput('setfacl', ['-d', '-m', 'u:4321:rwx', out]);
      answerOf(await held.current.rescue(['restore', 'tree', '--to', out], { node: NODE }), 0);
    });
  });

  test('restores it without a decoder of Node', async () => {
    const part = join(at('tree'), 'sizes');
    await expectRestored({ newFolder: at }, part, async (out) => {
      answerOf(await held.current.rescue(['restore', 'tree', part, '--to', out, '--force-own-zstd']), 0);
    });
  });

  test('verifies what it reads', async () => {
    answerOf(await held.current.rescue(['verify']), 0);
  });
});
