import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { SetView } from '../../shared/contract/backup.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

describeAsRoot('a backup larger than a tape', [], () => {
  const held = hostileWorkplaceForSuite({ parts: ['sizes', 'large', 'hardlinks'] }, { beside: true });
  let set: SetView;

  beforeAll(async () => {
    const { vault } = held.current;
    const small = ['--tape-size', '32MiB', '--slots', '32', '--drives', '2', '--codec', 'none'];
    await held.current.done('vault.create', ['vault', 'create', vault, ...small]);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    ({ set } = await held.current.done('backup', ['backup', 'tree']));
  });

  test('goes on with the next tape and never makes one longer than it is', async () => {
    expect(set).toMatchObject({ state: 'complete', warnings: [] });
    expect(set.tapes.length).toBeGreaterThan(2);
    const { tapes } = await held.current.done('tape.list', ['tape', 'list', '--vault', held.current.vault]);
    for (const tape of tapes) expect(tape.bytesUsed).toBeLessThanOrEqual(tape.bytesCapacity);
    expect(readdirSync(join(held.current.vault, 'tapes')).length).toBeGreaterThanOrEqual(set.tapes.length);
  });

  test('restores exactly and mounts each tape once', async () => {
    await expectRestored(held.current, held.tree(), async (out) => {
      const { mounts } = await held.current.done('restore', ['restore', 'tree', '--to', out]);
      expect(mounts.map(({ tape }) => tape).toSorted()).toEqual(set.tapes.toSorted());
      expect(new Set(mounts.map(({ count }) => count))).toEqual(new Set([1]));
    });
  });

  test('mounts only the tapes that one file needs', async () => {
    const file = join(held.tree(), 'many', 'd000', 'f00001');
    const { mounts } = await held.current.done('restore', ['restore', 'tree', file, '--to', held.current.at('one')]);
    expect(mounts.length).toBeLessThanOrEqual(1);
  });

  test('restores exactly with the rescue program', async () => {
    await expectRestored(held.current, held.tree(), async (out) => {
      answerOf(await held.current.rescue(['restore', 'tree', '--to', out]), 0);
    });
  });

  test('uses one drive when one stream is asked for, and two when two are', async () => {
    for (const streams of [1, 2]) {
      const args = ['backup', 'tree', '--level', 'full', '--streams', String(streams)];
      const { set: again } = await held.current.done('backup', args);
      expect(again.drives).toBe(streams);
    }
  });
});
