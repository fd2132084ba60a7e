import { beforeAll, expect, test } from 'vitest';
import { mutateHostileTree } from '../platform/testing/hostile-tree.ts';
import { describeAsRoot, expectRestored, hostileWorkplaceForSuite } from './testing/as-root.ts';

describeAsRoot('a vault without room', [], () => {
  const held = hostileWorkplaceForSuite({ parts: ['sizes', 'large', 'some-names'], smallFiles: 200 }, { beside: true });
  const isRestored = (set: string): Promise<void> =>
    expectRestored(held.current, held.tree(), (out) => held.current.done('restore', ['restore', set, '--to', out]));

  beforeAll(async () => {
    const { vault } = held.current;
    // Room for one full backup of this tree, and not for two.
    const room = ['--tape-size', '32MiB', '--slots', '4', '--drives', '2', '--codec', 'none'];
    await held.current.done('vault.create', ['vault', 'create', vault, ...room]);
    await held.current.done('object.add', ['object', 'add', 'tree', '--vault', vault, '--files', held.tree()]);
    await held.current.done('backup', ['backup', 'tree']);
  });

  test('ends the backup with a clear error and keeps every earlier set', async () => {
    const error = await held.current.fails(14, ['backup', 'tree', '--level', 'full']);
    expect(error).toMatchObject({ code: 'OUT_OF_TAPES' });
    expect(error.guidance).not.toBe('');
    await isRestored('tree@latest');
    const { sets } = await held.current.done('sets', ['sets', 'tree']);
    expect(sets.filter(({ state }) => state === 'complete')).toHaveLength(1);
  });

  test('goes on with the backup when tapes have come', async () => {
    const barcodes = Array.from({ length: 8 }, (_, at) => `NW00${String(at).padStart(2, '0')}L8`);
    const labelled = await held.current.run(['tape', 'label', held.current.vault, '--barcode', ...barcodes]);
    expect(labelled).toMatchObject({ status: 0 });
    const { jobs } = await held.current.done('job.list', ['job', 'list']);
    const stopped = jobs.find(({ kind, state }) => kind === 'backup' && !state.startsWith('done'));
    expect(stopped).toBeDefined();
    const { job } = await held.current.done('job.resume', ['job', 'resume', stopped?.id ?? '']);
    expect(job.state).toBe('done');
    await isRestored(job.set ?? '');
  });

  test('holds the next backup as well', async () => {
    await mutateHostileTree(held.tree(), 7);
    const { set } = await held.current.done('backup', ['backup', 'tree']);
    expect(set.state).toBe('complete');
    await isRestored('tree@latest');
  });
});
