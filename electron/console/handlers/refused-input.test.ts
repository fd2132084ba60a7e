import { expect, test } from 'vitest';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

// Past the schemas, as a command calls in its own process.
test('nothing is looked for by an empty text, and no object gets an exclusion that cannot be used', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const { console } = scene;
  const usage = { code: 'USAGE' };
  await expect(console.call('find', { pattern: '' })).rejects.toMatchObject(usage);
  await expect(console.call('job.show', { job: '' })).rejects.toMatchObject(usage);
  const files = [{ path: scene.source }];
  const add = { name: 'more', vault: scene.vault, files, exclude: ['*.tmp', '!keep'] };
  await expect(console.call('object.add', add)).rejects.toMatchObject({ ...usage, context: { pattern: '!keep' } });
  const free = { name: 'free', vault: scene.vault, files, unprotect: ['temp', 'free'] as const };
  const onlyVolumes = { ...usage, message: expect.stringContaining('--unprotect free') };
  await expect(console.call('object.add', { ...free, unprotect: [...free.unprotect] })).rejects.toMatchObject(
    onlyVolumes,
  );
  const change = console.call('object.update', { object: 'files', unprotect: ['free'] });
  await expect(change).rejects.toMatchObject(onlyVolumes);
  await expect(console.call('object.update', { object: 'files', exclude: ['[a'] })).rejects.toMatchObject(usage);
  const { objects } = await console.call('object.list', {});
  expect(objects.map(({ name }) => name)).toEqual(['files']);
});

test('a vault is made neither in the home nor where no system can have a name', async () => {
  const scene = new ConsoleScene();
  const within = scene.console.call('vault.create', { dir: `${scene.home}/vault` });
  await expect(within).rejects.toMatchObject({ code: 'USAGE', context: { folder: scene.home } });
  const { input } = PROCEDURES['vault.create'];
  expect(['/a/b', '/a\0b'].map((dir) => input.safeParse({ dir }).success)).toEqual([true, false]);
});
