import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { compareTrees, removeHostileTree } from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite } from './testing/as-root.ts';
import { flipByte, tapeFiles } from './testing/tape-files.ts';
import { answerOf } from './testing/workplace.ts';

describeAsRoot('a damaged tape', [], () => {
  const held = hostileWorkplaceForSuite({}, { beside: true });
  let damaged: string[] = [];

  beforeAll(async () => {
    const { vault } = held.current;
    await held.current.done('vault.create', ['vault', 'create', vault, '--codec', 'none', '--drives', '1']);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    await held.current.done('backup', ['backup', 'tree']);
    const [tape = ''] = tapeFiles(vault);
    flipByte(tape, Math.floor(statSync(tape).size / 2));
  });

  test('is found by verify, which names tape, chunk, set and elements', async () => {
    const verified = answerOf<OutputOf<'verify'>>(
      await held.current.run(['verify', '--vault', held.current.vault]),
      13,
    );
    expect(verified.damaged.length).toBeGreaterThan(0);
    damaged = verified.damaged.flatMap(({ elements }) => elements);
    expect(damaged.length).toBeGreaterThan(0);
    for (const path of damaged) expect(path.startsWith(`${held.tree()}/`)).toBe(true);
    expect(verified.damaged[0]).toMatchObject({
      tape: expect.stringMatching(/^[A-Z0-9]{6}$/),
      chunk: expect.any(Number),
    });
  });

  test('costs the elements that lie there and nothing else', async () => {
    const out = held.current.at('out');
    const result = answerOf<OutputOf<'restore'>>(await held.current.run(['restore', 'tree', '--to', out]), 13);
    for (const path of damaged) expect(existsSync(join(out, path))).toBe(false);
    const told = result.damaged.flatMap(({ elements }) => elements);
    expect(result.damagedElements).toBe(told.length);
    // A restore names the further names of a file, too; chunks know of none.
    expect(told).toEqual(expect.arrayContaining(damaged));
    damaged = told;
    expect(await lost(out), JSON.stringify(result)).toEqual(asCompared(damaged));
    await removeHostileTree(out);
  });

  test('costs the rescue program no more', async () => {
    const out = held.current.at('rescued');
    expect((await held.current.rescue(['restore', 'tree', '--to', out])).status).toBe(13);
    expect(await lost(out)).toEqual(asCompared(damaged));
    await removeHostileTree(out);
  });

  test('does not hinder the next backup', async () => {
    await held.current.done('backup', ['backup', 'tree', '--level', 'full']);
    await expectRestored(held.current, held.tree(), (out) =>
      held.current.done('restore', ['restore', 'tree@latest', '--to', out]),
    );
  });

  /** As a comparison has them, which names the first hundred: a chunk of small files holds more. */
  function asCompared(paths: readonly string[]): string[] {
    const sorted = paths.toSorted();
    return sorted.length <= 100 ? sorted : [...sorted.slice(0, 100), `and ${sorted.length - 100} more`];
  }

  /** The paths that are missing from a restore; anything else that differs is a failure of its own. */
  async function lost(out: string): Promise<string[]> {
    const differences = await compareTrees(held.tree(), join(out, held.tree()), { rsync: false });
    return differences.map((sentence) => {
      const missing = /^missing: (.*)$/.exec(sentence)?.[1];
      return missing === undefined ? sentence : join(held.tree(), missing);
    });
  }
});

describeAsRoot('a vault in which every tape is damaged somewhere', [], () => {
  const held = hostileWorkplaceForSuite({ parts: ['sizes'], smallFiles: 100 }, { beside: true });

  test('never gives out a byte that is wrong', async () => {
    const { vault } = held.current;
    await held.current.done('vault.create', ['vault', 'create', vault, '--drives', '2']);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    await held.current.done('backup', ['backup', 'tree']);
    for (const tape of tapeFiles(vault)) {
      const { size } = statSync(tape);
      for (const part of [0.25, 0.5, 0.75]) if (size > 100_000) flipByte(tape, Math.floor(size * part));
    }
    const out = held.current.at('out');
    const ending = await held.current.run(['restore', 'tree', '--to', out]);
    expect(ending.status).toBe(13);
    const differences = await compareTrees(held.tree(), join(out, held.tree()), { rsync: false, ignore: ['mtime'] });
    expect(differences.filter((sentence) => !/^(missing: |and \d+ more$)/.test(sentence))).toEqual([]);
    expect(differences.length).toBeGreaterThan(0);
  });
});
