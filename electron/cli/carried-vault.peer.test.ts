import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { SetView } from '../../shared/contract/backup.ts';
import type { OutputOf } from '../../shared/contract/contract.ts';
import {
  buildHostileTree,
  compareTrees,
  mutateHostileTree,
  removeHostileTree,
} from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite, SMALL } from './testing/as-root.ts';
import { tapeFiles } from './testing/tape-files.ts';
import { answerOf } from './testing/workplace.ts';

describeAsRoot('a vault that is carried away', [], () => {
  const held = hostileWorkplaceForSuite({}, { beside: true });
  const sets: SetView[] = [];

  beforeAll(async () => {
    const { vault } = held.current;
    await held.current.done('vault.create', ['vault', 'create', vault]);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    sets.push((await held.current.done('backup', ['backup', 'tree'])).set);
    await mutateHostileTree(held.tree(), 7);
    sets.push((await held.current.done('backup', ['backup', 'tree', '--level', 'incremental'])).set);
  });

  /** The newest set restores exactly under a home. */
  const isRestored = (home: string): Promise<void> =>
    expectRestored(held.current, held.tree(), (out) =>
      held.current.done('restore', ['restore', sets.at(-1)?.id ?? '', '--to', out], { home }),
    );

  test('is opened elsewhere under a new home, with its catalog', async () => {
    const [home, vault] = [held.current.at('home-2'), held.current.at('carried')];
    cpSync(held.current.vault, vault, { recursive: true });
    const opened = await held.current.done('vault.open', ['vault', 'open', vault], { home });
    expect(opened).toMatchObject({ sets: 2, rebuilt: false });
    const listed = await held.current.done('sets', ['sets'], { home });
    expect(listed.sets.map(({ id }) => id)).toEqual(sets.map(({ id }) => id).toReversed());
    await isRestored(home);
  });

  test('gives its catalog back from tapes alone', async () => {
    const [home, vault] = [held.current.at('home-3'), held.current.at('bare')];
    cpSync(held.current.vault, vault, { recursive: true });
    for (const name of readdirSync(vault)) if (/catalog/i.test(name)) rmSync(join(vault, name), { recursive: true });
    const opened = await held.current.done('vault.open', ['vault', 'open', vault], { home });
    expect(opened).toMatchObject({ sets: 2, rebuilt: true });
    await isRestored(home);
  });

  test('is rebuilt in place, and everything is as it was', async () => {
    const { home, vault } = held.current;
    const before = await held.current.done('sets', ['sets', 'tree']);
    const rebuilt = await held.current.done('vault.rebuild', ['vault', 'rebuild', vault]);
    expect(rebuilt).toMatchObject({ sets: 2, incompleteSets: 0, warnings: [] });
    const after = await held.current.done('sets', ['sets', 'tree']);
    const facts = ({ id, object, level, state, parent, elements, logicalBytes, tapes }: SetView): unknown => ({
      id,
      object,
      level,
      state,
      parent,
      elements,
      logicalBytes,
      tapes: tapes.toSorted(),
    });
    expect(after.sets.map(facts)).toEqual(before.sets.map(facts));
    await isRestored(home);
    await held.current.done('verify', ['verify', '--vault', vault]);
  });

  test('goes on under the rebuilt catalog: the next backup builds on the last', async () => {
    await mutateHostileTree(held.tree(), 8);
    const { set } = await held.current.done('backup', ['backup', 'tree', '--level', 'incremental']);
    expect(set.parent).toBe(sets[1]?.id);
    sets.push(set);
    await isRestored(held.current.home);
  });

  test('restores its first set after all of that', async () => {
    await buildHostileTree(held.current.at('was'), SMALL);
    const out = held.current.at('out');
    await held.current.done('restore', ['restore', sets[0]?.id ?? '', '--to', out]);
    expect(await compareTrees(held.current.at('was'), held.current.at('out', held.tree()))).toEqual([]);
    await removeHostileTree(out);
    await removeHostileTree(held.current.at('was'));
  });

  test('lacks what lies on a tape that is missing, says so, and gives the rest', async () => {
    const [home, vault] = [held.current.at('home-4'), held.current.at('partial')];
    cpSync(held.current.vault, vault, { recursive: true });
    // How the file lies on the tapes is a matter of speed; the fullest one has some of it.
    const [fullest = ''] = tapeFiles(vault).toSorted((one, other) => statSync(other).size - statSync(one).size);
    rmSync(fullest);
    const opened = await held.current.run(['vault', 'open', vault], { home });
    expect(opened.status).toBe(3);
    const { warnings } = answerOf<OutputOf<'vault.open'>>(opened, 3);
    expect(warnings.map(({ code }) => code)).toContain('NO_SUCH_TAPE');
    const ending = await held.current.run(['restore', sets[0]?.id ?? '', '--to', held.current.at('part')], { home });
    expect(existsSync(held.current.at('part', held.tree(), 'sizes', 'random-24MiB+3'))).toBe(false);
    // What the other tape has of the set is there, and whatever is not is named.
    const result = answerOf<OutputOf<'restore'>>(ending, 3);
    expect(result.restored).toBeGreaterThan(100);
    expect(result.damagedElements).toBeGreaterThan(0);
  });
});
