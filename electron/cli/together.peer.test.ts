import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import {
  buildHostileTree,
  compareTrees,
  mutateHostileTree,
  removeHostileTree,
} from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite, SMALL } from './testing/as-root.ts';
import { answerOf } from './testing/workplace.ts';

describeAsRoot('several commands at once', [], () => {
  const held = hostileWorkplaceForSuite();

  beforeAll(async () => {
    const { vault } = held.current;
    await buildHostileTree(held.current.at('second'), { ...SMALL, seed: 2 });
    await held.current.done('vault.create', ['vault', 'create', vault]);
    for (const [name, folder] of Object.entries(sources())) {
      await held.current.done('object.add', ['object', 'add', name, '--vault', vault, '--files', folder]);
    }
  });

  const sources = (): Record<string, string> => ({ one: held.tree(), two: held.current.at('second') });

  const isRestored = (name: string): Promise<void> =>
    expectRestored(held.current, sources()[name] ?? '', (out) =>
      held.current.done('restore', ['restore', name, '--to', out]),
    );

  test('two objects are backed up to one vault at the same time', async () => {
    const endings = await Promise.all(['one', 'two'].map((name) => held.current.run(['backup', name])));
    for (const ending of endings) expect(answerOf<OutputOf<'backup'>>(ending, 0).set.state).toBe('complete');
    await isRestored('one');
    await isRestored('two');
  });

  test('one object asked for twice at once is backed up, and whoever is turned away is told why', async () => {
    await mutateHostileTree(held.tree(), 7);
    const endings = await Promise.all([1, 2, 3].map(() => held.current.run(['backup', 'one'])));
    expect(endings.filter(({ status }) => status === 0).length).toBeGreaterThan(0);
    for (const ending of endings.filter(({ status }) => status !== 0)) {
      expect(answerOf<{ error: { code: string } }>(ending, 1).error.code).toBe('OBJECT_BUSY');
    }
    await isRestored('one');
  });

  test('listing, restoring and verifying go on while a backup runs', async () => {
    await mutateHostileTree(held.current.at('second'), 8);
    const backup = held.current.run(['backup', 'two', '--level', 'full']);
    const others = await Promise.all([
      held.current.run(['sets']),
      held.current.run(['ls', 'one']),
      held.current.run(['restore', 'one', '--to', held.current.at('meanwhile')]),
      held.current.run(['job', 'list']),
    ]);
    for (const ending of others) expect(answerOf<object>(ending, 0)).toBeTypeOf('object');
    expect((await backup).status).toBe(0);
    expect(await compareTrees(held.tree(), held.current.at('meanwhile', held.tree()))).toEqual([]);
    await removeHostileTree(held.current.at('meanwhile'));
    await isRestored('two');
  });

  test('another home is told who holds the vault, and has it afterwards; nothing is lost', async () => {
    const { vault } = held.current;
    const home = held.current.at('other-home');
    await held.current.done('vault.open', ['vault', 'open', vault], { home });
    await mutateHostileTree(held.tree(), 9);
    const { child, ended } = held.current.start(['backup', 'one', '--level', 'full']);
    // The backup stands still for as long as the other home asks: whether it has the vault is no matter of timing.
    await expect.poll(() => existsSync(join(vault, 'lease.json')), { interval: 5, timeout: 30_000 }).toBe(true);
    child.kill('SIGSTOP');
    try {
      const asked = [
        ['vault', 'open', vault],
        ['verify', '--vault', vault],
      ];
      for (const args of asked) {
        const { status, stdout } = await held.current.run(args, { home });
        expect({ status, error: JSON.parse(stdout).error }).toMatchObject({
          status: 11,
          error: { code: 'VAULT_HELD', message: expect.stringContaining(`process ${child.pid} on `) },
        });
      }
    } finally {
      child.kill('SIGCONT');
    }
    expect((await ended).status).toBe(0);
    // It reads all that it knows of, and says that there is more since.
    const seen = answerOf<OutputOf<'verify'>>(await held.current.run(['verify', '--vault', vault], { home }), 3);
    expect([seen.damaged, seen.warnings.map(({ code }) => code)]).toEqual([[], ['CATALOG_BEHIND']]);
    await isRestored('one');
  });
});
