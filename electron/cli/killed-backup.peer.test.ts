import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { mutateHostileTree } from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

/** When it is killed, as parts of what a whole one takes. */
const MOMENTS = process.env.COLDFRAME_THOROUGH === '1' ? [0.2, 0.35, 0.5, 0.65, 0.8, 0.95] : [0.6];

describeAsRoot('a backup that is killed', [], () => {
  const held = hostileWorkplaceForSuite({ smallFiles: 500 });

  const isRestored = (set: string): Promise<void> =>
    expectRestored(held.current, held.tree(), (out) => held.current.done('restore', ['restore', set, '--to', out]));

  beforeAll(async () => {
    const { vault } = held.current;
    await held.current.done('vault.create', ['vault', 'create', vault, '--slots', '16']);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    await held.current.done('backup', ['backup', 'tree']);
  });

  test('at any moment costs nothing that was there, and the next one runs', async () => {
    const took = await durationOf(['backup', 'tree', '--level', 'full']);
    for (const part of MOMENTS) {
      const { child, ended } = held.current.start(['backup', 'tree', '--level', 'full']);
      await sleep(took * part);
      child.kill('SIGKILL');
      await ended;
      const { sets } = await held.current.done('sets', ['sets', 'tree']);
      expect(sets.filter(({ state }) => state === 'complete').length).toBeGreaterThan(1);
    }
    await isRestored('tree@latest');
  });

  test('is followed by an incremental that leaves no change out', async () => {
    await mutateHostileTree(held.tree(), 7);
    const { child, ended } = held.current.start(['backup', 'tree', '--level', 'incremental']);
    await sleep(400);
    child.kill('SIGKILL');
    await ended;
    await mutateHostileTree(held.tree(), 8);
    await held.current.done('backup', ['backup', 'tree', '--level', 'incremental']);
    await isRestored('tree@latest');
    const verified = await held.current.done('verify', ['verify', '--vault', held.current.vault]);
    expect(verified.damaged).toEqual([]);
  });

  test('by an interrupt ends with 130 and says so', async () => {
    const { child, ended } = held.current.start(['backup', 'tree', '--level', 'full']);
    // Its first event: a process that has hardly begun ends by the signal itself.
    await once(child.stderr as Readable, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 130 });
    await held.current.done('backup', ['backup', 'tree']);
    await isRestored('tree@latest');
  });

  async function durationOf(args: readonly string[]): Promise<number> {
    const start = performance.now();
    answerOf(await held.current.run(args), 0);
    return performance.now() - start;
  }
});
